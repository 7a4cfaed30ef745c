namespace Vigil.Telescopes;

/// <summary>A telescope on a site; BHTOM's observatory.</summary>
sealed class Telescope
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public required string Nickname { get; set; }
    /// <summary>Degrees, north positive; null for one that moves.</summary>
    public double? Lat { get; set; }
    /// <summary>Degrees, east positive, in [-180, 180].</summary>
    public double? Lon { get; set; }
    /// <summary>Metres above sea level.</summary>
    public double? Elevation { get; set; }
    /// <summary>Metres.</summary>
    public double Diameter { get; set; }
    public string? SkycamLink { get; set; }
    public string? WeatherLink { get; set; }
    public bool Robotic { get; set; }
    public bool FixedLocation { get; set; } = true;
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    /// <summary>Latitude and longitude where it stays; null for one that moves.</summary>
    public (double Lat, double Lon)? Site => FixedLocation && Lat is { } lat && Lon is { } lon ? (lat, lon) : null;

    public List<Instrument> Instruments { get; set; } = [];
}
