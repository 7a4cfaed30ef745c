using FsCheck;
using FsCheck.Fluent;

namespace Vigil.Sky.Tests;

public class MocTests
{
    // Unions of pixels of orders 0 to 4, so that they often touch, nest and overlap.
    static readonly Arbitrary<Moc> Mocs = (
        from cells in Gen.ListOf(from order in Gen.Choose(0, 4)
                                 from part in Gen.Choose(0, 3071)
                                 select Healpix.Uniq(order, part >> (2 * (4 - order))))
        select Moc.FromUniq([.. cells.Take(60)], 4)).ToArbitrary();

    static readonly double[] ra, dec;

    static MocTests()
    {
        var random = new Random(7);
        ra = [.. Enumerable.Range(0, 500).Select(_ => 360 * random.NextDouble())];
        dec = [.. Enumerable.Range(0, 500).Select(_ => double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)))];
    }

    [Fact]
    public void Set_operations_are_those_of_the_positions_in_the_sets() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Mocs, Mocs, (a, b) =>
        {
            var (union, both, rest, complement) = (a.Union(b), a.Intersection(b), a.Difference(b), a.Complement());
            return Enumerable.Range(0, ra.Length).All(i =>
            {
                var (inA, inB) = (a.Contains(ra[i], dec[i]), b.Contains(ra[i], dec[i]));
                return union.Contains(ra[i], dec[i]) == (inA || inB) && both.Contains(ra[i], dec[i]) == (inA && inB)
                    && rest.Contains(ra[i], dec[i]) == (inA && !inB) && complement.Contains(ra[i], dec[i]) == !inA;
            });
        }));

    [Fact]
    public void Set_operations_obey_the_laws_of_algebra() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Mocs, Mocs, Mocs, (a, b, c) =>
            a.Union(b).Equals(b.Union(a)) && a.Intersection(b).Equals(b.Intersection(a))
            && a.Union(b).Union(c).Equals(a.Union(b.Union(c)))
            && a.Intersection(b.Union(c)).Equals(a.Intersection(b).Union(a.Intersection(c)))
            && a.Union(b).Complement().Equals(a.Complement().Intersection(b.Complement())) // De Morgan
            && a.Difference(b).Equals(a.Intersection(b.Complement()))
            && a.Complement().Complement().Equals(a) && a.Union(a).Equals(a)
            && a.Union(a.Complement()).Fraction == 1 && a.Intersection(a.Complement()).IsEmpty
            && Moc.Union([a, b, c]).Equals(a.Union(b).Union(c))
            && a.Overlaps(b) == !a.Intersection(b).IsEmpty
            && Math.Abs(a.Fraction + b.Fraction - a.Union(b).Fraction - a.Intersection(b).Fraction) < 1e-15));

    [Fact]
    public void Ranges_are_sorted_and_apart_and_cells_are_the_coarsest() => Check.QuickThrowOnFailure(Prop.ForAll(Mocs, a =>
    {
        var ranges = a.Ranges.ToArray();
        var cells = a.Cells().ToArray();
        return ranges.Zip(ranges.Skip(1)).All(pair => pair.First.End < pair.Second.First)
            && new Moc([.. cells.Select(cell => Healpix.Range(cell.Order, cell.Ipix))], 4).Equals(a)
            && !cells.Where(cell => cell.Order > 0).GroupBy(cell => (cell.Order, cell.Ipix >> 2))
                .Any(quarters => quarters.Count() == 4);
    }));

    [Fact]
    public void Serialisations_read_what_they_write() => Check.QuickThrowOnFailure(Prop.ForAll(Mocs, a =>
        MocText.FromAscii(MocText.ToAscii(a)).Equals(a) && MocText.FromJson(MocText.ToJson(a)).Equals(a)));

    [Fact]
    public void N_positions_are_as_one() => Check.QuickThrowOnFailure(Prop.ForAll(Mocs, a =>
    {
        var contains = new bool[ra.Length];
        a.Contains(ra, dec, contains);
        return contains.Select((found, i) => found == a.Contains(ra[i], dec[i])).All(same => same);
    }));

    // MOC 2.0, sections 4.3.2 and 4.3.3.
    const string Ascii = "1/1-2 4 2/12-14 18 21 23 25 8/";
    const string Json = """{"1":[1,2,4],"2":[12,13,14,18,21,23,25],"8":[]}""";

    [Fact]
    public void The_standard_s_examples_are_read_and_written()
    {
        var moc = MocText.FromAscii(Ascii);
        Assert.Equal(8, moc.Order);
        Assert.Equal(moc, MocText.FromJson(Json));
        // Pixel 18 of order 2 is in pixel 4 of order 1, and so is not written again.
        Assert.Equal(Ascii.Replace(" 18", "", StringComparison.Ordinal), MocText.ToAscii(moc));
        Assert.Equal(Json.Replace(",18", "", StringComparison.Ordinal), MocText.ToJson(moc));
        Assert.Equal(3 / 48.0 + 6 / 192.0, moc.Fraction); // sums of powers of two and of 1/3 of them
        Assert.Equal(moc, MocText.FromAscii("8/\n2/25,23 21,18 12-14\r\n1/1,2 4"));
        Assert.Equal(moc, MocText.FromAscii("s" + Ascii));
        Assert.Equal("0/", MocText.ToAscii(Moc.Empty));
        Assert.Equal("0/0-11", Moc.Full.ToString());
        Assert.Equal(Moc.Full.Ranges, MocText.FromAscii("29/0-3458764513820540927").Ranges);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1/48")]
    [InlineData("30/1")]
    [InlineData("1/3-2")]
    [InlineData("1/3-")]
    [InlineData("1/-3")]
    [InlineData("1/3--4")]
    [InlineData("1/a")]
    [InlineData("1/1 /")]
    [InlineData("1/99999999999999999999")]
    [InlineData("99999999999999999999/1")]
    [InlineData("t61/1 3 5")]
    [InlineData("1/1 s2/1")]
    [InlineData("{\"1\":[1]}")]
    public void Malformed_ascii_is_refused(string text) => Assert.Throws<MocFormatException>(() => MocText.FromAscii(text));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"30":[]}""")]
    [InlineData("""{"-1":[]}""")]
    [InlineData("""{"1":3}""")]
    [InlineData("""{"1":["3"]}""")]
    [InlineData("""{"1":[1.5]}""")]
    [InlineData("""{"1":[48]}""")]
    [InlineData("""{"1":[1e30]}""")]
    public void Malformed_json_is_refused(string text) => Assert.Throws<MocFormatException>(() => MocText.FromJson(text));

    [Fact]
    public void Any_text_is_read_or_refused() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.ArrayOf(Gen.Elements([.. "0123456789/- ,st{}[]:\"\n"])).ToArbitrary(), letters =>
        {
            try
            {
                MocText.FromAscii(letters);
                return true;
            }
            catch (MocFormatException)
            {
                return true;
            }
        }));

    [Fact]
    public void Orders_change_outwards()
    {
        var moc = MocText.FromAscii("3/5 100");
        Assert.Equal("1/0 6", moc.AtOrder(1).ToString());
        Assert.Equal("3/5 100 6/", moc.AtOrder(6).ToString());
        Assert.Equal(moc.Ranges, moc.AtOrder(29).Ranges);
    }

    [Fact]
    public void Positions_and_cones_are_covered()
    {
        var moc = Moc.FromPositions(ra, dec, 10);
        Assert.All(Enumerable.Range(0, ra.Length), i => Assert.True(moc.Contains(ra[i], dec[i])));
        Assert.Equal(500, moc.Cells().Count());
        Assert.True(Moc.FromRegion(Cone.FromDegrees(10, 20, 3), 9).Contains(10, 22.99));
        Assert.False(Moc.Empty.Contains(0, 0));
        Assert.True(Moc.Full.Contains(0, -90));
        Assert.Equal(41252.96, Moc.Full.Area, 0.005); // as tables print it
    }

    [Fact]
    public void Ranges_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Moc([new IpixRange(-1, 5)]));
        Assert.Throws<ArgumentException>(() => new Moc([new IpixRange(6, 5)]));
        Assert.Throws<ArgumentException>(() => new Moc([new IpixRange(0, Healpix.PixelCount(29) + 1)]));
        Assert.Throws<ArgumentException>(() => new Moc([new IpixRange(1, 5)], 28));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Moc([], 30));
        Assert.Throws<ArgumentOutOfRangeException>(() => Moc.FromUniq([3]));
        Assert.Throws<ArgumentException>(() => Moc.FromUniq([Healpix.Uniq(5, 1)], 4));
        Assert.True(new Moc([new IpixRange(4, 4)]).IsEmpty);
    }
}
