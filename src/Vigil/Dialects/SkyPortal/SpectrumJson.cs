using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Discussion;
using Vigil.Spectra;

namespace Vigil.Dialects.SkyPortal;

/// <summary>How spectra read in SkyPortal's words.</summary>
static class SpectrumJson
{
    /// <summary>The spectrum alone; its source must be loaded.</summary>
    public static Dictionary<string, object?> From(Spectrum spectrum) => new()
    {
        ["origin"] = spectrum.Origin,
        ["original_file_filename"] = spectrum.OriginalFileFilename,
        ["type"] = spectrum.Type,
        ["owner_id"] = spectrum.OwnerId,
        ["fluxes"] = spectrum.Fluxes,
        ["label"] = spectrum.Label,
        ["id"] = spectrum.Id,
        ["wavelengths"] = spectrum.Wavelengths,
        ["instrument_id"] = spectrum.InstrumentId,
        ["created_at"] = spectrum.CreatedAt,
        ["errors"] = spectrum.Errors,
        ["followup_request_id"] = spectrum.FollowupRequestId,
        ["modified"] = spectrum.Modified,
        ["units"] = spectrum.Units,
        ["assignment_id"] = spectrum.AssignmentId,
        ["obj_id"] = spectrum.Source!.Id,
        ["altdata"] = Reply.Raw(spectrum.Altdata),
        ["observed_at"] = spectrum.ObservedAt,
        ["original_file_string"] = spectrum.OriginalFileString,
    };

    /// <summary>
    /// With the instrument's name, the people, the groups and the comments: three statements, however many spectra.
    /// </summary>
    public static async Task<List<Dictionary<string, object?>>> FullAsync(
        List<Spectrum> spectra, VigilDb db, AudienceCatalog audiences, CommentStore comments, CancellationToken ct)
    {
        int[] groupIds = [.. spectra.SelectMany(s => audiences[s.AudienceId].GroupIds).Distinct()];
        int[] userIds = [.. spectra.SelectMany(s => s.ReducerIds.Concat(s.ObserverIds)).Distinct()];
        var groups = await db.Groups.AsNoTracking().Where(g => groupIds.Contains(g.Id))
            .ToDictionaryAsync(g => g.Id, AccessJson.From, ct);
        var users = await db.Users.AsNoTracking().Where(u => userIds.Contains(u.Id))
            .ToDictionaryAsync(u => u.Id, AccessJson.From, ct);
        var said = await comments.OnSpectraAsync([.. spectra.Select(s => s.Id)], ct);
        return [.. spectra.Select(spectrum =>
        {
            var json = From(spectrum);
            json["instrument_name"] = spectrum.Instrument!.Name;
            // A group or a user may have been deleted since.
            json["groups"] = audiences[spectrum.AudienceId].GroupIds.Where(groups.ContainsKey).Select(id => groups[id]);
            json["reducers"] = spectrum.ReducerIds.Where(users.ContainsKey).Select(id => users[id]);
            json["observers"] = spectrum.ObserverIds.Where(users.ContainsKey).Select(id => users[id]);
            json["owner"] = spectrum.Owner is null ? null : AccessJson.From(spectrum.Owner);
            json["comments"] = said[spectrum.Id].Select(WithAuthor);
            // Not served yet, so there are none.
            json["annotations"] = Array.Empty<object>();
            if (spectrum.ExternalReducer is not null)
                json["external_reducer"] = spectrum.ExternalReducer;
            if (spectrum.ExternalObserver is not null)
                json["external_observer"] = spectrum.ExternalObserver;
            return json;
        })];
    }

    static Dictionary<string, object?> WithAuthor(Comment comment)
    {
        var json = CommentRoutes.ToJson(comment);
        json["author"] = comment.Owner is null ? null : AccessJson.From(comment.Owner);
        return json;
    }
}
