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
        (await member.PostAsync("/api/sources",
            new { id = "ZTF21aaqjmps", ra = 233.85, dec = 67.51, group_ids = new[] { group } })).Ok();
        var target = Assert.Single((await member.PostAsync("/targets/getTargetList/", new { name = "ZTF21aaqjmps" })).Ok()
            .Json["data"]!.AsArray())!;
        Assert.Equal((233.85, 67.51, "Unknown"), (target["ra"]!.GetValue<double>(), target["dec"]!.GetValue<double>(),
            target["classification"]!.GetValue<string>()));
        Assert.Empty((await stranger.PostAsync("/targets/getTargetList/", new { name = "ZTF21aaqjmps" })).Ok()
            .Json["data"]!.AsArray());
    }

    // AB magnitude of Vega by sncosmo 2.9.0 with CALSPEC's alpha_lyr_stis_007; the table of bands was made with it, too, so this
    // tests which way it is added. BandsTests holds it against other sources.
    const double VegaInV = 0.010087107458138341;

    [Theory]
    // Given in a band and a system, with a zero point for fluxes (23.9: µJy, 16.4: mJy); the magnitude in BHTOM's system of the
    // band.
    [InlineData("ztfg", "ab", null, 18.123456, 18.123456)]
    [InlineData("ztfr", "ab", 23.9, 100.0, 18.9)]
    [InlineData("ztfr", "ab", 16.4, 0.25, 17.905149978319906)]
    [InlineData("bessellv", "vega", null, 17.5, 17.5)]
    [InlineData("bessellv", "ab", null, 17.5, 17.5 - VegaInV)]
    [InlineData("bessellv", "ab", 23.9, 100.0, 18.9 - VegaInV)]
    [InlineData("bessellv", "vega", 16.4, 0.25, 17.905149978319906)]
    // SkyPortal 0.9 has this magnitude in AB and Vega: 22.280546455476145 and 22.37632708496257.
    [InlineData("ztfg", "vega", null, 22.37632708496257, 22.280546455476145)]
    public async Task A_measurement_comes_back_as_given_and_is_downloaded_in_the_usual_system_of_its_band(
        string filter, string magsys, double? zp, double value, double downloaded)
    {
        var name = await server.AddSourceAsync();
        var camera = await server.AddInstrumentAsync(filter);
        object point = zp is null
            ? new
            {
                obj_id = name, instrument_id = camera, mjd = 59000.25, filter, magsys, mag = value,
                magerr = 0.05, limiting_mag = 25.0
            }
            : new
            {
                obj_id = name, instrument_id = camera, mjd = 59000.25, filter, magsys, flux = value,
                fluxerr = value / 20, zp
            };
        await PostAsync(point);
        var back = (await server.Admin.GetAsync($"/api/sources/{name}/photometry?format=both&magsys={magsys}")).Ok().Data![0]!;
        // Fluxes come as AB µJy; over the zero point that goes with them they are what was given.
        var asGiven = zp is null ? back["mag"]!.GetValue<double>()
            : back["flux"]!.GetValue<double>() * Math.Pow(10, 0.4 * (zp.Value - back["zp"]!.GetValue<double>()));
        Assert.Equal(0, zp is null ? asGiven - value : -2.5 * Math.Log10(asGiven / value), 1e-6);
        var row = Assert.Single(await DownloadAsync(name));
        AssertClose([downloaded], [row], 1);
        AssertClose([zp is null ? 0.05 : 2.5 / Math.Log(10) / 20], [row], 2);
    }

    [Fact]
    public async Task Limits_bands_facility_and_observer_are_downloaded()
    {
        var camera = await server.AddInstrumentAsync("ztfg", "ztfr", "bessellv", "gaia::g");
        var observer = await server.AddUserAsync();
        (await observer.PostAsync("/targets/createTarget/", new { name = "all columns", ra = 80, dec = 20 })).Ok();
        // A limit as given, in the system of the band and in another; the limits of fluxes that have no magnitude are 5 σ.
        (await observer.PostAsync("/api/photometry", new
        {
            obj_id = "all columns", instrument_id = camera, mjd = new[] { 59000.0, 59001.5, 59002 },
            magsys = new[] { "vega", "ab", "ab" },
            filter = new[] { "bessellv", "bessellv", "ztfr" }, mag = null as double?,
            magerr = null as double?, limiting_mag = 19.7,
            observer = new[] { "Maria Mitchell", null, "A; B" }, group_ids = "all",
        })).Ok();
        (await observer.PostAsync("/api/photometry", new
        {
            obj_id = "all columns", instrument_id = camera, mjd = new[] { 59003.0, 59004 },
            flux = new double?[] { -3, null }, fluxerr = 1.0,
            zp = 23.9, magsys = "ab", filter = new[] { "ztfg", "gaia::g" }, observer = "Maria Mitchell", group_ids = "all",
        })).Ok();

        var text = (await server.Admin.PostAsync("/targets/download-photometry/", new { name = "all columns" })).Ok().Text;
        var facility = (await server.Admin.GetAsync($"/api/instrument/{camera}")).Ok().Data!["name"]!.GetValue<string>();
        // Who names no observer observed; a text with the separator in it is quoted.
        // Riello et al. 2021
        var (vega, gaia) = (Math.Round(19.7 - VegaInV, 6), 23.9 - 2.5 * Math.Log10(5) - (25.8010446445 - 25.6873668671));
        var rows = text.Split('\n')[1..^1];
        Assert.Equal(
            [$"59000.0;19.7;-1.0;{facility};V(Bessell);Maria Mitchell", $"59001.5;;-1.0;{facility};V(Bessell);Test User",
                $"59002.0;19.7;-1.0;{facility};r(ZTF);\"A; B\"", $"59003.0;;-1.0;{facility};g(ZTF);Maria Mitchell",
                $"59004.0;;-1.0;{facility};G(Gaia);Maria Mitchell"],
            rows.Select((row, i) => i is 0 or 2 ? row : string.Join(';', row.Split(';')
                .Select((cell, column) => column == 1 ? "" : cell))));
        AssertClose([vega, 23.9 - 2.5 * Math.Log10(5), gaia],
            [.. new[] { rows[1], rows[3], rows[4] }.Select(r => r.Split(';'))], 1);

        var seen = (await server.Admin.GetAsync("/api/sources/all%20columns/photometry")).Ok().Data!.AsArray();
        Assert.Equal(["Maria Mitchell", null, "A; B", "Maria Mitchell", "Maria Mitchell"],
            seen.Select(p => p!["observer"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Radio_fluxes_are_downloaded_in_millijansky_and_are_no_magnitudes()
    {
        var camera = await server.AddInstrumentAsync("radio::1.4ghz", "radio::144mhz", "ztfg");
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "radio", ra = 83, dec = 20 })).Ok();
        await PostAsync(new
        {
            obj_id = "radio", instrument_id = camera, mjd = new[] { 59000.0, 59001, 59002 },
            flux = new double?[] { 2.5, -0.1, null },
            fluxerr = new[] { 0.13, 0.2, 0.3 }, zp = 16.4, magsys = "ab",
            filter = new[] { "radio::1.4ghz", "radio::1.4ghz", "radio::144mhz" },
        });
        await PostAsync(new
        {
            obj_id = "radio", instrument_id = camera, mjd = 58000.0, mag = 18.0, magerr = 0.1,
            limiting_mag = 20.0, magsys = "ab", filter = "ztfg"
        });
        var lines = (await server.Admin.PostAsync("/targets/download-radio/", new { name = "radio" })).Ok().Text.Split('\n');
        Assert.Equal(("MJD;mJy;Error;Facility;Filter;Observer", ""), (lines[0], lines[^1]));
        var rows = lines[1..^1].Select(line => line.Split(';')).ToArray();
        // A flux below zero is a measurement; of none, the limit is 5 σ.
        AssertClose([2.5, -0.1, 1.5], rows, 1);
        AssertClose([0.13, 0.2, -1], rows, 2);
        Assert.Equal(["1.4GHz(radio)", "1.4GHz(radio)", "144MHz(radio)"], rows.Select(r => r[4]));

        Assert.Equal("g(ZTF)", Assert.Single(await DownloadAsync("radio"))[4]);
        var target = (await server.Admin.PostAsync("/targets/getTargetList/", new { name = "radio" })).Ok().Json["data"]![0]!;
        Assert.Equal((18.0, "g(ZTF)"), (target["mag_last"]!.GetValue<double>(), target["filter_last"]!.GetValue<string>()));
        var plot = (await server.Admin.PostAsync("/targets/get-plots/", new { targetNames = new[] { "radio" } })).Ok()
            .Json["Plots"]!["radio"]!;
        Assert.Equal("g(ZTF)", Assert.Single(plot["data"]!.AsArray())!["name"]!.GetValue<string>());
        var back = (await server.Admin.GetAsync("/api/sources/radio/photometry?format=flux")).Ok().Data!.AsArray();
        Assert.Equal(2500, back[1]!["flux"]!.GetValue<double>(), 2500 * 9.2e-7);
    }

    [Fact]
    public async Task The_last_magnitude_is_in_the_usual_system_and_can_be_searched_by()
    {
        var camera = await server.AddInstrumentAsync("bessellv");
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "in vega", ra = 81, dec = 20 })).Ok();
        await PostAsync(new
        {
            obj_id = "in vega", instrument_id = camera, mjd = 59000.0, filter = "bessellv", mag = 17.5,
            magerr = 0.01, limiting_mag = 20.0, magsys = "vega"
        });
        var found = (await server.Admin.PostAsync("/targets/getTargetList/",
            new { name = "in vega", lastMagMin = 17.499999, lastMagMax = 17.500001 })).Ok();
        Assert.Equal(17.5, Assert.Single(found.Json["data"]!.AsArray())!["mag_last"]!.GetValue<double>(), 1e-6);
    }

    [Fact]
    public async Task The_newest_detection_stands_in_the_target_list_but_only_for_those_who_may_see_it()
    {
        var group = await server.AddGroupAsync();
        var (member, stranger) = (await server.AddUserAsync(groups: [group]), await server.AddUserAsync());
        var camera = await server.AddInstrumentAsync("ztfg", "ztfr");
        (await member.PostAsync("/targets/createTarget/",
            new { name = "watched", ra = 82, dec = 20, importance = 2, cadence = 4 })).Ok();
        var today = Math.Floor(Mjd.From(DateTimeOffset.UtcNow));
        foreach (var (mjd, mag, band) in new[] { (today - 20, 18.0, "ztfg"), (today - 10, 17.0, "ztfr") })
            (await member.PostAsync("/api/photometry", new
            {
                obj_id = "watched", instrument_id = camera, mjd, filter = band, mag, magerr = 0.1, limiting_mag = 20.0,
                magsys = "ab", group_ids = new[] { group },
            })).Ok();
        var seen = Assert.Single((await member.PostAsync("/targets/getTargetList/",
            new { name = "watched", lastMagMin = 16.9, lastMagMax = 17.1 })).Ok().Json["data"]!.AsArray())!;
        Assert.Equal((17.0, today - 10, "r(ZTF)"), (seen["mag_last"]!.GetValue<double>(), seen["mjd_last"]!.GetValue<double>(),
            seen["filter_last"]!.GetValue<string>()));
        // Importance 2, ten to eleven days ago, every four days.
        Assert.InRange(seen["priority"]!.GetValue<double>(), 5.0, 5.5);
        var hidden = Assert.Single((await stranger.PostAsync("/targets/getTargetList/", new { name = "watched" })).Ok()
            .Json["data"]!.AsArray())!;
        Assert.Equal(100.0, hidden["mag_last"]!.GetValue<double>());

        var answer = (await stranger.PostAsync("/targets/download-photometry/", new { name = "watched" })).Ok();
        Assert.Equal("MJD;Magnitude;Error;Facility;Filter;Observer\n", answer.Text);
        Assert.Equal("None", (await stranger.PostAsync("/targets/get-plots/", new { targetNames = new[] { "watched" } })).Ok()
            .Json["Plots"]!["watched"]!.GetValue<string>());
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
