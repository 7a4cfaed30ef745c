namespace Vigil.Sky.Imaging;

/// <summary>Weighted sums over pairs of places, from which the best <see cref="PixelMap"/> follows (least squares).</summary>
sealed class PixelMapSums
{
    // Sums of w, w x, w y, w x', w y', and of the products, about the first pair's places: large numbers lose digits.
    double w, x, y, u, v, xx, xy, yy, xu, xv, yu, yv;
    double x0, y0, u0, v0;

    /// <summary>Forgets all pairs.</summary>
    public void Clear() => (w, x, y, u, v, xx, xy, yy, xu, xv, yu, yv) = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Adds a pair: (x, y) should go to (u, v).</summary>
    public void Add(double fromX, double fromY, double toX, double toY, double weight)
    {
        if (w == 0)
            (x0, y0, u0, v0) = (fromX, fromY, toX, toY);
        var (a, b, c, d) = (fromX - x0, fromY - y0, toX - u0, toY - v0);
        (w, x, y, u, v) = (w + weight, x + weight * a, y + weight * b, u + weight * c, v + weight * d);
        (xx, xy, yy) = (xx + weight * a * a, xy + weight * a * b, yy + weight * b * b);
        (xu, xv, yu, yv) = (xu + weight * a * c, xv + weight * a * d, yu + weight * b * c, yv + weight * b * d);
    }

    /// <summary>The best shift, turn and scale without change of parity; null where the pairs do not tell.</summary>
    public PixelMap? Similarity()
    {
        var (cxx, cyy) = (xx - x * x / w, yy - y * y / w);
        var spread = cxx + cyy;
        if (!(spread > 0))
            return null;
        var cos = (xu - x * u / w + yv - y * v / w) / spread;
        var sin = (xv - x * v / w - (yu - y * u / w)) / spread;
        return Through(cos, -sin, sin, cos);
    }

    /// <summary>The best linear map; null where the pairs do not tell.</summary>
    public PixelMap? Affine()
    {
        var (cxx, cxy, cyy) = (xx - x * x / w, xy - x * y / w, yy - y * y / w);
        var determinant = cxx * cyy - cxy * cxy;
        // Pairs along a line tell nothing across it.
        if (!(determinant > 1e-6 * cxx * cyy))
            return null;
        var (cxu, cyu, cxv, cyv) = (xu - x * u / w, yu - y * u / w, xv - x * v / w, yv - y * v / w);
        return Through((cxu * cyy - cyu * cxy) / determinant, (cyu * cxx - cxu * cxy) / determinant,
            (cxv * cyy - cyv * cxy) / determinant, (cyv * cxx - cxv * cxy) / determinant);
    }

    // The map of this matrix that takes the mean of the ones to the mean of the others.
    PixelMap Through(double a, double b, double d, double e)
    {
        var (mx, my, mu, mv) = (x0 + x / w, y0 + y / w, u0 + u / w, v0 + v / w);
        return new(a, b, mu - a * mx - b * my, d, e, mv - d * mx - e * my);
    }
}
