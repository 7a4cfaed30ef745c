namespace Vigil.Sky.Imaging;

/// <summary>A colour of reference stars: the magnitude in one band less that in another.</summary>
/// <param name="Blue">The band of shorter wavelength.</param>
/// <param name="Red">The band of longer wavelength.</param>
public readonly record struct CatalogColour(CatalogBand Blue, CatalogBand Red)
{
    /// <summary>Such as g-r.</summary>
    public override string ToString() => $"{Blue.Name()}-{Red.Name()}";

    /// <summary>The colour of a star: magnitudes; NaN where a band is missing.</summary>
    public double Of(in CatalogMagnitudes mag) => (double)mag[Blue] - mag[Red];
}
