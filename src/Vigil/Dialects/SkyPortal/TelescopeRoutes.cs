using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky;
using Vigil.Sky.Observing;
using Vigil.Telescopes;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/telescope: telescopes and their sites.</summary>
static class TelescopeRoutes
{
    static readonly string[] fields =
    [
        "name* string Unique name.", "nickname* string Short name.", "diameter* number Metres.",
        "lat number Degrees north, in [-90, 90].",
        "lon number Degrees east, in [-180, 180]; west is negative.", "elevation number Metres.",
        "robotic boolean Whether nobody needs to be there (false).",
        "fixed_location boolean False for one in space (true).", "skycam_link string URL of its all-sky camera.",
        "weather_link string URL of its weather.",
    ];

    public static void MapTelescopes(this RouteGroupBuilder api)
    {
        api.MapGet("/telescope", List).WithSummary("All telescopes, or those of a name or in a box of the Earth.")
            .Asks("name string Exact name.", "latitudeMin number Degrees.", "latitudeMax number Degrees.",
                "longitudeMin number Degrees.",
                "longitudeMax number Degrees.");
        api.MapGet("/telescope/{telescope_id:int}", async (int telescope_id, VigilDb db, CancellationToken ct) =>
            Reply.Success(ToJson(await FindAsync(db, telescope_id, ct)))).WithSummary("One telescope.");
        api.MapPost("/telescope", Add).Needs(Acl.ManageTelescopes).WithSummary("A new telescope.").Reads(fields)
            .Example("""{"name": "Palomar 48-inch", "nickname": "P48", "lat": 33.36, "lon": -116.84, "elevation": 1870, "diameter": 1.2}""");
        api.MapPut("/telescope/{telescope_id:int}", Change).Needs(Acl.ManageTelescopes)
            .WithSummary("Changes a telescope.").Reads(fields);
        api.MapDelete("/telescope/{telescope_id:int}", Delete).Needs(Acl.DeleteTelescope)
            .WithSummary("Deletes a telescope none of whose instruments has data.");
    }

    public static object ToJson(Telescope telescope) => new
    {
        telescope.Lon, telescope.Name, telescope.Diameter, telescope.WeatherLink, telescope.FixedLocation, telescope.CreatedAt,
        telescope.Nickname, telescope.Lat, telescope.Elevation, telescope.SkycamLink, telescope.Robotic,
        telescope.Id, telescope.Modified,
    };

    /// <summary>A telescope of the list: also when its next night begins and ends.</summary>
    static object WithNight(Telescope telescope, double now) => new
    {
        telescope.Lon, telescope.Name, telescope.Diameter, telescope.WeatherLink, telescope.FixedLocation, telescope.CreatedAt,
        telescope.Nickname, telescope.Lat, telescope.Elevation, telescope.SkycamLink, telescope.Robotic,
        telescope.Id, telescope.Modified,
        IsNightAstronomical = telescope.Site is var (lat, lon) && Sun.Altitude(now, new Site(lon, lat)) < Twilight.Astronomical,
        Morning = Time(telescope.Site is var (lat1, lon1) ? Twilight.NextMorning(now, new Site(lon1, lat1)) : null),
        Evening = Time(telescope.Site is var (lat2, lon2) ? Twilight.NextEvening(now, new Site(lon2, lat2)) : null),
        Allocations = Array.Empty<object>(),
    };

