using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>Puts sources on users' own lists, moves and removes them. Only administrators touch the lists of others.</summary>
sealed class KeepListing(VigilDb db, Viewer viewer)
{
    /// <summary>Longest name of a list, characters.</summary>
    public const int NameLimit = 200;

    /// <param name="userId">Whose list; null: the viewer's.</param>
    /// <param name="parameters">JSON text; the watchlist wants arcsec and cadence in it.</param>
    public async Task<Listing> AddAsync(string sourceId, string listName, int? userId, string? parameters, CancellationToken ct)
    {
        var owner = userId ?? viewer.UserId;
        if (owner != viewer.UserId && !viewer.SeesAll)
            throw new BadInput("Only admins can add listings to other users' accounts", "user_id");
        await RequireUserAsync(owner, ct);
        RequireName(listName);
        RequireParameters(listName, parameters);
        var listing = new Listing
        {
            UserId = owner, SourceKey = await KeyAsync(sourceId, ct), ListName = listName, Params = parameters,
        };
        await RequireNewAsync(listing, sourceId, ct);
        db.Listings.Add(listing);
        await db.SaveChangesAsync(ct);
        return listing;
    }

    /// <summary>Changes an entry; null leaves a part as it is.</summary>
    public async Task ChangeAsync(
        int id, string? sourceId, string? listName, int? userId, string? parameters, CancellationToken ct)
    {
        var listing = await db.Listings.AsTracking().Include(l => l.Source).FirstOrDefaultAsync(l => l.Id == id, ct)
            ?? throw new NotFound($"Insufficient permissions, or there is no listing with ID {id}.");
        if (userId is { } owner && owner != listing.UserId)
        {
            if (!viewer.SeesAll)
                throw new BadInput($"Insufficient permissions: only an administrator gives a listing to user {owner}.",
                    "user_id");
            await RequireUserAsync(owner, ct);
            listing.UserId = owner;
        }
        if (sourceId is not null)
            listing.SourceKey = await KeyAsync(sourceId, ct);
        listing.ListName = listName ?? listing.ListName;
        listing.Params = parameters ?? listing.Params;
        RequireName(listing.ListName);
        RequireParameters(listing.ListName, listing.Params);
        await RequireNewAsync(listing, sourceId ?? listing.Source!.Id, ct);
        await db.SaveChangesAsync(ct);
    }

    public async Task RemoveAsync(int id, CancellationToken ct) =>
        await RemoveAsync(await db.Listings.FirstOrDefaultAsync(l => l.Id == id, ct), ct);

    public async Task RemoveAsync(string sourceId, string listName, int? userId, CancellationToken ct)
    {
        var owner = userId ?? viewer.UserId;
        await RemoveAsync(await db.Listings.FirstOrDefaultAsync(
            l => l.UserId == owner && l.Source!.Id == sourceId && l.ListName == listName, ct), ct);
    }

    async Task RemoveAsync(Listing? listing, CancellationToken ct)
    {
        db.Listings.Remove(listing ?? throw new NotFound("Cannot delete Listing. There is none such that you may delete."));
        await db.SaveChangesAsync(ct);
    }

    async Task<int> KeyAsync(string sourceId, CancellationToken ct) =>
        await db.Sources.Where(s => s.Id == sourceId).Select(s => (int?)s.Key).FirstOrDefaultAsync(ct)
        ?? throw new NotFound($"Cannot find Obj with ID: {sourceId}");

    async Task RequireUserAsync(int id, CancellationToken ct)
    {
        if (!await db.Users.AnyAsync(u => u.Id == id, ct))
            throw new BadInput($"user_id {id} is no user.", "user_id");
    }

    async Task RequireNewAsync(Listing listing, string sourceId, CancellationToken ct)
    {
        if (await db.Listings.IgnoreQueryFilters([VigilDb.Visible]).AnyAsync(l => l.Id != listing.Id && l.UserId == listing.UserId
            && l.SourceKey == listing.SourceKey && l.ListName == listing.ListName, ct))
            throw new AlreadyThere(
                $"Listing already exists with user_id={listing.UserId}, obj_id={sourceId} and list_name={listing.ListName}");
    }

    static void RequireName(string name)
    {
        if (name.Length == 0 || !(char.IsLetterOrDigit(name[0]) || name[0] == '_'))
            throw new BadInput("Input `list_name` must begin with alphanumeric/underscore", "list_name");
    }

    static void RequireParameters(string listName, string? parameters)
    {
        if (parameters is not null && JsonDocument.Parse(parameters).RootElement.ValueKind != JsonValueKind.Object)
            throw new BadInput("params must be an object.", "params");
        if (listName != "watchlist")
            return;
        if (!(Number(parameters, "arcsec") is >= 0 and <= 3600))
            throw new BadInput("A watchlist needs params.arcsec, the radius in arcseconds, from 0 to 3600.", "params");
        if (!(Number(parameters, "cadence") >= 1))
            throw new BadInput("A watchlist needs params.cadence, in minutes, at least 1.", "params");
    }

    static double? Number(string? parameters, string name) =>
        parameters is null || !JsonDocument.Parse(parameters).RootElement.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.String
            && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
