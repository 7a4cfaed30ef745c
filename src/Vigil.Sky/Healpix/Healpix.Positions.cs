using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vigil.Sky;

// Many positions at once: four in a vector.
public static partial class Healpix
{
    /// <summary>The NESTED indices of the pixels that hold N positions; allocates nothing.</summary>
    /// <param name="ra">Degrees, any finite values, shape (N).</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">Receives indices, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or a coordinate is outside its range.</exception>
    /// <remarks>
    /// Positions within 1e-6 of a pixel's width of a border may fall on either side of it, and not on the same one as with
    /// <see cref="Ipix(double, double, int)"/>.
    /// </remarks>
    public static void Ipix(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, int order, Span<long> ipix)
    {
        CheckLengths(ra.Length, dec.Length, ipix.Length);
        CheckedOrder(order);
        var raFours = VectorMath.Fours(ra);
        var decFours = VectorMath.Fours(dec);
        var ipixFours = MemoryMarshal.Cast<long, Vector256<long>>(ipix);
        for (var four = 0; four < ipixFours.Length; four++)
        {
            var (ra4, dec4) = (raFours[four], decFours[four]);
            var usual = Vector256.GreaterThanOrEqual(ra4, Vector256<double>.Zero)
                & Vector256.LessThan(ra4, Vector256.Create(360.0))
                & Vector256.LessThanOrEqual(Vector256.Abs(dec4), Vector256.Create(90.0));
            if (usual.ExtractMostSignificantBits() == 0b1111)
                ipixFours[four] = Ipix(ra4, dec4, order);
            else
                for (var k = 4 * four; k < 4 * four + 4; k++)
                    ipix[k] = Ipix(ra[k], dec[k], order);
        }
        for (var k = 4 * ipixFours.Length; k < ra.Length; k++)
            ipix[k] = Ipix(ra[k], dec[k], order);
    }

    /// <summary>The centres of N pixels; allocates nothing.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED indices in [0, 12 * 4^order), shape (N).</param>
    /// <param name="ra">Receives degrees in [0, 360), shape (N).</param>
    /// <param name="dec">Receives degrees in [-90, 90], shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or an index is outside its range.</exception>
    public static void Centre(int order, ReadOnlySpan<long> ipix, Span<double> ra, Span<double> dec)
    {
        CheckLengths(ipix.Length, ra.Length, dec.Length);
        for (var i = 0; i < ipix.Length; i++)
            (ra[i], dec[i]) = Centre(order, ipix[i]);
    }

    // As the scalar one, both of its branches for all; ra in [0, 360).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<long> Ipix(Vector256<double> ra, Vector256<double> dec, int order)
    {
        var t = ra / 90.0;
        var away = Vector256.Abs(dec);
        var cap = Vector256.GreaterThan(away, Vector256.Create(CapDec));
        var north = Vector256.GreaterThan(dec, Vector256<double>.Zero);
        // Of the declination in the belt, of half the distance to the pole in a cap: at most 0.73 radians.
        var sin = SinOfSmall(Vector256.ConditionalSelect(cap, (Vector256.Create(90.0) - away) * 0.5, dec) * (Math.PI / 180));

        var u = 0.75 * sin;
        var (northEast, southEast) = (t + u + Vector256.Create(0.5), t - u + Vector256.Create(0.5));
        var (i, j) = (Vector256.Floor(northEast), Vector256.Floor(southEast));
        var nside = Vector256.Create((double)(1L << order));
        var last = nside - Vector256<double>.One;
        var x = Vector256.Floor((northEast - i) * nside);
        var y = last - Vector256.Floor((southEast - j) * nside);
        var (face, other) = (Whole(i) & Vector256.Create(3L), Whole(j) & Vector256.Create(3L));
        face = Vector256.ConditionalSelect(Vector256.Equals(i, j).AsInt64(), face + Vector256.Create(4L),
            Vector256.ConditionalSelect(Vector256.GreaterThan(i, j).AsInt64(), other, face + Vector256.Create(8L)));

        var (quarter, s) = (Vector256.Floor(t), sin * Sqrt6);
        var fromWest = s * (t - quarter);
        var fromEast = s - fromWest;
        x = Vector256.ConditionalSelect(cap, Vector256.Floor(
            Vector256.ConditionalSelect(north, Vector256<double>.One - fromEast, fromWest) * nside), x);
        y = Vector256.ConditionalSelect(cap, Vector256.Floor(
            Vector256.ConditionalSelect(north, Vector256<double>.One - fromWest, fromEast) * nside), y);
        var south = Vector256.AndNot(Vector256.Create(8L), north.AsInt64());
        face = Vector256.ConditionalSelect(cap.AsInt64(), Whole(quarter) + south, face);

        x = Vector256.Min(Vector256.Max(x, Vector256<double>.Zero), last);
        y = Vector256.Min(Vector256.Max(y, Vector256<double>.Zero), last);
        return Vector256.ShiftLeft(face, 2 * order) | Spread(Whole(x)) | Vector256.ShiftLeft(Spread(Whole(y)), 1);
    }

