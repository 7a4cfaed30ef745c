namespace Vigil.Sky.Imaging;

/// <summary>A star while point-spread functions are fitted: where and how bright it is so far.</summary>
sealed class PsfStar(double x, double y)
{
    /// <summary>Where it was found: FITS pixels.</summary>
    public double StartX { get; } = x;
    /// <summary>Where it was found: FITS pixels.</summary>
    public double StartY { get; } = y;
    /// <summary>Where it is now.</summary>
    public double X { get; set; } = x;
    /// <summary>Where it is now.</summary>
    public double Y { get; set; } = y;
    /// <summary>How bright it is now.</summary>
    public double Flux { get; set; }
    /// <summary>Whether its place may not be changed.</summary>
    public bool IsFixed { get; set; }
    /// <summary>Noise of a pixel of the sky there.</summary>
    public double Noise { get; set; }
    /// <summary>Error of the flux; NaN where the pixels do not fix it.</summary>
    public double FluxErr { get; set; } = double.NaN;
    /// <summary>Reduced chi square of its pixels.</summary>
    public double Chi2 { get; set; } = double.NaN;
    /// <summary>What is left of the sky around it.</summary>
    public double Background { get; set; }
    /// <summary>Error of <see cref="Background"/>.</summary>
    public double BackgroundErr { get; set; }
    /// <summary>The part of its light that falls on pixels with a value, of that on all within the fit's radius.</summary>
    public double Covered { get; set; }
}
