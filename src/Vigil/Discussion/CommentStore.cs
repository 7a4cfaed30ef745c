using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;
using Vigil.Spectra;

namespace Vigil.Discussion;

/// <summary>A file that goes with a comment.</summary>
sealed record Attachment(string Name, byte[] Content)
{
    /// <summary>Largest file, bytes.</summary>
    public const int MostBytes = 20_000_000;

    /// <summary>A file as somebody sent it.</summary>
    /// <exception cref="BadInput">It is too large, or its name is none that a file can have everywhere.</exception>
    public static Attachment From(string name, byte[] content) =>
        name.Length is 0 or > 255 || name.Any(c => char.IsControl(c) || c is '/' or '\\')
            ? throw new BadInput("attachment.name must have 1 to 255 characters, no slash among them, got "
                + $"'{(name.Length <= 80 ? name : name[..80] + "...")}'.", "attachment")
        : content.Length > MostBytes
            ? throw new BadInput($"attachment.body has {content.Length} bytes; at most {MostBytes}.", "attachment")
        : new(name, content);
}

/// <summary>What a comment is about: a source, or a spectrum of one.</summary>
readonly record struct Subject
{
    Subject(string? sourceId, int? spectrumId) => (SourceId, SpectrumId) = (sourceId, spectrumId);

    /// <summary>Null where it is a spectrum.</summary>
    public string? SourceId { get; }

    /// <summary>Null where it is a source.</summary>
    public int? SpectrumId { get; }

    public static Subject Source(string id) => new(id, null);

    public static Subject Spectrum(int id) => new(null, id);

    public override string ToString() => SourceId ?? SpectrumId!.Value.ToString(null as IFormatProvider);
}

/// <summary>Comments on sources and spectra, as the viewer sees them. Their authors alone change and delete them.</summary>
sealed class CommentStore(VigilDb db, Viewer viewer, ShareWith share)
{
    /// <summary>Longest text of a comment, characters.</summary>
    public const int LongestText = 50_000;

    /// <summary>The comments on a subject in order of time, without the files.</summary>
    public Task<List<Comment>> OnAsync(Subject subject, CancellationToken ct) => WithoutFiles(subject.SpectrumId is { } spectrumId
        ? db.Comments.Where(c => c.SpectrumId == spectrumId)
        : db.Comments.Where(c => c.SpectrumId == null && c.Source!.Id == subject.SourceId)).OrderBy(c => c.Id).ToListAsync(ct);

    /// <summary>The comments on some spectra with their authors, by spectrum and in order of time, without the files.</summary>
    public async Task<ILookup<int, Comment>> OnSpectraAsync(int[] spectrumIds, CancellationToken ct) =>
        (await WithoutFiles(db.Comments.Where(c => c.SpectrumId != null && spectrumIds.Contains(c.SpectrumId.Value)))
            .OrderBy(c => c.Id).ToListAsync(ct)).ToLookup(c => c.SpectrumId!.Value);

    /// <summary>The comments on some sources with their authors, by source and newest first, without the files.</summary>
    public async Task<ILookup<int, Comment>> OnSourcesAsync(int[] sourceKeys, CancellationToken ct) =>
        (await WithoutFiles(db.Comments.Where(c => c.SpectrumId == null && sourceKeys.Contains(c.SourceKey)))
            .OrderByDescending(c => c.CreatedAt).ThenByDescending(c => c.Id).ToListAsync(ct)).ToLookup(c => c.SourceKey);

    /// <summary>One comment without its file.</summary>
    /// <exception cref="BadInput">It is not there, not for the viewer, or on another subject.</exception>
    public async Task<Comment> FindAsync(Subject subject, int id, CancellationToken ct) =>
        Checked(await WithoutFiles(Kind(subject).Where(c => c.Id == id)).FirstOrDefaultAsync(ct), subject);

    /// <summary>The file of a comment.</summary>
    /// <exception cref="BadInput">As for <see cref="FindAsync"/>, or it has none.</exception>
    public async Task<Attachment> AttachmentAsync(Subject subject, int id, CancellationToken ct)
    {
        var comment = Checked(await Kind(subject).AsNoTracking().Include(c => c.Source)
            .FirstOrDefaultAsync(c => c.Id == id, ct), subject);
        return comment is { AttachmentName: { } name, Attachment: { } content } ? new(name, content)
            : throw new NotFound($"Comment {id} has no attachment.");
    }

