using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Dialects.Bhtom;

/// <summary>BHTOM's answers: bare JSON, and errors in the shapes that its clients read.</summary>
static class Reply
{
    static readonly JsonSerializerOptions json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Names are written as they stand, so anonymous objects use BHTOM's snake_case.</summary>
    public static IResult Json(object data, int status = 200) => Results.Json(data, json, statusCode: status);

    public static IResult Detail(string detail, int status) => Json(new { detail }, status);
}
