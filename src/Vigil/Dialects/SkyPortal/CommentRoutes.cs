using System.Text;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Discussion;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/sources/{obj_id}/comments: what people say about a source, perhaps with a file.</summary>
static class CommentRoutes
{
    /// <summary>Longest text of a comment, characters, and largest file, bytes.</summary>
    const int MostText = 20_000, MostBytes = 20_000_000;

    static readonly string[] fields =
        ["text string What to say.", "group_ids integer[] Who may see it; all the caller's groups when omitted.", "attachment object {name, body: base64}."];

    public static void MapComments(this RouteGroupBuilder api)
    {
        api.MapGet("/sources/{obj_id}/comments", List).WithSummary("The comments on a source.").Asks("text string Part of the text.");
        api.MapGet("/sources/{obj_id}/comments/{comment_id:int}", async (string obj_id, int comment_id, VigilDb db, CancellationToken ct) =>
            Reply.Success(ToJson(await FindAsync(db, obj_id, comment_id, ct)))).WithSummary("One comment.");
        api.MapPost("/sources/{obj_id}/comments", Add).Needs(Acl.Comment).WithSummary("Comments on a source.").Reads(["text* string What to say.", .. fields[1..]]);
        api.MapPut("/sources/{obj_id}/comments/{comment_id:int}", Change).Needs(Acl.Comment).WithSummary("Changes one's own comment.").Reads(fields);
        api.MapDelete("/sources/{obj_id}/comments/{comment_id:int}", Delete).Needs(Acl.Comment).WithSummary("Deletes one's own comment.");
        foreach (var ending in new[] { "attachment", "attachment.pdf" })
            api.MapGet($"/sources/{{obj_id}}/comments/{{comment_id:int}}/{ending}", Attachment).WithSummary("The file of a comment.")
                .Asks("download boolean False answers the text of the file as JSON (true).", "preview boolean Shows it rather than saves it.");
    }

    public static object ToJson(Comment comment) => new
    {
        obj_id = comment.Source!.Id, comment.Modified, comment.AttachmentName, comment.Origin, author_id = comment.OwnerId, comment.Id,
        comment.CreatedAt, comment.Text, comment.Bot, resourceType = "sources", author = comment.Owner is { } author ? AccessJson.From(author) : null,
    };

    static IQueryable<Comment> Readable(VigilDb db) => db.Comments.Include(c => c.Source).Include(c => c.Owner);

    static async Task<Comment> FindAsync(VigilDb db, string sourceId, int id, CancellationToken ct)
    {
        var comment = await Readable(db).AsTracking().FirstOrDefaultAsync(c => c.Id == id, ct)
            ?? throw new Forbidden("Could not find any accessible comments.");
        return comment.Source!.Id == sourceId ? comment
            : throw new BadInput($"Comment resource ID does not match resource ID given in path: comment {id} is not on '{sourceId}'.");
    }

    // To change somebody else's comment reads like changing one that is not there.
    static async Task<Comment> FindOwnAsync(VigilDb db, Viewer viewer, string sourceId, int id, CancellationToken ct)
    {
        var comment = await FindAsync(db, sourceId, id, ct);
        return comment.OwnerId == viewer.UserId || viewer.SeesAll ? comment : throw new Forbidden("Could not find any accessible comments.");
    }

    static async Task<Source> FindSourceAsync(VigilDb db, string id, CancellationToken ct) =>
        await db.Sources.FirstOrDefaultAsync(s => s.Id == id, ct) ?? throw new NotFound($"Could not find source '{id}'.");

    static async Task<IResult> List(string obj_id, Query query, VigilDb db, CancellationToken ct)
    {
        var source = await FindSourceAsync(db, obj_id, ct);
        var text = query.OptionalText("text");
        var comments = await Readable(db).Where(c => c.SourceKey == source.Key && (text == null || c.Text.Contains(text)))
            .OrderBy(c => c.Id).Select(c => new Comment
            {
                // The files stay where they are.
                Id = c.Id, SourceKey = c.SourceKey, Source = c.Source, Text = c.Text, AttachmentName = c.AttachmentName, Origin = c.Origin, Bot = c.Bot,
                OwnerId = c.OwnerId, Owner = c.Owner, AudienceId = c.AudienceId, CreatedAt = c.CreatedAt, Modified = c.Modified,
            }).ToListAsync(ct);
        return Reply.Success(comments.Select(ToJson));
    }

