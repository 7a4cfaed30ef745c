using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Vigil.Access;

/// <summary>
/// A leaky bucket per credential: <c>perSecond</c> calls a second after a burst of <c>burst</c>. Calls from this machine
/// itself are not limited unless asked, as in SkyPortal. 0 calls a second: no limit.
/// </summary>
sealed class RateLimit(double perSecond, int burst, bool limitLoopback, TimeProvider clock)
{
    readonly ConcurrentDictionary<int, Bucket> buckets = new();

    public string Refusal => string.Create(CultureInfo.InvariantCulture,
        $"Too many requests: at most {perSecond:0.##} a second with this credential. Wait a second and try again.");

    /// <summary>Counts a call and says whether it may go on.</summary>
    public bool Allows(string credential, HttpContext context) =>
        perSecond <= 0 || (!limitLoopback && IsLoopback(context)) || Take(credential);

    bool Take(string credential)
    {
        // Forgetting all buckets now and then keeps the memory bounded; at worst somebody gets a second burst.
        if (buckets.Count > 100_000)
            buckets.Clear();
        var bucket = buckets.GetOrAdd(credential.GetHashCode(StringComparison.Ordinal), _ => new Bucket());
        lock (bucket)
        {
            var now = clock.GetTimestamp();
            if (bucket.At != 0)
                bucket.Level = Math.Max(0, bucket.Level - clock.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond);
            bucket.At = now;
            if (bucket.Level + 1 > burst + 1)
                return false;
            bucket.Level++;
            return true;
        }
    }

    // Behind a proxy on this machine the caller is whom the proxy names.
    static bool IsLoopback(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For");

    sealed class Bucket
    {
        public double Level;
        public long At;
    }
}
