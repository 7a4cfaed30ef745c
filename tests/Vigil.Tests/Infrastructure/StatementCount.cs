using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Vigil.Tests.Infrastructure;

/// <summary>What a request costs in round trips to the database, as Npgsql's own traces tell.</summary>
static class StatementCount
{
    /// <summary>How many statements a request takes, once names, rights and plans are known.</summary>
    /// <param name="request">Is sent four times. The first is not counted; of the others the cheapest is, because word of an
    /// earlier change of rights may arrive at any time, and the request after it reads rights anew.</param>
    public static async Task<int> CountStatementsAsync(this TestServer server, Func<Task> request)
    {
        var database = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database;
        var statements = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Other tests run at the same time, and the log of views writes when it likes.
                var text = activity.Tags.FirstOrDefault(t => t.Key is "db.statement" or "db.query.text").Value;
                if (activity.Tags.Any(t => t.Value == database)
                    && text?.Contains("source_views", StringComparison.Ordinal) != true)
                    statements.Add(text ?? activity.DisplayName);
            },
        };
        await request();
        ActivitySource.AddActivityListener(listener);
        var least = int.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            statements.Clear();
            await request();
            least = Math.Min(least, statements.Count);
        }
        return least;
    }
}
