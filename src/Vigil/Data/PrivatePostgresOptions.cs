namespace Vigil.Data;

/// <summary>How Vigil's own PostgreSQL is run.</summary>
sealed record PrivatePostgresOptions
{
    /// <summary>Vigil's data folder; the cluster is its subfolder <c>postgres</c>.</summary>
    public required string DataDir { get; init; }

    /// <summary>Folder with PostgreSQL's bin, lib and share; null looks for the npm package above the executable.</summary>
    public string? BinariesDir { get; init; }

    /// <summary>False gives up safety against a crash of the machine for speed. For tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Memory that all connections share for pages, in MB.</summary>
    public int SharedBuffersMb { get; init; } = 256;

    /// <summary>Memory for one sort or hash before it spills to disk, in MB.</summary>
    public int WorkMemMb { get; init; } = 16;

    /// <summary>Connections at a time.</summary>
    public int MaxConnections { get; init; } = 100;

    public ILogger Log { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
}
