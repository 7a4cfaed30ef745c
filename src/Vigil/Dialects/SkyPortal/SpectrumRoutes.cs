using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Discussion;
using Vigil.Spectra;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/spectra, also under its older name /api/spectrum, and the spectra of a source.</summary>
static class SpectrumRoutes
{
    static readonly string[] about =
    [
        "obj_id* string The source.", "instrument_id* integer The spectrograph.", "observed_at* date When, UTC.",
        "type string source (default), host or host_center.", "label string For plots.", "origin string Where it is from.",
        "group_ids integer[] Groups of yours that see it, or \"all\" for everybody; you always do.",
        "reduced_by integer[] Users who reduced it.", "observed_by integer[] Users who observed it.",
        "external_reducer string Who reduced it, where that is no user; needs a contact in reduced_by.",
        "external_observer string Who observed it, where that is no user; needs a contact in observed_by.",
    ];

    static readonly string[] followup =
    [
        "followup_request_id integer Follow-up is not served yet: leave it out.",
        "assignment_id integer Observing runs are not served yet: leave it out.",
    ];

    static readonly string[] fields =
    [
        "wavelengths* number[] Angstrom.", "fluxes* number[] In units, one per wavelength.",
        "errors number[] 1σ, one per wavelength.",
        "units string Jy, AB or erg/s/cm/cm/AA.", "altdata object Anything else, as JSON.",
        .. followup, .. about,
    ];

    static readonly string[] columns =
    [
        "ascii* string Lines of numbers between blanks, and \"# KEY: value\"; up to 10 MB.",
        "wave_column integer Column of wavelengths, from 0 (default).", "flux_column integer Column of fluxes, default 1.",
        "fluxerr_column integer Column of errors; default none.",
    ];

    /// <summary>Most spectra in one answer, and most without their arrays.</summary>
    const int Most = 1000, MostMinimal = 10_000;

    public static void MapSpectra(this RouteGroupBuilder api)
    {
        foreach (var name in new[] { "/spectra", "/spectrum" })
        {
            api.MapGet(name, List).WithSummary("Spectra that match all of what is asked.").Asks(
                "objID string Part of the source's id.", "instrumentIDs integer[] By one of these.",
                "groupIDs integer[] Shared with one of these.",
                "observedBefore date Observed then or earlier.", "observedAfter date Observed then or later.",
                "origin string[] Any of these in the origin.", "label string[] Any of these in the label.",
                "type string[] One of these types.",
                "commentsFilter string[] Any of these in a comment on it.",
                "commentsFilterAuthor string[] Any of these in the username of who commented.",
                "commentsFilterAfter date Commented on then or later.", "commentsFilterBefore date Commented on then or earlier.",
                "minimalPayload boolean Without the arrays and the people.");
            api.MapPost(name, Add).Needs(Acl.UploadData).WithSummary("Store a spectrum.").Reads(fields);
            api.MapGet($"{name}/range", Range).WithSummary("Spectra of some time.").Asks(
                "instrument_ids integer[] By one of these.", "min_date date Observed then or later.",
                "max_date date Observed then or earlier.");
            api.MapPost($"{name}/ascii", AddAscii).Needs(Acl.UploadData).WithSummary("Store a spectrum from a text file.")
                .Reads(["filename* string Name of the file.", .. columns, .. about, .. followup]);
            api.MapPost($"{name}/parse/ascii", ParseAscii).Needs(Acl.UploadData)
                .WithSummary("Read a text file and store nothing.").Reads(columns);
            api.MapGet($"{name}/{{spectrum_id:int}}", Get).WithSummary("One spectrum.");
            api.MapPut($"{name}/{{spectrum_id:int}}", Change).Needs(Acl.UploadData)
                .WithSummary("Change a spectrum of one's own; groups are added.").Reads(fields);
            api.MapDelete($"{name}/{{spectrum_id:int}}", Delete).Needs(Acl.UploadData)
                .WithSummary("Delete a spectrum of one's own.");
        }
        api.MapGet("/sources/{obj_id}/spectra", OfSource).WithSummary("The spectra of a source.")
            .Asks("normalization string median: divide by the median of |flux|.");
    }

