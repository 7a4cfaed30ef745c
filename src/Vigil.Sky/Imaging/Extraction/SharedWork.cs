namespace Vigil.Sky.Imaging;

/// <summary>Divides work that falls into many parts of unequal length among threads.</summary>
static class SharedWork
{
    /// <summary>
    /// Does all parts; each thread takes the next few that nobody has taken yet, so that all end at the same time.
    /// </summary>
    /// <param name="count">Parts are numbered from 0 to one below.</param>
    /// <param name="atOnce">
    /// How many a thread takes at once: enough that taking costs nothing, few enough that no long rest is left.
    /// </param>
    /// <param name="threads">How many threads work: 1 or more.</param>
    /// <param name="space">Makes the work space of a thread.</param>
    /// <param name="part">Does one part, whose result must not depend on what was done before.</param>
    public static void Do<T>(int count, int atOnce, int threads, Func<T> space, Action<T, int> part)
    {
        var next = 0;
        var most = Math.Min(threads, (count + atOnce - 1) / atOnce);
        if (most <= 1)
            Take(0);
        else
            Parallel.For(0, most, new ParallelOptions { MaxDegreeOfParallelism = most }, Take);

        void Take(int thread)
        {
            T? own = default;
            for (var isFirst = true; ; isFirst = false)
            {
                var start = Interlocked.Add(ref next, atOnce) - atOnce;
                if (start >= count)
                    return;
                if (isFirst)
                    own = space();
                for (var i = start; i < Math.Min(start + atOnce, count); i++)
                    part(own!, i);
            }
        }
    }
}