    static async Task<IResult> Add(string obj_id, Body body, Viewer viewer, VigilDb db, ShareWith share, CancellationToken ct)
    {
        if (body.OptionalText("text", MostText) is not { Length: > 0 } text)
            throw new BadInput("Missing required field `text`", "text");
        var source = await FindSourceAsync(db, obj_id, ct);
        var comment = new Comment
        {
            SourceKey = source.Key, Text = text, Bot = viewer.IsToken, OwnerId = viewer.UserId, Origin = body.OptionalText("origin"),
            AudienceId = body.OptionalInts("group_ids") is { } ids ? await share.GroupsAsync(ids, ct) : await share.AllMineAsync(ct),
        };
        (comment.AttachmentName, comment.Attachment) = ReadAttachment(body);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Comments.Add(comment);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, source.Key, ct);
        await transaction.CommitAsync(ct);
        return Reply.Success(new { comment_id = comment.Id });
    }

    static async Task<IResult> Change(
        string obj_id, int comment_id, Body body, Viewer viewer, VigilDb db, ShareWith share, CancellationToken ct)
    {
        var comment = await FindOwnAsync(db, viewer, obj_id, comment_id, ct);
        comment.Text = body.OptionalText("text", MostText) ?? comment.Text;
        if (body.OptionalInts("group_ids") is { } ids)
            comment.AudienceId = await share.GroupsAsync(ids, ct);
        if (body.Has("attachment"))
            (comment.AttachmentName, comment.Attachment) = ReadAttachment(body);
        else if (body.Has("attachment_bytes") && body.OptionalText("attachment_name", 255) is { } name)
            (comment.AttachmentName, comment.Attachment) = (name, Decode(body.Text("attachment_bytes", MostBytes * 2)));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, comment.SourceKey, ct);
        await transaction.CommitAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(string obj_id, int comment_id, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        var comment = await FindOwnAsync(db, viewer, obj_id, comment_id, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Comments.Remove(comment);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, comment.SourceKey, ct);
        await transaction.CommitAsync(ct);
        return Reply.Success();
    }

    static (string? Name, byte[]? Bytes) ReadAttachment(Body body)
    {
        if (body.Json("attachment") is not { } attachment)
            return (null, null);
        if (attachment.ValueKind != System.Text.Json.JsonValueKind.Object
            || !attachment.TryGetProperty("body", out var content) || content.ValueKind != System.Text.Json.JsonValueKind.String
            || !attachment.TryGetProperty("name", out var name) || name.ValueKind != System.Text.Json.JsonValueKind.String || name.GetString() is not { Length: > 0 and <= 255 } text)
            throw new BadInput("Malformed comment attachment: it must be {name, body}, the body base64 text.", "attachment");
        return (text, Decode(content.GetString()!));
    }

    // "data:text/plain;base64,ZGF0YQ==" or the base64 alone.
    static byte[] Decode(string content)
    {
        if (content.StartsWith("data:", StringComparison.Ordinal))
            content = content[(content.IndexOf(',', StringComparison.Ordinal) + 1)..];
        if (content.Length / 4 * 3 > MostBytes)
            throw new BadInput($"The attachment is too large: at most {MostBytes / 1_000_000} MB.", "attachment");
        var bytes = new byte[content.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(content, bytes, out var length) ? bytes[..length]
            : throw new BadInput("Malformed comment attachment: its body is not base64.", "attachment");
    }

    static async Task<IResult> Attachment(string obj_id, int comment_id, Query query, VigilDb db, HttpContext context, CancellationToken ct)
    {
        var comment = await FindAsync(db, obj_id, comment_id, ct);
        if (comment.Attachment is not { } bytes)
            throw new BadInput("Comment has no attachment");
        if (!(query.OptionalBool("download") ?? true))
            return Reply.Success(new { commentId = comment.Id, attachment = Encoding.UTF8.GetString(bytes) });
        // Never a page of ours, whatever is in it.
        context.Response.Headers.ContentSecurityPolicy = "sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.File(bytes, "application/octet-stream", comment.AttachmentName);
    }
}
