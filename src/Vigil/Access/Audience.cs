namespace Vigil.Access;

/// <summary>
/// Who may see a row: an interned, immutable pair of sets. Whoever is in one of the groups, or holds one of the streams,
/// is in the audience. Both arrays are sorted and free of repeats.
/// </summary>
sealed class Audience
{
    public int Id { get; set; }
    public required int[] GroupIds { get; set; }
    public int[] StreamIds { get; set; } = [];
}

/// <summary>A row that only its audience and its owner may see. The store filters it by the viewer, once.</summary>
interface IShared
{
    int AudienceId { get; }
    int? OwnerId { get; }
}
