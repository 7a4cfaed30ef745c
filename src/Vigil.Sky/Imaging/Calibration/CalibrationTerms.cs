namespace Vigil.Sky.Imaging;

/// <summary>Which terms a calibration has beside the zero point, and in what units.</summary>
/// <param name="Colour">Null where there is no colour term.</param>
/// <param name="Pivot">The colour that counts as zero.</param>
/// <param name="Spatial">Of the place in the frame.</param>
/// <param name="CentreX">The X that counts as zero, FITS pixels.</param>
/// <param name="HalfX">So many pixels count as one.</param>
readonly record struct CalibrationTerms(CatalogColour? Colour, double Pivot, SpatialTerm Spatial, double CentreX, double HalfX,
    double CentreY, double HalfY)
{
    /// <summary>The zero point's constant, a colour and five of the place.</summary>
    public const int MaxCount = 7;

    public int Count => 1 + (Colour is null ? 0 : 1) + SpatialCount;

    public int SpatialCount => Spatial switch { SpatialTerm.None => 0, SpatialTerm.Linear => 2, _ => 5 };

    /// <summary>What the coefficients are multiplied with: 1, colour, x, y, x², xy, y², as far as there are terms.</summary>
    public void Row(double colour, double x, double y, Span<double> row)
    {
        row[0] = 1;
        var at = 1;
        if (Colour is not null)
            row[at++] = colour - Pivot;
        if (Spatial == SpatialTerm.None)
            return;
        var (u, v) = ((x - CentreX) / HalfX, (y - CentreY) / HalfY);
        (row[at], row[at + 1]) = (u, v);
        if (Spatial == SpatialTerm.Quadratic)
            (row[at + 2], row[at + 3], row[at + 4]) = (u * u, u * v, v * v);
    }
}
