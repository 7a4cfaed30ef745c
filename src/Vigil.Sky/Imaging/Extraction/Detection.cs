namespace Vigil.Sky.Imaging;

/// <summary>
/// Something that stands out of a frame's background: a star, a galaxy, a trail. Places in FITS pixels, fluxes in the frame's
/// units above the background, errors 1 sigma. NaN where a quantity was not measured.
/// </summary>
/// <remarks>The quantities are defined as in E. Bertin and S. Arnouts 1996, A&amp;AS 117, 393, doi:10.1051/aas:1996164.</remarks>
public sealed class Detection
{
    /// <summary>Centroid of the isophote.</summary>
    public double XIso { get; set; } = double.NaN;
    /// <summary>Centroid of the isophote.</summary>
    public double YIso { get; set; } = double.NaN;
    /// <summary>Windowed centroid: the best place of a star. The isophote's where the window fails.</summary>
    public double X { get; set; } = double.NaN;
    /// <summary>Windowed centroid.</summary>
    public double Y { get; set; } = double.NaN;
    /// <summary>Error of <see cref="X"/>, pixels.</summary>
    public double XErr { get; set; } = double.NaN;
    /// <summary>Error of <see cref="Y"/>, pixels.</summary>
    public double YErr { get; set; } = double.NaN;
    /// <summary>Pixels above the threshold.</summary>
    public int Area { get; set; }
    /// <summary>Sum within the isophote.</summary>
    public double FluxIso { get; set; } = double.NaN;
    /// <summary>Error of <see cref="FluxIso"/>.</summary>
    public double FluxIsoErr { get; set; } = double.NaN;
    /// <summary>Sum within Kron's ellipse (AUTO).</summary>
    public double FluxAuto { get; set; } = double.NaN;
    /// <summary>Error of <see cref="FluxAuto"/>.</summary>
    public double FluxAutoErr { get; set; } = double.NaN;
    /// <summary>Sums within the circular apertures asked for, in their order.</summary>
    public double[] FluxAper { get; set; } = [];
    /// <summary>Errors of <see cref="FluxAper"/>.</summary>
    public double[] FluxAperErr { get; set; } = [];
    /// <summary>Flux of the fitted point-spread function.</summary>
    public double FluxPsf { get; set; } = double.NaN;
    /// <summary>Error of <see cref="FluxPsf"/>.</summary>
    public double FluxPsfErr { get; set; } = double.NaN;
    /// <summary>Place of the fitted point-spread function.</summary>
    public double XPsf { get; set; } = double.NaN;
    /// <summary>Place of the fitted point-spread function.</summary>
    public double YPsf { get; set; } = double.NaN;
    /// <summary>Reduced chi square of that fit.</summary>
    public double Chi2Psf { get; set; } = double.NaN;
    /// <summary>Highest pixel above the background.</summary>
    public double Peak { get; set; } = double.NaN;
    /// <summary>Background at its place.</summary>
    public double Background { get; set; } = double.NaN;
    /// <summary>Standard deviation of the background at its place.</summary>
    public double Noise { get; set; } = double.NaN;
    /// <summary>RMS along the major axis, pixels.</summary>
    public double A { get; set; } = double.NaN;
    /// <summary>RMS along the minor axis, pixels.</summary>
    public double B { get; set; } = double.NaN;
    /// <summary>Angle of the major axis from x towards y: degrees in (-90, 90].</summary>
    public double Theta { get; set; } = double.NaN;
    /// <summary>Kron's radius in units of A and B.</summary>
    public double KronRadius { get; set; } = double.NaN;
    /// <summary>Full width at half maximum, pixels, of a Gaussian core.</summary>
    public double Fwhm { get; set; } = double.NaN;
    /// <summary>1 - B / A: 0 for a circle.</summary>
    public double Ellipticity => 1 - B / A;
    /// <summary>
    /// 0 for a galaxy to 1 for a star: by its width among the frame's stars, or by the point-spread function where that was
    /// fitted (<see cref="StarLikeness"/>). Near 0.5 for what is too faint to tell; NaN for what is saturated or cut.
    /// </summary>
    public double StarLike { get; set; } = double.NaN;
    /// <summary>What may be wrong with it.</summary>
    public DetectionFlaws Flags { get; set; }
}
