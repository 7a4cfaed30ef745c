using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;
using Vigil.Spectra;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/spectra, and its old spelling /api/spectrum.</summary>
static class SpectrumRoutes
{
    /// <summary>Points of one spectrum, and characters of an ASCII file.</summary>
    const int MostPoints = 1_000_000, MostAscii = 10_000_000;

    static readonly string[] types = ["source", "host", "host_center"];
    static readonly string[] units = ["Jy", "AB", "erg/s/cm/cm/AA"];

    static readonly string[] about =
    [
        "obj_id* string The source.", "instrument_id* integer The spectrograph.", "observed_at* date When, UTC.",
        "group_ids integer[] Who may see it, or \"all\"; the caller alone when omitted.", "type string source, host or host_center.",
        "label string Short name.", "origin string Where it comes from.", "units string Jy, AB or erg/s/cm/cm/AA.",
        "reduced_by integer[] Users.", "observed_by integer[] Users.", "external_reducer string A person who is no user.",
        "external_observer string A person who is no user.", "altdata object Anything else.",
        "followup_request_id integer The request it answers.", "assignment_id integer The assignment it answers.",
    ];

    static readonly string[] arrays =
        ["wavelengths* number[] Angstrom.", "fluxes* number[] In units, one per wavelength.", "errors number[] Of the fluxes."];

    static readonly string[] ascii =
        ["ascii* string Columns separated by blanks, # before comments.", "filename* string Its name.", "wave_column integer From 0 (0).",
            "flux_column integer From 0 (1).", "fluxerr_column integer From 0."];

    public static void MapSpectra(this RouteGroupBuilder api)
    {
        foreach (var path in new[] { "/spectra", "/spectrum" })
        {
            api.MapGet(path, List).WithSummary("Spectra by source, instrument, group, date or kind.")
                .Asks("objID string Part of the source's id.", "instrumentIDs integer[] Any of them.", "groupIDs integer[] Any of them.",
                    "followupRequestIDs integer[] Any of them.", "assignmentIDs integer[] Any of them.", "observedBefore date Until.",
                    "observedAfter date From.", "origin string[] Parts of the origin.", "label string[] Parts of the label.",
                    "type string[] Any of them.", "minimalPayload boolean Without the arrays.");
            api.MapGet($"{path}/{{spectrum_id:int}}", Get).WithSummary("One spectrum.");
            api.MapGet($"{path}/range", Range).WithSummary("Spectra of instruments in a range of dates.")
                .Asks("instrument_ids integer[] Any of them.", "min_date date From.", "max_date date Until.");
            api.MapPost(path, Add).Needs(Acl.UploadData).WithSummary("A new spectrum.").Reads([.. about, .. arrays]);
            api.MapPut($"{path}/{{spectrum_id:int}}", Change).Needs(Acl.UploadData).WithSummary("Changes one's own spectrum.").Reads([.. about, .. arrays]);
            api.MapDelete($"{path}/{{spectrum_id:int}}", Delete).Needs(Acl.UploadData).WithSummary("Deletes one's own spectrum.");
            api.MapPost($"{path}/ascii", AddAscii).Needs(Acl.UploadData).WithSummary("A new spectrum from a text file.").Reads([.. about, .. ascii]);
            api.MapPost($"{path}/parse/ascii", ParseAscii).Needs(Acl.UploadData).WithSummary("Reads a text file without storing it.").Reads(ascii);
        }
        api.MapGet("/sources/{obj_id}/spectra", OfSource).WithSummary("The spectra of a source.")
            .Asks("normalization string median divides each by its median flux.");
    }

    static IQueryable<Spectrum> Readable(VigilDb db) => db.Spectra.Include(s => s.Source).Include(s => s.Instrument).Include(s => s.Owner);

    static async Task<Spectrum> FindAsync(VigilDb db, int id, CancellationToken ct) =>
        await Readable(db).AsTracking().FirstOrDefaultAsync(s => s.Id == id, ct) ?? throw new Forbidden($"Could not access spectrum {id}.");

    static async Task<Spectrum> FindOwnAsync(VigilDb db, Viewer viewer, int id, CancellationToken ct)
    {
        var spectrum = await FindAsync(db, id, ct);
        return spectrum.OwnerId == viewer.UserId || viewer.SeesAll ? spectrum
            : throw new Forbidden($"Could not access spectrum {id} to change it: it is not yours.");
    }

