namespace Vigil.Sky.Imaging;

/// <summary>A linear map of pixels: x' = A x + B y + C, y' = D x + E y + F.</summary>
readonly record struct PixelMap(double A, double B, double C, double D, double E, double F)
{
    /// <summary>All places stay.</summary>
    public static PixelMap Identity => new(1, 0, 0, 0, 1, 0);

    /// <summary>All places move alike.</summary>
    public static PixelMap Shift(double dx, double dy) => new(1, 0, dx, 0, 1, dy);

    /// <summary>The map back.</summary>
    public PixelMap Inverse
    {
        get
        {
            var determinant = A * E - B * D;
            var (a, b, d, e) = (E / determinant, -B / determinant, -D / determinant, A / determinant);
            return new(a, b, -a * C - b * F, d, e, -d * C - e * F);
        }
    }

    /// <summary>Where a place goes.</summary>
    public (double X, double Y) Apply(double x, double y) => (A * x + B * y + C, D * x + E * y + F);
}
