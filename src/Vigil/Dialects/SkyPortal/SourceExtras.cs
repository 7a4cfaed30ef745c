using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Discussion;
using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>What else a request may ask for along with sources: their comments, the statistics of their light curves.</summary>
/// <param name="services">Asked for the database only when needed: most requests want none of this, and must be fast.</param>
sealed class SourceExtras(IServiceProvider services, AudienceJson audiences)
{
    ILookup<int, JsonNode>? comments;
    Dictionary<int, (JsonObject Json, double? FirstMjd, double? LastMjd)>? statistics;

    /// <summary>Reads what the query asks for: one statement each, however many sources.</summary>
    /// <param name="withAuthors">Whether a comment says who wrote it and who may read it.</param>
    public async Task LoadAsync(Query query, IReadOnlyList<SourceSeen> sources, bool withAuthors, CancellationToken ct)
    {
        var ids = sources.ToDictionary(s => s.Source.Key, s => s.Source.Id);
        int[] keys = [.. ids.Keys];
        if (query.Bool("includeComments"))
        {
            var written = new List<(int SourceKey, JsonNode Json)>();
            foreach (var c in (await services.GetRequiredService<CommentStore>().OnSourcesAsync(keys, ct))
                .SelectMany(ofSource => ofSource))
            {
                var json = Node(new
                {
                    c.Id, obj_id = ids[c.SourceKey], c.Text, c.AttachmentName, c.Origin, c.Bot, author_id = c.OwnerId,
                    c.CreatedAt, c.Modified,
                });
                if (withAuthors)
                {
                    json["groups"] = JsonNode.Parse((await audiences.OfAsync(c.AudienceId, ct)).Groups);
                    json["author"] = c.Owner is null ? null : Node(AccessJson.From(c.Owner));
                    if (c.Owner is not null)
                        json["author"]!["gravatar_url"] = AccessJson.GravatarUrl(c.Owner);
                }
                written.Add((c.SourceKey, json));
            }
            comments = written.ToLookup(c => c.SourceKey, c => c.Json);
        }
        if (query.Bool("includeDetectionStats"))
            statistics = (await services.GetRequiredService<VigilDb>().PhotStats.AsNoTracking()
                .Where(p => keys.Contains(p.SourceKey)).ToListAsync(ct))
                .ToDictionary(p => p.SourceKey, p => (PhotStatRoutes.Json(ids[p.SourceKey], p),
                    p.FirstDetectedMjd, p.LastDetectedMjd));
    }

    /// <summary>When a source was last detected, where that was read and is known.</summary>
    public DateTimeOffset? LastDetectedAt(int sourceKey) =>
        statistics?.GetValueOrDefault(sourceKey).LastMjd is { } last ? Mjd.ToTime(last) : null;

    /// <summary>Writes what was read of a source.</summary>
    public void Write(Utf8JsonWriter json, int sourceKey)
    {
        if (comments is not null)
            WriteAll(json, "comments"u8, comments[sourceKey]);
        if (statistics is null)
            return;
        var known = statistics.TryGetValue(sourceKey, out var statistic);
        WriteAll(json, "photstats"u8, known ? [statistic.Json] : []);
        if (statistic.FirstMjd is { } first)
            json.WriteDate("first_detected"u8, Mjd.ToTime(first));
        if (statistic.LastMjd is { } last)
            json.WriteDate("last_detected"u8, Mjd.ToTime(last));
    }

    static JsonObject Node(object value) => JsonSerializer.SerializeToNode(value, Reply.Json)!.AsObject();

    static void WriteAll(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<JsonNode> nodes)
    {
        json.WriteStartArray(name);
        foreach (var node in nodes)
            node.WriteTo(json);
        json.WriteEndArray();
    }
}
