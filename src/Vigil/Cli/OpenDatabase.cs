using Vigil.Data;

namespace Vigil.Cli;

/// <summary>The database that a verb works on: the operator's own, or the private one, started for as long as this lives.</summary>
sealed class OpenDatabase : IAsyncDisposable
{
    public required string ConnectionString { get; init; }
    public PrivatePostgres? Private { get; init; }

    /// <param name="data">Vigil's folder, for the private database.</param>
    /// <param name="given">Connection string of the operator's; null takes VIGIL_DATABASE, and without it the private one.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="StartupError">The database cannot be used; the message says why.</exception>
    public static async Task<OpenDatabase> StartAsync(DirectoryInfo data, string? given, CancellationToken ct)
    {
        given ??= Environment.GetEnvironmentVariable("VIGIL_DATABASE");
        if (!string.IsNullOrEmpty(given))
        {
            await ExternalPostgres.CheckAsync(given, ct);
            return new OpenDatabase { ConnectionString = given };
        }

        var postgres = await PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataDir = data.FullName }, ct);
        return new OpenDatabase { ConnectionString = postgres.ConnectionString, Private = postgres };
    }

    public ValueTask DisposeAsync() => Private?.DisposeAsync() ?? ValueTask.CompletedTask;
}