    static async Task<IResult> List(Query query, Viewer viewer, VigilDb db, AudienceCatalog audiences,
        CommentStore comments, CancellationToken ct)
    {
        var search = await SearchAsync(query, viewer, db, ct);
        var spectra = search.In(db, audiences);
        if (!query.Bool("minimalPayload"))
            return Reply.Success(await SpectrumJson.FullAsync(await FewAsync(spectra, ct), db, audiences, comments, ct));
        var minimal = await FewAsync(spectra.Select(s => new
        {
            s.Origin, s.OriginalFileFilename, s.Type, s.OwnerId, s.Label, s.Id, s.InstrumentId,
            s.FollowupRequestId, s.AssignmentId,
            ObjId = s.Source!.Id, s.Altdata, s.ObservedAt,
        }), ct, MostMinimal);
        return Reply.Success(minimal.Select(s => new
        {
            s.Origin, s.OriginalFileFilename, s.Type, s.OwnerId, s.Label, s.Id, s.InstrumentId,
            s.FollowupRequestId, s.AssignmentId,
            s.ObjId, altdata = Reply.Raw(s.Altdata), s.ObservedAt,
        }));
    }

    static async Task<IResult> Range(Query query, VigilDb db, AudienceCatalog audiences, CancellationToken ct)
    {
        var search = new SpectrumSearch
        {
            InstrumentIds = Ids(query, "instrument_ids"), ObservedAfter = query.OptionalDate("min_date"),
            ObservedBefore = query.OptionalDate("max_date"),
        };
        return Reply.Success((await FewAsync(search.In(db, audiences), ct)).Select(SpectrumJson.From));
    }

    static async Task<IResult> Get(int spectrum_id, VigilDb db, AudienceCatalog audiences,
        CommentStore comments, CancellationToken ct)
    {
        var found = await new SpectrumSearch().In(db, audiences).Where(s => s.Id == spectrum_id).ToListAsync(ct);
        return found.Count == 0 ? throw StoreSpectrum.Hidden(spectrum_id)
            : Reply.Success((await SpectrumJson.FullAsync(found, db, audiences, comments, ct))[0]);
    }

    static async Task<IResult> OfSource(string obj_id, Query query, VigilDb db, AudienceCatalog audiences,
        CommentStore comments, CancellationToken ct)
    {
        var source = await db.Sources.FirstOrDefaultAsync(s => s.Id == obj_id, ct)
            ?? throw new NotFound($"Invalid object ID: no source '{obj_id}'.");
        var found = await OfSourceAsync(source.Key, db, audiences, ct);
        if (query.OptionalText("normalization") is { Length: > 0 } normalization)
        {
            if (normalization != "median")
                throw new BadInput($"Invalid \"normalization\" value '{normalization}', use \"median\" or leave it out.",
                    "normalization");
            found.ForEach(s => s.NormalizeByMedian());
        }
        var spectra = await SpectrumJson.FullAsync(found, db, audiences, comments, ct);
        foreach (var spectrum in spectra)
            spectrum["obj_internal_key"] = source.InternalKey;
        return Reply.Success(new { obj_id = source.Id, spectra });
    }

    /// <summary>The spectra of a source that the viewer sees.</summary>
    public static Task<List<Spectrum>> OfSourceAsync(int sourceKey, VigilDb db, AudienceCatalog audiences,
        CancellationToken ct) =>
        FewAsync(new SpectrumSearch().In(db, audiences).Where(s => s.SourceKey == sourceKey), ct);

    static async Task<IResult> Add(Body body, Viewer viewer, StoreSpectrum store, CancellationToken ct)
    {
        CheckNames(body, required: ["obj_id", "instrument_id", "wavelengths", "fluxes", "observed_at"], fields);
        var spectrum = new Spectrum { Wavelengths = [], Fluxes = [], ObservedAt = body.Date("observed_at") };
        Read(body, spectrum);
        return Reply.Success(new { id = await store.AddAsync(spectrum, body.Text("obj_id"), GroupIds(body, viewer), ct) });
    }

