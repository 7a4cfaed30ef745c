using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Discussion;

/// <summary>A file that goes with a comment.</summary>
sealed record Attachment(string Name, byte[] Content)
{
    /// <summary>Largest file, bytes.</summary>
    public const int MostBytes = 20_000_000;
}

/// <summary>Comments on sources, as the viewer sees them. Their authors alone change and delete them.</summary>
sealed class CommentStore(VigilDb db, Viewer viewer, ShareWith share)
{
    /// <summary>Longest text of a comment, characters.</summary>
    public const int LongestText = 50_000;

    /// <summary>The comments on a source in order of time, without the files.</summary>
    public Task<List<Comment>> OnSourceAsync(string sourceId, CancellationToken ct) =>
        WithoutFiles(db.Comments.Where(c => c.Source!.Id == sourceId)).OrderBy(c => c.Id).ToListAsync(ct);

    /// <summary>One comment without its file.</summary>
    /// <exception cref="BadInput">It is not there, not for the viewer, or on another source.</exception>
    public async Task<Comment> FindAsync(string sourceId, int id, CancellationToken ct) =>
        Checked(await WithoutFiles(db.Comments.Where(c => c.Id == id)).FirstOrDefaultAsync(ct), sourceId);

    /// <summary>The file of a comment.</summary>
    /// <exception cref="BadInput">As for <see cref="FindAsync"/>, or it has none.</exception>
    public async Task<Attachment> AttachmentAsync(string sourceId, int id, CancellationToken ct)
    {
        var comment = Checked(await db.Comments.AsNoTracking().Include(c => c.Source).FirstOrDefaultAsync(c => c.Id == id, ct), sourceId);
        return comment is { AttachmentName: { } name, Attachment: { } content } ? new(name, content)
            : throw new NotFound($"Comment {id} has no attachment.");
    }

    /// <summary>Adds a comment by the viewer.</summary>
    /// <param name="groupIds">Who is to see it; null: all groups of the viewer.</param>
    /// <returns>Its id.</returns>
    public async Task<int> AddAsync(string sourceId, string text, Attachment? attachment, int[]? groupIds, CancellationToken ct)
    {
        var source = await db.Sources.FirstOrDefaultAsync(s => s.Id == sourceId, ct)
            ?? throw new NotFound($"Source not found: no source '{sourceId}' to comment on.");
        var comment = new Comment
        {
            SourceKey = source.Key, Text = text, AttachmentName = attachment?.Name, Attachment = attachment?.Content,
            Bot = viewer.IsToken, OwnerId = viewer.UserId,
            AudienceId = groupIds is null ? await share.AllMineAsync(ct) : await share.GroupsAsync(groupIds, ct),
        };
        db.Comments.Add(comment);
        await SaveAsync(source.Key, ct);
        return comment.Id;
    }

    /// <summary>Changes what is given of a comment; null leaves it as it was.</summary>
    public async Task ChangeAsync(string sourceId, int id, string? text, Attachment? attachment, int[]? groupIds, CancellationToken ct)
    {
        var comment = await OwnAsync(sourceId, id, ct);
        comment.Text = text ?? comment.Text;
        if (attachment is not null)
            (comment.AttachmentName, comment.Attachment) = (attachment.Name, attachment.Content);
        if (groupIds is not null)
            comment.AudienceId = await share.GroupsAsync(groupIds, ct);
        await SaveAsync(comment.SourceKey, ct);
    }

    public async Task DeleteAsync(string sourceId, int id, CancellationToken ct)
    {
        var comment = await OwnAsync(sourceId, id, ct);
        db.Comments.Remove(comment);
        await SaveAsync(comment.SourceKey, ct);
    }

    async Task<Comment> OwnAsync(string sourceId, int id, CancellationToken ct)
    {
        var comment = Checked(await db.Comments.AsTracking().Include(c => c.Source).FirstOrDefaultAsync(c => c.Id == id, ct), sourceId);
        return comment.OwnerId == viewer.UserId || viewer.SeesAll ? comment : throw Hidden();
    }

    async Task SaveAsync(int sourceKey, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, sourceKey, ct);
        await transaction.CommitAsync(ct);
    }

    // Not there, not readable and not one's own to change read the same.
    static Comment Checked(Comment? comment, string sourceId) =>
        comment is null ? throw Hidden()
        : comment.Source!.Id == sourceId ? comment
        : throw new BadInput($"Comment resource ID does not match resource ID given in path ({sourceId}).");

    static Forbidden Hidden() => new("Could not find any accessible comments.");

    static IQueryable<Comment> WithoutFiles(IQueryable<Comment> comments) => comments.Select(c => new Comment
    {
        Id = c.Id, SourceKey = c.SourceKey, Source = c.Source, Text = c.Text, AttachmentName = c.AttachmentName, Origin = c.Origin,
        Bot = c.Bot, OwnerId = c.OwnerId, AudienceId = c.AudienceId, CreatedAt = c.CreatedAt, Modified = c.Modified,
    });
}
