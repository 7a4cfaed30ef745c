namespace Vigil.Sky.Imaging;

/// <summary>A colour of reference stars: the magnitude in one band less that in another.</summary>
/// <param name="Blue">The band of shorter wavelength.</param>
/// <param name="Red">The band of longer wavelength.</param>
public readonly record struct CatalogColour(CatalogBand Blue, CatalogBand Red)
{
    /// <summary>Reads a colour.</summary>
    /// <param name="text">Two bands with a minus between them, such as g-r, B-V or BP-RP; capitals count.</param>
    /// <exception cref="FrameException">It is none.</exception>
    public static CatalogColour Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bands = text.Split('-', StringSplitOptions.TrimEntries);
        if (bands.Length != 2 || !TryBand(bands[0], out var blue) || !TryBand(bands[1], out var red) || blue == red)
            throw new FrameException(
                $"'{text}' is no colour. Write two bands of u g r i z U B V R I G BP RP, such as g-r or BP-RP.");
        return new CatalogColour(blue, red);
    }

    /// <summary>Such as g-r.</summary>
    public override string ToString() => $"{Blue.Name()}-{Red.Name()}";

    /// <summary>The colour of a star: magnitudes; NaN where a band is missing.</summary>
    public double Of(in CatalogMagnitudes mag) => (double)mag[Blue] - mag[Red];

    // Gaia's are also known without their G.
    static bool TryBand(string name, out CatalogBand band) =>
        CatalogBands.TryParse(name, out band) || CatalogBands.TryParse($"G{name}", out band);
}
