using Vigil.Access;
using Vigil.Sources;
using Vigil.Telescopes;

namespace Vigil.Spectra;

/// <summary>One spectrum, its arrays in the row.</summary>
sealed class Spectrum : IShared
{
    public int Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public int InstrumentId { get; set; }
    public Instrument? Instrument { get; set; }
    /// <summary>Å, one per flux.</summary>
    public required double[] Wavelengths { get; set; }
    /// <summary>In <see cref="Units"/>.</summary>
    public required double[] Fluxes { get; set; }
    public double[]? Errors { get; set; }
    /// <summary>Jy, AB or erg/s/cm/cm/AA.</summary>
    public string? Units { get; set; }
    public DateTimeOffset ObservedAt { get; set; }
    public string? Origin { get; set; }
    /// <summary>source, host or host_center.</summary>
    public string Type { get; set; } = "source";
    public string? Label { get; set; }
    public int? FollowupRequestId { get; set; }
    public int? AssignmentId { get; set; }
    /// <summary>JSON text.</summary>
    public string? Altdata { get; set; }
    public string? OriginalFileString { get; set; }
    public string? OriginalFileFilename { get; set; }
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public int AudienceId { get; set; }
    public List<int> ReducerIds { get; set; } = [];
    public List<int> ObserverIds { get; set; } = [];
    public string? ExternalReducer { get; set; }
    public string? ExternalObserver { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
