using Vigil.Access;

namespace Vigil.Dialects.Bhtom;

/// <summary>users/me: whose token this is.</summary>
static class AccountRoutes
{
    public static void MapAccount(this RouteGroupBuilder api)
    {
        foreach (var path in new[] { "/common/api/users/me", "/users/me" })
            api.MapGet(path, Me).WithSummary("The caller's account.");
    }

    static IResult Me(Viewer viewer) => Reply.Json(new
    {
        id = viewer.UserId,
        username = viewer.Username,
        first_name = viewer.User.FirstName ?? "",
        last_name = viewer.User.LastName ?? "",
        email = viewer.User.ContactEmail ?? "",
        is_superuser = viewer.SeesAll,
        is_staff = viewer.SeesAll,
        is_active = viewer.User.IsActive,
        last_login = Reply.Microseconds(viewer.User.LastLogin),
        date_joined = Reply.Microseconds(viewer.User.CreatedAt),
        groups = viewer.GroupIds,
    });
}
