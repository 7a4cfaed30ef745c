using System.IO.Compression;
using Vigil.Sky.Fits;
using Vigil.Sky.Skymaps;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class SkyMapFilesTests
{
    static readonly SkyMap tiles = SkyMapFits.Read(Data("skymap_tiles.fits")), ring = SkyMapFits.Read(Data("skymap_ring.fits"));

    static MemoryStream Data(string name) => new(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "sky", name)));

    [Fact]
    public void Answers_match_those_of_numpy_healpy_and_scipy() => Assert.All(Rows("skymap_facts.csv"), row =>
    {
        var map = row[0] == "tiles" ? tiles : ring;
        var (argument, ra, dec) = (Given(row[2]), Given(row[3]), Given(row[4]));
        var (found, tolerance) = row[1] switch
        {
            // Sums of hundreds to thousands of numbers, rounding 1e-16 each.
            "area" => (map.Levels.Area(argument), 1e-9),
            "level" => (map.Levels.At(ra, dec), 1e-12),
            "density" => (map.DensityAt(ra, dec), 1e-12),
            "mean distance" => (map.MeanDistance().Mean, 1e-9),
            "distance deviation" => (map.MeanDistance().Sigma, 1e-8), // a difference of squares, as theirs
            // Shells of 1 kpc: the border of each tile's denser part is a shell out at most, 1e-3 / 50 of the volume.
            "searched volume" => (map.SearchedVolume(ra, dec, argument).Volume, 1e-4 * Number(row[5])),
            "searched probability" => (map.SearchedVolume(ra, dec, argument).Probability, 1e-4),
            _ => throw new InvalidOperationException(row[1]),
        };
        Assert.Equal(Number(row[5]), found, tolerance);
    });

    static double Given(string text) => text == "" ? 0 : Number(text);

    [Fact]
    public void Files_are_read_as_they_are_written()
    {
        Assert.False(tiles.IsFlat);
        Assert.Equal((768, 5, true), (tiles.Count, tiles.Order, tiles.Distance is not null));
        Assert.Equal((3072, 4, false), (ring.Count, ring.Order, ring.Distance is not null));
        Assert.True(ring.IsFlat);
        foreach (var map in (SkyMap[])[tiles, ring, tiles.Flatten(5), tiles.WithoutDistance()])
        {
            using var file = new MemoryStream();
            SkyMapFits.Write(map, file);
            file.Position = 0;
            var read = SkyMapFits.Read(file);
            Assert.Equal(map.IsFlat, read.IsFlat);
            for (var i = 0; i < map.Count; i++)
            {
                Assert.Equal(map.Tile(i), read.Tile(i));
                Assert.Equal(map.ProbDensity[i], read.ProbDensity[i], 1e-15 * map.ProbDensity[i]);
            }
            Assert.Equal(map.Distance?.Mu, read.Distance?.Mu);
            Assert.Equal(map.Distance?.Norm, read.Distance?.Norm);
        }
        Assert.Single(tiles.Distance!.Mu, double.IsPositiveInfinity);
    }

    [Fact]
    public void Packed_files_are_read()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            Data("skymap_tiles.fits").CopyTo(gzip);
        packed.Position = 0;
        Assert.Equal(tiles.ProbDensity, SkyMapFits.Read(packed).ProbDensity);
    }

    [Fact]
    public void Maps_of_some_pixels_are_read_from_both_schemes()
    {
        foreach (var ordering in (string[])["RING", "NESTED"])
        {
            long[] pixels = [5, 700, 41];
            using var file = Write([FitsColumnData.Of("PIXEL", pixels), FitsColumnData.Of("PROB", new[] { 0.5, 0.25, 0.25 })],
                ("PIXTYPE", "HEALPIX"), ("ORDERING", ordering), ("INDXSCHM", "EXPLICIT"), ("NSIDE", "8"));
            var map = SkyMapFits.Read(file);
            Assert.Equal(3, map.Count);
            var (ra, dec) = ordering == "RING" ? Healpix.RingCentre(3, 5) : Healpix.Centre(3, 5);
            Assert.Equal(0.5, map.Probability(map.TileAt(ra, dec)), 1e-15);
        }
    }

    [Fact]
    public void Headers_that_contradict_their_table_are_refused()
    {
        var sky = Enumerable.Repeat(1 / 768.0, 768).ToArray();
        Assert.Equal("NSIDE", Broken(Flat(sky, ("ORDERING", "RING"), ("NSIDE", "16"))).Keyword);
        Assert.Equal("NSIDE", Broken(Flat(sky, ("ORDERING", "RING"), ("NSIDE", "7"))).Keyword);
        Assert.Equal("NSIDE", Broken(Flat(sky[..767], ("ORDERING", "NESTED"))).Keyword);
        Assert.Equal("ORDERING", Broken(Flat(sky, ("PIXTYPE", "HEALPIX"))).Keyword);
        Assert.Equal("ORDERING", Broken(Flat(sky, ("ORDERING", "SPIRAL"))).Keyword);
        Assert.Equal("COORDSYS", Broken(Flat(sky, ("ORDERING", "RING"), ("COORDSYS", "G"))).Keyword);
        Assert.Equal("INDXSCHM", Broken(Flat(sky, ("ORDERING", "RING"), ("INDXSCHM", "EXPLICIT"))).Keyword);
        Assert.Equal("TTYPEn", Broken(Flat(sky, ("ORDERING", "NUNIQ"))).Keyword);
        Assert.Equal("PIXTYPE", Broken(Flat(sky)).Keyword);
        Assert.Equal("TTYPE1", Broken(Write([FitsColumnData.Of("A", sky), FitsColumnData.Of("B", sky)], ("ORDERING", "RING")))
            .Keyword);
        Assert.Throws<SkyMapException>(() => SkyMapFits.Read(Flat([.. sky.Select(p => 3 * p)], ("ORDERING", "RING"))));
        Assert.Equal(1, SkyMapFits.Read(Flat([.. sky.Select(p => 3 * p)], ("ORDERING", "RING")), normalise: true)
            .ProbabilityIn(Moc.Full), 1e-12);
        Assert.Throws<SkyMapException>(() => SkyMapFits.Read(
            Write([FitsColumnData.Of("PROB", sky), FitsColumnData.Of("DISTMU", sky)], ("ORDERING", "NESTED"))));
        Assert.Throws<SkyMapException>(() => SkyMapFits.Read(
            Write([FitsColumnData.Of("UNIQ", new long[] { 3 }), FitsColumnData.Of("PROBDENSITY", new[] { 1.0 })],
                ("ORDERING", "NUNIQ"))));

        static FitsException Broken(Stream file) => Assert.Throws<FitsException>(() => SkyMapFits.Read(file));
        static MemoryStream Flat(double[] values, params (string, string)[] cards) =>
            Write([FitsColumnData.Of("PROB", values)], cards);
    }

    [Fact]
    public void Every_byte_turned_gives_a_map_or_a_typed_error()
    {
        var file = Data("skymap_ring.fits").ToArray();
        var random = new Random(9);
        // All bytes of the headers, and some of the data.
        foreach (var at in Enumerable.Range(0, 2 * 2880)
            .Concat(Enumerable.Range(0, 300).Select(_ => random.Next(5760, file.Length))))
        {
            var old = file[at];
            file[at] ^= (byte)(1 << random.Next(8));
            try
            {
                SkyMapFits.Read(new MemoryStream(file));
            }
            catch (Exception e) when (e is FitsException or SkyMapException)
            {
                Assert.NotEmpty(e.Message);
            }
            file[at] = old;
        }
    }

    static MemoryStream Write(FitsColumnData[] columns, params (string Keyword, string Value)[] cards)
    {
        var header = new FitsHeader();
        foreach (var (keyword, value) in cards)
            if (long.TryParse(value, out var number))
                header.Set(keyword, number);
            else
                header.Set(keyword, value);
        var file = new MemoryStream();
        new FitsWriter(file).WriteTable(columns, header);
        file.Position = 0;
        return file;
    }
}
