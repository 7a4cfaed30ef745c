using System.Globalization;
using System.Text.Json.Nodes;
using Vigil.Access;
using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>
/// A position on the sky that people care about: SkyPortal's Obj, BHTOM's Target. That it exists, its position and its
/// names are known to every user; what hangs off it is shared by audience.
/// </summary>
sealed class Source
{
    /// <summary>Our short key; rows that hang off a source refer to it.</summary>
    public int Key { get; set; }
    /// <summary>The object's name, unique: SkyPortal's id, BHTOM's name.</summary>
    public required string Id { get; set; }
    /// <summary>Degrees, ICRS, [0, 360).</summary>
    public double Ra { get; set; }
    /// <summary>Degrees, ICRS, [-90, 90].</summary>
    public double Dec { get; set; }
    /// <summary>HEALPix NESTED index of the position at order 29.</summary>
    public long Healpix { get; set; }
    public double? RaErr { get; set; }
    public double? DecErr { get; set; }
    public double? RaDis { get; set; }
    public double? DecDis { get; set; }
    public double? Offset { get; set; }
    public double? Redshift { get; set; }
    public double? RedshiftError { get; set; }
    public string? RedshiftOrigin { get; set; }
    /// <summary>JSON text: [{value, uncertainty, origin, set_by_user_id, set_at_utc}].</summary>
    public string? RedshiftHistory { get; set; }
    public int? HostId { get; set; }
    public string? Summary { get; set; }
    /// <summary>JSON text.</summary>
    public string? SummaryHistory { get; set; }
    /// <summary>JSON text.</summary>
    public string? Altdata { get; set; }
    public double? DistNearestSource { get; set; }
    public double? MagNearestSource { get; set; }
    public double? EMagNearestSource { get; set; }
    public bool Transient { get; set; }
    public bool Varstar { get; set; }
    public bool IsRoid { get; set; }
    public string? MpcName { get; set; }
    public List<string>? GcnCrossmatch { get; set; }
    public string? TnsName { get; set; }
    /// <summary>JSON text.</summary>
    public string? TnsInfo { get; set; }
    public double? Score { get; set; }
    public string? Origin { get; set; }
    /// <summary>Names the object in messages that everybody receives.</summary>
    public Guid InternalKey { get; set; } = Guid.NewGuid();
    public int? DetectPhotometryCount { get; set; }

    /// <summary>SIDEREAL or NON_SIDEREAL.</summary>
    public string Type { get; set; } = "SIDEREAL";
    /// <summary>Julian year of the position.</summary>
    public double Epoch { get; set; } = 2000;
    /// <summary>mas.</summary>
    public double? Parallax { get; set; }
    /// <summary>mas/yr, with cos(dec).</summary>
    public double? PmRa { get; set; }
    /// <summary>mas/yr.</summary>
    public double? PmDec { get; set; }
    /// <summary>pc.</summary>
    public double? Distance { get; set; }
    /// <summary>pc.</summary>
    public double? DistanceErr { get; set; }
    /// <summary>JSON text: orbital elements of a non-sidereal target under BHTOM's names.</summary>
    public string? Orbit { get; set; }
    public string Classification { get; set; } = "Unknown";
    public DateTimeOffset? DiscoveryDate { get; set; }
    public string Description { get; set; } = "";
    /// <summary>0 (leave it) to 10 (observe at once).</summary>
    public double Importance { get; set; } = 9.98;
    /// <summary>Wanted days between observations; 0: no follow-up.</summary>
    public double Cadence { get; set; } = 1;
    public bool HasOptical { get; set; }
    public bool HasInfrared { get; set; }
    public bool HasRadio { get; set; }
    public bool HasXray { get; set; }
    public bool HasGamma { get; set; }
    public bool HasPolarimetry { get; set; }

    public int? OwnerId { get; set; }
    /// <summary>When it was taken off all lists; its data stay.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    public List<SourceAlias> Aliases { get; set; } = [];
    public List<SavedSource> Saves { get; set; } = [];

