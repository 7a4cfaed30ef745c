using Vigil.Access;
using Vigil.Sources;

namespace Vigil.Candidates;

/// <summary>A source that passed a filter at a time. Seen by whoever sees the filter.</summary>
sealed class Candidate
{
    public int Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public int FilterId { get; set; }
    public StreamFilter? Filter { get; set; }
    public DateTimeOffset PassedAt { get; set; }
    /// <summary>The broker's id of the alert that passed.</summary>
    public long? PassingAlertId { get; set; }
    public int? UploaderId { get; set; }
    public User? Uploader { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
