using Vigil.Access;
using Vigil.Data;
using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>What a list of sources is asked for. All that is given must hold.</summary>
sealed record SourceSearch
{
    public Cone? Cone { get; init; }
    /// <summary>Part of the id, in any case.</summary>
    public string? IdPart { get; init; }
    public string[]? NotIds { get; init; }
    /// <summary>One of the other names, exactly.</summary>
    public string? Alias { get; init; }
    /// <summary>Part of the origin.</summary>
    public string? Origin { get; init; }
    /// <summary>Class in SIMBAD, in any case.</summary>
    public string? SimbadClass { get; init; }
    public bool HasTnsName { get; init; }
    public double? MinRedshift { get; init; }
    public double? MaxRedshift { get; init; }
    public DateTimeOffset? ChangedAfter { get; init; }

    // The light curve's statistics. Magnitudes are AB; the faint limit is the larger number.
    public double? FirstDetectedFromMjd { get; init; }
    public double? LastDetectedToMjd { get; init; }
    public int? MinDetections { get; init; }
    public double? PeakMagFrom { get; init; }
    public double? PeakMagTo { get; init; }
    public double? LatestMagFrom { get; init; }
    public double? LatestMagTo { get; init; }

    public bool HasSpectrum { get; init; }
    public DateTimeOffset? SpectrumAfter { get; init; }
    public DateTimeOffset? SpectrumBefore { get; init; }

    /// <summary>Null: it does not matter.</summary>
    public bool? Labelled { get; init; }
    /// <summary>Only labels of the viewer count.</summary>
    public bool LabelledByViewer { get; init; }

    /// <summary>Exact texts of comments, any of them.</summary>
    public string[]? Comments { get; init; }
    public string[]? CommentAuthors { get; init; }
    public DateTimeOffset? CommentAfter { get; init; }
    public DateTimeOffset? CommentBefore { get; init; }

    /// <summary>Name of a list of the viewer.</summary>
    public string? ListName { get; init; }

    /// <summary>Groups that it is saved to, any of them; null: any that the viewer sees.</summary>
    public int[]? GroupIds { get; init; }
    public DateTimeOffset? SavedAfter { get; init; }
    public DateTimeOffset? SavedBefore { get; init; }
    public Saves Saves { get; init; }

    public SourceOrder Order { get; init; } = SourceOrder.SavedAt;
    public bool Descending { get; init; } = true;
    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;
    public int PageSize { get; init; } = 100;

    /// <summary>The first row of the page.</summary>
    public long Offset => (Page - 1L) * PageSize;

