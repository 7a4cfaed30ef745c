using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Discussion;

namespace Vigil.Spectra;

/// <summary>Which spectra are wanted; what is null does not narrow the search.</summary>
sealed record SpectrumSearch
{
    /// <summary>Part of the source's id.</summary>
    public string? SourceIdPart { get; init; }
    public int[]? InstrumentIds { get; init; }
    /// <summary>Shared with one of these groups.</summary>
    public int[]? GroupIds { get; init; }
    public DateTimeOffset? ObservedAfter { get; init; }
    public DateTimeOffset? ObservedBefore { get; init; }
    /// <summary>Any of these in the origin.</summary>
    public string[]? OriginParts { get; init; }
    /// <summary>Any of these in the label.</summary>
    public string[]? LabelParts { get; init; }
    public string[]? Types { get; init; }
    /// <summary>
    /// Any of these in a comment on the spectrum that the viewer sees; the next three say more of the same comment.
    /// </summary>
    public string[]? CommentParts { get; init; }
    /// <summary>Any of these in the username of who wrote it.</summary>
    public string[]? CommentAuthorParts { get; init; }
    public DateTimeOffset? CommentedAfter { get; init; }
    public DateTimeOffset? CommentedBefore { get; init; }

    /// <summary>The spectra that the viewer of <paramref name="db"/> sees, in order of id.</summary>
    public IQueryable<Spectrum> In(VigilDb db, AudienceCatalog audiences)
    {
        var spectra = db.Spectra.AsNoTracking().Include(s => s.Source).Include(s => s.Instrument)
            .Include(s => s.Owner).AsQueryable();
        if (SourceIdPart is { } part)
            spectra = spectra.Where(s => s.Source!.Id.Contains(part));
        if (InstrumentIds is { } instruments)
            spectra = spectra.Where(s => instruments.Contains(s.InstrumentId));
        if (GroupIds is { } groups)
        {
            int[] shared = [.. audiences.All.Where(a => a.GroupIds.Any(groups.Contains)).Select(a => a.Id)];
            spectra = spectra.Where(s => shared.Contains(s.AudienceId));
        }
        if (ObservedAfter is { } after)
            spectra = spectra.Where(s => s.ObservedAt >= after);
        if (ObservedBefore is { } before)
            spectra = spectra.Where(s => s.ObservedAt <= before);
        if (OriginParts is { } origins)
            spectra = spectra.Where(s => origins.Any(o => s.Origin!.Contains(o)));
        if (LabelParts is { } labels)
            spectra = spectra.Where(s => labels.Any(l => s.Label!.Contains(l)));
        if (Types is { } types)
            spectra = spectra.Where(s => types.Contains(s.Type));
        if (CommentParts is not null || CommentAuthorParts is not null || CommentedAfter is not null
            || CommentedBefore is not null)
        {
            var comments = Comments(db);
            spectra = spectra.Where(s => comments.Any(c => c.SpectrumId == s.Id));
        }
        return spectra.OrderBy(s => s.Id);
    }

    IQueryable<Comment> Comments(VigilDb db)
    {
        var comments = db.Comments.AsQueryable();
        if (CommentParts is { } texts)
            comments = comments.Where(c => texts.Any(t => c.Text.Contains(t)));
        if (CommentAuthorParts is { } authors)
            comments = comments.Where(c => authors.Any(a => c.Owner!.Username.Contains(a)));
        if (CommentedAfter is { } after)
            comments = comments.Where(c => c.CreatedAt >= after);
        if (CommentedBefore is { } before)
            comments = comments.Where(c => c.CreatedAt <= before);
        return comments;
    }
}
