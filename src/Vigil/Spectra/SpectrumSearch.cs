using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

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

    /// <summary>The spectra that the viewer of <paramref name="db"/> sees, in order of id.</summary>
    public IQueryable<Spectrum> In(VigilDb db, AudienceCatalog audiences)
    {
        var spectra = db.Spectra.AsNoTracking().Include(s => s.Source).Include(s => s.Instrument).Include(s => s.Owner).AsQueryable();
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
        return spectra.OrderBy(s => s.Id);
    }
}
