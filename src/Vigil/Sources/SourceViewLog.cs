using System.Threading.Channels;
using Npgsql;

namespace Vigil.Sources;

/// <summary>
/// Notes which sources are read by scripts. A reader does not wait for the note: notes are written together, so often that no
/// batch of them is large enough to hold up readers. A crash loses the last of them, and so does a flood; they are statistics,
/// not data.
/// </summary>
sealed partial class SourceViewLog(NpgsqlDataSource database, ILogger<SourceViewLog> log) : BackgroundService
{
    const int MostWaiting = 10_000;

    readonly Channel<(int SourceKey, int UserId, DateTimeOffset At)> waiting =
        Channel.CreateBounded<(int, int, DateTimeOffset)>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Notes that a token of a user has read a source.</summary>
    public void Add(int sourceKey, int userId) => waiting.Writer.TryWrite((sourceKey, userId, DateTimeOffset.UtcNow));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await ((Task)waiting.Reader.WaitToReadAsync(stoppingToken).AsTask())
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(TimeSpan.FromSeconds(0.1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                // The last of them are written when the server stops, too.
                await WriteAsync(CancellationToken.None);
            }
            catch (NpgsqlException e)
            {
                Lost(log, e.Message);
            }
        }
    }

    async Task WriteAsync(CancellationToken ct)
    {
        var views = new List<(int SourceKey, int UserId, DateTimeOffset At)>();
        while (views.Count < MostWaiting && waiting.Reader.TryRead(out var view))
            views.Add(view);
        if (views.Count == 0)
            return;
        await using var insert = database.CreateCommand("""
            INSERT INTO source_views (source_key, user_id, is_token, created_at)
                SELECT v.source_key, v.user_id, true, v.at FROM unnest($1, $2, $3) v (source_key, user_id, at)
            """);
        insert.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. views.Select(v => v.SourceKey)] });
        insert.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. views.Select(v => v.UserId)] });
        insert.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. views.Select(v => v.At)] });
        await insert.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(LogLevel.Warning, "Some views of sources were not noted: {Reason}")]
    static partial void Lost(ILogger log, string reason);
}
