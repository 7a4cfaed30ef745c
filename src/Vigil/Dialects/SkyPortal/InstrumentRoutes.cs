using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky.Photometry;
using Vigil.Telescopes;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/instrument: cameras and spectrographs, their fields and logs.</summary>
static class InstrumentRoutes
{
    static readonly string[] types = ["imager", "spectrograph", "imaging spectrograph"];

    static readonly string[] fields =
    [
        "name* string Unique name.", "type* string imager, spectrograph or imaging spectrograph.",
        "telescope_id* integer The telescope it is on.",
        "band string Part of the spectrum, for people.", "filters string[] Bandpasses it has; none: any.",
        "sensitivity_data object Filter to limiting_magnitude, magsys, exposure_time.",
        "configuration_data object Overheads, slew rates.",
        "api_classname string Class of its follow-up interface.", "api_classname_obsplan string Class of its planning interface.",
        "listener_classname string Class of its listener.", "treasuremap_id integer Id at Treasure Map.",
        "tns_id integer Id at TNS.",
        "region string DS9 region of the field of view.", "field_data object ID, RA and Dec of its fields: lists, or CSV text.",
        "field_region string DS9 region of the field of view around (0, 0).", "field_fov_type string circle or rectangle.",
        "field_fov_attributes number[] Radius, or width and height, degrees.",
        "references object field, filter and limmag of reference images.",
    ];

    public static void MapInstruments(this RouteGroupBuilder api)
    {
        api.MapGet("/instrument", List).WithSummary("All instruments, or the one of a name.")
            .Asks("name string Exact name.", "includeRegion boolean Also the DS9 region.");
        api.MapGet("/instrument/{instrument_id:int}", Get).WithSummary("One instrument, with its fields if asked.")
            .Asks("includeGeoJSON boolean Fields with their outlines.",
                "includeGeoJSONSummary boolean Fields with one line around each.",
                "includeRegion boolean Also the DS9 region.");
        api.MapPost("/instrument", Add).Needs(Acl.ManageInstruments).WithSummary("A new instrument.").Reads(fields);
        api.MapPut("/instrument/{instrument_id:int}", Change).Needs(Acl.ManageInstruments)
            .WithSummary("Changes an instrument.").Reads(fields);
        api.MapDelete("/instrument/{instrument_id:int}", Delete).Needs(Acl.DeleteInstrument)
            .WithSummary("Deletes an instrument that has no data.");
        api.MapDelete("/instrument/{instrument_id:int}/fields", DeleteFields).Needs(Acl.DeleteInstrument)
            .WithSummary("Drops all fields.");
        api.MapPost("/instrument/{instrument_id:int}/log", AddLog).Needs(Acl.ManageInstruments)
            .WithSummary("What the instrument reported of itself.")
            .Reads("start_date* date From.", "end_date* date To.", "logs* object The report.");
        api.MapGet("/instrument/{instrument_id:int}/log", GetLogs).WithSummary("The reports of some time.")
            .Asks("startDate date From.", "endDate date To.");
    }

    static Dictionary<string, object?> ToJson(Instrument instrument, int fieldCount, bool logExists) => new()
    {
        ["telescope_id"] = instrument.TelescopeId,
        ["treasuremap_id"] = instrument.TreasuremapId,
        ["filters"] = instrument.Filters,
        ["tns_id"] = instrument.TnsId,
        ["sensitivity_data"] = Reply.Raw(instrument.SensitivityData),
        ["has_fields"] = fieldCount > 0,
        ["configuration_data"] = Reply.Raw(instrument.ConfigurationData),
        ["has_region"] = instrument.Region is not null,
        ["api_classname"] = instrument.ApiClassname,
        ["id"] = instrument.Id,
        ["type"] = instrument.Type,
        ["api_classname_obsplan"] = instrument.ApiClassnameObsplan,
        ["created_at"] = instrument.CreatedAt,
        ["name"] = instrument.Name,
        ["listener_classname"] = instrument.ListenerClassname,
        ["modified"] = instrument.Modified,
        ["band"] = instrument.Band,
        ["log_exists"] = logExists,
    };

