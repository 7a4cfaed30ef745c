namespace Vigil.Telescopes;

/// <summary>A camera or spectrograph on a telescope. Its name is BHTOM's ONAME.</summary>
sealed class Instrument
{
    public int Id { get; set; }
    public required string Name { get; set; }
    /// <summary>imager, spectrograph or imaging spectrograph.</summary>
    public required string Type { get; set; }
    public string? Band { get; set; }
    public int TelescopeId { get; set; }
    public Telescope? Telescope { get; set; }
    /// <summary>Names of the bands it can take pictures in; empty: any band is accepted.</summary>
    public List<string> Filters { get; set; } = [];
    /// <summary>JSON text: band to limiting magnitude, magsys and exposure seconds.</summary>
    public string? SensitivityData { get; set; }
    /// <summary>JSON text: overheads, slew rates, filter change times.</summary>
    public string? ConfigurationData { get; set; }
    public string? ApiClassname { get; set; }
    public string? ApiClassnameObsplan { get; set; }
    public string? ListenerClassname { get; set; }
    public int? TreasuremapId { get; set; }
    public int? TnsId { get; set; }
    /// <summary>DS9 region file of the field of view around (0, 0).</summary>
    public string? Region { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    public List<InstrumentField> Fields { get; set; } = [];
}

/// <summary>One pointing of an instrument's grid of fields.</summary>
sealed class InstrumentField
{
    public int Id { get; set; }
    public int InstrumentId { get; set; }
    /// <summary>The number by which observers know the field.</summary>
    public int FieldId { get; set; }
    public double Ra { get; set; }
    public double Dec { get; set; }
    /// <summary>GeoJSON text.</summary>
    public required string Contour { get; set; }
    /// <summary>GeoJSON text: the outline alone.</summary>
    public required string ContourSummary { get; set; }
    public List<string>? ReferenceFilters { get; set; }
    public List<double>? ReferenceFilterMags { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>What an instrument reported of itself over some time.</summary>
sealed class InstrumentLog
{
    public int Id { get; set; }
    public int InstrumentId { get; set; }
    public DateTimeOffset StartDate { get; set; }
    public DateTimeOffset EndDate { get; set; }
    /// <summary>JSON text.</summary>
    public required string Log { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
