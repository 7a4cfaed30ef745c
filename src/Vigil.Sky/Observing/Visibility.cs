using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>Many stars for many observers at many times.</summary>
public static class Visibility
{
    /// <summary>Altitudes, and azimuths if wanted, of N stars at S sites and T times.</summary>
    /// <param name="stars">N positions.</param>
    /// <param name="sites">S observers.</param>
    /// <param name="mjds">T times: UTC.</param>
    /// <param name="altitude">Receives degrees in [-90, 90], shape (S, T, N), the stars side by side.</param>
    /// <param name="azimuth">Receives degrees in [0, 360), shape (S, T, N); may be empty.</param>
    /// <param name="orientation">The Earth's orientation at a time; by default nothing is known of it.</param>
    /// <param name="threads">How many times are worked on at once.</param>
    /// <exception cref="ArgumentException">An output has another length than S times T times N.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A site or a time is none, or threads is below 1.</exception>
    /// <remarks>
    /// As accurate as <see cref="Horizon"/>: what belongs to a time or a site is computed once, the rest allocates nothing.
    /// </remarks>
    public static void AltAz(StarList stars, IReadOnlyList<Site> sites, IReadOnlyList<double> mjds,
        Memory<double> altitude, Memory<double> azimuth = default, Func<double, EarthOrientation>? orientation = null,
        int threads = 1)
    {
        var (n, all) = (stars.Count, (long)stars.Count * sites.Count * mjds.Count);
        if (altitude.Length != all || (azimuth.Length != all && azimuth.Length != 0))
            throw new ArgumentException(
                $"altitude must have {sites.Count} x {mjds.Count} x {n} = {all} places, azimuth as many or none; "
                + $"got {altitude.Length} and {azimuth.Length}.");
        if (threads < 1)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, "At least one thread is needed.");
        if (threads == 1)
        {
            for (var time = 0; time < mjds.Count; time++)
                At(time);
            return;
        }
        try
        {
            Parallel.For(0, mjds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, At);
        }
        catch (AggregateException e) when (e.InnerException is ArgumentException first)
        {
            throw first; // as from one thread
        }

        void At(int time)
        {
            var moment = new Moment(mjds[time], orientation?.Invoke(mjds[time]) ?? default);
            for (var site = 0; site < sites.Count; site++)
            {
                var start = (site * mjds.Count + time) * n;
                new Horizon(sites[site], moment).AltAz(stars, altitude.Span.Slice(start, n),
                    azimuth.IsEmpty ? default : azimuth.Span.Slice(start, n));
            }
        }
    }
}