    static async Task<Instrument> FindAsync(VigilDb db, int id, CancellationToken ct) =>
        await db.Instruments.AsTracking().Include(i => i.Telescope).FirstOrDefaultAsync(i => i.Id == id, ct)
        ?? throw new NotFound($"No instrument with ID: {id}");

    static async Task<IResult> List(Query query, VigilDb db, CancellationToken ct)
    {
        var name = query.OptionalText("name");
        var found = await db.Instruments.Include(i => i.Telescope).Where(i => name == null || i.Name == name).OrderBy(i => i.Id)
            .Select(i => new
            {
                Instrument = i, FieldCount = i.Fields.Count, LogExists = db.InstrumentLogs.Any(l => l.InstrumentId == i.Id),
            }).ToListAsync(ct);
        var telescopes = (await db.Telescopes.ToListAsync(ct)).ToDictionary(t => t.Id, TelescopeRoutes.ToJson);
        var region = query.Bool("includeRegion");
        return Reply.Success(found.Select(f =>
        {
            var json = ToJson(f.Instrument, f.FieldCount, f.LogExists);
            json["telescope"] = telescopes[f.Instrument.TelescopeId];
            json["number_of_fields"] = f.FieldCount;
            json["region_summary"] = f.Instrument.Region is { } text ? FieldOfView.Parse(text).Summary : null;
            if (region)
                json["region"] = f.Instrument.Region;
            return json;
        }));
    }

    static async Task<IResult> Get(int instrument_id, Query query, VigilDb db, CancellationToken ct)
    {
        foreach (var unserved in new[] { "localizationDateobs", "localizationName" })
            if (query.Has(unserved))
                throw new BadInput($"{unserved}: sky maps are not served yet; leave the parameter out.", unserved);
        var instrument = await FindAsync(db, instrument_id, ct);
        var (contour, summary) = (query.Bool("includeGeoJSON"), query.Bool("includeGeoJSONSummary"));
        var count = await db.InstrumentFields.CountAsync(f => f.InstrumentId == instrument_id, ct);
        var json = ToJson(instrument, count, await db.InstrumentLogs.AnyAsync(l => l.InstrumentId == instrument_id, ct));
        if (contour || summary)
            json["fields"] = (await db.InstrumentFields.Where(f => f.InstrumentId == instrument_id)
                .OrderBy(f => f.FieldId).ToListAsync(ct))
                .Select(f =>
                {
                    var field = new Dictionary<string, object?>
                    {
                        ["field_id"] = f.FieldId, ["ra"] = f.Ra, ["dec"] = f.Dec, ["reference_filters"] = f.ReferenceFilters,
                        ["reference_filter_mags"] = f.ReferenceFilterMags, ["id"] = f.Id, ["instrument_id"] = f.InstrumentId,
                        ["created_at"] = f.CreatedAt, ["modified"] = f.Modified,
                    };
                    if (contour)
                        field["contour"] = Reply.Raw(f.Contour);
                    if (summary)
                        field["contour_summary"] = Reply.Raw(f.ContourSummary);
                    return field;
                });
        if (query.Bool("includeRegion"))
            json["region"] = instrument.Region;
        return Reply.Success(json);
    }

