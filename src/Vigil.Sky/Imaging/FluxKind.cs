namespace Vigil.Sky.Imaging;

/// <summary>Which flux of a star becomes its magnitude.</summary>
public enum FluxKind
{
    /// <summary>
    /// The aperture's; where more than a third of the stars touch each other and the frame gives a point-spread function, that
    /// function's.
    /// </summary>
    Best,
    /// <summary>In a circle of some 2.5 FWHM across: of single stars the most exact.</summary>
    Aperture,
    /// <summary>In Kron's ellipse, SExtractor's AUTO: of galaxies and trails, too.</summary>
    Auto,
    /// <summary>Of the fitted point-spread function: where stars touch.</summary>
    Psf,
}
