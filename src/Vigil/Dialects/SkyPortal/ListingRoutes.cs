using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/listing: favorites, watch lists and other lists of one's own.</summary>
static class ListingRoutes
{
    public static void MapListings(this RouteGroupBuilder api)
    {
        api.MapGet("/listing/{user_id:int?}", List).WithSummary("The entries of a user's lists; without an id, the caller's.")
            .Asks("listName string Only this list.");
        api.MapPost("/listing", Add).WithSummary("Puts a source on a list.")
            .Reads("obj_id* string The source.", "list_name* string Starts with a letter, a digit or an underscore.",
                "user_id integer Whose list; for administrators (the caller).",
                "params object For watchlist: arcsec (0 to 3600) and cadence (minutes, at least 1).");
        api.MapPatch("/listing/{listing_id:int}", Change).WithSummary("Changes an entry of a list.")
            .Reads("obj_id string The source.", "list_name string The list.", "user_id integer Whose list; for administrators.",
                "params object As when it is added.");
        api.MapDelete("/listing/{listing_id:int}", Delete).WithSummary("Removes an entry of a list.");
        api.MapDelete("/listing", DeleteNamed).WithSummary("Removes a source from a list.")
            .Reads("obj_id* string The source.", "list_name* string The list.", "user_id integer Whose list (the caller's).");
    }

    static async Task<IResult> List(int? user_id, Query query, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        var (owner, name) = (user_id ?? viewer.UserId, query.OptionalText("listName"));
        var listings = await db.Listings.Include(l => l.Source)
            .Where(l => l.UserId == owner && (name == null || l.ListName == name))
            .OrderBy(l => l.Id).ToListAsync(ct);
        return Reply.Success(listings.Select(l => new
        {
            l.UserId, obj_id = l.Source!.Id, @params = Reply.Raw(l.Params), l.CreatedAt, l.ListName, l.Id, l.Modified,
        }));
    }

    static async Task<IResult> Add(Body body, KeepListing keep, CancellationToken ct)
    {
        var listing = await keep.AddAsync(body.Text("obj_id"), body.Text("list_name", KeepListing.NameLimit),
            body.OptionalInt("user_id"), body.JsonText("params", 10_000), ct);
        return Reply.Success(new { listing.Id });
    }

    static async Task<IResult> Change(int listing_id, Body body, KeepListing keep, CancellationToken ct)
    {
        await keep.ChangeAsync(listing_id, body.OptionalText("obj_id"), body.OptionalText("list_name", KeepListing.NameLimit),
            body.OptionalInt("user_id"), body.JsonText("params", 10_000), ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(int listing_id, KeepListing keep, CancellationToken ct)
    {
        await keep.RemoveAsync(listing_id, ct);
        return Reply.Success();
    }

    static async Task<IResult> DeleteNamed(Body body, KeepListing keep, CancellationToken ct)
    {
        await keep.RemoveAsync(body.Text("obj_id"), body.Text("list_name"), body.OptionalInt("user_id"), ct);
        return Reply.Success();
    }
}
