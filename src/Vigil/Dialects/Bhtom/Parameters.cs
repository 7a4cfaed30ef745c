using System.Text.Json;

namespace Vigil.Dialects.Bhtom;

/// <summary>
/// What a caller gave, in the body or in the query string: BHTOM's documents use both words for one thing. The body wins.
/// </summary>
sealed class Parameters(IReadOnlyDictionary<string, JsonElement> values) : Fields(values)
{
    public static async ValueTask<Parameters> BindAsync(HttpContext context)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (Fields fields in new Fields[] { await Query.BindAsync(context), await Body.BindAsync(context) })
            foreach (var name in fields.Names)
                if (fields.Json(name) is { } value)
                    values[name] = value;
        return new(values);
    }
}
