using System.Text.Json;
using Vigil.Access;
using Vigil.Discussion;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/newsfeed: what happened lately. The caller's preferences, at newsFeed, say what of it is wanted.</summary>
static class NewsFeedRoutes
{
    const int Most = 1000, Otherwise = 50;

    public static void MapNewsFeed(this RouteGroupBuilder api) => api.MapGet("/newsfeed", List)
        .WithSummary("What happened lately to sources that the caller sees, newest first.")
        .Asks("numItems integer How many (the caller's preference, or 50; at most 1000).");

    static async Task<IResult> List(Query query, Viewer viewer, NewsFeed feed, CancellationToken ct)
    {
        var preferences = Preference(Reply.Raw(viewer.User.Preferences), "newsFeed");
        var categories = Preference(preferences, "categories");
        var most = query.OptionalInt("numItems")
            ?? (Preference(preferences, "numItems") is { } kept && int.TryParse(kept.ToString(), out var number)
                ? number : Otherwise);
        if (most > Most)
            throw new BadInput($"numItems should be no larger than {Most}.", "numItems");
        if (most < 1)
            throw new BadInput($"numItems should be at least 1, got {most}.", "numItems");
        var news = await feed.ReadAsync(new NewsWanted(most)
        {
            Sources = Wants("sources"), Comments = Wants("comments"), Spectra = Wants("spectra"),
            CommentsByScripts = Preference(categories, "includeCommentsFromBots")?.ValueKind == JsonValueKind.True,
        }, ct);
        return Reply.Success(news.Select(ToJson));

        bool Wants(string category) => Preference(categories, category)?.ValueKind != JsonValueKind.False;
    }

    // Preferences are whatever the caller once stored.
    static JsonElement? Preference(JsonElement? preferences, string name) =>
        preferences is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var value) ? value : null;

    static Dictionary<string, object?> ToJson(News news)
    {
        var (type, message) = news.Kind switch
        {
            NewsKind.Saved => ("source", "New source saved"),
            NewsKind.SavedAgain => ("source", "Source saved to new group"),
            NewsKind.Commented => ("comment", news.Text),
            _ => ("spectrum", $"{Name(news.Author)} uploaded a new spectrum taken with {news.Text} for {news.SourceId}"),
        };
        var json = new Dictionary<string, object?>
        {
            ["type"] = type, ["time"] = news.At, ["message"] = message, ["source_id"] = news.SourceId,
        };
        if (news.Kind == NewsKind.Commented)
            json["author"] = news.Author?.Username;
        if (news.Author is { } author)
            json["author_info"] = new
            {
                author.Username, author.FirstName, author.LastName,
                gravatar_url = AccessJson.GravatarUrl(author)
            };
        return json;
    }

    static string Name(User? author) => author is null ? "Somebody"
        : $"{author.FirstName} {author.LastName}".Trim() is { Length: > 0 } name ? name : author.Username;
}
