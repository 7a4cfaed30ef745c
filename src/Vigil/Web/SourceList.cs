using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Web;

/// <summary>What somebody looks for in the list of sources, as it stands in the page's address.</summary>
/// <param name="Name">Part of a name or alias, in any case.</param>
/// <param name="Cone">"ra dec radius", see <see cref="ReadCone"/>.</param>
/// <param name="Group">Id of a group that the sources are saved to.</param>
/// <param name="Sort">A key of <see cref="SourceList.Columns"/>; null: nearest first in a cone, else newest first.</param>
sealed record SourceQuery(
    string? Name = null, string? Cone = null, int? Group = null, string? Sort = null, bool Descending = false, int Page = 1)
{
    const int TextLimit = 200;

    /// <summary>The page's address for this query.</summary>
    public string Url
    {
        get
        {
            var url = new StringBuilder("/sources");
            Add("name", Name);
            Add("cone", Cone);
            Add("group", Group?.ToString(CultureInfo.InvariantCulture));
            Add("sort", Sort);
            Add("order", Sort is not null && Descending ? "desc" : null);
            Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
            return url.ToString();

            void Add(string name, string? value)
            {
                if (!string.IsNullOrWhiteSpace(value))
                    url.Append(url.ToString().Contains('?') ? '&' : '?').Append(name).Append('=')
                        .Append(Uri.EscapeDataString(value));
            }
        }
    }

    /// <summary>The same list sorted by another column, or the other way round where it is sorted by it.</summary>
    public SourceQuery SortedBy(string column) =>
        this with { Sort = column, Descending = Sort == column && !Descending, Page = 1 };

    /// <summary>
    /// Reads "ra dec radius". The position in degrees or sexagesimal (right ascension in hours), the radius in degrees
    /// unless it ends in ' (arcmin) or " (arcsec).
    /// </summary>
    /// <exception cref="BadInput">It is no cone; the message says what one looks like.</exception>
    public static Cone ReadCone(string text)
    {
        var words = text.Length > TextLimit ? [] : text.Replace(',', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // Three words are three numbers; seven are hours, minutes, seconds, degrees, minutes, seconds, radius.
        var (ra, dec, size) = words.Length switch
        {
            3 => (words[0], words[1], words[2]),
            7 => (string.Join(':', words[..3]), string.Join(':', words[3..6]), words[6]),
            _ => ("", "", ""),
        };
        var unit = size.EndsWith('\'') ? 60 : size.EndsWith('"') ? 3600 : 1;
        if (!Sexagesimal.TryParseRa(ra, out var raDegrees) || !Sexagesimal.TryParseDec(dec, out var decDegrees)
            || !double.TryParse(size.TrimEnd('\'', '"'), NumberStyles.Float, CultureInfo.InvariantCulture, out var radius))
            throw new BadInput("A cone is 'ra dec radius', such as 342.46 51.263 0.1 or 22:49:50.3 +51:15:48 5', "
                + $"got '{Shortened(text)}'.", "cone");
        try
        {
            return Sky.Cone.FromDegrees(raDegrees, decDegrees, radius / unit);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BadInput(e.Message.Split(" (Parameter")[0], "cone");
        }
    }

    static string Shortened(string text) => text.Length <= 80 ? text : text[..77] + "...";
}

/// <summary>A page of the list of sources.</summary>
/// <param name="Total">How many sources match, on all pages.</param>
sealed record SourceRows(IReadOnlyList<SourceRow> Rows, int Total)
{
    public int Pages => Math.Max(1, (Total + SourceList.PerPage - 1) / SourceList.PerPage);
}

/// <param name="SeparationArcsec">From the centre of the cone that was asked for; null without one.</param>
/// <param name="Groups">Those that the source is saved to and the viewer is in.</param>
/// <param name="LastMjd">Of the newest measurement that the viewer sees.</param>
sealed record SourceRow(
    string Id, double Ra, double Dec, double? Redshift, string Classification, DateTimeOffset CreatedAt,
    IReadOnlyList<string> Aliases, IReadOnlyList<string> Groups, double? LastMjd, double? SeparationArcsec);

/// <summary>
/// Finds sources for the list: all that there are, since that one exists is known to everybody. Four statements and one
/// more for the newest measurements, whatever the query.
/// </summary>
sealed class SourceList(VigilDb db, Viewer viewer, NpgsqlDataSource database)
{
    public const int PerPage = 50;

    /// <summary>Columns to sort by, and what they are in SQL.</summary>
    public static readonly IReadOnlyDictionary<string, string> Columns = new Dictionary<string, string>
    {
        ["id"] = "s.id", ["ra"] = "s.ra", ["dec"] = "s.dec", ["redshift"] = "s.redshift", ["created"] = "s.created_at",
        ["classification"] = "s.classification",
    };

    /// <exception cref="BadInput">A part of the query cannot be read.</exception>
    public async Task<SourceRows> FindAsync(SourceQuery query, CancellationToken ct)
    {
        if (query.Page is < 1 or > 1_000_000)
            throw new BadInput($"page must be in [1, 1000000], got {query.Page}.", "page");
        if (query.Name?.Length > 200)
            throw new BadInput("name must have at most 200 characters.", "name");
        if (query.Group is { } group && !viewer.SeesAll && !viewer.IsMemberOf(group))
            throw new BadInput($"There is no group {group} that you are in.", "group");
        Cone? cone = string.IsNullOrWhiteSpace(query.Cone) ? null : SourceQuery.ReadCone(query.Cone);

        var (keys, total) = await FindKeysAsync(query, cone, ct);
        var sources = await db.Sources.AsNoTracking().Where(s => keys.Contains(s.Key)).Select(s => new
        {
            s.Key, s.Id, s.Ra, s.Dec, s.Redshift, s.Classification, s.CreatedAt,
            Aliases = s.Aliases.OrderBy(a => a.Id).Select(a => a.Name).ToList(),
            Groups = s.Saves.Where(v => v.Active).OrderBy(v => v.Id).Select(v => v.Group!.Nickname ?? v.Group.Name).ToList(),
        }).AsSplitQuery().ToDictionaryAsync(s => s.Key, ct);
        var newest = await FindNewestAsync(keys, ct);
        return new(
            [.. keys.Where(sources.ContainsKey).Select(k => sources[k]).Select(s => new SourceRow(
                s.Id, s.Ra, s.Dec, s.Redshift, s.Classification, s.CreatedAt, s.Aliases, s.Groups,
                newest.TryGetValue(s.Key, out var mjd) ? mjd : null,
                cone is { } c ? Sphere.Separation(c.Ra, c.Dec, s.Ra, s.Dec) * 3600 : null))],
            total);
    }

    async Task<(int[] Keys, int Total)> FindKeysAsync(SourceQuery query, Cone? cone, CancellationToken ct)
    {
        var sql = new SqlText();
        var from = "sources s";
        var nearestFirst = "s.created_at DESC";
        if (cone is { } c)
        {
            from = $"{ConeSql.From("c", 1)} JOIN sources s ON s.key = c.key";
            ConeSql.AddTo(sql.Parameters, c);
            // The chord grows with the separation, and costs no inverse.
            nearestFirst = "power(sind((s.dec - $4) / 2), 2) + cosd(s.dec) * cosd($4) * power(sind((s.ra - $3) / 2), 2)";
        }
        var where = "s.deleted_at IS NULL";
        if (!string.IsNullOrWhiteSpace(query.Name))
        {
            var like = sql.Value($"%{query.Name.Trim().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%");
            where += $" AND (s.id ILIKE {like}"
                + $" OR EXISTS (SELECT FROM source_aliases a WHERE a.source_key = s.key AND a.name ILIKE {like}))";
        }
        if (query.Group is { } group)
            where += " AND EXISTS (SELECT FROM saved_sources v WHERE v.source_key = s.key AND v.active"
                + $" AND v.group_id = {sql.Value(group)})";
        var order = query.Sort is { } sort && Columns.TryGetValue(sort, out var column)
            ? $"{column} {(query.Descending ? "DESC" : "ASC")} NULLS LAST" : nearestFirst;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(sql.Command($"""
            WITH found AS MATERIALIZED (
                SELECT s.key, row_number() OVER (ORDER BY {order}, s.key) AS place FROM {from} WHERE {where})
            SELECT key, (SELECT count(*)::int FROM found) FROM found
            WHERE place > {sql.Value((query.Page - 1L) * PerPage)} ORDER BY place LIMIT {PerPage}
            """));
        var (keys, total) = (new List<int>(), 0);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            keys.Add(rows.GetInt32(0));
            total = rows.GetInt32(1);
        }
        return ([.. keys], total);
    }

    async Task<Dictionary<int, double>> FindNewestAsync(int[] keys, CancellationToken ct)
    {
        var sql = new SqlText();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        // One step in the index for each source, however long its light curve is.
        batch.BatchCommands.Add(sql.Command($"""
            SELECT key, p.mjd FROM unnest({sql.Value(keys)}) key CROSS JOIN LATERAL (
                SELECT p.mjd FROM photometry p WHERE p.source_key = key AND p.active AND {viewer.VisibleSql("p", sql)}
                ORDER BY p.mjd DESC LIMIT 1) p
            """));
        var newest = new Dictionary<int, double>();
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            newest[rows.GetInt32(0)] = rows.GetDouble(1);
        return newest;
    }
}
