namespace Vigil.Sky.LightCurves;

/// <summary>Rise and decline of a transient in one band: G. Bazin et al. 2009, A&amp;A 499, 653, equation 1.</summary>
public static class Bazin
{
    // Where searches start: all pairs of days of decline and rise; t0 is one of rise before the brightest point.
    static readonly double[] startFall = [8, 30, 90], startRise = [1, 4, 15];

    /// <summary>Fits the five parameters; for what a page shows of a supernova, not for its physics.</summary>
    /// <param name="mjd">Times in any order, days, shape (N), N at least 6.</param>
    /// <param name="flux">In any unit, non-detections as they were measured, shape (N).</param>
    /// <param name="fluxErr">1σ errors, positive, shape (N).</param>
    /// <returns>The smallest chi² of searches from nine starts about the brightest points.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    public static BazinFit Fit(ReadOnlySpan<double> mjd, ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr)
    {
        Points.Check(mjd, flux, fluxErr);
        if (mjd.Length < 6)
            throw new ArgumentException($"At least 6 points are needed, got {mjd.Length}.");
        var origin = Points.TimeOfBrightest(mjd, flux);
        var fit = new SeparableFit<BazinShape>(new(Points.Since(mjd, origin)), flux, fluxErr);
        foreach (var fall in startFall)
            foreach (var rise in startRise)
                fit.Search([-rise, Math.Log(fall), Math.Log(rise)]);
        var (best, errors) = (fit.Best, fit.Errors());
        var (fallDays, riseDays) = (Math.Exp(best[1]), Math.Exp(best[2]));
        return new BazinFit
        {
            T0 = origin + best[0],
            FallDays = fallDays,
            RiseDays = riseDays,
            Amplitude = fit.Scale,
            Base = fit.Base,
            T0Err = errors[0],
            FallDaysErr = fallDays * errors[1],
            RiseDaysErr = riseDays * errors[2],
            Chi2 = fit.Chi2,
            Converged = fit.Converged,
        };
    }
}