    static async Task<IResult> Get(int spectrum_id, VigilDb db, AudienceCatalog audiences, CancellationToken ct) =>
        Reply.Success((await ToJsonAsync([await FindAsync(db, spectrum_id, ct)], db, audiences, ct))[0]);

    static async Task<IResult> List(Query query, VigilDb db, AudienceCatalog audiences, CancellationToken ct)
    {
        foreach (var unserved in new[] { "commentsFilter", "commentsFilterAuthor", "commentsFilterBefore", "commentsFilterAfter" })
            if (query.Has(unserved))
                throw new BadInput($"{unserved}: comments on spectra are not served yet; leave the parameter out.", unserved);
        var spectra = Readable(db);
        if (query.OptionalText("objID") is { } part)
            spectra = spectra.Where(s => s.Source!.Id.Contains(part));
        if (query.OptionalInts("instrumentIDs") is { } instruments)
            spectra = spectra.Where(s => instruments.Contains(s.InstrumentId));
        if (query.OptionalInts("followupRequestIDs") is { } requests)
            spectra = spectra.Where(s => s.FollowupRequestId != null && requests.Contains(s.FollowupRequestId.Value));
        if (query.OptionalInts("assignmentIDs") is { } assignments)
            spectra = spectra.Where(s => s.AssignmentId != null && assignments.Contains(s.AssignmentId.Value));
        if (query.OptionalInts("groupIDs") is { } groups)
        {
            if (groups.FirstOrDefault(id => !db.Viewer.SeesAll && !db.Viewer.IsMemberOf(id), -1) is not -1 and var foreign)
                throw new BadInput($"Not all group IDs in groupIDs are yours: {foreign}.", "groupIDs");
            var ids = audiences.All.Where(a => a.GroupIds.Any(groups.Contains)).Select(a => a.Id).ToArray();
            spectra = spectra.Where(s => ids.Contains(s.AudienceId));
        }
        if (query.OptionalDate("observedBefore") is { } before)
            spectra = spectra.Where(s => s.ObservedAt <= before);
        if (query.OptionalDate("observedAfter") is { } after)
            spectra = spectra.Where(s => s.ObservedAt >= after);
        if (query.OptionalTexts("type") is { } wanted)
            spectra = wanted.FirstOrDefault(t => !types.Contains(t)) is { } unknown
                ? throw new BadInput($"Spectrum type '{unknown}' is not one of {string.Join(", ", types)}.", "type")
                : spectra.Where(s => wanted.Contains(s.Type));
        if (query.OptionalTexts("origin") is { } origins)
            spectra = spectra.Where(s => origins.Any(o => s.Origin!.Contains(o)));
        if (query.OptionalTexts("label") is { } labels)
            spectra = spectra.Where(s => labels.Any(l => s.Label!.Contains(l)));
        spectra = spectra.OrderBy(s => s.Id);
        if (!query.Bool("minimalPayload"))
            return Reply.Success(await ToJsonAsync(await spectra.ToListAsync(ct), db, audiences, ct));
        return Reply.Success((await spectra.Select(s => new
        {
            s.Origin, s.OriginalFileFilename, s.Type, s.OwnerId, s.Label, s.Id, s.InstrumentId, s.FollowupRequestId, s.AssignmentId,
            ObjId = s.Source!.Id, s.Altdata, s.ObservedAt,
        }).ToListAsync(ct)).Select(s => new
        {
            s.Origin, s.OriginalFileFilename, s.Type, s.OwnerId, s.Label, s.Id, s.InstrumentId, s.FollowupRequestId, s.AssignmentId, s.ObjId,
            altdata = Reply.Raw(s.Altdata), s.ObservedAt,
        }));
    }

    static async Task<IResult> Range(Query query, VigilDb db, AudienceCatalog audiences, CancellationToken ct)
    {
        var (instruments, from, to) = (query.OptionalInts("instrument_ids"), query.OptionalDate("min_date"), query.OptionalDate("max_date"));
        var spectra = await Readable(db)
            .Where(s => (instruments == null || instruments.Contains(s.InstrumentId)) && (from == null || s.ObservedAt >= from) && (to == null || s.ObservedAt <= to))
            .OrderBy(s => s.Id).ToListAsync(ct);
        return Reply.Success(await ToJsonAsync(spectra, db, audiences, ct));
    }

