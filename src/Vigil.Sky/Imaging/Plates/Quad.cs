namespace Vigil.Sky.Imaging;

/// <summary>
/// Four stars as a shape that does not depend on where they are, how large and how turned: the two that are farthest apart are
/// put on (0, 0) and (1, 1), and the places of the others are the code. D. Lang et al. 2010, AJ 139, 1782, section 2.1.
/// </summary>
/// <param name="Cx">Place of the third star.</param>
/// <param name="Cy">Likewise.</param>
/// <param name="Dx">Place of the fourth star; Cx is not above Dx.</param>
/// <param name="Dy">Likewise.</param>
/// <param name="Stars">Which of the four stars given is first, second, third and fourth: two bits each.</param>
/// <param name="Square">Square of the distance of the first two.</param>
readonly record struct Quad(float Cx, float Cy, float Dx, float Dy, byte Stars, double Square)
{
    /// <summary>The shape of four points of a plane.</summary>
    public static Quad Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (a, b, square) = (0, 1, 0.0);
        for (var i = 0; i < 3; i++)
            for (var j = i + 1; j < 4; j++)
            {
                var (dx, dy) = (x[j] - x[i], y[j] - y[i]);
                if (dx * dx + dy * dy is var distance && distance > square)
                    (a, b, square) = (i, j, distance);
            }
        // The two others: 0 + 1 + 2 + 3 less the first two.
        var c = a == 0 ? (b == 1 ? 2 : 1) : 0;
        var d = 6 - a - b - c;
        // Along the longest side and across it; turned by 45 degrees its end is (1, 1).
        var (sideX, sideY) = ((x[b] - x[a]) / square, (y[b] - y[a]) / square);
        var (cx, cy) = Code(x[c] - x[a], y[c] - y[a]);
        var (dX, dY) = Code(x[d] - x[a], y[d] - y[a]);
        // Which end is first, and which of the others: such that the code is one of its mirror images only.
        if (cx + dX > 1)
            (a, b, cx, cy, dX, dY) = (b, a, 1 - cx, 1 - cy, 1 - dX, 1 - dY);
        if (cx > dX)
            (c, d, cx, cy, dX, dY) = (d, c, dX, dY, cx, cy);
        return new((float)cx, (float)cy, (float)dX, (float)dY, (byte)(a | b << 2 | c << 4 | d << 6), square);

        (double, double) Code(double dx, double dy)
        {
            var (along, across) = (dx * sideX + dy * sideY, dy * sideX - dx * sideY);
            return (along - across, along + across);
        }
    }

    /// <summary>The index, among the four given, of the star in a role from 0 to 3.</summary>
    public int Star(int role) => Stars >> (2 * role) & 3;
}
