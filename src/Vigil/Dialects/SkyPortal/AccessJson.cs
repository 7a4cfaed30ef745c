using System.Security.Cryptography;
using System.Text;
using Vigil.Access;

namespace Vigil.Dialects.SkyPortal;

/// <summary>How users, groups and streams read in SkyPortal's words.</summary>
static class AccessJson
{
    public static object From(Group group) => new
    {
        group.SingleUserGroup, group.Id, group.CreatedAt, group.Modified, group.Nickname, group.Name,
        group.Description, group.Private,
    };

    public static object From(Access.Stream stream) => new
    {
        stream.Name, stream.Id, stream.Modified, altdata = Reply.Raw(stream.Altdata), stream.CreatedAt,
    };

    /// <summary>A user as others may see them.</summary>
    public static object From(User user) => new
    {
        user.Username, user.FirstName, user.LastName, user.Affiliations, user.ContactEmail, user.ContactPhone, user.OauthUid,
        user.ExpirationDate, user.Id, user.CreatedAt, user.Modified,
    };

    public static Dictionary<string, object?> WithRights(User user) => new()
    {
        ["username"] = user.Username,
        ["first_name"] = user.FirstName,
        ["last_name"] = user.LastName,
        ["affiliations"] = user.Affiliations,
        ["contact_email"] = user.ContactEmail,
        ["contact_phone"] = user.ContactPhone,
        ["oauth_uid"] = user.OauthUid,
        ["expiration_date"] = user.ExpirationDate,
        ["id"] = user.Id,
        ["created_at"] = user.CreatedAt,
        ["modified"] = user.Modified,
        ["permissions"] = user.Permissions().Order(StringComparer.Ordinal),
        ["roles"] = user.Roles,
        ["acls"] = user.Acls,
        ["gravatar_url"] = GravatarUrl(user),
    };

    // Gravatar's own convention asks for MD5 of the address; nothing depends on it being hard to invert.
#pragma warning disable CA5351
    public static string GravatarUrl(User user) => "https://secure.gravatar.com/avatar/"
        + Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes((user.ContactEmail ?? user.Username)
            .Trim().ToLowerInvariant())))
        + "?d=blank";
#pragma warning restore CA5351
}
