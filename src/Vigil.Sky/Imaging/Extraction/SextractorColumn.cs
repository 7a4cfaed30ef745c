using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>A column of SExtractor's catalogues: its name, how it is written, and which number of a detection it is.</summary>
/// <param name="Name">As SExtractor spells it.</param>
/// <param name="Description">For people.</param>
/// <param name="Unit">Empty for a pure number.</param>
/// <param name="Kind">How a FITS table stores it: D, E, J or I.</param>
/// <param name="Width">Characters of a value in an ASCII catalogue.</param>
/// <param name="Format">How its digits are written there.</param>
/// <param name="Value">Its number; of a vector, the element of an index.</param>
/// <param name="IsVector">Whether it has an element for each aperture.</param>
sealed record SextractorColumn(string Name, string Description, string Unit, char Kind, int Width, string Format,
    Func<SextractorRow, int, double> Value, bool IsVector = false)
{
    // What SExtractor writes for the magnitude and its error of a flux that is not positive.
    const double NoMagnitude = 99;

    /// <summary>1.0857, from relative errors to magnitudes.</summary>
    const double MagPerRelative = 1.0857362047581294; // 2.5 / ln 10

    /// <summary>The columns of every catalogue, in order; those of the sky only with a plate solution.</summary>
    public static IEnumerable<SextractorColumn> For(bool hasSky) => hasSky ? all : all.Where(column => !sky.Contains(column));

    static readonly SextractorColumn[] sky =
    [
        new("ALPHA_J2000", "Right ascension of the isophote's centroid (J2000)", "deg", 'D', 11, "F7", (row, _) => row.Iso.Ra),
        new("DELTA_J2000", "Declination of the isophote's centroid (J2000)", "deg", 'D', 11, "F7", (row, _) => row.Iso.Dec),
        new("ALPHAWIN_J2000", "Windowed right ascension (J2000)", "deg", 'D', 11, "F7", (row, _) => row.Win.Ra),
        new("DELTAWIN_J2000", "Windowed declination (J2000)", "deg", 'D', 11, "F7", (row, _) => row.Win.Dec),
    ];

    static readonly SextractorColumn[] all =
    [
        new("NUMBER", "Running object number", "", 'J', 10, "F0", (row, _) => row.Number),
        Pixels("X_IMAGE", "Centroid of the isophote along x", d => d.XIso),
        Pixels("Y_IMAGE", "Centroid of the isophote along y", d => d.YIso),
        Pixels("XWIN_IMAGE", "Windowed centroid along x", d => d.X),
        Pixels("YWIN_IMAGE", "Windowed centroid along y", d => d.Y),
        new("ERRAWIN_IMAGE", "Error of the windowed centroid along the major axis", "pixel", 'E', 9, "F5",
            (row, _) => Math.Max(row.Detection.XErr, row.Detection.YErr)),
        new("ERRBWIN_IMAGE", "Error of the windowed centroid along the minor axis", "pixel", 'E', 9, "F5",
            (row, _) => Math.Min(row.Detection.XErr, row.Detection.YErr)),
        new("ERRTHETAWIN_IMAGE", "Angle of that error's major axis from x towards y", "deg", 'E', 7, "F2",
            (row, _) => row.Detection.XErr >= row.Detection.YErr ? 0 : 90),
        .. sky,
        Mag("MAG_AUTO", "Magnitude within Kron's ellipse", d => d.FluxAuto),
        MagErr("MAGERR_AUTO", "Error of MAG_AUTO", d => (d.FluxAuto, d.FluxAutoErr)),
        new("MAG_APER", "Magnitudes within circular apertures", "mag", 'E', 8, "F4",
            (row, i) => Mag(row, row.Detection.FluxAper[i]), IsVector: true),
        new("MAGERR_APER", "Errors of MAG_APER", "mag", 'E', 8, "F4",
            (row, i) => MagErr(row.Detection.FluxAper[i], row.Detection.FluxAperErr[i]), IsVector: true),
        Mag("MAG_PSF", "Magnitude of the fitted point-spread function", d => d.FluxPsf),
        MagErr("MAGERR_PSF", "Error of MAG_PSF", d => (d.FluxPsf, d.FluxPsfErr)),
        Flux("FLUX_AUTO", "Flux within Kron's ellipse", d => d.FluxAuto),
        Flux("FLUXERR_AUTO", "Error of FLUX_AUTO", d => d.FluxAutoErr),
        new("FLUX_APER", "Fluxes within circular apertures", "count", 'E', 12, "G7",
            (row, i) => row.Detection.FluxAper[i], IsVector: true),
        new("FLUXERR_APER", "Errors of FLUX_APER", "count", 'E', 12, "G7",
            (row, i) => row.Detection.FluxAperErr[i], IsVector: true),
        Flux("FLUX_PSF", "Flux of the fitted point-spread function", d => d.FluxPsf),
        Flux("FLUXERR_PSF", "Error of FLUX_PSF", d => d.FluxPsfErr),
        Pixels("XPSF_IMAGE", "Place of the fitted point-spread function along x", d => d.XPsf),
        Pixels("YPSF_IMAGE", "Place of the fitted point-spread function along y", d => d.YPsf),
        Flux("CHI2_PSF", "Reduced chi square of that fit", d => d.Chi2Psf, ""),
        Flux("FLUX_ISO", "Flux within the isophote", d => d.FluxIso),
        Flux("FLUXERR_ISO", "Error of FLUX_ISO", d => d.FluxIsoErr),
        Flux("FLUX_MAX", "Highest pixel above the background", d => d.Peak),
        new("ISOAREA_IMAGE", "Pixels above the threshold", "pixel**2", 'J', 9, "F0", (row, _) => row.Detection.Area),
        new("A_IMAGE", "RMS along the major axis", "pixel", 'E', 9, "F3", (row, _) => row.Detection.A),
        new("B_IMAGE", "RMS along the minor axis", "pixel", 'E', 9, "F3", (row, _) => row.Detection.B),
        new("THETA_IMAGE", "Angle of the major axis from x towards y", "deg", 'E', 6, "F2", (row, _) => row.Detection.Theta),
        new("KRON_RADIUS", "Kron's radius in units of A and B", "", 'E', 5, "F2", (row, _) => row.Detection.KronRadius),
        new("FWHM_IMAGE", "Full width at half maximum of a Gaussian core", "pixel", 'E', 8, "F2", (row, _) => row.Detection.Fwhm),
        new("ELLIPTICITY", "1 - B_IMAGE / A_IMAGE", "", 'E', 8, "F3", (row, _) => row.Detection.Ellipticity),
        new("CLASS_STAR", "0 for a galaxy to 1 for a star", "", 'E', 6, "F3", (row, _) => row.Detection.StarLike),
        Flux("BACKGROUND", "Background at the centroid", d => d.Background),
        new("FLAGS", "What may be wrong with it", "", 'I', 3, "F0", (row, _) => (int)row.Detection.Flags),
    ];

    static SextractorColumn Pixels(string name, string description, Func<Detection, double> value) =>
        new(name, description, "pixel", 'D', 11, "F4", (row, _) => value(row.Detection));

    static SextractorColumn Flux(string name, string description, Func<Detection, double> value, string unit = "count") =>
        new(name, description, unit, 'E', 12, "G7", (row, _) => value(row.Detection));

    static SextractorColumn Mag(string name, string description, Func<Detection, double> flux) =>
        new(name, description, "mag", 'E', 8, "F4", (row, _) => Mag(row, flux(row.Detection)));

    static SextractorColumn MagErr(string name, string description, Func<Detection, (double Flux, double Err)> flux) =>
        new(name, description, "mag", 'E', 8, "F4", (row, _) => MagErr(flux(row.Detection).Flux, flux(row.Detection).Err));

    static double Mag(SextractorRow row, double flux) => flux > 0 ? row.ZeroPoint - 2.5 * Math.Log10(flux) : NoMagnitude;

    static double MagErr(double flux, double err) => flux > 0 && err >= 0 ? MagPerRelative * err / flux : NoMagnitude;

    /// <summary>Appends a value to a line of an ASCII catalogue, after a space.</summary>
    public void Append(System.Text.StringBuilder line, double value)
    {
        line.Append(' ');
        var text = double.IsFinite(value) ? value.ToString(Format, CultureInfo.InvariantCulture) : "nan";
        line.Append(' ', Math.Max(0, Width - text.Length)).Append(text);
    }
}
