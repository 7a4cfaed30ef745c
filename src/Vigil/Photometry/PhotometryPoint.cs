using Vigil.Access;
using Vigil.Sources;
using Vigil.Telescopes;

namespace Vigil.Photometry;

/// <summary>The brightness of a source in one band at one time; without a flux, the limit to which it was not seen.</summary>
sealed class PhotometryPoint : IShared
{
    public long Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public int InstrumentId { get; set; }
    public Instrument? Instrument { get; set; }
    /// <summary>Modified Julian Date, UTC.</summary>
    public double Mjd { get; set; }
    /// <summary>Name of the bandpass, such as ztfg.</summary>
    public required string Band { get; set; }
    /// <summary>µJy; null where nothing was detected.</summary>
    public double? Flux { get; set; }
    /// <summary>µJy, 1σ.</summary>
    public double FluxErr { get; set; }
    public double? Ra { get; set; }
    public double? Dec { get; set; }
    /// <summary>arcsec.</summary>
    public double? RaUnc { get; set; }
    /// <summary>arcsec.</summary>
    public double? DecUnc { get; set; }
    /// <summary>µJy of the reference that a difference image was made against.</summary>
    public double? RefFlux { get; set; }
    public double? RefFluxErr { get; set; }
    /// <summary>The magnitude system in which the point was given.</summary>
    public string Magsys { get; set; } = "ab";
    /// <summary>As given, in <see cref="Magsys"/>.</summary>
    public double? LimitingMag { get; set; }
    public double? LimitingMagNsigma { get; set; }
    public string Origin { get; set; } = "None";
    /// <summary>The person credited, where the upload names one.</summary>
    public string? Observer { get; set; }
    /// <summary>JSON text.</summary>
    public string? Altdata { get; set; }
    public int? FollowupRequestId { get; set; }
    public int? AssignmentId { get; set; }
    /// <summary>False: kept, but on no light curve.</summary>
    public bool Active { get; set; } = true;
    public Guid UploadId { get; set; }
    public int? OwnerId { get; set; }
    public int AudienceId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>The receipt of one upload: what was given and what became of it. Its owner can undo it as a whole.</summary>
sealed class Upload
{
    public Guid Id { get; set; }
    /// <summary>A short name of the receipt: BHTOM's id of a data product.</summary>
    public int Number { get; set; }
    public int OwnerId { get; set; }
    /// <summary>The call that brought it.</summary>
    public required string Via { get; set; }
    public string Kind { get; set; } = "photometry";
    public int Given { get; set; }
    public int Stored { get; set; }
    public int Known { get; set; }
    public int Refused { get; set; }
    /// <summary>Why rows were refused or not stored again.</summary>
    public List<string> Notes { get; set; } = [];
    public long? FirstId { get; set; }
    public long? LastId { get; set; }
    public DateTimeOffset? UndoneAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
