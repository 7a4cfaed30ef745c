namespace Vigil.Sky;

public static partial class Healpix
{
    /// <summary>
    /// The four pixels around a position and their weights: two neighbours on the ring north of it and two on the ring south
    /// of it, linear in right ascension along a ring and in polar distance between the rings. Beyond the first and the last
    /// ring the mean of its four pixels stands for the pole.
    /// </summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">Receives NESTED indices, shape (4); near a pole a pixel may come twice.</param>
    /// <param name="weights">Receives weights in [0, 1] whose sum is 1, shape (4).</param>
    /// <exception cref="ArgumentException">A span has not four places.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>The rule of get_interp_weights in healpy, which calls it bilinear.</remarks>
    public static void InterpolationWeights(double ra, double dec, int order, Span<long> ipix, Span<double> weights)
    {
        if (ipix.Length != 4 || weights.Length != 4)
            throw new ArgumentException($"ipix and weights must have 4 places, got {ipix.Length} and {weights.Length}.");
        var nside = 1L << CheckedOrder(order);
        var turn = Sphere.NormalizeRa(ra) / 360;
        var polarDistance = double.DegreesToRadians(90 - Sphere.CheckedDec(dec));
        // s and u as in Ipix; the ring is in [0, 4 nside), 0 between the pole and the first one.
        var fromPole = double.DegreesToRadians((90 - Math.Abs(dec)) / 2);
        var s = Sqrt6 * Math.Sin(fromPole);
        var ring = s < 1
            ? dec > 0 ? (long)(s * nside) : 4 * nside - 1 - Math.Max((long)Math.Ceiling(s * nside) - 1, 0)
            : (long)(nside * (2 - 1.5 * Math.Sin(double.DegreesToRadians(dec))));
        ring = Math.Clamp(ring, 0, 4 * nside - 1);
        if (ring > 0)
            AlongRing(turn, ring, order, ipix, weights);
        if (ring + 1 < 4 * nside)
            AlongRing(turn, ring + 1, order, ipix[2..], weights[2..]);
        var north = ring > 0 ? RingPolarDistance(ring, nside) : 0;
        var south = ring + 1 < 4 * nside ? RingPolarDistance(ring + 1, nside) : Math.PI;
        var towardsSouth = Math.Clamp((polarDistance - north) / (south - north), 0, 1);
        if (ring == 0)
        {
            // The ring has four pixels: those opposite the two found complete the pole.
            (ipix[0], ipix[1]) = (ipix[2] ^ (2L << (2 * order)), ipix[3] ^ (2L << (2 * order)));
            var pole = (1 - towardsSouth) / 4;
            (weights[0], weights[1]) = (pole, pole);
            (weights[2], weights[3]) = (weights[2] * towardsSouth + pole, weights[3] * towardsSouth + pole);
        }
        else if (ring + 1 == 4 * nside)
        {
            (ipix[2], ipix[3]) = (ipix[0] ^ (2L << (2 * order)), ipix[1] ^ (2L << (2 * order)));
            var pole = towardsSouth / 4;
            (weights[2], weights[3]) = (pole, pole);
            (weights[0], weights[1]) = (weights[0] * (1 - towardsSouth) + pole, weights[1] * (1 - towardsSouth) + pole);
        }
        else
        {
            (weights[0], weights[1]) = (weights[0] * (1 - towardsSouth), weights[1] * (1 - towardsSouth));
            (weights[2], weights[3]) = (weights[2] * towardsSouth, weights[3] * towardsSouth);
        }
    }

    /// <summary>The value of a map at a position, by <see cref="InterpolationWeights"/>.</summary>
    /// <param name="map">Values by NESTED index, shape (12 * 4^order).</param>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <exception cref="ArgumentException">No order has as many pixels as the map has values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public static double Interpolate(ReadOnlySpan<double> map, double ra, double dec)
    {
        Span<long> ipix = stackalloc long[4];
        Span<double> weights = stackalloc double[4];
        InterpolationWeights(ra, dec, OrderOf(map.Length), ipix, weights);
        var sum = 0.0;
        for (var i = 0; i < 4; i++)
            sum += weights[i] * map[(int)ipix[i]];
        return sum;
    }

    /// <summary>The values of a map at N positions, by <see cref="InterpolationWeights"/>; allocates nothing.</summary>
    /// <param name="map">Values by NESTED index, shape (12 * 4^order).</param>
    /// <param name="ra">Degrees, any finite values, shape (N).</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <param name="values">Receives the values, shape (N).</param>
    /// <exception cref="ArgumentException">
    /// No order has as many pixels as the map has values, or the spans of N differ in length.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public static void Interpolate(
        ReadOnlySpan<double> map, ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, Span<double> values)
    {
        CheckLengths(ra.Length, dec.Length, values.Length);
        for (var i = 0; i < ra.Length; i++)
            values[i] = Interpolate(map, ra[i], dec[i]);
    }

    // Radians from the north pole to ring i, in [1, 4 nside).
    static double RingPolarDistance(long ring, long nside) =>
        ring < nside ? 2 * Math.Asin(ring / (Sqrt6 * nside))
        : ring > 3 * nside ? Math.PI - 2 * Math.Asin((4 * nside - ring) / (Sqrt6 * nside))
        : Math.Acos((2 * nside - ring) * 2.0 / (3.0 * nside));

    // The two pixels of a ring east and west of a right ascension, given in turns, and their weights.
    static void AlongRing(double turn, long ring, int order, Span<long> ipix, Span<double> weights)
    {
        var nside = 1L << order;
        var fromPole = Math.Min(ring, 4 * nside - ring);
        var (count, first) = fromPole < nside
            ? (4 * fromPole, ring < nside ? 2 * ring * (ring - 1) : 12 * nside * nside - 2 * fromPole * (fromPole + 1))
            : (4 * nside, 2 * nside * (nside - 1) + (ring - nside) * 4 * nside);
        var shifted = fromPole < nside || ((ring - nside) & 1) == 0;
        var place = turn * count - (shifted ? 0.5 : 0);
        var west = Math.Floor(place);
        weights[1] = place - west;
        weights[0] = 1 - weights[1];
        var j = (long)west < 0 ? count - 1 : (long)west;
        ipix[0] = RingToNested(order, first + j);
        ipix[1] = RingToNested(order, first + (j + 1 == count ? 0 : j + 1));
    }
}
