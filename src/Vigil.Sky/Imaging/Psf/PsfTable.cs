using System.Runtime.Intrinsics;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The part of a star's light that falls into a pixel, by the pixel's offset from the star: a square of nodes between which
/// cubic B-splines interpolate. Zero beyond its radius.
/// </summary>
/// <remarks>M. Unser et al. 1993, IEEE Trans. Signal Proc. 41, 821, for the coefficients of the splines.</remarks>
sealed class PsfTable
{
    // Nodes of zero around the table, which the splines of its outermost nodes need.
    const int Margin = 3;

    readonly double[] coefficients;
    readonly int side; // with margins

    /// <param name="radius">Pixels.</param>
    /// <param name="perPixel">Nodes on a pixel's side.</param>
    /// <param name="values">At the nodes, row by row: shape (2 radius perPixel + 1)².</param>
    public PsfTable(int radius, int perPixel, ReadOnlySpan<double> values)
    {
        (Radius, PerPixel) = (radius, perPixel);
        var inside = 2 * radius * perPixel + 1;
        side = inside + 2 * Margin;
        coefficients = new double[side * side];
        for (var y = 0; y < inside; y++)
            values.Slice(y * inside, inside).CopyTo(coefficients.AsSpan((y + Margin) * side + Margin));
        for (var i = 0; i < side; i++)
        {
            ToCoefficients(coefficients.AsSpan(i * side), 1, side);
            ToCoefficients(coefficients.AsSpan(i), side, side);
        }
    }

    /// <summary>Pixels.</summary>
    public int Radius { get; }

    /// <summary>Nodes on a pixel's side.</summary>
    public int PerPixel { get; }

    /// <summary>The value at an offset.</summary>
    public double At(double dx, double dy)
    {
        if (Math.Abs(dx) > Radius || Math.Abs(dy) > Radius)
            return 0;
        Span<double> wx = stackalloc double[4], wy = stackalloc double[4];
        var (left, low) = (Weights(dx, wx), Weights(dy, wy));
        var sum = 0.0;
        for (var j = 0; j < 4; j++)
        {
            var row = coefficients.AsSpan((low + j) * side + left, 4);
            sum += wy[j] * (wx[0] * row[0] + wx[1] * row[1] + wx[2] * row[2] + wx[3] * row[3]);
        }
        return sum;
    }

    /// <summary>Adds a multiple of the values in a box of pixels.</summary>
    /// <param name="dx">Offset of the box's first pixel from the star.</param>
    /// <param name="dy">Likewise.</param>
    /// <param name="width">Pixels in a row of the box.</param>
    /// <param name="factor">What to multiply with.</param>
    /// <param name="values">Shape (rows * width).</param>
    /// <param name="slopesX">Receives, if not empty, derivatives by the star's x likewise.</param>
    /// <param name="slopesY">By its y.</param>
    public void Add(double dx, double dy, int width, double factor, Span<double> values, Span<double> slopesX,
        Span<double> slopesY)
    {
        Span<double> wx = stackalloc double[4], wy = stackalloc double[4], sx = stackalloc double[4], sy = stackalloc double[4];
        var left = Weights(dx, wx);
        var low = Weights(dy, wy);
        Derivatives(dx, sx);
        Derivatives(dy, sy);
        var (acrossX, slopeX) = (factor * Vector256.Create<double>(wx), factor * Vector256.Create<double>(sx));
        var (w0, w1) = (Vector256.Create(wy[0]), Vector256.Create(wy[1]));
        var (w2, w3) = (Vector256.Create(wy[2]), Vector256.Create(wy[3]));
        var (s0, s1) = (Vector256.Create(sy[0]), Vector256.Create(sy[1]));
        var (s2, s3) = (Vector256.Create(sy[2]), Vector256.Create(sy[3]));
        // The pixels whose four nodes lie within the table.
        var from = left >= 0 ? 0 : (PerPixel - 1 - left) / PerPixel;
        var end = left > side - 4 ? 0 : Math.Min(width, (side - 4 - left) / PerPixel + 1);
        for (int at = 0, y = low; at < values.Length; at += width, y += PerPixel)
        {
            if (y < 0 || y > side - 4)
                continue;
            var rows = coefficients.AsSpan(y * side, 4 * side);
            for (int i = from, x = left + from * PerPixel; i < end; i++, x += PerPixel)
            {
                var row0 = Vector256.Create<double>(rows[x..]);
                var row1 = Vector256.Create<double>(rows[(side + x)..]);
                var row2 = Vector256.Create<double>(rows[(2 * side + x)..]);
                var row3 = Vector256.Create<double>(rows[(3 * side + x)..]);
                var along = w0 * row0 + w1 * row1 + (w2 * row2 + w3 * row3);
                values[at + i] += Vector256.Sum(acrossX * along);
                if (slopesX.IsEmpty)
                    continue;
                slopesX[at + i] -= Vector256.Sum(slopeX * along);
                slopesY[at + i] -= Vector256.Sum(acrossX * (s0 * row0 + s1 * row1 + (s2 * row2 + s3 * row3)));
            }
        }
    }

    // The weights of four nodes around an offset; returns the first of them.
    int Weights(double offset, Span<double> weights)
    {
        var place = (offset + Radius) * PerPixel + Margin;
        var node = Math.Floor(place);
        var t = place - node;
        var u = 1 - t;
        weights[0] = u * u * u / 6;
        weights[1] = (t * t * (3 * t - 6) + 4) / 6;
        weights[2] = (u * u * (3 * u - 6) + 4) / 6;
        weights[3] = t * t * t / 6;
        return (int)node - 1;
    }

    void Derivatives(double offset, Span<double> weights)
    {
        var place = (offset + Radius) * PerPixel + Margin;
        var t = place - Math.Floor(place);
        var u = 1 - t;
        weights[0] = -0.5 * u * u * PerPixel;
        weights[1] = t * (1.5 * t - 2) * PerPixel;
        weights[2] = -u * (1.5 * u - 2) * PerPixel;
        weights[3] = 0.5 * t * t * PerPixel;
    }

    static void ToCoefficients(Span<double> line, int stride, int count)
    {
        const double pole = -0.2679491924311227; // sqrt(3) - 2
        var end = (count - 1) * stride;
        for (var i = stride; i <= end; i += stride)
            line[i] += pole * line[i - stride];
        line[end] *= -pole / (1 - pole * pole); // beyond there is nothing
        for (var i = end - stride; i >= 0; i -= stride)
            line[i] = pole * (line[i + stride] - line[i]);
        for (var i = 0; i <= end; i += stride)
            line[i] *= 6;
    }
}
