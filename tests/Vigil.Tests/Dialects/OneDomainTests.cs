using System.Globalization;
using Vigil.Access;
using Vigil.Sky;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

/// <summary>What goes in through one dialect comes out through the other.</summary>
public class OneDomainTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_target_is_a_source_for_every_member_of_the_site()
    {
        var (observer, astronomer) = (await server.AddUserAsync(), await server.AddUserAsync());
        (await observer.PostAsync("/targets/createTarget/", new { name = "Gaia22bpl", ra = 123.456, dec = -45.678 })).Ok();
        var source = (await astronomer.GetAsync("/api/sources/Gaia22bpl")).Ok().Data!;
        Assert.Equal((123.456, -45.678), (source["ra"]!.GetValue<double>(), source["dec"]!.GetValue<double>()));
        Assert.Contains(source["groups"]!.AsArray(), g => g!["name"]!.GetValue<string>() == Group.Sitewide);
        var listed = (await astronomer.GetAsync("/api/sources?sourceID=Gaia22bpl")).Ok().Data!["sources"]!.AsArray();
        Assert.Equal("Gaia22bpl", Assert.Single(listed)!["id"]!.GetValue<string>());
        // A change through one is seen through the other.
        (await observer.PatchAsync("/targets/updateTarget/Gaia22bpl/", new { ra = 123.457 })).Ok();
        Assert.Equal(123.457, (await astronomer.GetAsync("/api/sources/Gaia22bpl")).Ok().Data!["ra"]!.GetValue<double>());
    }

    [Fact]
    public async Task A_source_is_a_target_for_those_to_whose_groups_it_is_saved()
    {
        var group = await server.AddGroupAsync();
        var (member, stranger) = (await server.AddUserAsync(groups: [group]), await server.AddUserAsync());
        (await member.PostAsync("/api/sources", new { id = "ZTF21aaqjmps", ra = 233.85, dec = 67.51, group_ids = new[] { group } })).Ok();
        var target = Assert.Single((await member.PostAsync("/targets/getTargetList/", new { name = "ZTF21aaqjmps" })).Ok().Json["data"]!.AsArray())!;
        Assert.Equal((233.85, 67.51, "Unknown"), (target["ra"]!.GetValue<double>(), target["dec"]!.GetValue<double>(), target["classification"]!.GetValue<string>()));
        Assert.Empty((await stranger.PostAsync("/targets/getTargetList/", new { name = "ZTF21aaqjmps" })).Ok().Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Photometry_posted_as_ab_magnitudes_and_fluxes_is_downloaded_as_ab_magnitudes()
    {
        var camera = await server.AddInstrumentAsync("ztfg", "ztfr", "bessellv", "gaia::g");
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "in all units", ra = 80, dec = 20 })).Ok();
        await PostAsync(new { obj_id = "in all units", instrument_id = camera, mjd = 59000.25, filter = "ztfg", mag = 18.123456, magerr = 0.043, limiting_mag = 20.5, magsys = "ab" });
        // 100 µJy and 1 mJy: 23.9 - 2.5 log10(flux/µJy) is 18.9 and 16.4, exactly; errors 2.5 / ln 10 of the relative ones.
        await PostAsync(new { obj_id = "in all units", instrument_id = camera, mjd = 59001.0, filter = "ztfr", flux = 100.0, fluxerr = 2.0, zp = 23.9, magsys = "ab" });
        await PostAsync(new { obj_id = "in all units", instrument_id = camera, mjd = 59002.0, filter = "gaia::g", flux = 1.0, fluxerr = 0.1, zp = 16.4, magsys = "ab" });
        // A limit, and a flux below zero, which has no magnitude: its limit is 5 times its error, 23.9 - 2.5 log10(5).
        await PostAsync(new { obj_id = "in all units", instrument_id = camera, mjd = 59003.0, filter = "bessellv", mag = (double?)null, magerr = (double?)null, limiting_mag = 19.7, magsys = "ab" });
        await PostAsync(new { obj_id = "in all units", instrument_id = camera, mjd = 59004.0, filter = "ztfg", flux = -3.0, fluxerr = 1.0, zp = 23.9, magsys = "ab" });

        var rows = await DownloadAsync("in all units");
        var facility = (await server.Admin.GetAsync($"/api/instrument/{camera}")).Ok().Data!["name"]!.GetValue<string>();
        Assert.Equal(["g(ZTF)", "r(ZTF)", "G(Gaia)", "V(Bessell)", "g(ZTF)"], rows.Select(r => r[4]));
        Assert.All(rows, r => Assert.Equal(facility, r[3]));
        Assert.Equal(["59000.25", "59001.0", "59002.0", "59003.0", "59004.0"], rows.Select(r => r[0]));
        AssertClose([18.123456, 18.9, 16.4, 19.7, 23.9 - 2.5 * Math.Log10(5)], rows, 1);
        AssertClose([0.043, 2.5 / Math.Log(10) * 0.02, 2.5 / Math.Log(10) * 0.1, -1, -1], rows, 2);
    }

    [Fact]
    public async Task Photometry_posted_as_vega_magnitudes_is_downloaded_as_ab_magnitudes_and_comes_back_as_given()
    {
        var camera = await server.AddInstrumentAsync("bessellv");
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "in vega", ra = 81, dec = 20 })).Ok();
        await PostAsync(new { obj_id = "in vega", instrument_id = camera, mjd = 59000.0, filter = "bessellv", mag = 17.5, magerr = 0.01, limiting_mag = 20.0, magsys = "vega" });
        await PostAsync(new { obj_id = "in vega", instrument_id = camera, mjd = 59001.0, filter = "bessellv", mag = (double?)null, magerr = (double?)null, limiting_mag = 20.0, magsys = "vega" });
        // Vega has 0.01009 AB in Bessell's V: sncosmo 2.9.0 with CALSPEC alpha_lyr_stis_007, rounded to 1e-5 there.
        AssertClose([17.51009, 20.01009], await DownloadAsync("in vega"), 1, 6e-6);
        var given = (await server.Admin.GetAsync("/api/sources/in%20vega/photometry?magsys=vega")).Ok().Data!.AsArray();
        Assert.Equal(17.5, given[0]!["mag"]!.GetValue<double>(), 1e-6);
        Assert.Equal(20.0, given[1]!["limiting_mag"]!.GetValue<double>(), 1e-6);
    }

    [Fact]
    public async Task The_newest_detection_stands_in_the_target_list_but_only_for_those_who_may_see_it()
    {
        var group = await server.AddGroupAsync();
        var (member, stranger) = (await server.AddUserAsync(groups: [group]), await server.AddUserAsync());
        var camera = await server.AddInstrumentAsync("ztfg", "ztfr");
        (await member.PostAsync("/targets/createTarget/", new { name = "watched", ra = 82, dec = 20, importance = 2, cadence = 4 })).Ok();
        var today = Math.Floor(Mjd.From(DateTimeOffset.UtcNow));
        foreach (var (mjd, mag, band) in new[] { (today - 20, 18.0, "ztfg"), (today - 10, 17.0, "ztfr") })
            (await member.PostAsync("/api/photometry", new
            {
                obj_id = "watched", instrument_id = camera, mjd, filter = band, mag, magerr = 0.1, limiting_mag = 20.0, magsys = "ab", group_ids = new[] { group },
            })).Ok();
        var seen = Assert.Single((await member.PostAsync("/targets/getTargetList/", new { name = "watched", lastMagMin = 16.9, lastMagMax = 17.1 })).Ok().Json["data"]!.AsArray())!;
        Assert.Equal((17.0, today - 10, "r(ZTF)"), (seen["mag_last"]!.GetValue<double>(), seen["mjd_last"]!.GetValue<double>(), seen["filter_last"]!.GetValue<string>()));
        // Importance 2, ten to eleven days ago, every four days.
        Assert.InRange(seen["priority"]!.GetValue<double>(), 5.0, 5.5);
        var hidden = Assert.Single((await stranger.PostAsync("/targets/getTargetList/", new { name = "watched" })).Ok().Json["data"]!.AsArray())!;
        Assert.Equal(100.0, hidden["mag_last"]!.GetValue<double>());

        var answer = (await stranger.PostAsync("/targets/download-photometry/", new { name = "watched" })).Ok();
        Assert.Equal("MJD;Magnitude;Error;Facility;Filter;Observer\n", answer.Text);
        Assert.Equal("None", (await stranger.PostAsync("/targets/get-plots/", new { targetNames = new[] { "watched" } })).Ok().Json["Plots"]!["watched"]!.GetValue<string>());
    }

    async Task PostAsync(object point) => (await server.Admin.PostAsync("/api/photometry", point)).Ok();

    async Task<string[][]> DownloadAsync(string name)
    {
        var lines = (await server.Admin.PostAsync("/targets/download-photometry/", new { name })).Ok().Text.Split('\n');
        Assert.Equal(("MJD;Magnitude;Error;Facility;Filter;Observer", ""), (lines[0], lines[^1]));
        return [.. lines[1..^1].Select(line => line.Split(';'))];
    }

    static void AssertClose(double[] expected, string[][] rows, int column, double tolerance = 1e-6)
    {
        Assert.Equal(expected.Length, rows.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], double.Parse(rows[i][column], CultureInfo.InvariantCulture), tolerance);
    }
}
