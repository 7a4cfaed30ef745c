namespace Vigil.Sky.LightCurves;

/// <summary>Light curves folded by a period.</summary>
public static class Phase
{
    /// <summary>Phases of N times: the fraction of a period since an epoch, in [0, 1).</summary>
    /// <param name="mjd">Times, days, shape (N); NaN gives NaN.</param>
    /// <param name="period">Days, positive.</param>
    /// <param name="epoch">Time of phase 0, MJD.</param>
    /// <param name="phase">Receives phases, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The period or the epoch is outside its range.</exception>
    public static void Fold(ReadOnlySpan<double> mjd, double period, double epoch, Span<double> phase)
    {
        if (mjd.Length != phase.Length)
            throw new ArgumentException($"mjd and phase must have one length, got {mjd.Length} and {phase.Length}.");
        if (!(period > 0 && double.IsFinite(period)))
            throw new ArgumentOutOfRangeException(nameof(period), period, "A period must be a positive number of days.");
        if (!double.IsFinite(epoch))
            throw new ArgumentOutOfRangeException(nameof(epoch), epoch, "An epoch must be a finite MJD.");
        for (var i = 0; i < mjd.Length; i++)
        {
            var cycles = (mjd[i] - epoch) / period;
            var fraction = cycles - Math.Floor(cycles);
            phase[i] = fraction == 1 ? 0 : fraction; // rounds to 1 just before the epoch
        }
    }
}
