using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using Vigil.Sources;

namespace Vigil.Web;

/// <summary>
/// Tells pages that a source they show has changed; see <see cref="SourceChanged"/>. It listens to the sources that are
/// watched just now and to no others, so that changes that nobody looks at cost this process nothing.
/// </summary>
sealed partial class SourceChanges(NpgsqlDataSource database, ILogger<SourceChanges> log) : BackgroundService
{
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    readonly HashSet<Watch> watches = [];
    readonly SemaphoreSlim watched = new(0);
    // Ends the wait for notifications when what is watched has changed.
    CancellationTokenSource turn = new();

    bool IsWatched
    {
        get
        {
            lock (gate)
                return watches.Count > 0;
        }
    }

    /// <summary>Begins to watch a source: what changes from now on is noticed.</summary>
    public async Task<Watch> OfAsync(int sourceKey, CancellationToken ct)
    {
        var watch = new Watch(this, sourceKey);
        lock (gate)
            watches.Add(watch);
        try
        {
            Turn();
            await watch.Listening.Task.WaitAsync(ct);
            return watch;
        }
        catch (OperationCanceledException)
        {
            watch.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await watched.WaitAsync(stoppingToken);
                if (IsWatched)
                    await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: the process would stop with this service, and pages need it again in a second.
                Lost(log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                watched.Release();
            }
        }
    }

    // Until nobody watches any more.
    async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notification += (_, e) =>
            Changed(int.Parse(e.Channel.AsSpan(SourceChanged.Channel.Length), CultureInfo.InvariantCulture));
        var listened = new HashSet<int>();
        while (true)
        {
            Watch[] now;
            CancellationToken changed;
            lock (gate)
            {
                if (turn.IsCancellationRequested)
                    turn = new CancellationTokenSource();
                (now, changed) = ([.. watches], turn.Token);
            }
            var keys = now.Select(watch => watch.SourceKey).ToHashSet();
            await ExecuteAsync(connection, keys.Except(listened).Select(key => $"LISTEN {SourceChanged.Channel}{key}")
                .Concat(listened.Except(keys).Select(key => $"UNLISTEN {SourceChanged.Channel}{key}")), ct);
            if (keys.Count == 0)
                return;
            listened = keys;
            foreach (var watch in now)
                if (!watch.Listening.TrySetResult())
                    watch.Changed(); // Perhaps, while there was no connection: who watches looks.
            await WaitAsync(connection, changed, ct);
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, IEnumerable<string> statements, CancellationToken ct)
    {
        if (string.Join(";", statements) is { Length: > 0 } sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    static async Task WaitAsync(NpgsqlConnection connection, CancellationToken changed, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(changed, ct);
        try
        {
            // The driver may miss a cancellation that comes while it takes a notification in: then look again soon.
            while (!changed.IsCancellationRequested)
                await connection.WaitAsync(LookAgain, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Something else is watched now.
        }
    }

    void Changed(int sourceKey)
    {
        lock (gate)
            foreach (var watch in watches)
                if (watch.SourceKey == sourceKey)
                    watch.Changed();
    }

    void Turn()
    {
        lock (gate)
        {
            turn.Cancel();
            if (watched.CurrentCount == 0)
                watched.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Pages do not hear of changes for a second, or until the database is back.")]
    static partial void Lost(ILogger log, Exception reason);

    /// <summary>Notices changes of one source until it is disposed; several changes at once are one.</summary>
    public sealed class Watch(SourceChanges all, int sourceKey) : IDisposable
    {
        readonly Channel<bool> changes = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        internal int SourceKey => sourceKey;

        /// <summary>Done when changes are heard.</summary>
        internal TaskCompletionSource Listening { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Changed() => changes.Writer.TryWrite(true);

        /// <summary>Waits for the next change; false when there is no more waiting for it.</summary>
        public async Task<bool> WaitAsync(CancellationToken ct)
        {
            try
            {
                return await changes.Reader.ReadAsync(ct);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            lock (all.gate)
                all.watches.Remove(this);
            all.Turn();
        }
    }
}
