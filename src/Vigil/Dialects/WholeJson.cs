using System.Text.Json;

namespace Vigil.Dialects;

/// <summary>
/// A value as JSON, left in the response's buffer: it leaves together with the end of the response, in one packet. An
/// ordinary JSON result is sent by itself, and the end after it, which costs both sides a second turn.
/// </summary>
sealed class WholeJson(object value, JsonSerializerOptions options, int status) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        (response.StatusCode, response.ContentType) = (status, "application/json; charset=utf-8");
        using var writer = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = options.Encoder });
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
        return Task.CompletedTask;
    }
}
