using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Discussion;

/// <summary>What somebody has done to a source.</summary>
enum NewsKind { Saved, SavedAgain, Commented, SpectrumUploaded }

/// <summary>One thing that happened.</summary>
/// <param name="Text">The comment's text or the spectrograph's name; empty where a source was saved.</param>
/// <param name="Author">Who wrote or uploaded it; null where a source was saved or its user is gone.</param>
sealed record News(NewsKind Kind, DateTimeOffset At, string SourceId, string Text, User? Author);

/// <summary>Which news somebody wants.</summary>
sealed record NewsWanted(int Most, bool Sources = true, bool Comments = true,
    bool CommentsByScripts = false, bool Spectra = true);

/// <summary>What happened lately, as far as the viewer may see it. One statement, however much happened.</summary>
sealed class NewsFeed(NpgsqlDataSource database, Viewer viewer)
{
    /// <summary>Newest first.</summary>
    public async Task<List<News>> ReadAsync(NewsWanted wanted, CancellationToken ct)
    {
        var sql = new SqlText();
        var most = sql.Value(wanted.Most);
        // Saved to several groups at once is one piece of news.
        var saved = $"""
            SELECT (CASE WHEN EXISTS (SELECT FROM saved_sources e
                    WHERE e.source_key = v.source_key AND e.created_at < v.created_at AND {viewer.InGroupsSql("e", sql)})
                THEN {(int)NewsKind.SavedAgain} ELSE {(int)NewsKind.Saved} END) AS kind,
                v.created_at AS at, v.source_key, '' AS text, NULL::int AS author_id
            FROM saved_sources v WHERE v.active AND {sql.Value(wanted.Sources)} AND {viewer.InGroupsSql("v", sql)}
            GROUP BY v.created_at, v.source_key ORDER BY v.created_at DESC LIMIT {most}
            """;
        var commented = $"""
            SELECT {(int)NewsKind.Commented}, c.created_at, c.source_key, c.text, c.owner_id
            FROM comments c WHERE c.spectrum_id IS NULL AND {sql.Value(wanted.Comments)} AND ({sql.Value(wanted.CommentsByScripts)} OR NOT c.bot)
                AND {viewer.VisibleSql("c", sql)} ORDER BY c.created_at DESC LIMIT {most}
            """;
        var uploaded = $"""
            SELECT {(int)NewsKind.SpectrumUploaded}, p.created_at, p.source_key, i.name, p.owner_id
            FROM spectra p JOIN instruments i ON i.id = p.instrument_id
            WHERE {sql.Value(wanted.Spectra)} AND {viewer.VisibleSql("p", sql)} ORDER BY p.created_at DESC LIMIT {most}
            """;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                sql.Command($"""
                    SELECT kind, at, s.id, text, u.id, u.username, u.first_name, u.last_name, u.contact_email
                    FROM (({saved}) UNION ALL ({commented}) UNION ALL ({uploaded})) news
                    JOIN sources s ON s.key = news.source_key AND s.deleted_at IS NULL LEFT JOIN users u ON u.id = news.author_id
                    ORDER BY at DESC LIMIT {most}
                    """),
            },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var news = new List<News>();
        while (await rows.ReadAsync(ct))
        {
            var author = rows.Int(4) is not { } id ? null : new User
            {
                Id = id, Username = rows.GetString(5), FirstName = rows.Text(6), LastName = rows.Text(7),
                ContactEmail = rows.Text(8),
            };
            news.Add(new((NewsKind)rows.GetInt32(0), rows.Date(1), rows.GetString(2), rows.GetString(3), author));
        }
        return news;
    }
}
