using Npgsql;

namespace Vigil.Operation;

/// <summary>For whoever keeps the server running: /healthz says that the process lives, /readyz that it can answer.</summary>
static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => "ok");
        app.MapGet("/readyz", ReadyAsync);
    }

    static async Task<IResult> ReadyAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(ct);
            return Results.Text("ready");
        }
        catch (NpgsqlException e)
        {
            return Results.Text($"The database does not answer: {e.Message}", statusCode: 503);
        }
    }
}
