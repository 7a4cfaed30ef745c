using Vigil.Data;

namespace Vigil.Cli;

/// <summary>The database that a verb works on: the operator's own, or the private one, started for as long as this lives.</summary>
sealed class OpenDatabase : IAsyncDisposable
{
    public required string ConnectionString { get; init; }
    public PrivatePostgres? Private { get; init; }

    public static async Task<OpenDatabase> StartAsync(DirectoryInfo data, string? given, CancellationToken ct)
    {
        if (given is not null)
            return new OpenDatabase { ConnectionString = given };
        var postgres = await PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataDir = data.FullName }, ct);
        return new OpenDatabase { ConnectionString = postgres.ConnectionString, Private = postgres };
    }

    public ValueTask DisposeAsync() => Private?.DisposeAsync() ?? ValueTask.CompletedTask;
}
