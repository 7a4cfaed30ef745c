using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Access;
using Vigil.Discussion;

namespace Vigil.Dialects.SkyPortal;

/// <summary>
/// Comments, with files, below the thing they are about: /api/sources/{id}/comments, /api/spectra/{id}/comments.
/// </summary>
static class CommentRoutes
{
    const string All = "/{associated_resource_type}/{resource_id}/comments", One = All + "/{comment_id:int}";

    static readonly string[] fields =
    [
        "text* string What is said, up to 50,000 characters.",
        "group_ids integer[] Groups of yours that see it; default all of them.",
        "attachment object A file of up to 20 MB: its name, and its body in base64, with or without data:...;base64, before it.",
    ];

    public static void MapComments(this RouteGroupBuilder api)
    {
        api.MapGet(All, List).WithSummary("What was said about a source or a spectrum.");
        api.MapPost(All, Add).Needs(Acl.Comment).WithSummary("Say something about a source or a spectrum.").Reads(fields);
        api.MapGet(One, Get).WithSummary("One comment.");
        api.MapPut(One, Change).Needs(Acl.Comment).WithSummary("Change a comment of one's own.").Reads(fields);
        api.MapDelete(One, Delete).Needs(Acl.Comment).WithSummary("Delete a comment of one's own.");
        foreach (var suffix in new[] { "", ".pdf" })
            api.MapGet($"{One}/attachment{suffix}", Attachment).WithSummary("The file of a comment.")
                .Asks("download boolean As a file (default), or as text inside the reply.");
    }

    static async Task<IResult> List(string associated_resource_type, string resource_id,
        CommentStore comments, CancellationToken ct)
    {
        return Reply.Success((await comments.OnAsync(Read(associated_resource_type, resource_id), ct)).Select(ToJson));
    }

    static async Task<IResult> Get(
        string associated_resource_type, string resource_id, int comment_id, CommentStore comments, CancellationToken ct)
    {
        return Reply.Success(ToJson(await comments.FindAsync(Read(associated_resource_type, resource_id), comment_id, ct)));
    }

    static async Task<IResult> Add(
        string associated_resource_type, string resource_id, Body body, CommentStore comments, CancellationToken ct)
    {
        var subject = Read(associated_resource_type, resource_id);
        if (body.Text("text", CommentStore.LongestText) is not { Length: > 0 } text)
            throw Fields.Missing("text");
        var id = await comments.AddAsync(subject, text, ReadAttachment(body), body.OptionalInts("group_ids"), ct);
        return Reply.Success(new { comment_id = id });
    }

    static async Task<IResult> Change(
        string associated_resource_type, string resource_id, int comment_id, Body body,
        CommentStore comments, CancellationToken ct)
    {
        var subject = Read(associated_resource_type, resource_id);
        var text = body.OptionalText("text", CommentStore.LongestText);
        if (text is { Length: 0 })
            throw Fields.Missing("text");
        await comments.ChangeAsync(subject, comment_id, text, ReadAttachment(body), body.OptionalInts("group_ids"), ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(
        string associated_resource_type, string resource_id, int comment_id, CommentStore comments, CancellationToken ct)
    {
        await comments.DeleteAsync(Read(associated_resource_type, resource_id), comment_id, ct);
        return Reply.Success();
    }

    static async Task<IResult> Attachment(string associated_resource_type, string resource_id, int comment_id,
        Query query, HttpContext context,
        CommentStore comments, CancellationToken ct)
    {
        var file = await comments.AttachmentAsync(Read(associated_resource_type, resource_id), comment_id, ct);
        // Never as what it claims to be: a page that somebody attached must not run here.
        context.Response.Headers.ContentSecurityPolicy = "sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return query.Bool("download", otherwise: true) ? Results.File(file.Content, "application/octet-stream", file.Name)
            : Reply.Success(new { commentId = comment_id, attachment = Encoding.UTF8.GetString(file.Content) });
    }

    static Subject Read(string type, string id) => type switch
    {
        "sources" => Subject.Source(id),
        "spectra" when int.TryParse(id, CultureInfo.InvariantCulture, out var number) => Subject.Spectrum(number),
        "spectra" => throw new BadInput($"The id of a spectrum is an integer, got '{id[..Math.Min(40, id.Length)]}'.",
            "resource_id"),
        "gcn_event" or "shift" or "earthquake" =>
            throw new BadInput($"Comments on {type} are not served yet; comment on a source or a spectrum.",
                "associated_resource_type"),
        _ => throw new BadInput(
            $"Unsupported associated resource type '{type}'; it must be sources or spectra.", "associated_resource_type"),
    };

    static Attachment? ReadAttachment(Body body)
    {
        if (body.Json("attachment") is not { } given)
            return null;
        if (given.ValueKind != JsonValueKind.Object
            || !given.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String
            || !given.TryGetProperty("body", out var content) || content.ValueKind != JsonValueKind.String)
            throw new BadInput("Malformed comment attachment: it must be an object with a name and a body in base64.",
                "attachment");
        var text = content.GetString()!;
        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            text = text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..];
        var buffer = new byte[text.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(text, buffer, out var length))
            throw new BadInput("Malformed comment attachment: attachment.body must be base64.", "attachment");
        return Discussion.Attachment.From(name.GetString()!, buffer[..length]);
    }

    /// <summary>A comment, as lists and single reads answer it; its source must be loaded.</summary>
    public static Dictionary<string, object?> ToJson(Comment comment)
    {
        var json = new Dictionary<string, object?>
        {
            ["obj_id"] = comment.Source!.Id,
            ["modified"] = comment.Modified,
            ["attachment_name"] = comment.AttachmentName,
            ["origin"] = comment.Origin,
            ["author_id"] = comment.OwnerId,
            ["id"] = comment.Id,
            ["created_at"] = comment.CreatedAt,
            ["text"] = comment.Text,
            ["bot"] = comment.Bot,
            ["resourceType"] = comment.SpectrumId is null ? "sources" : "spectra",
        };
        if (comment.SpectrumId is { } spectrumId)
            json["spectrum_id"] = spectrumId;
        return json;
    }
}
