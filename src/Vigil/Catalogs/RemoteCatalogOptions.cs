namespace Vigil.Catalogs;

/// <summary>How a service is asked.</summary>
sealed record RemoteCatalogOptions
{
    /// <summary>Where answers are kept; by default below the user's cache folder.</summary>
    public string CacheFolder { get; init; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile,
                Environment.SpecialFolderOption.DoNotVerify), ".cache"),
        "vigil", "catalogs");

    /// <summary>The most bytes of answers that are kept; those that were not used for the longest time go first.</summary>
    public long CacheBytes { get; init; } = 2L << 30;

    /// <summary>The most stars of one answer.</summary>
    public int MaxStars { get; init; } = 500_000;

    /// <summary>The most bytes of one answer.</summary>
    public long MaxBytes { get; init; } = 1L << 29;

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often a service that is busy (429, 503) or does not answer is asked again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The wait before asking again, which doubles each time; a service may ask for more, up to a minute.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);
}
