using System.Globalization;
using Vigil.Catalogs;
using Vigil.Sky.Imaging;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Catalogs;

public sealed class RemoteStarCatalogTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    RemoteCatalogOptions Options => new()
    {
        CacheFolder = folder.Path, RetryDelay = TimeSpan.FromMilliseconds(1),
        Timeout = TimeSpan.FromSeconds(20)
    };

    [Fact]
    public async Task The_Gaia_archive_is_asked_in_ADQL_and_its_answer_kept()
    {
        await using var service = await FakeCatalogService.StartAsync();
        using (var catalog = new RemoteStarCatalog(CatalogService.Gaia(service.Tap), Options))
        {
            var star = Assert.Single(Cone(catalog, 45, 0, 0.1));
            Assert.Equal((4295806720, 2016, 17.64f), (star.Id, star.Epoch, star.Mag[CatalogBand.GaiaG]));
            Assert.Equal("GaiaSP", catalog.Name);
            Assert.Empty(Cone(catalog, 45, 0.02, 0.001)); // of the same answer, but not in this cone
        }
        var question = service.Questions[0];
        Assert.Equal(("doQuery", "ADQL", "votable"), (question["REQUEST"], question["LANG"], question["FORMAT"]));
        Assert.Contains("FROM gaiadr3.gaia_source AS g LEFT OUTER JOIN gaiadr3.synthetic_photometry_gspc AS s", question["QUERY"],
            StringComparison.Ordinal);
        Assert.EndsWith("WHERE 1 = CONTAINS(POINT('ICRS', g.ra, g.dec), CIRCLE('ICRS', 45, 0, 0.2))", question["QUERY"],
            StringComparison.Ordinal);

        var before = service.Questions.Count;
        using (var again = new RemoteStarCatalog(CatalogService.Gaia(service.Tap), Options))
            Assert.Single(Cone(again, 45.001, 0.001, 0.09)); // a frame nearly there
        Assert.Equal(before, service.Questions.Count);
    }

    [Fact]
    public async Task VizieR_a_cone_search_and_a_table_of_TAP_are_asked_as_their_standards_say()
    {
        await using var service = await FakeCatalogService.StartAsync();
        using (var vizier = new RemoteStarCatalog(CatalogService.OfVizieR(new(service.Address, "/viz-bin/votable"),
            "I/355/gaiadr3"), Options))
        {
            Assert.Equal("I/355/gaiadr3", vizier.Name);
            Assert.Empty(vizier.Bands);
            Assert.Single(Cone(vizier, 45, 0, 0.1));
            Assert.Equal([CatalogBand.GaiaG], vizier.Bands);
        }
        Assert.Equal("I/355/gaiadr3", service.Questions[0]["-source"]);
        Assert.Equal(("45 +0", "0.2"), (service.Questions[0]["-c"], service.Questions[0]["-c.rd"]));

        using (var search = (RemoteStarCatalog)CatalogAddress.Open($"{service.Address}scs?cat=x", Options))
            Assert.Single(Cone(search, 45, 0, 0.1));
        Assert.Equal(("x", "45", "0", "0.2"),
            (service.Questions[1]["cat"], service.Questions[1]["RA"], service.Questions[1]["DEC"], service.Questions[1]["SR"]));

        using (var tap = (RemoteStarCatalog)CatalogAddress.Open($"{service.Tap}#my.stars", Options))
            Assert.Single(Cone(tap, 45, 0, 0.1));
        Assert.StartsWith("SELECT * FROM my.stars WHERE", service.Questions[2]["QUERY"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cone_that_is_asked_for_holds_the_cone_that_is_wanted()
    {
        await using var service = await FakeCatalogService.StartAsync();
        using var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), Options);
        foreach (var (ra, dec, radius) in new[] { (0.0, 90.0, 0.5), (359.99, -89.97, 0.3), (123.4567, 54.321, 0.08),
            (359.99, 1, 1.0), (10, -90, 0.01) })
        {
            Cone(catalog, ra, dec, radius);
            var asked = service.Questions[^1];
            var apart = Vigil.Sky.Sphere.Separation(ra, dec, Number(asked["RA"]), Number(asked["DEC"]));
            Assert.InRange(apart + radius, 0, Number(asked["SR"]));
            Assert.InRange(Number(asked["SR"]), radius, radius + 0.3); // and little more
        }
    }

    [Fact]
    public async Task A_busy_service_is_asked_again_and_a_field_without_stars_is_none()
    {
        await using var service = await FakeCatalogService.StartAsync();
        service.Answer = (number, response) => number switch
        {
            1 => FakeCatalogService.WriteAsync(response, "busy", 503, "text/plain"),
            2 => FakeCatalogService.WriteAsync(response, "slow down", 429, "text/plain"),
            _ => FakeCatalogService.WriteAsync(response, FakeCatalogService.Table("")),
        };
        using var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), Options);
        Assert.Empty(Cone(catalog, 1, 2, 0.1));
        Assert.Equal(3, service.Questions.Count);
        Assert.Empty(Cone(catalog, 1, 2, 0.1));
        Assert.Equal(3, service.Questions.Count);
    }

    [Theory]
    [InlineData(503, "still busy", "answered 503 (Service Unavailable) when asked for stars of 127.0.0.1: still busy", 4)]
    [InlineData(400, "<VOTABLE><RESOURCE><INFO name='QUERY_STATUS' value='ERROR'>Cannot parse &lt;x></INFO></RESOURCE></VOTABLE>",
        "answered 400 (Bad Request) when asked for stars of 127.0.0.1: Cannot parse <x>", 1)]
    [InlineData(404, "<html>Not here</html>", "answered 404 (Not Found) when asked for stars of 127.0.0.1.", 1)]
    [InlineData(200, "<html>Log in first</html>", "is XML, but no VOTable", 1)]
    [InlineData(200, "<VOTABLE><RESOURCE><INFO name='QUERY_STATUS' value='ERROR'>No such table</INFO></RESOURCE></VOTABLE>",
        "the service refused the question: No such table", 1)]
    [InlineData(200, "<VOTABLE><RESOURCE><PARAM name='Error' datatype='char' value='SR is too large'/></RESOURCE></VOTABLE>",
        "the service refused the question: SR is too large", 1)]
    [InlineData(200, "", "is empty", 1)]
    [InlineData(200, "<VOTABLE><RESOURCE><TABLE>", "is broken", 1)]
    public async Task What_goes_wrong_is_said_and_not_kept(int status, string body, string message, int questions)
    {
        await using var service = await FakeCatalogService.StartAsync();
        service.Answer = (_, response) => FakeCatalogService.WriteAsync(response, body, status);
        using var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), Options);
        Assert.Contains(message, Assert.Throws<FrameException>(() => Cone(catalog, 1, 2, 0.1)).Message, StringComparison.Ordinal);
        Assert.Equal(questions, service.Questions.Count);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        service.Answer = (_, response) => FakeCatalogService.WriteAsync(response, FakeCatalogService.OneStar);
        Cone(catalog, 1, 2, 0.1);
    }

    [Fact]
    public async Task Answers_too_large_or_too_slow_or_cut_off_are_refused()
    {
        await using var service = await FakeCatalogService.StartAsync();
        service.Answer = (_, response) => FakeCatalogService.WriteAsync(response,
            FakeCatalogService.Table("<TR><TD>1</TD><TD>45</TD><TD>0</TD><TD>2016</TD><TD>9</TD></TR>",
                "<INFO name='QUERY_STATUS' value='OVERFLOW'/>"));
        AssertRefused(Options, "more than 500000 stars in this field");
        service.Answer = (_, response) => FakeCatalogService.WriteAsync(response, FakeCatalogService.Table(string.Concat(
            Enumerable.Repeat("<TR><TD>1</TD><TD>45</TD><TD>0</TD><TD>2016</TD><TD>9</TD></TR>", 12))));
        AssertRefused(Options with { MaxStars = 10 }, "more than 10 stars in this field");
        AssertRefused(Options with { MaxBytes = 500 }, "more than 500 bytes");
        service.Answer = (_, response) => Task.Delay(TimeSpan.FromSeconds(20), response.HttpContext.RequestAborted);
        AssertRefused(Options with { Timeout = TimeSpan.FromMilliseconds(300) }, "did not answer within 0 s");

        void AssertRefused(RemoteCatalogOptions options, string message)
        {
            using var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), options);
            Assert.Contains(message, Assert.Throws<FrameException>(() => Cone(catalog, 45, 0, 0.1)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_service_out_of_reach_is_named_with_a_remedy()
    {
        // Port 9 of this machine: nothing listens there.
        using var catalog = (RemoteStarCatalog)CatalogAddress.Open("http://127.0.0.1:9/scs", Options with { Retries = 1 });
        var message = Assert.Throws<FrameException>(() => Cone(catalog, 1, 2, 0.1)).Message;
        Assert.Contains("127.0.0.1 cannot be reached for stars of 127.0.0.1", message, StringComparison.Ordinal);
        Assert.Contains("vigil catalog import", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.org/x")]
    [InlineData("https://example.org/tap#stars; DROP TABLE x")]
    [InlineData("nothing.vcat")]
    [InlineData("vizier:")]
    public void Addresses_that_are_none_are_refused(string given) =>
        Assert.Throws<FrameException>(() => CatalogAddress.Open(given, Options));

    [Fact]
    public async Task A_damaged_answer_on_the_disk_is_asked_for_again()
    {
        await using var service = await FakeCatalogService.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using (var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), Options))
                Assert.Single(Cone(catalog, 45, 0, 0.1));
            File.WriteAllText(Directory.EnumerateFiles(folder.Path).Single(), "damaged");
        }
        Assert.Equal(2, service.Questions.Count);
    }

    [Fact]
    public async Task Stars_that_cannot_be_used_are_counted_now_and_when_the_answer_is_read_again()
    {
        await using var service = await FakeCatalogService.StartAsync();
        service.Answer = (_, response) => FakeCatalogService.WriteAsync(response, FakeCatalogService.Table(
            "<TR><TD>1</TD><TD>45</TD><TD>0</TD><TD>2016</TD><TD>9</TD></TR>" +
            "<TR><TD>2</TD><TD/><TD>0</TD><TD>2016</TD><TD>9</TD></TR>" +
            "<TR><TD>3</TD><TD>45</TD><TD>0</TD><TD>2016</TD><TD>85</TD></TR>"));
        for (var i = 0; i < 2; i++)
        {
            using var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), Options);
            Assert.Empty(catalog.Notes);
            Assert.Single(Cone(catalog, 45, 0, 0.1));
            Assert.Equal("2 of 3 stars of 127.0.0.1 within 0.2 degrees of (45, 0) cannot be used and were left out, such as: " +
                "The answer of 127.0.0.1, row 2: ra = nothing: a star needs a position.", Assert.Single(catalog.Notes));
        }
        Assert.Single(service.Questions);
    }

    [Fact]
    public async Task The_answers_that_were_not_used_longest_make_room()
    {
        await using var service = await FakeCatalogService.StartAsync();
        foreach (var ra in new[] { 10, 20, 30 })
            Ask(ra, Options);
        var files = new DirectoryInfo(folder.Path).GetFiles();
        Assert.Equal(3, files.Length);
        var size = files[0].Length;
        // All were used hours ago, that of 10 the latest; a download was broken off two days ago, another one just arrives.
        foreach (var file in files)
            file.LastWriteTimeUtc = DateTime.UtcNow.AddHours(-5);
        Ask(10, Options);
        File.WriteAllText(Path.Combine(folder.Path, "old.answer"), "");
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, "old.answer"), DateTime.UtcNow.AddDays(-2));
        File.WriteAllText(Path.Combine(folder.Path, "new.answer"), "");
        Assert.Equal(3, service.Questions.Count);

        Ask(40, Options with { CacheBytes = 2 * size });
        Assert.Equal(3, new DirectoryInfo(folder.Path).GetFiles().Length);
        Assert.True(File.Exists(Path.Combine(folder.Path, "new.answer")));
        Ask(10, Options); // is still there
        Assert.Equal(4, service.Questions.Count);
        Ask(20, Options with { CacheBytes = 1 }); // is gone, and stays alone
        Assert.Equal(5, service.Questions.Count);
        Assert.Single(new DirectoryInfo(folder.Path).GetFiles("*.vcat"));

        void Ask(double ra, RemoteCatalogOptions options)
        {
            using var catalog = new RemoteStarCatalog(CatalogService.Search(service.Address), options);
            Cone(catalog, ra, 0, 0.1);
        }
    }

    static List<CatalogStar> Cone(IStarCatalog catalog, double ra, double dec, double radius)
    {
        var found = new List<CatalogStar>();
        catalog.Cone(ra, dec, radius, found);
        return found;
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
