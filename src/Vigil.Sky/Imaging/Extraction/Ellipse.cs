namespace Vigil.Sky.Imaging;

/// <summary>An ellipse as the squared radius cxx dx² + cyy dy² + cxy dx dy, which is 1 where it is A by B.</summary>
static class Ellipse
{
    /// <summary>Of the segment's A, B and angle.</summary>
    public static (double Cxx, double Cyy, double Cxy) Coefficients(Segment segment)
    {
        var (sin, cos) = Math.SinCos(segment.Theta);
        double a2 = 1 / (segment.A * segment.A), b2 = 1 / (segment.B * segment.B);
        return (cos * cos * a2 + sin * sin * b2, sin * sin * a2 + cos * cos * b2, 2 * sin * cos * (a2 - b2));
    }

    /// <summary>The share of a pixel that lies within an ellipse (or, with equal axes, a circle).</summary>
    /// <param name="dx">From the centre to the pixel's middle.</param>
    /// <param name="dy">Likewise.</param>
    /// <param name="cxx">The ellipse's coefficients.</param>
    /// <param name="cyy">Likewise.</param>
    /// <param name="cxy">Likewise.</param>
    /// <param name="radius">The value of the root of the form at the edge.</param>
    /// <remarks>
    /// The edge through the pixel is taken as a straight line, moved inwards by the mean of what its curvature cuts off. The
    /// sum over an ellipse is its area within 1 %, over a circle within 0.3 %, where the half axes exceed 2 pixels.
    /// </remarks>
    public static double Share(double dx, double dy, double cxx, double cyy, double cxy, double radius)
    {
        double gx = cxx * dx + 0.5 * cxy * dy, gy = cyy * dy + 0.5 * cxy * dx; // half the gradient of the form
        var form = dx * gx + dy * gy;
        var gradient = Math.Sqrt(gx * gx + gy * gy);
        if (gradient == 0)
            return Math.Min(1, Math.PI * radius * radius / Math.Sqrt(cxx * cyy - 0.25 * cxy * cxy));
        // Distance to the edge along the gradient, to second order, inside positive.
        var root = Math.Sqrt(form);
        var distance = (radius - root) * root / gradient;
        // Curvature of the line of equal radius through the middle: (gᵀ adj(H) g) / |g|³.
        var curvature = (cyy * gx * gx + cxx * gy * gy - cxy * gx * gy) / (gradient * gradient * gradient);
        distance -= curvature / 24;
        double nx = Math.Abs(gx) / gradient, ny = Math.Abs(gy) / gradient;
        double larger = Math.Max(nx, ny), smaller = Math.Min(nx, ny);
        var depth = Math.Abs(distance);
        double corner = (larger + smaller) / 2, flat = (larger - smaller) / 2;
        var share = depth >= corner ? 1
            : depth <= flat ? 0.5 + depth / larger
            : 1 - (corner - depth) * (corner - depth) / (2 * larger * smaller);
        return distance >= 0 ? share : 1 - share;
    }
}
