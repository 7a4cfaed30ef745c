namespace Vigil.Sky.Imaging;

/// <summary>A star of a frame beside the reference star with which it coincides.</summary>
public sealed record CalibrationStar
{
    /// <summary>Which of the given stars it is.</summary>
    public required int Star { get; init; }

    /// <summary>As the frame shows it.</summary>
    public required InstrumentalStar Instrumental { get; init; }

    /// <summary>The reference star, at the catalogue's epoch.</summary>
    public required CatalogStar Reference { get; init; }

    /// <summary>Distance between the two at the frame's epoch: arcsec.</summary>
    public required double Separation { get; init; }

    /// <summary>Reference magnitude in the band.</summary>
    public required double ReferenceMag { get; init; }

    /// <summary>The star's colour, where the fit has a colour term or one was looked for; NaN where it is not known.</summary>
    public required double Colour { get; init; }

    /// <summary>Calibrated less reference magnitude; positive where the frame shows it too faint.</summary>
    public required double Residual { get; init; }

    /// <summary>Standard deviation that the residual should have: errors and scatter together.</summary>
    public required double ResidualErr { get; init; }

    /// <summary>Probability that the star is good; 0 or 1 with <see cref="ZeroPointMethod.Clipped"/>.</summary>
    public required double Weight { get; init; }

    /// <summary>Whether it tells the zero point: its weight is a half or more.</summary>
    public bool Used => Weight >= 0.5;
}
