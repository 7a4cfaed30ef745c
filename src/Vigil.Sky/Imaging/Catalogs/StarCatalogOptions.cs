namespace Vigil.Sky.Imaging;

/// <summary>What a new catalogue is called, and what may be used to make it.</summary>
public sealed record StarCatalogOptions
{
    /// <summary>What the catalogue is called in reports; by default the name of its file.</summary>
    public string? Name { get; init; }

    /// <summary>Where the stars come from, in words.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>
    /// The bands to keep room for; a band without a magnitude is left out in the end. Fewer bands are less to sort.
    /// </summary>
    public IReadOnlyCollection<CatalogBand> Bands { get; init; } = Enum.GetValues<CatalogBand>();

    /// <summary>Whether to keep room for proper motions; where no star has one they are left out in the end.</summary>
    public bool ProperMotions { get; init; } = true;

    /// <summary>
    /// Bytes of memory to take, with all buffers: at least 1 MiB. Below some 16 MiB, and 8 more for each thread, the buffers take
    /// more than their share. More stars than fit go to <see cref="ScratchFolder"/> for a while.
    /// </summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>Where stars go while they are sorted; by default the folder of the catalogue.</summary>
    public string? ScratchFolder { get; init; }

    /// <summary>How many threads may work, at least 1. The file does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