    static async Task<IResult> OfSource(string obj_id, Query query, VigilDb db, AudienceCatalog audiences, CancellationToken ct)
    {
        var source = await db.Sources.FirstOrDefaultAsync(s => s.Id == obj_id, ct) ?? throw new NotFound("Invalid object ID.");
        var spectra = await Readable(db).Where(s => s.SourceKey == source.Key).OrderBy(s => s.ObservedAt).ThenBy(s => s.Id).ToListAsync(ct);
        if (query.OptionalText("normalization") is { } normalization)
        {
            if (normalization != "median")
                throw new BadInput($"Invalid \"normalization\" value '{normalization}': use median or omit it.", "normalization");
            foreach (var spectrum in spectra)
                spectrum.Fluxes = OverMedian(spectrum.Fluxes);
        }
        return Reply.Success(new { obj_id, spectra = await ToJsonAsync(spectra, db, audiences, ct) });
    }

    static double[] OverMedian(double[] fluxes)
    {
        var sorted = fluxes.Select(Math.Abs).Order().ToArray();
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return median > 0 ? [.. fluxes.Select(f => f / median)] : fluxes;
    }

    static async Task<List<Dictionary<string, object?>>> ToJsonAsync(
        List<Spectrum> spectra, VigilDb db, AudienceCatalog audiences, CancellationToken ct)
    {
        var userIds = spectra.SelectMany(s => s.ReducerIds.Concat(s.ObserverIds)).Distinct().ToArray();
        var users = userIds.Length == 0 ? [] : await db.Users.Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, AccessJson.From, ct);
        var groupIds = spectra.SelectMany(s => audiences[s.AudienceId].GroupIds).Distinct().ToArray();
        var groups = await db.Groups.Where(g => groupIds.Contains(g.Id)).ToDictionaryAsync(g => g.Id, AccessJson.From, ct);
        return [.. spectra.Select(s => new Dictionary<string, object?>
        {
            ["origin"] = s.Origin, ["original_file_filename"] = s.OriginalFileFilename, ["original_file_string"] = s.OriginalFileString,
            ["type"] = s.Type, ["owner_id"] = s.OwnerId, ["wavelengths"] = s.Wavelengths, ["fluxes"] = s.Fluxes, ["errors"] = s.Errors,
            ["label"] = s.Label, ["id"] = s.Id, ["instrument_id"] = s.InstrumentId, ["created_at"] = s.CreatedAt, ["modified"] = s.Modified,
            ["followup_request_id"] = s.FollowupRequestId, ["assignment_id"] = s.AssignmentId, ["units"] = s.Units, ["obj_id"] = s.Source!.Id,
            ["altdata"] = Reply.Raw(s.Altdata), ["observed_at"] = s.ObservedAt, ["instrument_name"] = s.Instrument!.Name,
            ["groups"] = audiences[s.AudienceId].GroupIds.Where(groups.ContainsKey).Select(id => groups[id]),
            ["reducers"] = s.ReducerIds.Where(users.ContainsKey).Select(id => users[id]),
            ["observers"] = s.ObserverIds.Where(users.ContainsKey).Select(id => users[id]),
            ["external_reducer"] = s.ExternalReducer, ["external_observer"] = s.ExternalObserver,
            ["owner"] = s.Owner is { } owner ? AccessJson.From(owner) : null,
            ["comments"] = Array.Empty<object>(), ["annotations"] = Array.Empty<object>(),
        })];
    }

    static Task<IResult> Add(Body body, Viewer viewer, VigilDb db, ShareWith share, CancellationToken ct)
    {
        var known = about.Concat(arrays).Select(f => Parameter.Parse(f).Name).ToArray();
        Schema.Check(body, required: ["obj_id", "instrument_id", "observed_at", "wavelengths", "fluxes"], optional: known);
        return StoreAsync(body, new Spectrum { Wavelengths = [], Fluxes = [] }, viewer, db, share, ct);
    }

    static Task<IResult> AddAscii(Body body, Viewer viewer, VigilDb db, ShareWith share, CancellationToken ct)
    {
        var spectrum = ReadAscii(body);
        spectrum.OriginalFileString = body.Text("ascii", MostAscii);
        spectrum.OriginalFileFilename = body.Text("filename", 255);
        return StoreAsync(body, spectrum, viewer, db, share, ct);
    }

    static IResult ParseAscii(Body body)
    {
        var spectrum = ReadAscii(body);
        return Reply.Success(new { spectrum.Wavelengths, spectrum.Fluxes, spectrum.Errors });
    }

    static Spectrum ReadAscii(Body body)
    {
        var (wave, flux, error) = (body.OptionalInt("wave_column") ?? 0, body.OptionalInt("flux_column") ?? 1, body.OptionalInt("fluxerr_column"));
        if (wave < 0 || flux < 0 || error < 0)
            throw new BadInput("Columns are counted from 0.", "wave_column");
        var (wavelengths, fluxes, errors) = (new List<double>(), new List<double>(), new List<double>());
        var row = 0;
        foreach (var line in body.Text("ascii", MostAscii).Split('\n'))
        {
            row++;
            var text = line.Split('#')[0];
            var cells = text.Split([' ', '\t', ',', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 0)
                continue;
            wavelengths.Add(Cell(cells, wave, row));
            fluxes.Add(Cell(cells, flux, row));
            if (error is { } column)
                errors.Add(Cell(cells, column, row));
        }
        return wavelengths.Count > 0
            ? new Spectrum { Wavelengths = [.. wavelengths], Fluxes = [.. fluxes], Errors = error is null ? null : [.. errors] }
            : throw new BadInput("ascii has no row of numbers.", "ascii");
    }

    static double Cell(string[] cells, int column, int row) =>
        column >= cells.Length ? throw new BadInput($"Line {row}: there is no column {column}, only {cells.Length}.", "ascii")
        : double.TryParse(cells[column], CultureInfo.InvariantCulture, out var value) ? value
        : throw new BadInput($"Line {row}: '{(cells[column].Length > 40 ? cells[column][..40] : cells[column])}' is not a number.", "ascii");

    static async Task<IResult> StoreAsync(Body body, Spectrum spectrum, Viewer viewer, VigilDb db, ShareWith share, CancellationToken ct)
    {
        spectrum.OwnerId = viewer.UserId;
        spectrum.AudienceId = await share.MyselfAsync(ct);
        await ApplyAsync(body, spectrum, db, share, ct);
        await SaveAsync(db, spectrum, s => db.Spectra.Add(s), ct);
        return Reply.Success(new { spectrum.Id });
    }

    static async Task<IResult> Change(int spectrum_id, Body body, Viewer viewer, VigilDb db, ShareWith share, CancellationToken ct)
    {
        Schema.Check(body, required: [], optional: [.. about.Concat(arrays).Select(f => Parameter.Parse(f).Name)]);
        var spectrum = await FindOwnAsync(db, viewer, spectrum_id, ct);
        await ApplyAsync(body, spectrum, db, share, ct);
        await SaveAsync(db, spectrum, _ => { }, ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(int spectrum_id, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        var spectrum = await FindOwnAsync(db, viewer, spectrum_id, ct);
        await SaveAsync(db, spectrum, s => db.Spectra.Remove(s), ct);
        return Reply.Success();
    }

    static async Task SaveAsync(VigilDb db, Spectrum spectrum, Action<Spectrum> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        change(spectrum);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, spectrum.SourceKey, ct);
        await transaction.CommitAsync(ct);
    }

    static async Task ApplyAsync(Body body, Spectrum spectrum, VigilDb db, ShareWith share, CancellationToken ct)
    {
        if (body.OptionalText("obj_id") is { } id)
            spectrum.SourceKey = await db.Sources.Where(s => s.Id == id).Select(s => (int?)s.Key).FirstOrDefaultAsync(ct)
                ?? throw new NotFound($"Failed to post spectrum: Invalid object ID: {id}");
        if (body.OptionalInt("instrument_id") is { } instrumentId)
            spectrum.InstrumentId = await db.Instruments.AnyAsync(i => i.Id == instrumentId, ct) ? instrumentId
                : throw new NotFound($"Failed to post spectrum: Cannot find instrument with ID: {instrumentId}");
        if (spectrum.SourceKey == 0)
            throw Fields.Missing("obj_id");
        if (spectrum.InstrumentId == 0)
            throw Fields.Missing("instrument_id");
        spectrum.ObservedAt = body.OptionalDate("observed_at") ?? (spectrum.ObservedAt == default ? throw Fields.Missing("observed_at") : spectrum.ObservedAt);
        spectrum.Wavelengths = body.OptionalNumbers("wavelengths", MostPoints) ?? spectrum.Wavelengths;
        spectrum.Fluxes = body.OptionalNumbers("fluxes", MostPoints) ?? spectrum.Fluxes;
        if (body.Has("errors"))
            spectrum.Errors = body.OptionalNumbers("errors", MostPoints);
        CheckArrays(spectrum);
        if (body.OptionalText("type") is { } type)
            spectrum.Type = types.Contains(type) ? type
                : throw new BadInput($"Invalid / missing parameters; {{'type': ['Must be one of: {string.Join(", ", types)}.']}}", "type");
        if (body.OptionalText("units") is { } unit)
            spectrum.Units = units.Contains(unit) ? unit : throw new BadInput($"units must be one of {string.Join(", ", units)}, got '{unit}'.", "units");
        if (body.Has("label"))
            spectrum.Label = body.OptionalText("label", 200);
        if (body.Has("origin"))
            spectrum.Origin = body.OptionalText("origin", 200);
        if (body.Has("altdata"))
            spectrum.Altdata = body.JsonText("altdata");
        spectrum.FollowupRequestId = body.OptionalInt("followup_request_id") ?? spectrum.FollowupRequestId;
        spectrum.AssignmentId = body.OptionalInt("assignment_id") ?? spectrum.AssignmentId;
        spectrum.ReducerIds = await PeopleAsync(body, "reduced_by", db, ct) ?? spectrum.ReducerIds;
        spectrum.ObserverIds = await PeopleAsync(body, "observed_by", db, ct) ?? spectrum.ObserverIds;
        spectrum.ExternalReducer = External(body, "external_reducer", spectrum.ReducerIds, spectrum.ExternalReducer);
        spectrum.ExternalObserver = External(body, "external_observer", spectrum.ObserverIds, spectrum.ExternalObserver);
        if (body.Json("group_ids") is { } groups)
            spectrum.AudienceId = groups.ValueKind == System.Text.Json.JsonValueKind.String && groups.GetString() == "all"
                ? await share.AllMineAsync(ct) : await share.GroupsAsync(body.Ints("group_ids"), ct);
    }

    static void CheckArrays(Spectrum spectrum)
    {
        if (spectrum.Wavelengths.Length == 0)
            throw new BadInput("wavelengths must have at least one number.", "wavelengths");
        if (spectrum.Wavelengths.Length != spectrum.Fluxes.Length)
            throw new BadInput($"wavelengths and fluxes must have one length, got {spectrum.Wavelengths.Length} and {spectrum.Fluxes.Length}.", "fluxes");
        if (spectrum.Errors is { } errors && errors.Length != spectrum.Fluxes.Length)
            throw new BadInput($"errors and fluxes must have one length, got {errors.Length} and {spectrum.Fluxes.Length}.", "errors");
    }

    static async Task<List<int>?> PeopleAsync(Body body, string name, VigilDb db, CancellationToken ct)
    {
        if (body.OptionalInts(name) is not { } ids)
            return null;
        var known = await db.Users.Where(u => ids.Contains(u.Id)).Select(u => u.Id).ToListAsync(ct);
        return ids.Except(known).Any() ? throw new NotFound($"{name}: invalid user ID {ids.Except(known).First()}.") : [.. ids];
    }

    static string? External(Body body, string name, List<int> contacts, string? otherwise) =>
        body.OptionalText(name, 500) is not { Length: > 0 } text ? otherwise
        : contacts.Count > 0 ? text
        : throw new BadInput($"When specifying an {name.Replace('_', ' ')}, at least one valid user must be provided as a point of contact.", name);
}
