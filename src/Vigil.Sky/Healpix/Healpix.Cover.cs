namespace Vigil.Sky;

public static partial class Healpix
{
    /// <summary>The pixels that stand for a patch of sky, as ranges of order-29 indices.</summary>
    /// <param name="region">A <see cref="Cone"/>, <see cref="SkyPolygon"/>, <see cref="RaDecBox"/>, ...</param>
    /// <param name="order">The finest pixels to use, in [0, 29].</param>
    /// <param name="rule">Which pixels count: all that touch it (conservative), those whose centre is in it (exact), ...</param>
    /// <param name="maxRanges">The most ranges to make room for.</param>
    /// <returns>Ranges in ascending order that neither overlap nor touch.</returns>
    /// <exception cref="ArgumentException">There are more ranges; choose a coarser order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    /// <remarks>
    /// The time goes with the length of the border in pixels. For a handful of ranges to ask a database for, see
    /// <see cref="ConeRanges(double, double, double, int)"/>.
    /// </remarks>
    public static IpixRange[] Cover(ISkyRegion region, int order, CoverRule rule = CoverRule.Touching, int maxRanges = 1 << 22)
    {
        var sink = new RangeSink(maxRanges);
        Cover(region, order, rule, ref sink);
        return sink.ToArray();
    }

    internal static void Cover<TSink>(ISkyRegion region, int order, CoverRule rule, ref TSink sink)
        where TSink : struct, IPixelSink
    {
        ArgumentNullException.ThrowIfNull(region);
        CheckedOrder(order);
        if (CapIntersection.Of(region) is { } caps)
            Cover(new CapTest(caps), order, rule, ref sink);
        else
            Cover(new RegionTest(region), order, rule, ref sink);
    }

    internal static void Cover<TTest, TSink>(TTest test, int order, CoverRule rule, ref TSink sink)
        where TTest : struct, IPixelTest where TSink : struct, IPixelSink
    {
        var walk = new CoverWalk<TTest, TSink>(test, order, rule);
        for (var row = 0; row < 3; row++)
            walk.Visit(PixelQuad.Faces(row), 0, 4 * row, ref sink);
    }

    /// <summary>Walks down the tree of pixels; a pixel is taken as the circle around it until the finest order.</summary>
    readonly struct CoverWalk<TTest, TSink>(TTest test, int finest, CoverRule rule)
        where TTest : struct, IPixelTest where TSink : struct, IPixelSink
    {
        public void Visit(in PixelQuad quad, int order, long first, ref TSink sink)
        {
            if (order == finest && rule == CoverRule.Centres)
            {
                var centres = test.Centres(quad);
                if (centres != 0)
                    sink.Add(order, first, centres);
                return;
            }
            var (outside, inside) = test.Relate(quad, order);
            if (order == finest)
            {
                var kept = rule == CoverRule.Touching ? ~outside & 0b1111 : inside;
                if (kept != 0)
                    sink.Add(order, first, kept);
                return;
            }
            if ((inside | outside) == 0b1111)
            {
                if (inside != 0)
                    sink.Add(order, first, inside);
                return;
            }
            for (var k = 0; k < 4; k++)
                if ((inside >> k & 1) != 0)
                    sink.Add(order, first, 1u << k);
                else if ((outside >> k & 1) == 0)
                {
                    var (face, x, y) = Cell(order, first + k);
                    Visit(PixelQuad.Quarters(face, x, y, order + 1), order + 1, 4 * (first + k), ref sink);
                }
        }
    }
}