    // asin(2/3) in degrees: where the belt ends and the caps begin.
    const double CapDec = 41.810314895778596;

    // Of angles up to 0.8 radians. Taylor's series: the first term left out, x^17 / 17!, is below 1e-16.
    internal static Vector256<double> SinOfSmall(Vector256<double> x)
    {
        // In two interleaved halves, by powers of x^4: half as long to wait for.
        var square = x * x;
        var fourth = square * square;
        var even = Vector256.MultiplyAddEstimate(fourth, Vector256.Create(-1 / 1307674368000.0),
            Vector256.Create(-1 / 39916800.0));
        var odd = Vector256.MultiplyAddEstimate(fourth, Vector256.Create(1 / 6227020800.0), Vector256.Create(1 / 362880.0));
        even = Vector256.MultiplyAddEstimate(even, fourth, Vector256.Create(-1 / 5040.0));
        odd = Vector256.MultiplyAddEstimate(odd, fourth, Vector256.Create(1 / 120.0));
        even = Vector256.MultiplyAddEstimate(even, fourth, Vector256.Create(-1 / 6.0));
        var sum = Vector256.MultiplyAddEstimate(odd, square, even);
        return Vector256.MultiplyAddEstimate(x, square * sum, x);
    }

    // Of angles up to 0.8 radians; the first term left out, x^18 / 18!, is below 1e-17.
    internal static Vector256<double> CosOfSmall(Vector256<double> x)
    {
        var square = x * x;
        var sum = Vector256.Create(1 / 20922789888000.0);
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(-1 / 87178291200.0));
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(1 / 479001600.0));
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(-1 / 3628800.0));
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(1 / 40320.0));
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(-1 / 720.0));
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(1 / 24.0));
        sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(-0.5));
        return Vector256.MultiplyAddEstimate(square, sum, Vector256<double>.One);
    }

    // Whole doubles in [0, 2^52) as integers: with 2^52 added they are the lowest bits of the number.
    static Vector256<long> Whole(Vector256<double> value)
    {
        var shift = Vector256.Create(4503599627370496.0);
        return (value + shift).AsInt64() ^ shift.AsInt64();
    }

    // Moves bit k to place 2 k, for bits below 2^32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<long> Spread(Vector256<long> bits)
    {
        if (Avx2.IsSupported)
        {
            // Each byte comes twice; of the second its upper half is kept. A table spreads each half to a byte.
            var bytes = Avx2.Shuffle(bits.AsByte(), Vector256.Create((byte)0, 0, 1, 1, 2, 2, 3, 3, 8, 8, 9, 9, 10, 10, 11, 11,
                0, 0, 1, 1, 2, 2, 3, 3, 8, 8, 9, 9, 10, 10, 11, 11)).AsUInt16();
            var halves = bytes & Vector256.Create((ushort)0x000F)
                | Vector256.ShiftRightLogical(bytes, 4) & Vector256.Create((ushort)0x0F00);
            var spread = Vector128.Create((byte)0x00, 0x01, 0x04, 0x05, 0x10, 0x11, 0x14, 0x15,
                0x40, 0x41, 0x44, 0x45, 0x50, 0x51, 0x54, 0x55);
            return Avx2.Shuffle(Vector256.Create(spread, spread), halves.AsByte()).AsInt64();
        }
        bits = (bits | Vector256.ShiftLeft(bits, 16)) & Vector256.Create(0x0000FFFF0000FFFF);
        bits = (bits | Vector256.ShiftLeft(bits, 8)) & Vector256.Create(0x00FF00FF00FF00FF);
        bits = (bits | Vector256.ShiftLeft(bits, 4)) & Vector256.Create(0x0F0F0F0F0F0F0F0F);
        bits = (bits | Vector256.ShiftLeft(bits, 2)) & Vector256.Create(0x3333333333333333);
        return (bits | Vector256.ShiftLeft(bits, 1)) & Vector256.Create(0x5555555555555555);
    }
}
