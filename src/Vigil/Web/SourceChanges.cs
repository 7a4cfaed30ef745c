using System.Collections.Concurrent;
using System.Threading.Channels;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Web;

/// <summary>Who watches which source; see <see cref="SourceChanged"/>.</summary>
sealed class SourceChanges
{
    readonly ConcurrentDictionary<Watch, string> watches = new();

    public SourceChanges(ChangeListener listener) => listener.Heard += (channel, id) =>
    {
        if (channel == SourceChanged.Channel)
            foreach (var (watch, watched) in watches)
                if (watched == id)
                    watch.Changed();
    };

    public Watch Of(string id)
    {
        var watch = new Watch(this);
        watches[watch] = id;
        return watch;
    }

    /// <summary>Notices changes of one source until it is disposed; several changes at once are one.</summary>
    public sealed class Watch(SourceChanges all) : IDisposable
    {
        readonly Channel<bool> changes = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public void Changed() => changes.Writer.TryWrite(true);

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

        public void Dispose() => all.watches.TryRemove(this, out _);
    }
}
