using System.Globalization;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.Bhtom;

/// <summary>Photometry that comes by BHTOM's upload, and goes out through both dialects.</summary>
public class UploadTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("/upload/")]
    [InlineData("/dataproducts/upload")]
    public async Task A_file_comes_back_as_it_was_and_is_converted_in_SkyPortals_dialect(string path)
    {
        var (observer, target, camera) = (await server.AddUserAsync(), await TargetAsync(), await CameraAsync());
        var answer = await UploadAsync(observer, """
            time,filter,magnitude,error,observer
            59000.25,GaiaSP/V,17.5,0.01,Maria Mitchell
            59001.5,g(ZTF),18.123456,0.05,
            59002.0,V(GaiaSP),19.7,-1,
            """, target, camera.Name, path: path, extra: [("observers", "Henrietta Leavitt"), ("comment", "None"), ("filter", "GaiaSP/any"), ("match_dist", "-2")]);
        Assert.Equal(201, answer.Status);
        var file = Assert.Single(answer.Json["files"]!.AsArray())!;
        Assert.True(file["id"]!.GetValue<int>() > 0);
        Assert.Equal(("light curve.csv", "S"), (file["name"]!.GetValue<string>(), file["status"]!.GetValue<string>()));

        var rows = (await DownloadAsync("photometry", target)).Split('\n');
        Assert.Equal(
            [$"59000.25;17.5;0.01;{camera.Name};GaiaSP/V;Maria Mitchell",
                $"59001.5;18.123456;0.05;{camera.Name};g(ZTF);Henrietta Leavitt",
                $"59002.0;19.7;-1.0;{camera.Name};V(GaiaSP);Henrietta Leavitt"], rows[1..^1]);
        // To somebody else, in AB; Vega has 0.010087107458138341 in V (see OneDomainTests), and a limit is one of 3 σ.
        var points = (await (await server.AddUserAsync()).GetAsync($"/api/sources/{target}/photometry?format=both"))
            .Ok().Data!.AsArray();
        Assert.Equal(["bessellv", "ztfg", "bessellv"], points.Select(p => p!["filter"]!.GetValue<string>()));
        Assert.Equal(["Maria Mitchell", "Henrietta Leavitt", "Henrietta Leavitt"],
            points.Select(p => p!["observer"]!.GetValue<string>()));
        Assert.Equal(17.510087, points[0]!["mag"]!.GetValue<double>(), 1e-6);
        Assert.Equal(0.01, points[0]!["magerr"]!.GetValue<double>(), 1e-6);
        Assert.Equal(18.123456, points[1]!["mag"]!.GetValue<double>(), 1e-6);
        Assert.Null(points[2]!["mag"]);
        Assert.Equal(19.710087, points[2]!["limiting_mag"]!.GetValue<double>(), 1e-6);
        Assert.Equal(Math.Pow(10, 0.4 * (23.9 - 19.710087)) / 3, points[2]!["fluxerr"]!.GetValue<double>(), 1e-4);
        var vega = (await observer.GetAsync($"/api/sources/{target}/photometry?magsys=vega")).Ok().Data!.AsArray();
        Assert.Equal((17.5, 19.7), (Math.Round(vega[0]!["mag"]!.GetValue<double>(), 6),
            vega[2]!["limiting_mag"]!.GetValue<double>()));
    }

    [Fact]
    public async Task Radio_fluxes_are_millijansky()
    {
        var (target, camera) = (await TargetAsync(), await CameraAsync());
        (await UploadAsync(server.Admin, "mjd mJy  error filter\n59000.5 2.5 0.1 radio::1.4ghz\n59001.5 0.6 -1 1.4GHz(radio)\n",
            target, camera.Name)).Ok();
        var rows = (await DownloadAsync("radio", target)).Split('\n')[1..^1].Select(r => r.Split(';')).ToArray();
        Assert.Equal([2.5, 0.6], rows.Select(r => Math.Round(double.Parse(r[1], CultureInfo.InvariantCulture), 9)));
        Assert.Equal([0.1, -1], rows.Select(r => Math.Round(double.Parse(r[2], CultureInfo.InvariantCulture), 9)));
        var points = (await server.Admin.GetAsync($"/api/sources/{target}/photometry?format=flux")).Ok().Data!.AsArray();
        Assert.Equal(2500, points[0]!["flux"]!.GetValue<double>(), 2500 * 1e-9);
        // A limit of 3 σ.
        Assert.Equal(200, points[1]!["fluxerr"]!.GetValue<double>(), 200 * 1e-9);
    }

    [Fact]
    public async Task What_was_downloaded_can_be_uploaded_again_and_is_known()
    {
        var (target, camera) = (await TargetAsync(), await CameraAsync());
        (await UploadAsync(server.Admin, "time;filter;magnitude;error;observer\n59000.25;V(GaiaSP);17.5;0.25;\"A; \"\"B\"\"\"\n",
            target, camera.Name)).Ok();
        var first = await DownloadAsync("photometry", target);
        Assert.Contains(";\"A; \"\"B\"\"\"\n", first, StringComparison.Ordinal);
        var again = (await UploadAsync(server.Admin, first, target, camera.Name)).Ok();
        Assert.Contains("1 were known", again.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(first, await DownloadAsync("photometry", target));
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        var (target, camera) = (await TargetAsync(), await CameraAsync());
        (await UploadAsync(server.Admin, "time,filter,magnitude,error\n59000,g(ZTF),18,0.1\n", target, camera.Name,
            extra: [("dry_run", "True")])).Ok();
        Assert.Equal("MJD;Magnitude;Error;Facility;Filter;Observer\n", await DownloadAsync("photometry", target));
    }

    [Theory]
    [InlineData("time,filter,magnitude\n1,2,3", "no column error")]
    [InlineData("", "no column time")]
    [InlineData("59000,g(ZTF),18,0.1", "no column time", "first line must name the columns")]
    [InlineData("time,filter,error\n59000,g(ZTF),0.1", "one of the columns magnitude and mJy")]
    [InlineData("time,filter,magnitude,error", "no measurement")]
    [InlineData("time,filter,magnitude,error\n59000,g(ZTF),18", "Row 1 has 3 values, the header 4")]
    [InlineData("time,filter,magnitude,error\n59000,g(ZTF),18,0.1\n59001,g(ZTF),bright,0.1",
        "Row 2: magnitude = 'bright' is not a number")]
    [InlineData("time,filter,magnitude,error\n59000,g(ZTF),NaN,0.1", "Row 1: magnitude = 'NaN' is not a number")]
    [InlineData("time,filter,magnitude,error\n59000,q(ZTF),18,0.1", "Row 1: filter = 'q(ZTF)' is not known")]
    [InlineData("time,filter,magnitude,error\n59000,1.4GHz(radio),18,0.1", "is a radio band")]
    [InlineData("time,filter,mjy,error\n59000,g(ZTF),18,0.1", "is no radio band")]
    [InlineData("time,filter,mjy,error\n59000,1.4GHz(radio),-1,-1", "Row 1: a limit must be above zero mJy, got -1")]
    [InlineData("time,filter,magnitude,error\n59000,g(ZTF),18,0", "Row 1: error must be above zero, or -1")]
    [InlineData("time,filter,magnitude,error\n2459000.5,g(ZTF),18,0.1", "looks like a JD")]
    [InlineData("time,filter,magnitude,error\n59000,u(SDSS),18,0.1", "has no filter sdssu")]
    public async Task A_bad_file_is_refused_and_nothing_stored(string file, params string[] words)
    {
        var (target, camera) = (await TargetAsync(), await CameraAsync());
        (await UploadAsync(server.Admin, file, target, camera.Name)).Refused(400, words);
        Assert.Equal("MJD;Magnitude;Error;Facility;Filter;Observer\n", await DownloadAsync("photometry", target));
    }

    [Fact]
    public async Task A_bad_form_is_refused_in_the_words_that_clients_look_for()
    {
        const string file = "time,filter,magnitude,error\n59000,g(ZTF),18,0.1\n";
        var (target, camera) = (await TargetAsync(), await CameraAsync());
        var unknown = (await UploadAsync(server.Admin, file, "no such target", camera.Name)).Refused(400);
        Assert.Equal("Target 'no such target' does not exist.", unknown.Json["non_field_errors"]![0]!.GetValue<string>());
        Assert.Contains("does not exist in the bhtom", unknown.Json["target"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        (await UploadAsync(server.Admin, file, target, "no such camera"))
            .Refused(400, "Observatory with camera doesn't exist on your list");
        (await UploadAsync(server.Admin, file, target, camera.Name, type: "fits_file"))
            .Refused(400, "data_product_type must be photometry_csv", "fits_file");
        (await server.Admin.SendAsync("POST", "/upload/",
            new { target, data_product_type = "photometry_csv", observatory = camera.Name })).Refused(400, "one file");
        (await server.Admin.SendAsync("POST", "/upload/", new { target }))
            .Refused(400, "data_product_type", "This field is required.");
        (await UploadAsync(await server.AddUserAsync(acls: []), file, target, camera.Name)).Refused(403, "Upload data");
        (await UploadAsync(server.Stranger, file, target, camera.Name)).Refused(401);
    }

    static async Task<Answer> UploadAsync(Caller caller, string text, string target, string observatory,
        string type = "photometry_csv",
        string path = "/upload/", params (string Name, string Value)[] extra)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in extra.Concat([("target", target), ("observatory", observatory),
            ("data_product_type", type)]))
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(text)), "file_0", "light curve.csv");
        return await caller.SendAsync("POST", path, form, scheme: "Token");
    }

    async Task<string> DownloadAsync(string what, string target) =>
        (await server.Admin.PostAsync($"/targets/download-{what}/", new { name = target })).Ok().Text;

    async Task<string> TargetAsync() => await server.AddSourceAsync();

    async Task<(int Id, string Name)> CameraAsync()
    {
        var id = await server.AddInstrumentAsync("bessellv", "ztfg", "radio::1.4ghz");
        return (id, (await server.Admin.GetAsync($"/api/instrument/{id}")).Ok().Data!["name"]!.GetValue<string>());
    }
}
