using System.Buffers.Binary;
using FsCheck.Fluent;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public sealed class StarCatalogTests : IDisposable
{
    // Half of the steps that docs/vcat.md gives, and what the last bit of a float adds.
    const double PositionTolerance = 180.0 / (1L << 40) + 1e-13, PmTolerance = 0.0005 + 1e-6, MagTolerance = 5e-6 + 2e-6,
        MagErrTolerance = 5e-5 + 1e-7;

    readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        var stars = RandomStars.Make(3000, 1);
        using var catalog = Make(stars, new() { Name = "GaiaSP", Provenance = "drawn by lot ★" });
        Assert.Equal("GaiaSP", catalog.Name);
        Assert.Equal("drawn by lot ★", catalog.Provenance);
        Assert.Equal(stars.Length, catalog.Count);
        Assert.Equal(2016, catalog.Epoch);
        Assert.Equal(Enum.GetValues<CatalogBand>(), catalog.Bands);
        Assert.True(catalog.HasIds && catalog.HasProperMotions);
        catalog.Verify();
        AssertSame(stars, All(catalog));
    }

    [Fact]
    public void Poles_right_ascension_0_and_the_ends_of_the_ranges_are_kept()
    {
        CatalogMagnitudes low = default, high = default;
        ((Span<float>)low).Fill(-30);
        ((Span<float>)high).Fill(40);
        CatalogMagnitudes none = CatalogMagnitudes.None, largest = none, smallest = none;
        ((Span<float>)largest).Fill(6.5f);
        ((Span<float>)smallest).Fill(1e-6f);
        CatalogStar[] stars =
        [
            Star(0, 90, 1) with { Mag = low, MagErr = largest }, Star(0, -90, 2) with { Mag = high, MagErr = smallest },
            Star(0, 0, 3), Star(180, 0, long.MaxValue), Star(359.99999999, 1e-10, 5) with { PmRa = 200_000, PmDec = -200_000 },
            Star(10, -45, 0) with { Mag = low }, // no id, no error
        ];
        using var catalog = Make(stars);
        var all = All(catalog);
        AssertSame(stars, all);
        Assert.Equal(90, all.Single(star => star.Id == 1).Dec);
        Assert.Equal(-90, all.Single(star => star.Id == 2).Dec);
        // An error above zero is not kept as none.
        Assert.Equal(1e-4f, all.Single(star => star.Id == 2).MagErr[CatalogBand.GaiaG]);
    }

    [Fact]
    public void Right_ascensions_just_below_360_are_kept_as_0()
    {
        using var catalog = Make([Star(Math.BitDecrement(360), 0, 1)]);
        Assert.Equal(0, All(catalog).Single().Ra);
    }

    [Fact]
    public void Columns_that_no_star_has_are_left_out()
    {
        using var catalog = Make([Star(1, 2, 0) with { Epoch = 2015.5 }]);
        Assert.Equal(10, catalog.BytesPerStar); // a position
        Assert.Empty(catalog.Bands);
        Assert.False(catalog.HasIds || catalog.HasProperMotions);
        var star = All(catalog).Single();
        Assert.Equal(2015.5, star.Epoch);
        Assert.True(float.IsNaN(star.PmRa) && float.IsNaN(star.Mag[CatalogBand.GaiaG])
            && float.IsNaN(star.MagErr[CatalogBand.GaiaG]));
    }

    [Fact]
    public void A_catalogue_without_stars_has_none_anywhere()
    {
        using var catalog = Make([]);
        Assert.Equal(0, catalog.Count);
        Assert.Empty(All(catalog));
        Assert.True(catalog.Coverage.IsEmpty);
        catalog.Verify();
    }

    [Fact]
    public void Cones_hold_the_stars_that_a_search_of_all_finds()
    {
        var stars = RandomStars.Make(4000, 2).Concat(RandomStars.Make(1000, 3, radius: 0.5)).ToArray();
        using var catalog = Make(stars);
        var all = All(catalog);
        var cones = from ra in Gen.OneOf(Gen.Choose(0, 319_999).Select(x => x / 1000.0), Gen.Elements(0.0, 10, 359.9999))
                    from dec in Gen.OneOf(Gen.Choose(-90_000, 90_000).Select(x => x / 1000.0), Gen.Elements(90.0, -90, 89.99, 20))
                    from radius in Gen.OneOf(Gen.Choose(1, 100_000).Select(x => x / 100_000.0),
                        Gen.Choose(1, 180).Select(x => (double)x))
                    select (ra, dec, radius);
        Check.QuickThrowOnFailure(Prop.ForAll(cones.ToArbitrary(), cone =>
        {
            var found = new List<CatalogStar>();
            catalog.Cone(cone.ra, cone.dec, cone.radius, found);
            // Positions are apart by at least 1.2 µas (3e-10 degrees) or at the same place: none is within 1e-11 of the rim.
            var expected = all.Where(star => Sphere.Separation(cone.ra, cone.dec, star.Ra, star.Dec) <= cone.radius + 1e-12);
            return found.Select(star => star.Id).Order().SequenceEqual(expected.Select(star => star.Id).Order());
        }));
    }

    [Fact]
    public void The_brightest_are_those_that_a_list_in_memory_gives()
    {
        var stars = RandomStars.Make(8000, 4, radius: 10);
        using var catalog = Make(stars);
        // The same positions, to the last bit, in both.
        IStarCatalog memory = new MemoryStarCatalog("memory", All(catalog)), file = catalog;
        foreach (var (ra, dec, radius, order, count) in new[] { (10, 20, 5.0, 6, 3), (3, 25, 2.5, 8, 1), (10, 20, 180, 3, 10),
            (200, -20, 3, 5, 5) })
        {
            List<CatalogStar> ours = [], theirs = [];
            file.Brightest(ra, dec, radius, order, count, ours);
            memory.Brightest(ra, dec, radius, order, count, theirs);
            Assert.Equal(theirs.Select(star => star.Id).Order(), ours.Select(star => star.Id).Order());
        }
    }

    [Fact]
    public void Coverage_is_of_small_cells_where_these_are_few()
    {
        var field = RandomStars.Make(5000, 5, radius: 2);
        using var catalog = Make(field);
        Assert.All(field, star => Assert.True(catalog.Coverage.Contains(star.Ra, star.Dec)));
        Assert.InRange(catalog.Coverage.Area / (Math.PI * 4), 0.5, 1.5); // 4π square degrees in cells of 0.05
        using var sky = Make(RandomStars.Make(50_000, 6), name: "sky.vcat");
        Assert.InRange(sky.Coverage.Fraction, 0.95, 1);
    }

    public static TheoryData<string> Skies =>
        ["all over", "in order", "in a small field", "at one place", "mostly in a small field"];

    [Theory]
    [MemberData(nameof(Skies))]
    public void The_file_depends_neither_on_memory_nor_on_threads(string sky)
    {
        var stars = sky switch
        {
            "all over" => RandomStars.Make(8000, 7),
            "in order" => [.. RandomStars.Make(8000, 7).OrderBy(star => Healpix.Ipix(star.Ra, star.Dec))],
            "in a small field" => RandomStars.Make(8000, 7, radius: 1e-3),
            "at one place" => [.. RandomStars.Make(8000, 7).Select(star => star with { Ra = 123, Dec = 4 })],
            _ => [.. RandomStars.Make(2000, 7), .. RandomStars.Make(6000, 8, radius: 0.01)],
        };
        stars[7999] = stars[0] with { Id = 77 }; // two at one place
        using var whole = Make(stars, name: "whole.vcat");
        AssertSame(stars, All(whole));
        var bytes = File.ReadAllBytes(folder["whole.vcat"]);
        foreach (var threads in new[] { 1, 2 })
        {
            // Of 1 MiB half is for stars: some 4,000.
            Make(stars, new() { MemoryBytes = 1 << 20, Threads = threads, Name = "whole" }, "pieces.vcat").Dispose();
            Assert.Equal(bytes, File.ReadAllBytes(folder["pieces.vcat"]));
        }
        Assert.Equal(["pieces.vcat", "whole.vcat"], folder.Names); // nothing is left behind
    }

    [Fact]
    public void Memory_is_taken_once_however_many_stars_there_are()
    {
        var stars = RandomStars.Make(10_000, 20);
        var (few, many) = (Taken(4), Taken(14));
        // 100,000 stars more are 12 MB of columns; 8 bytes of each pass through lists of the order.
        Assert.InRange(many - few, 0, 3 << 20);

        long Taken(int times)
        {
            using var builder = new StarCatalogBuilder(folder["stars.vcat"], new() { MemoryBytes = 8 << 20, Threads = 1 });
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
                builder.Add(stars);
            builder.Write();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Threads_may_ask_at_once()
    {
        using var catalog = Make(RandomStars.Make(10_000, 8));
        var alone = Sums();
        Parallel.For(0, 8, _ => Assert.Equal(alone, Sums()));

        long[] Sums() => [.. Enumerable.Range(0, 60).Select(i =>
        {
            var found = new List<CatalogStar>();
            catalog.Cone(6 * i, 3 * i - 90, 8, found);
            return found.Sum(star => star.Id >> 20);
        })];
    }

    [Fact]
    public void A_catalogue_that_is_replaced_while_open_stays_as_it_was()
    {
        using var old = Make(RandomStars.Make(1000, 9));
        Make(RandomStars.Make(10, 10)).Dispose();
        Assert.Equal(1000, All(old).Count);
        using var now = StarCatalog.Open(folder["stars.vcat"]);
        Assert.Equal(10, now.Count);
    }

    [Fact]
    public void A_cancelled_build_leaves_the_old_file_and_nothing_else()
    {
        Make(RandomStars.Make(10, 11)).Dispose();
        using (var builder = new StarCatalogBuilder(folder["stars.vcat"], new() { MemoryBytes = 1 << 20 }))
        {
            builder.Add(RandomStars.Make(20_000, 12));
            Assert.Throws<OperationCanceledException>(() => builder.Write(ct: new CancellationToken(canceled: true)));
        }
        using var old = StarCatalog.Open(folder["stars.vcat"]);
        Assert.Equal(10, old.Count);
        Assert.Equal(["stars.vcat"], folder.Names);
    }

    [Fact]
    public void A_closed_catalogue_says_so()
    {
        var catalog = Make(RandomStars.Make(10, 13));
        catalog.Dispose();
        Assert.Throws<ObjectDisposedException>(() => catalog.Cone(0, 0, 1, []));
        catalog.Dispose();
    }

    [Fact]
    public void Stars_out_of_range_are_refused()
    {
        using var builder = new StarCatalogBuilder(folder["stars.vcat"]);
        CatalogMagnitudes faint = CatalogMagnitudes.None, negative = CatalogMagnitudes.None;
        faint[CatalogBand.SdssR] = 99;
        negative[CatalogBand.SdssR] = -0.1f;
        foreach (var star in new[]
        {
            Star(360, 0, 1), Star(double.NaN, 0, 1), Star(0, 90.1, 1), Star(0, 0, -1), Star(0, 0, 1) with { Epoch = 57388 },
            Star(0, 0, 1) with { Mag = faint }, Star(0, 0, 1) with { MagErr = negative }, Star(0, 0, 1) with { PmRa = 1e6f },
        })
            Assert.Throws<ArgumentException>(() => builder.Add(star));
        builder.Add(Star(0, 0, 1));
        Assert.Contains("one epoch", Assert.Throws<ArgumentException>(() => builder.Add(Star(0, 0, 1) with { Epoch = 2000 }))
            .Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_no_catalogue_is_refused_with_a_remedy()
    {
        Make(RandomStars.Make(2000, 14)).Dispose();
        var good = File.ReadAllBytes(folder["stars.vcat"]);
        AssertRefused([], "no star catalogue");
        AssertRefused("ra,dec\n1,2\n"u8.ToArray(), "vigil catalog import");
        AssertRefused(good[..10], "truncated");
        AssertRefused(good[..100], "truncated");
        AssertRefused(good[..^1], "truncated: it has");
        AssertRefused([.. good, 0], "1 bytes longer");
        var other = good.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(other.AsSpan(8), 3);
        AssertRefused(other, "version 3 of the .vcat format; this program reads version 2. Update it");
        BinaryPrimitives.WriteUInt32LittleEndian(other.AsSpan(8), 1);
        AssertRefused(other, "version 1 of the .vcat format; this program reads version 2. Import the catalogue again");
        var flipped = good.ToArray();
        flipped[90] ^= 1;
        AssertRefused(flipped, "checksum of its header");
        Assert.Contains("cannot be opened", Assert.Throws<FrameException>(() => StarCatalog.Open(folder["none.vcat"])).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be opened", Assert.Throws<FrameException>(() => StarCatalog.Open(folder["."])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_never_becomes_a_number()
    {
        Make(RandomStars.Make(700, 15)).Dispose();
        var good = File.ReadAllBytes(folder["stars.vcat"]);
        using var whole = StarCatalog.Open(folder["stars.vcat"]);
        var expected = All(whole);
        var random = new Random(16);
        var (refused, harmless) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(2) == 0 ? random.Next(bytes.Length) : random.Next(4096)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(folder["mutated.vcat"], bytes);
            try
            {
                using var mutated = StarCatalog.Open(folder["mutated.vcat"]);
                var all = All(mutated);
                mutated.Brightest(10, 20, 180, 4, 2, []);
                Assert.Equal(expected.Select(star => (star.Id, star.Ra, star.Dec)),
                    all.Select(star => (star.Id, star.Ra, star.Dec)));
                harmless++; // the bytes between the head and the first block
            }
            catch (FrameException)
            {
                refused++;
            }
        }
        Assert.True(refused > 150, $"{refused} refused, {harmless} harmless");
    }

    [Fact]
    public void Only_damage_in_what_is_read_matters()
    {
        Make(RandomStars.Make(700, 19)).Dispose();
        var bytes = File.ReadAllBytes(folder["stars.vcat"]);
        bytes[^1] ^= 1; // of the last column, which is an error of a magnitude
        File.WriteAllBytes(folder["damaged.vcat"], bytes);
        using var damaged = StarCatalog.Open(folder["damaged.vcat"]);
        var (first, last) = (All(Again())[0], All(Again())[^1]);
        var found = new List<CatalogStar>();
        damaged.Cone(first.Ra, first.Dec, 1e-6, found); // another block
        Assert.Equal(first.Id, Assert.Single(found).Id);
        var beside = Sphere.Offset(last.Ra, last.Dec, 0, 1e-3);
        damaged.Cone(beside.Ra, beside.Dec, 1e-4, found); // this block, but none of its stars
        Assert.Single(found);
        foreach (var read in new Action[] { () => damaged.Cone(last.Ra, last.Dec, 1e-6, found), () => damaged.Verify() })
            Assert.Contains("damaged.vcat is damaged: the checksum of column 33 of block 2 is wrong",
                Assert.Throws<FrameException>(read).Message, StringComparison.Ordinal);

        StarCatalog Again() => StarCatalog.Open(folder["stars.vcat"]);
    }

    // A header with a right checksum may still lie.
    [Fact]
    public void A_lying_header_is_refused()
    {
        Make(RandomStars.Make(700, 17)).Dispose();
        var good = File.ReadAllBytes(folder["stars.vcat"]);
        var headBytes = BinaryPrimitives.ReadInt32LittleEndian(good.AsSpan(12));
        var random = new Random(18);
        for (var i = 0; i < 200; i++)
        {
            var bytes = good.ToArray();
            var at = i < 100 ? 24 + i % 52 : random.Next(24, headBytes - 40); // the texts are anybody's
            bytes[at] = (byte)(random.Next(3) == 0 ? 255 : random.Next(256));
            bytes.AsSpan(76, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(76), Crc32C.Of(bytes.AsSpan(0, headBytes)));
            File.WriteAllBytes(folder["lying.vcat"], bytes);
            try
            {
                using var lying = StarCatalog.Open(folder["lying.vcat"]);
                All(lying);
                lying.Cone(10, 20, 1, []);
                lying.Brightest(10, 20, 180, i % 30, 2, []);
                lying.Verify();
            }
            catch (FrameException)
            {
                // as it should be; any other exception fails the test
            }
        }
    }

    [Fact]
    public void Blocks_beyond_the_last_pixel_are_refused()
    {
        Make(RandomStars.Make(700, 21)).Dispose();
        var bytes = File.ReadAllBytes(folder["stars.vcat"]);
        var (headBytes, blocks) = (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)),
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(48)));
        var lastKey = 80 + 8 * BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(56)) + 8 * (blocks - 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(lastKey), 12ul << 58);
        bytes.AsSpan(76, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(76), Crc32C.Of(bytes.AsSpan(0, headBytes)));
        AssertRefused(bytes, "its header contradicts itself");
    }

    void AssertRefused(byte[] bytes, string why)
    {
        File.WriteAllBytes(folder["bad.vcat"], bytes);
        Assert.Contains(why, Assert.Throws<FrameException>(() => StarCatalog.Open(folder["bad.vcat"])).Message,
            StringComparison.Ordinal);
    }

    StarCatalog Make(CatalogStar[] stars, StarCatalogOptions? options = null, string name = "stars.vcat")
    {
        using var builder = new StarCatalogBuilder(folder[name], options);
        builder.Add(stars);
        Assert.Equal(stars.Length, builder.Count);
        builder.Write();
        return StarCatalog.Open(folder[name]);
    }

    static CatalogStar Star(double ra, double dec, long id) => new()
    {
        Ra = ra,
        Dec = dec,
        Id = id,
        Epoch = 2016,
        PmRa = float.NaN,
        PmDec = float.NaN,
        Mag = CatalogMagnitudes.None,
        MagErr = CatalogMagnitudes.None,
    };

    static List<CatalogStar> All(StarCatalog catalog)
    {
        var all = new List<CatalogStar>();
        catalog.Cone(0, 0, 180, all);
        return all;
    }

    static void AssertSame(IEnumerable<CatalogStar> expected, IEnumerable<CatalogStar> actual)
    {
        var (wanted, got) = (expected.OrderBy(star => star.Id).ToArray(), actual.OrderBy(star => star.Id).ToArray());
        Assert.Equal(wanted.Select(star => star.Id), got.Select(star => star.Id));
        for (var i = 0; i < wanted.Length; i++)
        {
            var (a, b) = (wanted[i], got[i]);
            Assert.InRange(Math.Abs(Math.IEEERemainder(a.Ra - b.Ra, 360)), 0, PositionTolerance);
            Assert.InRange(Math.Abs(a.Dec - b.Dec), 0, PositionTolerance);
            AssertNear(a.PmRa, b.PmRa, PmTolerance + Math.Abs(a.PmRa) * 1e-7);
            AssertNear(a.PmDec, b.PmDec, PmTolerance + Math.Abs(a.PmDec) * 1e-7);
            Assert.Equal(a.Flags, b.Flags);
            Assert.Equal(a.Epoch, b.Epoch);
            for (var band = 0; band < CatalogMagnitudes.Count; band++)
            {
                AssertNear(a.Mag[band], b.Mag[band], MagTolerance);
                AssertNear(a.MagErr[band], b.MagErr[band], a.MagErr[band] < 1e-4 ? 1e-4 : MagErrTolerance);
            }
        }
    }

    static void AssertNear(float expected, float actual, double tolerance)
    {
        if (float.IsNaN(expected))
            Assert.True(float.IsNaN(actual), $"{actual} where there is none");
        else
            Assert.Equal(expected, (double)actual, tolerance);
    }
}