    static async Task<IResult> Change(int spectrum_id, Body body, Viewer viewer, StoreSpectrum store, CancellationToken ct)
    {
        CheckNames(body, required: [], [.. fields, "id integer Its id."]);
        await store.ChangeAsync(spectrum_id, body.OptionalText("obj_id"), spectrum => Read(body, spectrum),
            GroupIds(body, viewer), ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(int spectrum_id, StoreSpectrum store, CancellationToken ct)
    {
        await store.DeleteAsync(spectrum_id, ct);
        return Reply.Success();
    }

    static async Task<IResult> AddAscii(Body body, Viewer viewer, StoreSpectrum store, CancellationToken ct)
    {
        CheckNames(body, required: ["ascii", "obj_id", "instrument_id", "observed_at", "filename"],
            [.. columns, .. about, .. followup, "filename string Name of the file."]);
        var (text, ascii) = ReadAscii(body);
        var spectrum = new Spectrum
        {
            Wavelengths = ascii.Wavelengths, Fluxes = ascii.Fluxes, Errors = ascii.Errors, Altdata = ascii.Header?.ToJsonString(),
            ObservedAt = body.Date("observed_at"), OriginalFileString = text, OriginalFileFilename = body.Text("filename", 255),
        };
        Read(body, spectrum);
        return Reply.Success(new { id = await store.AddAsync(spectrum, body.Text("obj_id"), GroupIds(body, viewer), ct) });
    }

    static IResult ParseAscii(Body body, Viewer viewer)
    {
        CheckNames(body, required: ["ascii"], columns);
        var (text, ascii) = ReadAscii(body);
        return Reply.Success(new
        {
            obj_id = (string?)null, instrument_id = (int?)null, type = (string?)null, label = (string?)null,
            observed_at = (string?)null,
            altdata = ascii.Header, ascii.Wavelengths, ascii.Fluxes, ascii.Errors, original_file_string = text,
            owner = AccessJson.From(viewer.User),
        });
    }

    static (string Text, AsciiSpectrum Spectrum) ReadAscii(Body body)
    {
        var text = body.Text("ascii", AsciiSpectrum.LongestText);
        return (text, AsciiSpectrum.Parse(text, body.OptionalInt("wave_column") ?? 0, body.OptionalInt("flux_column") ?? 1,
            body.OptionalInt("fluxerr_column")));
    }

    static void CheckNames(Body body, string[] required, string[] declared)
    {
        Schema.Check(body, required, [.. declared.Select(f => Parameter.Parse(f).Name)]);
        if (body.OptionalInt("followup_request_id") is { } request)
            throw new NotFound($"Cannot find FollowupRequest with ID: {request}");
        if (body.OptionalInt("assignment_id") is { } assignment)
            throw new NotFound($"Cannot find ClassicalAssignment with ID: {assignment}");
    }

    /// <summary>Takes what is given; the rest stays as it is.</summary>
    static void Read(Body body, Spectrum spectrum)
    {
        spectrum.Wavelengths = body.OptionalNumbers("wavelengths", Spectrum.MostPoints) ?? spectrum.Wavelengths;
        spectrum.Fluxes = body.OptionalNumbers("fluxes", Spectrum.MostPoints) ?? spectrum.Fluxes;
        if (body.Has("errors"))
            spectrum.Errors = body.OptionalNumbers("errors", Spectrum.MostPoints);
        spectrum.InstrumentId = body.OptionalInt("instrument_id") ?? spectrum.InstrumentId;
        spectrum.ObservedAt = body.OptionalDate("observed_at") ?? spectrum.ObservedAt;
        spectrum.Units = body.OptionalText("units") ?? spectrum.Units;
        spectrum.Type = body.OptionalText("type") ?? spectrum.Type;
        spectrum.Label = body.OptionalText("label") ?? spectrum.Label;
        spectrum.Origin = body.OptionalText("origin") ?? spectrum.Origin;
        spectrum.Altdata = body.JsonText("altdata") ?? spectrum.Altdata;
        spectrum.ReducerIds = body.OptionalInts("reduced_by", 100)?.ToList() ?? spectrum.ReducerIds;
        spectrum.ObserverIds = body.OptionalInts("observed_by", 100)?.ToList() ?? spectrum.ObserverIds;
        spectrum.ExternalReducer = body.OptionalText("external_reducer") ?? spectrum.ExternalReducer;
        spectrum.ExternalObserver = body.OptionalText("external_observer") ?? spectrum.ExternalObserver;
    }

    static int[] GroupIds(Body body, Viewer viewer) =>
        body.Json("group_ids") is { ValueKind: System.Text.Json.JsonValueKind.String } word && word.GetString() == "all"
            ? [viewer.SitewideGroupId] : body.OptionalInts("group_ids") ?? [];

    static async Task<SpectrumSearch> SearchAsync(Query query, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        foreach (var (list, kind) in new[] { ("followupRequestIDs", "FollowupRequest"),
            ("assignmentIDs", "ClassicalAssignment") })
            if (Ids(query, list) is { Length: > 0 } ids)
                throw new NotFound($"Not all {kind} IDs in [{string.Join(", ", ids)}] exist.");
        var instruments = Ids(query, "instrumentIDs");
        if (instruments is not null && await db.Instruments.CountAsync(i => instruments.Contains(i.Id),
            ct) < instruments.Distinct().Count())
            throw new NotFound($"Not all Instrument IDs in [{string.Join(", ", instruments)}] exist.");
        var groups = Ids(query, "groupIDs");
        if (groups is not null && (viewer.SeesAll ? await db.Groups.CountAsync(g => groups.Contains(g.Id), ct) < groups.Distinct()
            .Count()
            : !groups.All(viewer.IsMemberOf)))
            throw new NotFound($"Not all Group IDs in [{string.Join(", ", groups)}] are groups of yours.");
        var types = query.OptionalTexts("type");
        if (types?.Except(Spectrum.Types).FirstOrDefault() is { } strange)
            throw new BadInput($"Spectrum type '{strange}' is not in list of allowed spectrum types: "
                + $"{string.Join(", ", Spectrum.Types)}.", "type");
        return new SpectrumSearch
        {
            SourceIdPart = query.OptionalText("objID"), InstrumentIds = instruments, GroupIds = groups, Types = types,
            ObservedAfter = query.OptionalDate("observedAfter"), ObservedBefore = query.OptionalDate("observedBefore"),
            OriginParts = query.OptionalTexts("origin"), LabelParts = query.OptionalTexts("label"),
            CommentParts = query.OptionalTexts("commentsFilter"),
            CommentAuthorParts = query.OptionalTexts("commentsFilterAuthor"),
            CommentedAfter = query.OptionalDate("commentsFilterAfter"),
            CommentedBefore = query.OptionalDate("commentsFilterBefore"),
        };
    }

    // SkyPortal knows no pages of spectra.
    static async Task<List<T>> FewAsync<T>(IQueryable<T> spectra, CancellationToken ct, int most = Most)
    {
        var found = await spectra.Take(most + 1).ToListAsync(ct);
        return found.Count <= most ? found : throw new BadInput($"More than {most} spectra match, too many for one answer. "
            + $"Narrow the list by objID, instrumentIDs or observedAfter and observedBefore"
            + (most == Most ? $", or ask for minimalPayload, up to {MostMinimal}." : "."));
    }

    static int[]? Ids(Query query, string name) => query.OptionalTexts(name)?.Select(text =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id
        : throw new BadInput($"Could not parse all elements to integers: {name} has '{text[..Math.Min(40, text.Length)]}'.",
            name)).ToArray();
}
