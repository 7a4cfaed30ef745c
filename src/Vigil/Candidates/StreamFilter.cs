using Vigil.Access;

namespace Vigil.Candidates;

/// <summary>A saved selection of a group on an alert stream. Seen by members of the group who hold the stream.</summary>
sealed class StreamFilter
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public int StreamId { get; set; }
    public Access.Stream? Stream { get; set; }
    public int GroupId { get; set; }
    public Group? Group { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
