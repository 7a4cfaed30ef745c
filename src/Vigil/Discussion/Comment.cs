using Vigil.Access;
using Vigil.Sources;
using Vigil.Spectra;

namespace Vigil.Discussion;

/// <summary>What somebody said about a source or one of its spectra, perhaps with a file.</summary>
sealed class Comment : IShared
{
    public int Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    /// <summary>The spectrum that it is about; null: the source itself.</summary>
    public int? SpectrumId { get; set; }
    public Spectrum? Spectrum { get; set; }
    public required string Text { get; set; }
    public string? AttachmentName { get; set; }
    public byte[]? Attachment { get; set; }
    public string? Origin { get; set; }
    /// <summary>Written through a token.</summary>
    public bool Bot { get; set; }
    /// <summary>The author.</summary>
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public int AudienceId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
