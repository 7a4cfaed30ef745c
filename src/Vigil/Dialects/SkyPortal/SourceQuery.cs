using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>The query string of GET /api/sources.</summary>
static class SourceQuery
{
    /// <summary>Most sources on a page; who asks for more gets as many.</summary>
    const int LargestPage = 500;

    // What these filter by is not kept yet: to ignore them would answer another question.
    static readonly string[] notServed =
    [
        "classifications", "classifications_simul", "nonclassifications", "unclassified", "annotationsFilter",
        "annotationsFilterOrigin", "annotationsFilterBefore", "annotationsFilterAfter", "localizationDateobs",
        "localizationName", "localizationCumprob", "localizationRejectSources", "spatialCatalogName",
        "spatialCatalogEntryName", "hasFollowupRequest", "followupRequestStatus",
    ];

    public static SourceSearch Read(Query query)
    {
        foreach (var name in notServed)
            if (query.OptionalText(name) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase))
                throw new BadInput($"not served yet: {name}. Ask without it.", name);
        var hasBeenLabelled = query.Bool("hasBeenLabelled");
        var search = new SourceSearch
        {
            Cone = Cone(query),
            IdPart = Part(query, "sourceID"),
            NotIds = query.OptionalTexts("rejectedSourceIDs"),
            Alias = Part(query, "alias"),
            Origin = Part(query, "origin"),
            SimbadClass = Part(query, "simbadClass"),
            HasTnsName = query.Bool("hasTNSname"),
            MinRedshift = query.OptionalNumber("minRedshift"),
            MaxRedshift = query.OptionalNumber("maxRedshift"),
            ChangedAfter = query.OptionalDate("createdOrModifiedAfter"),
            FirstDetectedFromMjd = MjdOf(query, "startDate"),
            LastDetectedToMjd = MjdOf(query, "endDate"),
            MinDetections = query.OptionalInt("numberDetections"),
            // A minimum of brightness is a maximum of magnitude.
            PeakMagTo = query.OptionalNumber("minPeakMagnitude"),
            PeakMagFrom = query.OptionalNumber("maxPeakMagnitude"),
            LatestMagTo = query.OptionalNumber("minLatestMagnitude"),
            LatestMagFrom = query.OptionalNumber("maxLatestMagnitude"),
            HasSpectrum = query.Bool("hasSpectrum"),
            SpectrumAfter = query.OptionalDate("hasSpectrumAfter"),
            SpectrumBefore = query.OptionalDate("hasSpectrumBefore"),
            Labelled = hasBeenLabelled ? true : query.Bool("hasNotBeenLabelled") ? false : null,
            LabelledByViewer = query.Bool("currentUserLabeller"),
            Comments = query.OptionalTexts("commentsFilter"),
            CommentAuthors = query.OptionalTexts("commentsFilterAuthor"),
            CommentAfter = query.OptionalDate("commentsFilterAfter"),
            CommentBefore = query.OptionalDate("commentsFilterBefore"),
            ListName = Part(query, "listName"),
            GroupIds = query.OptionalInts("group_ids"),
            SavedAfter = query.OptionalDate("savedAfter"),
            SavedBefore = query.OptionalDate("savedBefore"),
            Saves = ReadSaves(query),
            PageSize = Paging.Size(query.OptionalInt("numPerPage") ?? 100, LargestPage),
            Page = PageNumber(query),
        };
        return Sorted(search, query);
    }

    public static Saves ReadSaves(Query query) =>
        query.Bool("pendingOnly") ? Saves.Requested : query.Bool("includeRequested") ? Saves.ActiveOrRequested : Saves.Active;

    /// <summary>A cone from ra, dec and radius in degrees; null where none of them is given.</summary>
    public static Cone? Cone(Query query)
    {
        var given = ((string[])["ra", "dec", "radius"]).Count(n => query.OptionalText(n) is { Length: > 0 });
        return given switch
        {
            0 => null,
            3 => Sky.Cone.FromDegrees(query.Number("ra"), query.Number("dec"), query.Number("radius")),
            _ => throw new BadInput("If any of 'ra', 'dec' or 'radius' are provided, all three are required."),
        };
    }

    static int PageNumber(Query query)
    {
        var text = query.OptionalText("pageNumber");
        return string.IsNullOrEmpty(text) ? 1
            : !long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var page)
                ? throw new BadInput($"Invalid page number value: pageNumber must be an integer, got '{text}'.", "pageNumber")
            : page is < 1 or > int.MaxValue ? throw OutOfRange()
            : (int)page;
    }

    public static BadInput OutOfRange() => new("Page number out of range.", "pageNumber");

    static SourceSearch Sorted(SourceSearch search, Query query)
    {
        if (Part(query, "sortBy") is not { } by)
            return search;
        var descending = (Part(query, "sortOrder") ?? "asc").ToLowerInvariant() switch
        {
            "asc" => false,
            "desc" => true,
            var other => throw new BadInput($"sortOrder must be asc or desc, got '{other}'.", "sortOrder"),
        };
        return search with
        {
            Descending = descending,
            Order = by switch
            {
                "id" => SourceOrder.Id,
                "alias" => SourceOrder.Alias,
                "origin" => SourceOrder.Origin,
                "ra" => SourceOrder.Ra,
                "dec" => SourceOrder.Dec,
                "redshift" => SourceOrder.Redshift,
                "saved_at" => SourceOrder.SavedAt,
                "classification" or "gcn_status" =>
                    throw new BadInput($"not served yet: sortBy={by}. Sort by something else.", "sortBy"),
                _ => throw new BadInput($"sortBy must be one of id, alias, origin, ra, dec, redshift, saved_at, got '{by}'.",
                    "sortBy"),
            },
        };
    }

    static string? Part(Query query, string name) => query.OptionalText(name)?.Trim() is { Length: > 0 } text ? text : null;

    static double? MjdOf(Query query, string name) => query.OptionalDate(name) is { } date ? Mjd.From(date) : null;
}
