using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class UploadTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task An_upload_leaves_a_receipt_and_is_undone_as_a_whole_by_its_owner()
    {
        var owner = await server.AddUserAsync();
        var source = await server.AddSourceAsync();
        var camera = await server.AddInstrumentAsync();
        var first = await UploadAsync(owner, "POST", source, camera, 58000, 58001);
        var second = await UploadAsync(owner, "PUT", source, camera, 58001, 58002, 58003);

        var receipts = (await owner.GetAsync("/api/photometry/uploads")).Ok().Data!;
        Assert.Equal(2, receipts["totalMatches"]!.GetValue<int>());
        Assert.Equal([(3, 2, 1), (2, 2, 0)], receipts["uploads"]!.AsArray()
            .Select(u => (Int(u!, "given"), Int(u!, "stored"), Int(u!, "known"))));
        Assert.Equal("PUT /api/photometry", (await owner.GetAsync($"/api/photometry/uploads/{second}")).Ok()
            .Data!["via"]!.GetValue<string>());
        var stranger = await server.AddUserAsync();
        (await stranger.GetAsync($"/api/photometry/uploads/{second}")).Refused(400, "No upload");
        (await stranger.DeleteAsync($"/api/photometry/uploads/{second}")).Refused(400, "No upload");

        Assert.Equal("Deleted 2 photometry point(s).",
            (await owner.DeleteAsync($"/api/photometry/uploads/{second}")).Ok().Data!.GetValue<string>());
        (await owner.DeleteAsync($"/api/photometry/uploads/{second}")).Refused(400, "undone already");
        var points = (await owner.GetAsync($"/api/sources/{source}/photometry")).Ok().Data!.AsArray();
        Assert.Equal([58000, 58001], points.Select(p => p!["mjd"]!.GetValue<double>()));
        Assert.Equal(2, Int((await owner.GetAsync($"/api/sources/{source}/phot_stat")).Ok().Data!, "num_obs_global"));
        Assert.NotNull((await owner.GetAsync($"/api/photometry/uploads/{second}")).Data!["undone_at"]);
        await using var db = server.OpenDb();
        Assert.Equal(2, db.History.Where(h => h.TableName == "photometry" && h.Action == "DELETE").AsEnumerable()
            .Count(h => h.OldValues.Contains(second)));
        (await owner.GetAsync($"/api/photometry/uploads/{first}")).Ok();
    }

    [Fact]
    public async Task Bulk_delete_counts_what_it_deleted()
    {
        var source = await server.AddSourceAsync();
        var upload = await UploadAsync(server.Admin, "POST", source, await server.AddInstrumentAsync(), 58000, 58001, 58002);
        Assert.Equal("Deleted 3 photometry point(s).",
            (await server.Admin.DeleteAsync($"/api/photometry/bulk_delete/{upload}")).Ok().Data!.GetValue<string>());
        (await server.Admin.DeleteAsync($"/api/photometry/bulk_delete/{upload}")).Refused(400, "Invalid bulk upload id.");
        (await server.Admin.DeleteAsync("/api/photometry/bulk_delete/x")).Refused(400, "Invalid bulk upload id.");
    }

    [Fact]
    public async Task All_points_of_a_source_that_are_ones_own_are_deleted()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        var owner = await server.AddUserAsync(acls: ["Upload data", "Delete bulk photometry"], role: "Super admin");
        await UploadAsync(server.Admin, "POST", source, camera, 58000);
        await UploadAsync(owner, "POST", source, camera, 58001, 58002);
        Assert.Equal($"Deleted 2 photometry point(s) of {source}.",
            (await owner.DeleteAsync($"/api/sources/{source}/photometry")).Ok().Data!.GetValue<string>());
        (await owner.DeleteAsync($"/api/sources/{source}/photometry")).Refused(400);
        Assert.Single((await server.Admin.GetAsync($"/api/sources/{source}/photometry")).Data!.AsArray());
    }

    [Fact]
    public async Task Sharing_adds_groups_for_the_owner_alone()
    {
        var group = await server.AddGroupAsync();
        var (owner, friend) = (await server.AddUserAsync(), await server.AddUserAsync(groups: [group]));
        var source = await server.AddSourceAsync();
        await UploadAsync(owner, "POST", source, await server.AddInstrumentAsync(), 58000);
        var id = Int((await owner.GetAsync($"/api/sources/{source}/photometry")).Data![0]!, "id");
        object body = new { photometryIDs = new[] { id }, groupIDs = new[] { group } };

        (await friend.PostAsync("/api/sharing", body)).Refused(400, "Cannot find photometry point with ID");
        (await owner.PostAsync("/api/sharing", new { groupIDs = new[] { group } }))
            .Refused(400, "One of either `photometryIDs` or `spectrumIDs` must be provided.");
        (await owner.PostAsync("/api/sharing", new { photometryIDs = new[] { id }, groupIDs = new[] { 999999 } }))
            .Refused(400, "No group with ID 999999");
        (await owner.PostAsync("/api/sharing", body)).Ok();
        (await friend.GetAsync($"/api/photometry/{id}")).Ok();
        (await friend.PostAsync("/api/sharing", body)).Refused(400, "owner");
        (await server.Admin.PostAsync("/api/sharing", new { photometryIDs = new[] { id }, groupIDs = new[] { 1 } })).Ok();
        (await (await server.AddUserAsync()).GetAsync($"/api/photometry/{id}")).Ok();
    }

    static async Task<string> UploadAsync(Caller caller, string method, string source, int camera, params double[] mjd) =>
        (await caller.SendAsync(method, "/api/photometry", new
        {
            obj_id = source, instrument_id = camera, mjd, flux = 12.24, fluxerr = 0.031, zp = 25.0,
            magsys = "ab", filter = "ztfg",
        })).Ok().Data!["upload_id"]!.GetValue<string>();

    static int Int(JsonNode node, string name) => node[name]!.GetValue<int>();
}
