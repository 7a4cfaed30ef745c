using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>The shapes of all fours of a frame's foremost detections, to be found by those of the catalogue's stars.</summary>
/// <remarks>
/// It is the frame that is hashed, and the catalogue that streams past: the table is small, and nothing has to be prepared. A
/// shape is entered into every bin that it may fall into with its errors, so that one look is enough.
/// </remarks>
sealed class QuadTable
{
    // How wrong a detection may be against the catalogue, pixels: centroids of trailed stars, and distortions across a few
    // hundred pixels.
    const double PlaceErr = 2.5;

    // Errors of codes: at least so large, for scale and aspect ratio differ across a wide field; not larger, for coincidences
    // grow as the fourth power.
    const double LeastErr = 0.004;
    const double MostErr = 0.02;

    // Bins of a code's coordinate, which is within the two circles of radius √2 around (0, 0) and (1, 1).
    const float BinsPerUnit = 20;
    const float Lowest = -0.5f;

    readonly FrameStars frame;
    readonly int shift;
    readonly int[] bucketStart;
    readonly int[] entries;
    readonly List<Entry> quads = [];

    /// <summary>A shape of the frame.</summary>
    /// <param name="Shape">Its code and size, pixels.</param>
    /// <param name="First">The four detections, in the order in which the shape was made.</param>
    /// <param name="Second">Likewise.</param>
    /// <param name="Third">Likewise.</param>
    /// <param name="Fourth">Likewise.</param>
    /// <param name="Err">How wrong its code may be.</param>
    /// <param name="IsMirrored">Whether it was made of the frame's mirror image, as sky with east to the right.</param>
    public readonly record struct Entry(Quad Shape, short First, short Second, short Third, short Fourth, float Err,
        bool IsMirrored)
    {
        /// <summary>The detection in a role from 0 to 3.</summary>
        public int Detection(int role) => Shape.Star(role) switch { 0 => First, 1 => Second, 2 => Third, _ => Fourth };
    }

    /// <param name="frame">The frame's detections.</param>
    /// <param name="detections">How many of them take part.</param>
    public QuadTable(FrameStars frame, int detections)
    {
        this.frame = frame;
        var n = Math.Min(detections, frame.Count);
        // Shapes much smaller than the frame say little, for their errors are large.
        var (least, most) = (Math.Min(frame.Width, frame.Height) * 0.1, Math.Max(frame.Width, frame.Height) * 0.9);
        Span<double> x = stackalloc double[4];
        Span<double> y = stackalloc double[4];
        Span<short> four = stackalloc short[4];
        for (short d = 3; d < n; d++)
            for (short c = 2; c < d; c++)
                for (short b = 1; b < c; b++)
                    for (short a = 0; a < b; a++)
                    {
                        (four[0], four[1], four[2], four[3]) = (a, b, c, d);
                        foreach (var mirrored in (ReadOnlySpan<bool>)[false, true])
                        {
                            for (var i = 0; i < 4; i++)
                                (x[i], y[i]) = (mirrored ? frame.X[four[i]] : -frame.X[four[i]], frame.Y[four[i]]);
                            var shape = Quad.Of(x, y);
                            if (shape.Square < least * least || shape.Square > most * most)
                                break;
                            var err = Math.Clamp(2 * PlaceErr / Math.Sqrt(shape.Square), LeastErr, MostErr);
                            quads.Add(new(shape, a, b, c, d, (float)err, mirrored));
                        }
                    }

        var buckets = Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, 4 * quads.Count)), 1 << 8, 1 << 22);
        shift = 32 - BitOperations.Log2((uint)buckets);
        var entered = new List<(int Bucket, int Quad)>(4 * quads.Count);
        for (var i = 0; i < quads.Count; i++)
            Enter(i, entered);
        // Counting sort by bucket.
        bucketStart = new int[buckets + 2];
        foreach (var (bucket, _) in entered)
            bucketStart[bucket + 2]++;
        for (var bucket = 2; bucket < bucketStart.Length; bucket++)
            bucketStart[bucket] += bucketStart[bucket - 1];
        entries = new int[entered.Count];
        foreach (var (bucket, quad) in entered)
            entries[bucketStart[bucket + 1]++] = quad;
    }

    /// <summary>The shape of an entry.</summary>
    public Entry this[int index] => quads[index];

    /// <summary>Those that may have a shape; some have another.</summary>
    public ReadOnlySpan<int> Candidates(in Quad shape)
    {
        var bucket = Bucket(Bin(shape.Cx), Bin(shape.Cy), Bin(shape.Dx), Bin(shape.Dy));
        return entries.AsSpan(bucketStart[bucket]..bucketStart[bucket + 1]);
    }

    /// <summary>Whether the codes of an entry and a shape agree.</summary>
    public bool Agrees(int index, in Quad shape)
    {
        ref readonly var entry = ref CollectionsMarshal.AsSpan(quads)[index];
        var (a, b) = (entry.Shape.Cx - shape.Cx, entry.Shape.Cy - shape.Cy);
        var (c, d) = (entry.Shape.Dx - shape.Dx, entry.Shape.Dy - shape.Dy);
        return a * a + b * b + c * c + d * d <= entry.Err * entry.Err;
    }

    void Enter(int quad, List<(int, int)> entered)
    {
        var (shape, err) = (quads[quad].Shape, quads[quad].Err);
        var (firstCx, lastCx) = (Bin(shape.Cx - err), Bin(shape.Cx + err));
        var (firstCy, lastCy) = (Bin(shape.Cy - err), Bin(shape.Cy + err));
        var (firstDx, lastDx) = (Bin(shape.Dx - err), Bin(shape.Dx + err));
        var (firstDy, lastDy) = (Bin(shape.Dy - err), Bin(shape.Dy + err));
        for (var cx = firstCx; cx <= lastCx; cx++)
            for (var cy = firstCy; cy <= lastCy; cy++)
                for (var dx = firstDx; dx <= lastDx; dx++)
                    for (var dy = firstDy; dy <= lastDy; dy++)
                        entered.Add((Bucket(cx, cy, dx, dy), quad));
    }

    static int Bin(float code) => (int)MathF.Floor((code - Lowest) * BinsPerUnit);

    // Knuth's multiplicative hash; different bins in one bucket do no harm.
    int Bucket(int p, int q, int r, int s) => (int)((uint)(((p * 64 + q) * 64 + r) * 64 + s) * 2654435769u >> shift);
}
