namespace Vigil.Sky.Imaging;

/// <summary>
/// Finds segments that would not have been detected without the wings of a brighter one near by. Each segment's wings are
/// taken as the profile peak / (1 + c r²) that has its peak and reaches the threshold where its isophote ends.
/// </summary>
/// <remarks>
/// After E. Bertin and S. Arnouts 1996, A&amp;AS 117, 393, section 4.4, with wings as stars have them (Moffat's
/// profile with β = 2.5; SExtractor's 1 takes many faint stars for bumps).
/// </remarks>
static class Cleaning
{
    /// <summary>Of A. F. J. Moffat's profile (1969, A&amp;A 3, 455), as stars are seen through the atmosphere.</summary>
    const double Beta = 2.5;

    /// <summary>Wings are followed to so many isophotal radii: there they are below a hundredth of the threshold.</summary>
    const double Reach = 3;

    const int Cell = 32;

    /// <summary>For each segment the brighter one that it is a part of; itself where it stands alone.</summary>
    /// <param name="segments">All of the frame.</param>
    /// <param name="thresholds">At which each was detected.</param>
    /// <param name="width">Pixels in a row of the frame.</param>
    /// <param name="height">Its rows.</param>
    public static int[] Find(Segment[] segments, double[] thresholds, int width, int height)
    {
        int columns = width / Cell + 1, rows = height / Cell + 1;
        var start = new int[columns * rows + 1];
        foreach (var segment in segments)
            start[CellOf(segment) + 1]++;
        for (var i = 1; i < start.Length; i++)
            start[i] += start[i - 1];
        var next = start.AsSpan(0, columns * rows).ToArray();
        var members = new int[segments.Length];
        for (var i = 0; i < segments.Length; i++)
            members[next[CellOf(segments[i])]++] = i;

        var owner = new int[segments.Length];
        var strongest = new double[segments.Length];
        for (var i = 0; i < segments.Length; i++)
            owner[i] = i;
        for (var i = 0; i < segments.Length; i++)
        {
            var bright = segments[i];
            if (!(bright.Peak > thresholds[i] && thresholds[i] > 0))
                continue;
            // r² in units of A and B, 1 at the radius of the isophote.
            var isophote = bright.Area / (Math.PI * bright.A * bright.B);
            var (cxx, cyy, cxy) = Ellipse.Coefficients(bright);
            var slope = (Math.Pow(bright.Peak / thresholds[i], 1 / Beta) - 1) / isophote;
            var reach = Reach * Math.Sqrt(isophote) * bright.A;
            int firstColumn = Column(bright.X - reach, columns), lastColumn = Column(bright.X + reach, columns);
            int firstRow = Column(bright.Y - reach, rows), lastRow = Column(bright.Y + reach, rows);
            for (var row = firstRow; row <= lastRow; row++)
                for (var k = start[row * columns + firstColumn]; k < start[row * columns + lastColumn + 1]; k++)
                {
                    var j = members[k];
                    var faint = segments[j];
                    if (faint.Flux >= bright.Flux)
                        continue;
                    double dx = faint.X - bright.X, dy = faint.Y - bright.Y;
                    var r2 = cxx * dx * dx + cyy * dy * dy + cxy * dx * dy;
                    if (r2 > Reach * Reach * isophote)
                        continue;
                    var wing = bright.Peak * Math.Pow(1 + slope * r2, -Beta);
                    if (faint.Faintest - wing < thresholds[j] && wing > strongest[j])
                        (owner[j], strongest[j]) = (i, wing);
                }
        }
        // What belongs to a part of a third one belongs to that; flux grows along the way, so it ends.
        for (var i = 0; i < owner.Length; i++)
        {
            var last = i;
            while (owner[last] != last)
                last = owner[last];
            owner[i] = last;
        }
        return owner;

        int CellOf(Segment segment) => Column(segment.Y, rows) * columns + Column(segment.X, columns);
    }

    static int Column(double x, int columns) => (int)Math.Clamp(x / Cell, 0, columns - 1);
}