    // SkyPortal writes these two with a blank, and false where there is no such time.
    static object Time(double? mjd) => mjd is { } time
        ? Mjd.ToTime(time).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) : false;

    static async Task<Telescope> FindAsync(VigilDb db, int id, CancellationToken ct) =>
        await db.Telescopes.AsTracking().FirstOrDefaultAsync(t => t.Id == id, ct)
            ?? throw new NotFound($"Could not load telescope with ID {id}");

    static async Task<IResult> List(Query query, VigilDb db, TimeProvider clock, CancellationToken ct)
    {
        var (name, south, north) = (query.OptionalText("name"), query.OptionalNumber("latitudeMin"),
            query.OptionalNumber("latitudeMax"));
        var (west, east) = (query.OptionalNumber("longitudeMin"), query.OptionalNumber("longitudeMax"));
        var telescopes = await db.Telescopes
            .Where(t => (name == null || t.Name == name) && (south == null || t.Lat >= south) && (north == null || t.Lat <= north)
                && (west > east ? t.Lon >= west || t.Lon <= east // across the date line
                    : (west == null || t.Lon >= west) && (east == null || t.Lon <= east)))
            .OrderBy(t => t.Id).ToListAsync(ct);
        var now = Mjd.From(clock.GetUtcNow());
        return Reply.Success(telescopes.Select(t => WithNight(t, now)));
    }

    static async Task<IResult> Add(Body body, VigilDb db, CancellationToken ct)
    {
        Schema.Check(body, required: ["name", "nickname", "diameter"],
            optional: [.. fields.Select(f => Parameter.Parse(f).Name)]);
        var telescope = new Telescope { Name = "", Nickname = "" };
        await ApplyAsync(body, telescope, db, ct);
        db.Telescopes.Add(telescope);
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { telescope.Id });
    }

    static async Task<IResult> Change(int telescope_id, Body body, VigilDb db, CancellationToken ct)
    {
        Schema.Check(body, required: [], optional: ["id", .. fields.Select(f => Parameter.Parse(f).Name)]);
        await ApplyAsync(body, await FindAsync(db, telescope_id, ct), db, ct);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task ApplyAsync(Body body, Telescope telescope, VigilDb db, CancellationToken ct)
    {
        telescope.Name = body.OptionalText("name", 200) ?? telescope.Name;
        telescope.Nickname = body.OptionalText("nickname", 200) ?? telescope.Nickname;
        if (telescope.Name.Length == 0 || telescope.Nickname.Length == 0)
            throw Fields.Missing(telescope.Name.Length == 0 ? "name" : "nickname");
        telescope.Lat = InRange(body, "lat", -90, 90, telescope.Lat);
        telescope.Lon = InRange(body, "lon", -180, 180, telescope.Lon, value => value is > 180 and <= 360
            ? FormattableString.Invariant($" It is degrees east: the same place is at {value - 360}.") : "");
        telescope.Elevation = InRange(body, "elevation", -500, 10_000, telescope.Elevation);
        telescope.Diameter = InRange(body, "diameter", 0, 1000, telescope.Diameter) ?? throw Fields.Missing("diameter");
        telescope.Robotic = body.OptionalBool("robotic") ?? telescope.Robotic;
        telescope.FixedLocation = body.OptionalBool("fixed_location") ?? telescope.FixedLocation;
        if (body.Has("skycam_link"))
            telescope.SkycamLink = Link(body, "skycam_link");
        if (body.Has("weather_link"))
            telescope.WeatherLink = Link(body, "weather_link");
        if (telescope.FixedLocation && (telescope.Lat is null || telescope.Lon is null || telescope.Elevation is null))
            throw new BadInput("Missing latitude, longitude, or elevation: give lat, lon and elevation, or fixed_location false.",
                "lat");
        if (await db.Telescopes.AnyAsync(t => t.Name == telescope.Name && t.Id != telescope.Id, ct))
            throw new AlreadyThere($"A telescope named '{telescope.Name}' already exists; choose another name.", "name");
    }

    static double? InRange(
        Body body, string name, double least, double most, double? otherwise, Func<double, string>? hint = null)
    {
        var value = body.Has(name) ? body.OptionalNumber(name) : otherwise;
        return value is null || (value >= least && value <= most) ? value
            : throw new BadInput(
                FormattableString.Invariant($"{name} must be in [{least}, {most}], got {value}.")
                + hint?.Invoke(value.Value), name);
    }

    // Links are shown on pages: nothing but the web's own addresses, and no script in disguise.
    static string? Link(Body body, string name) => body.OptionalText(name, 2000) is not { Length: > 0 } text ? null
        : (text[0] == '/' && !text.StartsWith("//", StringComparison.Ordinal))
            || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") ? text
        : throw new BadInput($"{name} must be an http or https address or a path of this site, got '{text}'.", name);

    static async Task<IResult> Delete(int telescope_id, VigilDb db, CancellationToken ct)
    {
        var telescope = await FindAsync(db, telescope_id, ct);
        var instruments = await db.Instruments.AsTracking().Where(i => i.TelescopeId == telescope_id).ToListAsync(ct);
        foreach (var instrument in instruments)
            await InstrumentRoutes.RequireNoDataAsync(db, instrument, ct);
        db.Telescopes.Remove(telescope);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }
}
