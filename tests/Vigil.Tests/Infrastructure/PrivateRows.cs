using Vigil.Access;
using Vigil.Candidates;
using Vigil.Discussion;
using Vigil.Photometry;
using Vigil.Sources;
using Vigil.Spectra;
using Vigil.Telescopes;

namespace Vigil.Tests.Infrastructure;

/// <summary>One row of every kind that not everybody may see, in a group and stream of their owner alone.</summary>
static class PrivateRows
{
    /// <summary>Adds them and returns their owner.</summary>
    public static async Task<Caller> AddAsync(TestServer server)
    {
        await using var db = server.OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var mark = Guid.NewGuid().ToString("N")[..8];
        var group = new Group { Name = $"private {mark}" };
        var stream = new Vigil.Access.Stream { Name = $"stream {mark}", Groups = [group] };
        db.Streams.Add(stream);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        var owner = await server.AddUserAsync(groups: [group.Id], streams: [stream.Id]);

        var audience = await server.Services.GetRequiredService<AudienceCatalog>().InternAsync([group.Id], [], default);
        var source = new Source { Id = $"private-{mark}", OwnerId = owner.UserId };
        source.MoveTo(10, 10);
        var instrument = new Instrument
        {
            Name = $"camera {mark}", Type = "imager",
            Telescope = new Telescope { Name = $"telescope {mark}", Nickname = mark, Diameter = 1 },
        };
        db.Add(instrument);
        db.Add(source);
        await db.SaveChangesAsync();
        var upload = new Upload { Id = Guid.NewGuid(), OwnerId = owner.UserId, Via = "test", Given = 1, Stored = 1 };
        db.AddRange(
            new SavedSource { SourceKey = source.Key, GroupId = group.Id, SavedById = owner.UserId },
            new SourceLabel { SourceKey = source.Key, GroupId = group.Id, LabellerId = owner.UserId },
            new SourceView { SourceKey = source.Key, UserId = owner.UserId },
            new Listing { SourceKey = source.Key, UserId = owner.UserId, ListName = "favorites" },
            new Download { SourceKey = source.Key, UserId = owner.UserId, DownloadType = "P", IpAddress = "127.0.0.1" },
            new Candidate
            {
                SourceKey = source.Key, Filter = new StreamFilter { Name = "f", StreamId = stream.Id, GroupId = group.Id },
                PassedAt = DateTimeOffset.UtcNow, UploaderId = owner.UserId,
            },
            new GroupAdmissionRequest { UserId = owner.UserId, GroupId = group.Id },
            new Invitation { InvitedById = owner.UserId, TokenHash = Guid.NewGuid().ToByteArray() },
            upload,
            new PhotometryPoint
            {
                SourceKey = source.Key, InstrumentId = instrument.Id, Mjd = 60000, Band = "ztfg", Flux = 10, FluxErr = 1,
                UploadId = upload.Id, OwnerId = owner.UserId, AudienceId = audience,
            },
            new Spectrum
            {
                SourceKey = source.Key, InstrumentId = instrument.Id, Wavelengths = [4000], Fluxes = [1],
                ObservedAt = DateTimeOffset.UtcNow, OwnerId = owner.UserId, AudienceId = audience,
            },
            new Comment { SourceKey = source.Key, Text = "secret", OwnerId = owner.UserId, AudienceId = audience });
        await db.SaveChangesAsync();
        // So that there is history to hide.
        source.Redshift = 0.1;
        await db.SaveChangesAsync();
        return owner;
    }
}
