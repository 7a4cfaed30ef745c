using Vigil.Access;
using Vigil.Photometry;
using Vigil.Sources;
using Vigil.Telescopes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Browser;

/// <summary>A server with a few sources to look at, one of them with a light curve, and two people.</summary>
public sealed class SampleSky : IAsyncLifetime
{
    public const string Password = "a long enough password";

    /// <summary>
    /// The source with a light curve: 34 detections and 11 limits in two bands of one instrument, 12 in a band of another.
    /// </summary>
    public const string Source = "SN 2026abc";

    public TestServer Server { get; } = new();

    /// <summary>In the group that may see the light curve.</summary>
    public Caller Member { get; private set; } = null!;

    /// <summary>In no group.</summary>
    public Caller Outsider { get; private set; } = null!;

    public int GroupId { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        await using var db = Server.OpenDb();
        var group = new Group { Name = "Supernova watch", Description = "<b>People</b> & supernovae" };
        db.Groups.Add(group);
        var telescope = new Telescope { Name = "Oschin 1.2 m", Nickname = "P48", Diameter = 1.2 };
        db.AddRange(
            new Instrument { Name = "ZTF", Type = "imager", Telescope = telescope },
            new Instrument { Name = "Sky camera", Type = "imager", Telescope = telescope });
        await db.SaveChangesAsync();
        GroupId = group.Id;
        Member = await Server.AddUserAsync("member", groups: [group.Id], password: Password);
        Outsider = await Server.AddUserAsync("outsider", password: Password);

        var source = Add(Source, 150, 2, s => (s.Redshift, s.Classification) = (0.0174, "Ia"));
        source.Aliases.Add(new SourceAlias { Name = "ZTF26aaaaaaa", Survey = "ZTF" });
        Add("neighbour <i>", 150.02, 2.03, _ => { });
        Add("far", 200, -30, s => s.Redshift = 0.5);
        for (var i = 0; i < 60; i++)
            Add($"field-{i:00}", 10 + i, 40, _ => { });
        await db.SaveChangesAsync();
        db.SavedSources.Add(new SavedSource { SourceKey = source.Key, GroupId = group.Id });
        await db.SaveChangesAsync();

        var instruments = db.Instruments.OrderBy(i => i.Id).Select(i => i.Id).ToArray();
        for (var i = 0; i < 45; i++)
            await AddPointAsync(source.Key, instruments[0], 61000 + i, i % 2 == 0 ? "ztfg" : "ztfr", i < 5 ? null : Flux(i));
        for (var i = 0; i < 12; i++)
            await AddPointAsync(source.Key, instruments[1], 61010.5 + i, "sdssi", 0.7 * Flux(i + 10));

        Source Add(string id, double ra, double dec, Action<Source> set)
        {
            var added = new Source { Id = id };
            added.MoveTo(ra, dec);
            set(added);
            db.Sources.Add(added);
            return added;
        }

        static double Flux(int day) => 400 * Math.Exp(-Math.Pow((day - 18) / 12.0, 2));
    }

    /// <summary>Posts a point that the group may see.</summary>
    public async Task PostPointAsync(double mjd) => (await Server.Admin.PostAsync("/api/photometry", new
    {
        obj_id = Source, instrument_id = 1, mjd, filter = "ztfg", flux = 77, fluxerr = 8, zp = 23.9, magsys = "ab",
        group_ids = new[] { GroupId },
    })).Ok();

    async Task AddPointAsync(int sourceKey, int instrumentId, double mjd, string band, double? flux)
    {
        await using var db = Server.OpenDb();
        var audience = await Server.Services.GetRequiredService<AudienceCatalog>().InternAsync([GroupId], [], default);
        db.Photometry.Add(new PhotometryPoint
        {
            SourceKey = sourceKey, InstrumentId = instrumentId, Mjd = mjd, Band = band, Flux = flux, FluxErr = 8,
            UploadId = Guid.NewGuid(), AudienceId = audience,
        });
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