    static async Task<IResult> Add(Body body, VigilDb db, CancellationToken ct)
    {
        var telescopeId = body.OptionalInt("telescope_id");
        if (!await db.Telescopes.AnyAsync(t => t.Id == telescopeId, ct))
            throw new NotFound($"No telescope with id {telescopeId?.ToString(null as IFormatProvider) ?? "None"}");
        Schema.Check(body, required: ["name", "type", "telescope_id"],
            optional: [.. fields.Select(f => Parameter.Parse(f).Name)]);
        var instrument = new Instrument { Name = "", Type = "" };
        await ApplyAsync(body, instrument, db, ct);
        db.Instruments.Add(instrument);
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { instrument.Id });
    }

    static async Task<IResult> Change(int instrument_id, Body body, VigilDb db, CancellationToken ct)
    {
        Schema.Check(body, required: [], optional: ["id", .. fields.Select(f => Parameter.Parse(f).Name)]);
        var instrument = await FindAsync(db, instrument_id, ct);
        // The old fields go in a statement of their own.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await ApplyAsync(body, instrument, db, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Reply.Success();
    }

    static async Task ApplyAsync(Body body, Instrument instrument, VigilDb db, CancellationToken ct)
    {
        instrument.Name = body.OptionalText("name", 200) ?? instrument.Name;
        if (instrument.Name.Length == 0)
            throw Fields.Missing("name");
        if (await db.Instruments.AnyAsync(i => i.Name == instrument.Name && i.Id != instrument.Id, ct))
            throw new AlreadyThere($"An instrument named '{instrument.Name}' already exists; choose another name.", "name");
        if (body.OptionalText("type") is { } type)
            instrument.Type = types.Contains(type) ? type
                : throw new BadInput($"Invalid/missing parameters: {{'type': ['Must be one of: {string.Join(", ", types)}.']}}",
                    "type");
        if (body.OptionalInt("telescope_id") is { } telescopeId)
            instrument.TelescopeId = await db.Telescopes.AnyAsync(t => t.Id == telescopeId, ct) ? telescopeId
                : throw new NotFound($"No telescope with id {telescopeId}");
        if (body.Has("band"))
            instrument.Band = body.OptionalText("band", 100);
        if (body.Has("filters"))
            await SetFiltersAsync(body.OptionalTexts("filters", 500) ?? [], instrument, db, ct);
        if (body.Has("sensitivity_data"))
            instrument.SensitivityData = body.JsonText("sensitivity_data");
        if (body.Json("sensitivity_data") is { } sensitivity && (sensitivity.ValueKind != JsonValueKind.Object
            || sensitivity.EnumerateObject().Any(band => !instrument.Filters.Contains(band.Name))))
            throw new BadInput("Sensitivity_data filters must be a subset of the instrument filters", "sensitivity_data");
        if (body.Has("configuration_data"))
            instrument.ConfigurationData = body.Json("configuration_data") is null or { ValueKind: JsonValueKind.Object }
                ? body.JsonText("configuration_data") : throw new BadInput("configuration_data must be an object.",
                    "configuration_data");
        if (body.Has("api_classname"))
            instrument.ApiClassname = body.OptionalText("api_classname", 100);
        if (body.Has("api_classname_obsplan"))
            instrument.ApiClassnameObsplan = body.OptionalText("api_classname_obsplan", 100);
        if (body.Has("listener_classname"))
            instrument.ListenerClassname = body.OptionalText("listener_classname", 100);
        if (body.Has("treasuremap_id"))
            instrument.TreasuremapId = body.OptionalInt("treasuremap_id");
        if (body.Has("tns_id"))
            instrument.TnsId = body.OptionalInt("tns_id");
        var view = View(body);
        instrument.Region = view?.Region ?? instrument.Region;
        if (body.Json("field_data") is { } data)
        {
            view ??= instrument.Region is { } region ? FieldOfView.Parse(region)
                : throw new BadInput("field_data needs a field of view: give field_region, or field_fov_type and "
                    + "field_fov_attributes.", "field_region");
            if (instrument.Id != 0)
                await db.InstrumentFields.Where(f => f.InstrumentId == instrument.Id).ExecuteDeleteAsync(ct);
            instrument.Fields.AddRange(InstrumentFields.From(data, body.Json("references"), view, instrument.Name));
        }
    }

    static async Task SetFiltersAsync(string[] filters, Instrument instrument, VigilDb db, CancellationToken ct)
    {
        foreach (var filter in filters)
            if (Bands.Find(filter) is null)
                throw new BadInput($"'{filter}' is not the name of a bandpass that we know; GET /api/enum_types lists them.",
                    "filters");
        var dropped = instrument.Filters.Except(filters).ToArray();
        if (instrument.Id != 0 && dropped.Length > 0 && await db.Photometry.IgnoreQueryFilters([VigilDb.Visible])
            .AnyAsync(p => p.InstrumentId == instrument.Id && dropped.Contains(p.Band), ct))
            throw new BadInput($"There is photometry in {string.Join(", ", dropped)}; these filters cannot be removed.",
                "filters");
        instrument.Filters = [.. filters];
    }

    static FieldOfView? View(Body body)
    {
        if ((body.OptionalText("field_region", 1_000_000) ?? body.OptionalText("region", 1_000_000)) is { } region)
            return FieldOfView.Parse(region);
        if (body.OptionalText("field_fov_type") is not { } type)
            return null;
        return (type.ToLowerInvariant(), body.OptionalNumbers("field_fov_attributes") ?? []) switch
        {
            ("circle", [> 0 and <= 180 and var radius]) => FieldOfView.Circle(radius),
            ("rectangle", [> 0 and <= 180 and var width, > 0 and <= 180 and var height]) => FieldOfView.Rectangle(width, height),
            ("circle", _) => throw new BadInput("field_fov_attributes of a circle must be its radius in degrees, up to 180.",
                "field_fov_attributes"),
            ("rectangle", _) => throw new BadInput("field_fov_attributes of a rectangle must be its width and height in "
                + "degrees, up to 180.", "field_fov_attributes"),
            _ => throw new BadInput($"field_fov_type must be circle or rectangle, got '{type}'.", "field_fov_type"),
        };
    }

    /// <exception cref="BadInput">Photometry or spectra were taken with the instrument.</exception>
    public static async Task RequireNoDataAsync(VigilDb db, Instrument instrument, CancellationToken ct)
    {
        if (await db.Photometry.IgnoreQueryFilters([VigilDb.Visible]).AnyAsync(p => p.InstrumentId == instrument.Id, ct)
            || await db.Spectra.IgnoreQueryFilters([VigilDb.Visible]).AnyAsync(s => s.InstrumentId == instrument.Id, ct))
            throw new BadInput($"There are data of the instrument '{instrument.Name}'; it cannot be deleted.");
    }

    static async Task<IResult> Delete(int instrument_id, VigilDb db, CancellationToken ct)
    {
        var instrument = await FindAsync(db, instrument_id, ct);
        await RequireNoDataAsync(db, instrument, ct);
        db.Instruments.Remove(instrument);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> DeleteFields(int instrument_id, VigilDb db, CancellationToken ct)
    {
        await FindAsync(db, instrument_id, ct);
        await db.InstrumentFields.Where(f => f.InstrumentId == instrument_id).ExecuteDeleteAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> AddLog(int instrument_id, Body body, VigilDb db, CancellationToken ct)
    {
        await FindAsync(db, instrument_id, ct);
        var log = new InstrumentLog
        {
            InstrumentId = instrument_id, StartDate = body.Date("start_date"), EndDate = body.Date("end_date"),
            Log = body.JsonText("logs") ?? body.JsonText("log") ?? throw Fields.Missing("logs"),
        };
        if (log.EndDate < log.StartDate)
            throw new BadInput($"end_date {log.EndDate:s} is before start_date {log.StartDate:s}.", "end_date");
        db.InstrumentLogs.Add(log);
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { log.Id });
    }

    static async Task<IResult> GetLogs(int instrument_id, Query query, VigilDb db, CancellationToken ct)
    {
        await FindAsync(db, instrument_id, ct);
        var (from, to) = (query.OptionalDate("startDate"), query.OptionalDate("endDate"));
        var logs = await db.InstrumentLogs.Where(l => l.InstrumentId == instrument_id && (from == null || l.EndDate >= from)
            && (to == null || l.StartDate <= to))
            .OrderBy(l => l.StartDate).Take(1000).ToListAsync(ct);
        return Reply.Success(logs.Select(l =>
            new { l.Id, l.InstrumentId, l.StartDate, l.EndDate, log = Reply.Raw(l.Log), l.CreatedAt, l.Modified }));
    }
}