    /// <summary>Sets the position and what follows from it.</summary>
    /// <param name="ra">Degrees, ICRS, [0, 360).</param>
    /// <param name="dec">Degrees, ICRS, [-90, 90].</param>
    /// <exception cref="BadInput">A number is outside its range.</exception>
    public void MoveTo(double ra, double dec)
    {
        if (!(ra >= 0 && ra < 360))
            throw new BadInput(string.Create(CultureInfo.InvariantCulture, $"ra must be in [0, 360) degrees, got {ra}.")
                + (double.IsFinite(ra) ? string.Create(CultureInfo.InvariantCulture,
                    $" If an angle was meant beyond the full circle, the same direction is {Sphere.NormalizeRa(ra)}.") : ""),
                    "ra");
        if (!(dec >= -90 && dec <= 90))
            throw new BadInput(string.Create(CultureInfo.InvariantCulture,
                $"dec must be in [-90, 90] degrees, got {dec}. Check that ra and dec are not exchanged."), "dec");
        (Ra, Dec, Healpix) = (ra, dec, Sky.Healpix.Ipix(ra, dec));
    }

    /// <summary>Sets the redshift and records who did.</summary>
    /// <param name="error">1σ, or null where it is not known.</param>
    /// <param name="origin">Where the value is from, or null.</param>
    public void SetRedshift(double? value, double? error, string? origin, int userId)
    {
        if (value == Redshift && error == RedshiftError && origin == RedshiftOrigin)
            return;
        (Redshift, RedshiftError, RedshiftOrigin) = (value, error, origin);
        var entry = new JsonObject
        {
            ["value"] = value, ["uncertainty"] = error, ["set_by_user_id"] = userId,
            ["set_at_utc"] = Now()
        };
        if (origin is not null)
            entry["origin"] = origin;
        var history = RedshiftHistory is null ? [] : JsonNode.Parse(RedshiftHistory)!.AsArray();
        history.Add(entry);
        RedshiftHistory = history.ToJsonString();
    }

    /// <summary>Sets the summary and puts it first in the history of summaries.</summary>
    public void SetSummary(string? summary, int userId)
    {
        if (summary == Summary)
            return;
        Summary = summary;
        var history = SummaryHistory is null ? [] : JsonNode.Parse(SummaryHistory)!.AsArray();
        history.Insert(0, new JsonObject
        {
            ["summary"] = summary, ["is_bot"] = false, ["analysis_id"] = null, ["set_by_user_id"] = userId,
            ["set_at_utc"] = Now(),
        });
        SummaryHistory = history.ToJsonString();
    }

    static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}

/// <summary>Another name of a source.</summary>
sealed class SourceAlias
{
    public int Id { get; set; }
    public int SourceKey { get; set; }
    /// <summary>Who calls it so, in BHTOM's words (GAIA_ALERTS, ZTF, TNS ...); empty where nobody said.</summary>
    public string Survey { get; set; } = "";
    public required string Name { get; set; }
    public string Url { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>A source as saved to a group, or asked to be.</summary>
sealed class SavedSource
{
    public int Id { get; set; }
    public int SourceKey { get; set; }
    public Source? Source { get; set; }
    public int GroupId { get; set; }
    public Group? Group { get; set; }
    /// <summary>False once unsaved, or while only requested.</summary>
    public bool Active { get; set; } = true;
    public bool Requested { get; set; }
    public int? SavedById { get; set; }
    public User? SavedBy { get; set; }
    public DateTimeOffset SavedAt { get; set; } = DateTimeOffset.UtcNow;
    public int? UnsavedById { get; set; }
    public DateTimeOffset? UnsavedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>A user has looked at a source for a group.</summary>
sealed class SourceLabel
{
    public int Id { get; set; }
    public int SourceKey { get; set; }
    public int LabellerId { get; set; }
    public User? Labeller { get; set; }
    public int GroupId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>Somebody or some script has read a source's record.</summary>
sealed class SourceView
{
    public long Id { get; set; }
    public int SourceKey { get; set; }
    public int UserId { get; set; }
    public bool IsToken { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
