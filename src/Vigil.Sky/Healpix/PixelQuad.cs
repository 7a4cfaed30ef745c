using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Sky;

/// <summary>The directions of four pixels' centres: the quarters of a pixel, in ascending order, or four faces.</summary>
readonly struct PixelQuad
{
    readonly Vector256<double> x, y, z;

    // The angle is in radians from the meridian through the middle of the pixels' face, at most π/4 away from it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    PixelQuad(int face, Vector256<double> angle, Vector256<double> sinDec, Vector256<double> cosDec)
    {
        var (sin, cos) = (Healpix.SinOfSmall(angle) * cosDec, Healpix.CosOfSmall(angle) * cosDec);
        var (cosMiddle, sinMiddle) = middles[face];
        (x, y, z) = (cos * cosMiddle - sin * sinMiddle, sin * cosMiddle + cos * sinMiddle, sinDec);
    }

    static readonly (double Cos, double Sin)[] middles = [.. Enumerable.Range(0, 12).Select(face => (face & 3, face >> 2) switch
    {
        (0, 1) => (1.0, 0.0),
        (1, 1) => (0, 1),
        (2, 1) => (-1, 0),
        (3, 1) => (0, -1),
        (0, _) => (Math.Sqrt(0.5), Math.Sqrt(0.5)),
        (1, _) => (-Math.Sqrt(0.5), Math.Sqrt(0.5)),
        (2, _) => (-Math.Sqrt(0.5), -Math.Sqrt(0.5)),
        _ => (Math.Sqrt(0.5), -Math.Sqrt(0.5)),
    })];

    /// <summary>Any four directions by their components.</summary>
    public PixelQuad(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z) =>
        (this.x, this.y, this.z) = (Vector256.Create(x), Vector256.Create(y), Vector256.Create(z));

    /// <summary>The quarters of a pixel given by its face and place, which are pixels of <paramref name="order"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PixelQuad Quarters(int face, long parentX, long parentY, int order)
    {
        var nside = (double)(1L << order);
        var (row, width) = (face >> 2, 1 / nside);
        // As in Healpix.Centre, for x + 0, 1, 0, 1 and y + 0, 0, 1, 1.
        var north = Vector256.Create(0.0, 1, 1, 2) + Vector256.Create(2.0 * (parentX + parentY) + 1 - nside);
        var east = Vector256.Create(0.0, 1, -1, 0) + Vector256.Create(2.0 * (parentX - parentY));
        var sinDec = (north * width + Vector256.Create((double)(1 - row))) * (2 / 3.0);
        var inCap = row == 0 ? Vector256.GreaterThan(north, Vector256<double>.Zero)
            : row == 2 ? Vector256.LessThan(north, Vector256<double>.Zero)
            : Vector256<double>.Zero;
        var scale = Vector256.Create(width / 2);
        var cosDec = Vector256.Sqrt((Vector256<double>.One - sinDec) * (Vector256<double>.One + sinDec));
        if (inCap.ExtractMostSignificantBits() != 0)
        {
            var toPole = Vector256.Create(nside) - Vector256.Abs(north);
            var sinHalf = toPole * (width / Math.Sqrt(6));
            var square = sinHalf * sinHalf;
            var capSin = Vector256<double>.One - (square + square);
            sinDec = Vector256.ConditionalSelect(inCap, row == 0 ? capSin : -capSin, sinDec);
            cosDec = Vector256.ConditionalSelect(inCap, 2.0 * sinHalf * Vector256.Sqrt(Vector256<double>.One - square), cosDec);
            scale = Vector256.ConditionalSelect(inCap, Vector256.Create(0.5) / toPole, scale);
        }
        return new PixelQuad(face, east * scale * (Math.PI / 2), sinDec, cosDec);
    }

    /// <summary>The four faces of a row: 0 in the north, 1 on the equator, 2 in the south.</summary>
    public static ref readonly PixelQuad Faces(int row) => ref faces[row];

    static readonly PixelQuad[] faces = [OfFaces(0), OfFaces(1), OfFaces(2)];

    static PixelQuad OfFaces(int row)
    {
        var (x, y, z) = (new double[4], new double[4], new double[4]);
        for (var k = 0; k < 4; k++)
            (x[k], y[k], z[k]) = Healpix.CentreVector(0, 4 * row + k);
        return new PixelQuad(x, y, z);
    }

    public UnitVector this[int k] => new(x[k], y[k], z[k]);

    /// <summary>Cosines of the angles from a direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Dot(UnitVector v) => Vector256.MultiplyAddEstimate(x, Vector256.Create(v.X),
        Vector256.MultiplyAddEstimate(y, Vector256.Create(v.Y), z * v.Z));
}
