namespace Vigil.Sky.Imaging;

/// <summary>A star as one frame shows it: all that a calibration needs to know.</summary>
/// <param name="Ra">Right ascension at the frame's epoch: degrees, ICRS.</param>
/// <param name="Dec">Declination: degrees in [-90, 90].</param>
/// <param name="Mag">Instrumental magnitude; its zero point means nothing. NaN where it was not measured.</param>
/// <param name="MagErr">Its 1 sigma error.</param>
/// <param name="X">Place in the frame, FITS pixels; NaN where there was no frame.</param>
/// <param name="Y">Likewise.</param>
/// <param name="Flags">What may be wrong with it.</param>
public readonly record struct InstrumentalStar(double Ra, double Dec, double Mag, double MagErr, double X = double.NaN,
    double Y = double.NaN, DetectionFlaws Flags = DetectionFlaws.None);
