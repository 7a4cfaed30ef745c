using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class PhotometryTests(TestServer server) : IClassFixture<TestServer>
{
    // An answer is to 1e-6 mag what was given; in a flux that is this relative error.
    const double Relative = 9.2e-7;

    [Fact]
    public async Task A_flux_over_a_zero_point_comes_back_as_microjansky_and_as_magnitude()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync("ztfg"));
        var id = (await server.Admin.PostAsync("/api/photometry", new
        {
            obj_id = source, instrument_id = camera, mjd = 58000.0, flux = 12.24, fluxerr = 0.031, zp = 25.0, magsys = "ab",
            filter = "ztfg", altdata = new { some_key = "some_value" },
        })).Ok().Data!["ids"]![0]!.GetValue<long>();

        // Values of the same point from SkyPortal d1ecac3.
        var point = (await server.Admin.GetAsync($"/api/photometry/{id}?format=both")).Ok().Data!;
        Assert.Equal(4.444075390386034, Number(point, "flux"), 4.4 * Relative);
        Assert.Equal(0.011255419697873126, Number(point, "fluxerr"), 0.011 * Relative);
        Assert.Equal(22.280546455476145, Number(point, "mag"), 1e-6);
        Assert.Equal(0.002749822087214217, Number(point, "magerr"), 1e-8);
        Assert.Equal(27.02417075457427, Number(point, "limiting_mag"), 1e-6);
        Assert.Equal(394.83870967741933, Number(point, "snr"), 1e-6);
        Assert.Equal("some_value", point["altdata"]!["some_key"]!.GetValue<string>());
        Assert.Equal("None", point["origin"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lists_are_rows_and_single_values_are_for_all()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        var ids = (await server.Admin.PostAsync("/api/photometry", new
        {
            obj_id = source, instrument_id = camera, mjd = new[] { 58003.0, 58001, 58002 }, mag = new double?[] { 18.1, 18.2, null },
            magerr = new double?[] { 0.1, 0.05, null }, limiting_mag = new[] { 20.5, 20.4, 20.3 }, magsys = "ab",
            filter = new[] { "ztfr", "ztfg", "ztfr" }, ra_unc = 0.1, origin = "golden",
        })).Ok().Data!["ids"]!.AsArray();
        Assert.Equal(3, ids.Count);

        var points = (await server.Admin.GetAsync($"/api/sources/{source}/photometry")).Ok().Data!.AsArray();
        Assert.Equal([58001, 58002, 58003], points.Select(p => Number(p!, "mjd")));
        Assert.Equal(["ztfg", "ztfr", "ztfr"], points.Select(p => p!["filter"]!.GetValue<string>()));
        Assert.Equal(18.2, Number(points[0]!, "mag"), 1e-6);
        Assert.Equal(0.05, Number(points[0]!, "magerr"), 1e-6);
        Assert.Null(points[1]!["mag"]);
        Assert.Equal(20.3, Number(points[1]!, "limiting_mag"), 1e-6);
        Assert.All(points, p => Assert.Equal(0.1, Number(p!, "ra_unc")));
    }

    static double Number(JsonNode point, string name) => point[name]!.GetValue<double>();
}
