using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Vigil.Operation;

namespace Vigil.Dialects;

/// <summary>
/// The API reference of each dialect, made from its routes: an OpenAPI 3.1 document at /docs/NAME/openapi.json; Web's
/// ApiPage shows the same to people. What a route declares (Asks, Reads, Needs, Example, its summary) is all there is.
/// </summary>
static partial class ApiReference
{
    static readonly JsonSerializerOptions indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapApiReference(this IEndpointRouteBuilder app)
    {
        app.MapGet("/docs/{name}/openapi.json", (string name, IReadOnlyList<Dialect> dialects, EndpointDataSource routes) =>
            Find(dialects, name) is { } dialect
                ? Results.Text(Document(dialect, routes).ToJsonString(indented), "application/json") : Results.NotFound());
    }

    public static Dialect? Find(IReadOnlyList<Dialect> dialects, string name) =>
        dialects.FirstOrDefault(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The methods and paths that a dialect serves, a method a row; paths without route constraints.</summary>
    public static IEnumerable<(string Method, string Path, RouteEndpoint Route)> Served(Dialect dialect,
        EndpointDataSource routes) =>
        from route in routes.Endpoints.OfType<RouteEndpoint>()
        where route.Metadata.GetMetadata<Dialect>()?.GetType() == dialect.GetType()
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        let path = "/" + Constraint().Replace(route.RoutePattern.RawText ?? "", "{$1}").Trim('/')
        orderby path, method
        select (method, path, route);

    [GeneratedRegex(@"\{\*{0,2}(\w+)(?:[:=?][^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    static JsonObject Document(Dialect dialect, EndpointDataSource routes)
    {
        var paths = new JsonObject();
        foreach (var (method, path, route) in Served(dialect, routes))
        {
            if (paths[path] is not JsonObject item)
                paths[path] = item = [];
            item[method.ToLowerInvariant()] = Operation(path, route);
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = $"Vigil: {dialect.Name} dialect",
                ["version"] = Build.Version,
                ["description"] = dialect.Description,
            },
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject
                    {
                        ["type"] = "apiKey", ["in"] = "header", ["name"] = "Authorization", ["description"] = dialect.TokenHeader,
                    },
                },
            },
            ["paths"] = paths,
        };
    }

    static JsonObject Operation(string path, RouteEndpoint route)
    {
        var metadata = route.Metadata;
        var operation = new JsonObject { ["summary"] = metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "" };
        if (metadata.GetMetadata<NeedsRight>() is { } needs)
            operation["description"] = $"Needs the right \"{needs.Acl}\".";
        if (metadata.GetMetadata<OpenToAll>() is null)
            operation["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() });

        var parameters = new JsonArray();
        foreach (Match match in PathParameter().Matches(path))
            parameters.Add(new JsonObject
            {
                ["name"] = match.Groups[1].Value, ["in"] = "path", ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        foreach (var parameter in Declared(route, inQuery: true))
            parameters.Add(new JsonObject
            {
                ["name"] = parameter.Name, ["in"] = "query", ["required"] = parameter.Required,
                ["description"] = parameter.Description, ["schema"] = Schema(parameter.Type),
            });
        if (parameters.Count > 0)
            operation["parameters"] = parameters;

        var fields = Declared(route, inQuery: false).ToList();
        if (fields.Count > 0)
        {
            var properties = new JsonObject();
            foreach (var field in fields)
            {
                var schema = Schema(field.Type);
                schema["description"] = field.Description;
                properties[field.Name] = schema;
            }
            var content = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["type"] = "object", ["properties"] = properties,
                    ["required"] = new JsonArray([.. fields.Where(f => f.Required).Select(f => JsonValue.Create(f.Name))]),
                },
            };
            if (metadata.GetMetadata<ExampleBody>() is { } example)
                content["example"] = JsonNode.Parse(example.Json);
            var media = fields.Any(f => f.Type.StartsWith("file", StringComparison.Ordinal))
                ? "multipart/form-data" : "application/json";
            operation["requestBody"] = new JsonObject { ["content"] = new JsonObject { [media] = content } };
        }
        operation["responses"] = new JsonObject
        {
            ["default"] = new JsonObject
            {
                ["description"] = "See the "
            + "dialect's reply shapes."
            }
        };
        return operation;
    }

    public static IEnumerable<Parameter> Declared(RouteEndpoint route, bool inQuery) =>
        route.Metadata.OfType<Declared>().Where(d => d.InQuery == inQuery).SelectMany(d => d.Parameters).DistinctBy(p => p.Name);

    static JsonObject Schema(string type) => type switch
    {
        _ when type.EndsWith("[]", StringComparison.Ordinal) => new() { ["type"] = "array", ["items"] = Schema(type[..^2]) },
        "date" => new() { ["type"] = "string", ["format"] = "date-time" },
        "file" => new() { ["type"] = "string", ["format"] = "binary" },
        "any" => [],
        _ => new() { ["type"] = type },
    };
}