    /// <summary>FROM and WHERE: sources <c>s</c> with their saves <c>v</c> that the viewer sees.</summary>
    public string From(Viewer viewer, SqlText sql)
    {
        var from = "sources s";
        if (Cone is { } cone)
        {
            from = $"{ConeSql.From("c", sql.Parameters.Count + 1)} JOIN sources s ON s.key = c.key";
            ConeSql.AddTo(sql.Parameters, cone);
        }
        from += " JOIN saved_sources v ON v.source_key = s.key";
        var conditions = new List<string> { "s.deleted_at IS NULL", viewer.InGroupsSql("v", sql), Saves.Condition("v") };
        if (GroupIds is not null)
            conditions.Add($"v.group_id = ANY ({sql.Value(GroupIds)})");
        AddIf(SavedAfter, at => $"v.saved_at >= {at}");
        AddIf(SavedBefore, at => $"v.saved_at <= {at}");

        if (IdPart is not null)
            conditions.Add($"strpos(lower(s.id), lower({sql.Value(IdPart)})) > 0");
        if (NotIds is not null)
            conditions.Add($"s.id <> ALL ({sql.Value(NotIds)})");
        if (Alias is not null)
            conditions.Add($"EXISTS (SELECT FROM source_aliases a WHERE a.source_key = s.key AND a.name = {sql.Value(Alias)})");
        if (Origin is not null)
            conditions.Add($"strpos(s.origin, {sql.Value(Origin)}) > 0");
        if (SimbadClass is not null)
            conditions.Add($"lower(s.altdata #>> '{{simbad,class}}') = lower({sql.Value(SimbadClass)})");
        if (HasTnsName)
            conditions.Add("(s.tns_name IS NOT NULL OR s.altdata #>> '{tns,name}' IS NOT NULL)");
        AddIf(MinRedshift, z => $"s.redshift >= {z}");
        AddIf(MaxRedshift, z => $"s.redshift <= {z}");
        AddIf(ChangedAfter, at => $"(s.created_at > {at} OR s.modified > {at})");

        var statistics = conditions.Count;
        AddIf(FirstDetectedFromMjd, mjd => $"p.first_detected_mjd >= {mjd}");
        AddIf(LastDetectedToMjd, mjd => $"p.last_detected_mjd <= {mjd}");
        AddIf(MinDetections, n => $"p.num_det_global >= {n}");
        AddIf(PeakMagFrom, mag => $"p.peak_mag_global >= {mag}");
        AddIf(PeakMagTo, mag => $"p.peak_mag_global <= {mag}");
        AddIf(LatestMagFrom, mag => $"p.last_detected_mag >= {mag}");
        AddIf(LatestMagTo, mag => $"p.last_detected_mag <= {mag}");
        if (conditions.Count > statistics)
            from += " JOIN phot_stats p ON p.source_key = s.key";

        if (HasSpectrum || SpectrumAfter is not null || SpectrumBefore is not null)
        {
            var spectrum = $"x.source_key = s.key AND {viewer.VisibleSql("x", sql)}";
            if (SpectrumAfter is { } after)
                spectrum += $" AND x.observed_at >= {sql.Value(after)}";
            if (SpectrumBefore is { } before)
                spectrum += $" AND x.observed_at <= {sql.Value(before)}";
            conditions.Add($"EXISTS (SELECT FROM spectra x WHERE {spectrum})");
        }
        if (Labelled is { } labelled)
        {
            var label = $"l.source_key = s.key AND {viewer.InGroupsSql("l", sql)}";
            if (LabelledByViewer)
                label += $" AND l.labeller_id = {sql.Value(viewer.UserId)}";
            conditions.Add($"{(labelled ? "" : "NOT ")}EXISTS (SELECT FROM source_labels l WHERE {label})");
        }
        if (Comments is not null || CommentAuthors is not null || CommentAfter is not null || CommentBefore is not null)
            conditions.Add($"EXISTS (SELECT FROM comments m WHERE {CommentCondition(viewer, sql)})");
        if (ListName is not null)
            conditions.Add($"EXISTS (SELECT FROM listings i WHERE i.source_key = s.key AND i.user_id = {sql.Value(viewer.UserId)}"
                + $" AND i.list_name = {sql.Value(ListName)})");
        return $"FROM {from} WHERE {string.Join(" AND ", conditions)}";

        void AddIf<T>(T? value, Func<string, string> condition) where T : struct
        {
            if (value is { } given)
                conditions.Add(condition(sql.Value(given)));
        }
    }

    string CommentCondition(Viewer viewer, SqlText sql)
    {
        var comment = $"m.source_key = s.key AND m.spectrum_id IS NULL AND {viewer.VisibleSql("m", sql)}";
        if (Comments is not null)
            comment += $" AND m.text = ANY ({sql.Value(Comments)})";
        if (CommentAuthors is not null)
            comment += $" AND m.owner_id IN (SELECT id FROM users WHERE username = ANY ({sql.Value(CommentAuthors)}))";
        if (CommentAfter is { } after)
            comment += $" AND m.created_at >= {sql.Value(after)}";
        if (CommentBefore is { } before)
            comment += $" AND m.created_at <= {sql.Value(before)}";
        return comment;
    }

    /// <summary>What a source is sorted by, among rows that are grouped by source; see <see cref="Direction"/>.</summary>
    public string SortValue() => Order switch
    {
        SourceOrder.SavedAt => Descending ? "max(v.saved_at)" : "min(v.saved_at)",
        SourceOrder.Alias => "(SELECT min(name) FROM source_aliases a WHERE a.source_key = s.key)",
        SourceOrder.Origin => "s.origin",
        SourceOrder.Ra => "s.ra",
        SourceOrder.Dec => "s.dec",
        SourceOrder.Redshift => "s.redshift",
        _ => "s.id",
    };

    /// <summary>The direction of sorting; a source without a value comes last either way.</summary>
    public string Direction => Descending ? "DESC NULLS LAST" : "ASC NULLS LAST";
}

/// <summary>By what a list of sources is sorted.</summary>
enum SourceOrder { SavedAt, Id, Alias, Origin, Ra, Dec, Redshift }

/// <summary>Which saves of a source count: those in force, those asked for too, or only those asked for.</summary>
enum Saves { Active, ActiveOrRequested, Requested }

static class SavesSql
{
    /// <summary>The condition on a row of saved_sources.</summary>
    public static string Condition(this Saves saves, string row) => saves switch
    {
        Saves.ActiveOrRequested => $"({row}.active OR {row}.requested)",
        Saves.Requested => $"({row}.requested AND NOT {row}.active)",
        _ => $"{row}.active",
    };
}
