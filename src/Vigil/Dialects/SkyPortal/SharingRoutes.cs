using Vigil.Access;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's /api/sharing: shows one's photometry and spectra to more groups.</summary>
static class SharingRoutes
{
    public static void MapSharing(this RouteGroupBuilder api) => api.MapPost("/sharing", Post).Needs(Acl.UploadData)
        .WithSummary("Show photometry or spectra of yours to more groups.")
        .Reads("groupIDs* integer[] Groups that may see them, too", "photometryIDs integer[] Photometry points",
            "spectrumIDs integer[] Spectra");

    static async Task<IResult> Post(Body body, ShareRows share, CancellationToken ct)
    {
        var (points, spectra) = (body.OptionalInts("photometryIDs") ?? [], body.OptionalInts("spectrumIDs") ?? []);
        var groups = body.Ints("groupIDs");
        if (groups.Length == 0)
            throw new BadInput("groupIDs is an empty list. Name the groups to share with.", "groupIDs");
        if (points.Length == 0 && spectra.Length == 0)
            throw new BadInput("One of either `photometryIDs` or `spectrumIDs` must be provided.", "photometryIDs");
        await share.AddGroupsAsync("photometry", "photometry point", Longs(points), groups, ct);
        await share.AddGroupsAsync("spectra", "spectrum", Longs(spectra), groups, ct);
        return Reply.Success();
    }

    static long[] Longs(int[] ids) => [.. ids.Distinct().Select(id => (long)id)];
}