    /// <summary>Adds a comment by the viewer.</summary>
    /// <param name="groupIds">Who is to see it; null: all groups of the viewer.</param>
    /// <returns>Its id.</returns>
    public async Task<int> AddAsync(Subject subject, string text, Attachment? attachment, int[]? groupIds, CancellationToken ct)
    {
        var comment = new Comment
        {
            SourceKey = await SourceKeyAsync(subject, ct), SpectrumId = subject.SpectrumId, Text = text,
            AttachmentName = attachment?.Name, Attachment = attachment?.Content, Bot = viewer.IsToken, OwnerId = viewer.UserId,
            AudienceId = groupIds is null ? await share.AllMineAsync(ct) : await share.GroupsAsync(groupIds, ct),
        };
        db.Comments.Add(comment);
        await SaveAsync(comment.SourceKey, ct);
        return comment.Id;
    }

    /// <summary>Changes what is given of a comment; null leaves it as it was.</summary>
    public async Task ChangeAsync(Subject subject, int id, string? text, Attachment? attachment,
        int[]? groupIds, CancellationToken ct)
    {
        var comment = await OwnAsync(subject, id, ct);
        comment.Text = text ?? comment.Text;
        if (attachment is not null)
            (comment.AttachmentName, comment.Attachment) = (attachment.Name, attachment.Content);
        if (groupIds is not null)
            comment.AudienceId = await share.GroupsAsync(groupIds, ct);
        await SaveAsync(comment.SourceKey, ct);
    }

    public async Task DeleteAsync(Subject subject, int id, CancellationToken ct)
    {
        var comment = await OwnAsync(subject, id, ct);
        db.Comments.Remove(comment);
        await SaveAsync(comment.SourceKey, ct);
    }

    async Task<Comment> OwnAsync(Subject subject, int id, CancellationToken ct)
    {
        var comment = Checked(await Kind(subject).AsTracking().Include(c => c.Source)
            .FirstOrDefaultAsync(c => c.Id == id, ct), subject);
        return comment.OwnerId == viewer.UserId || viewer.SeesAll ? comment : throw Hidden();
    }

    async Task SaveAsync(int sourceKey, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, sourceKey, ct);
        await transaction.CommitAsync(ct);
    }

    async Task<int> SourceKeyAsync(Subject subject, CancellationToken ct) => subject.SpectrumId is { } spectrumId
        ? await db.Spectra.Where(s => s.Id == spectrumId).Select(s => (int?)s.SourceKey).FirstOrDefaultAsync(ct)
            ?? throw StoreSpectrum.Hidden(spectrumId)
        : await db.Sources.Where(s => s.Id == subject.SourceId).Select(s => (int?)s.Key).FirstOrDefaultAsync(ct)
            ?? throw new NotFound($"Source not found: no source '{subject}' to comment on.");

    IQueryable<Comment> Kind(Subject subject) =>
        subject.SpectrumId is null ? db.Comments.Where(c => c.SpectrumId == null) : db.Comments.Where(c => c.SpectrumId != null);

    // Not there, not readable and not one's own to change read the same.
    static Comment Checked(Comment? comment, Subject subject) =>
        comment is null ? throw Hidden()
        : (subject.SpectrumId is null ? comment.Source!.Id == subject.SourceId : comment.SpectrumId == subject.SpectrumId)
        ? comment
        : throw new BadInput($"Comment resource ID does not match resource ID given in path ({subject}).");

    static Forbidden Hidden() => new("Could not find any accessible comments.");

    static IQueryable<Comment> WithoutFiles(IQueryable<Comment> comments) => comments.Select(c => new Comment
    {
        Id = c.Id, SourceKey = c.SourceKey, Source = c.Source, SpectrumId = c.SpectrumId, Text = c.Text,
        AttachmentName = c.AttachmentName,
        Origin = c.Origin, Bot = c.Bot, OwnerId = c.OwnerId, Owner = c.Owner, AudienceId = c.AudienceId, CreatedAt = c.CreatedAt,
        Modified = c.Modified,
    });
}
