using Vigil.Access;

namespace Vigil.Sources;

/// <summary>An entry of one of a user's own lists: favorites, watchlist, rejected_candidates, or any other name.</summary>
sealed class Listing
{
    public int Id { get; set; }
    public int UserId { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public required string ListName { get; set; }
    /// <summary>JSON text.</summary>
    public string? Params { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>A named list of sources, open to all: BHTOM's target group.</summary>
sealed class TargetList
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public int? OwnerId { get; set; }
    public List<Source> Sources { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>Somebody took a light curve away.</summary>
sealed class Download
{
    public long Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public int UserId { get; set; }
    public User? User { get; set; }
    /// <summary>P photometry, R radio, H high energy.</summary>
    public required string DownloadType { get; set; }
    public required string IpAddress { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
