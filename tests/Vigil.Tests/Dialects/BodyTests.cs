using System.Text;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

/// <summary>Bodies that no endpoint should have to think about.</summary>
public class BodyTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("{not json", "JSON parse error")]
    [InlineData("[1, 2]", "must be a JSON object")]
    [InlineData("\"text\"", "must be a JSON object")]
    [InlineData("{\"id\": \"a\", \"ra\": 1,", "JSON parse error")]
    [InlineData("{\"id\": \"a\",}", "JSON parse error")]
    [InlineData("{\"ra\": NaN}", "JSON parse error")]
    public async Task A_body_that_is_no_JSON_object_is_refused(string body, string words) =>
        (await server.Admin.PostAsync("/api/sources", body)).Refused(400, words);

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        var body = new StringBuilder().Insert(0, "{\"a\":", 10_000).Append('1').Append('}', 10_000).ToString();
        (await server.Admin.PostAsync("/api/sources", body)).Refused(400, "JSON parse error");
        (await server.Admin.SendAsync("POST", "/api/token-auth/", body)).Refused(400, "JSON parse error");
    }

    [Theory]
    [InlineData("/api/sources")]
    [InlineData("/api/photometry")]
    [InlineData("/targets/createTarget/")]
    public async Task A_body_beyond_the_limit_is_refused(string path)
    {
        var spaces = new byte[100_000_001];
        Array.Fill(spaces, (byte)' ');
        using var large = new ByteArrayContent(spaces);
        large.Headers.ContentType = new("application/json");
        (await server.Admin.SendAsync("POST", path, large)).Refused(413, "too large");
    }

    [Theory]
    // Half of a surrogate pair and the zero character: JSON can write them, but they are no text.
    [InlineData("/api/sources", """{"id": "bad\ud800", "ra": 1, "dec": 1}""")]
    [InlineData("/api/sources", """{"id": "bad", "ra": "\ud800", "dec": 1}""")]
    [InlineData("/api/sources", """{"id": "bad", "ra": 1, "dec": 1, "altdata": {"a": "\udfff"}}""")]
    [InlineData("/api/sources", """{"id": "bad", "ra": 1, "dec": 1, "gcn_crossmatch": ["\u0000"]}""")]
    [InlineData("/api/sources", """{"id": "bad\u0000", "ra": 1, "dec": 1}""")]
    [InlineData("/api/photometry", """{"obj_id": "\ud800"}""")]
    [InlineData("/api/listing", """{"obj_id": "\ud800", "list_name": "favorites"}""")]
    [InlineData("/targets/createTarget/", """{"name": "bad", "ra": 1, "dec": 1, "description": "\udc00"}""")]
    [InlineData("/targets/get-plots/", """{"targetNames": ["\u0000"]}""")]
    [InlineData("/targets/getTargetList/", """{"name": "\ud800"}""")]
    // A decimal comma is no comma of thousands: "10,5" is not 105. Nor is "1,2" a day of this year.
    [InlineData("/api/sources", """{"id": "bad", "ra": "10,5", "dec": 1}""")]
    [InlineData("/targets/createTarget/", """{"name": "bad", "ra": 1, "dec": "10,5"}""")]
    [InlineData("/targets/createTarget/", """{"name": "bad", "ra": 1, "dec": 1, "discovery_date": "1,2"}""")]
    [InlineData("/targets/getTargetList/", """{"coneSearchRaDecRadius": "10,5,10,5,1,0"}""")]
    public async Task Texts_that_are_no_text_and_numbers_that_are_no_number_are_refused(string path, string body)
    {
        (await server.Admin.PostAsync(path, body)).Refused(400);
        await using var db = server.OpenDb();
        Assert.False(db.Sources.Any(s => s.Id.StartsWith("bad")));
    }

    [Theory]
    [InlineData("/api/sources?commentsFilter=%00")]
    [InlineData("/api/sources?rejectedSourceIDs=a,%00")]
    [InlineData("/api/sources?ra=10,5&dec=1&radius=1")]
    public async Task The_same_holds_for_query_strings(string path) => (await server.Admin.GetAsync(path)).Refused(400);

    [Fact]
    public async Task No_point_is_stored_with_half_a_surrogate_pair()
    {
        var source = await server.AddSourceAsync();
        var body = $$"""
            {"obj_id": "{{source}}", "instrument_id": {{await server.AddInstrumentAsync("ztfg")}}, "mjd": [58000, 58001], "flux": 1, "fluxerr": 1, "zp": 23.9,
            "magsys": "ab", "filter": "ztfg", "altdata": [{"a": "b"}, {"a": "\ud800"}]}
            """;
        (await server.Admin.PostAsync("/api/photometry", body)).Refused(400, "surrogate");
        (await server.Admin.PostAsync("/api/photometry", body.Replace("\\ud800", "c").Replace("[58000,", "[\"58000,5\",")))
            .Refused(400, "Row 1: mjd", "58000,5");
        Assert.Empty((await server.Admin.GetAsync($"/api/sources/{source}/photometry")).Ok().Data!.AsArray());
    }

    [Fact]
    public async Task Trailing_commas_are_read_in_BHTOMs_dialect_alone()
    {
        (await server.Admin.PostAsync("/api/token-auth/", "{\"username\": \"admin\", \"password\": \"wrong\",}"))
            .Refused(400, "Unable to log in");
        (await server.Admin.PostAsync("/api/sources", "{\"id\": \"x\",}")).Refused(400, "JSON parse error");
    }
}
