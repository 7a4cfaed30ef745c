using Vigil.Sky.Fits;
using Vigil.Sky.Observing;

namespace Vigil.Sky.Imaging;

/// <summary>
/// When, how long, through what and where a frame was taken, as far as its header tells. NaN or null where it does not.
/// </summary>
/// <remarks>
/// The keywords are those of the FITS Standard 4.0 (2018), section 9, of SBIG's and MaxIm DL's FITS extensions, and of the
/// observatories whose frames the tests know.
/// </remarks>
public sealed record Exposure
{
    /// <summary>When the shutter opened: MJD, UTC.</summary>
    public double MjdStart { get; init; } = double.NaN;

    /// <summary>The middle of the exposure: MJD, UTC.</summary>
    public double MjdMid { get; init; } = double.NaN;

    /// <summary>How long it was: s.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>Name of the filter, as the header has it.</summary>
    public string? Filter { get; init; }

    /// <summary>Name of the target.</summary>
    public string? Target { get; init; }

    /// <summary>Electrons per ADU.</summary>
    public double Gain { get; init; } = double.NaN;

    /// <summary>Electrons.</summary>
    public double ReadNoise { get; init; } = double.NaN;

    /// <summary>A pixel with so many ADU is saturated.</summary>
    public double Saturation { get; init; } = double.NaN;

    /// <summary>As the header has it.</summary>
    public double Airmass { get; init; } = double.NaN;

    /// <summary>Where the telescope stands.</summary>
    public Site? Site { get; init; }

    /// <summary>Roughly where it pointed: degrees, ICRS.</summary>
    public double Ra { get; init; } = double.NaN;

    /// <summary>Roughly where it pointed: degrees.</summary>
    public double Dec { get; init; } = double.NaN;

    /// <summary>Roughly the size of a pixel: arcsec.</summary>
    public double PixelScale { get; init; } = double.NaN;

    /// <summary>What was assumed, in sentences.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>What is missing or cannot be true, in sentences that say what to do. What they speak of is NaN or null.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Reads what a header tells. What is wrong in it is among the <see cref="Problems"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is outside its range.</exception>
    public static Exposure From(FitsHeader header, ExposureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        return new ExposureReader(header, options ?? new ExposureOptions()).Read();
    }

    /// <summary>
    /// The middle of the exposure at the barycentre of the solar system: BJD in TDB, a Julian Date (not an MJD); NaN where the
    /// time is not known. Without a site, up to 21 ms off.
    /// </summary>
    /// <param name="ra">Of the target: degrees, ICRS.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public double BjdTdb(double ra, double dec) =>
        double.IsNaN(MjdMid) ? double.NaN : Mjd.ToJd(LightTravel.BjdTdb(MjdMid, ra, dec, Site));

    /// <summary>
    /// The middle of the exposure at the Sun: HJD in UTC, a Julian Date; NaN where the time is not known.
    /// </summary>
    /// <inheritdoc cref="BjdTdb"/>
    public double HjdUtc(double ra, double dec) =>
        double.IsNaN(MjdMid) ? double.NaN : Mjd.ToJd(LightTravel.Hjd(MjdMid, ra, dec, Site));

    /// <summary>
    /// Airmass of a target in the middle of the exposure, by K. A. Pickering 2002; the header's where time or site are not known.
    /// </summary>
    /// <inheritdoc cref="BjdTdb"/>
    public double AirmassOf(double ra, double dec) =>
        Site is { } site && !double.IsNaN(MjdMid) && At(site, ra, dec) is >= 0 and var airmass ? airmass : Airmass;

    internal double At(Site site, double ra, double dec) =>
        Observing.Airmass.Pickering(Refracted(new Horizon(site, MjdMid).AltAz(ra, dec).Altitude));

    // Pickering takes the altitude as seen.
    static double Refracted(double altitude) => altitude + Refraction.FromTrue(altitude);
}
