namespace Vigil.Sky.LightCurves;

/// <summary>Microlensing by a point lens of a point source: B. Paczynski 1986, ApJ 304, 1.</summary>
public static class PointLens
{
    // Where searches start: all pairs of closest approach and days.
    static readonly double[] startU0 = [0.1, 0.4], startTE = [5, 15, 50, 150];

    // North and east, about zero.
    static readonly (double, double)[] startParallax = [(0, 0), (0.2, 0.1), (-0.2, 0.1), (0.2, -0.1), (-0.2, -0.1)];

    /// <summary>Magnification at a separation in Einstein radii: (u² + 2) / (u √(u² + 4)); infinite at 0.</summary>
    public static double Magnification(double u)
    {
        u = Math.Abs(u);
        return (u * u + 2) / (u * Math.Sqrt(u * u + 4));
    }

    /// <summary>Fits flux = source · A(u(t)) + blend with u² = u0² + ((t - t0) / tE)².</summary>
    /// <param name="mjd">Times in any order, days, shape (N), N at least 6.</param>
    /// <param name="flux">In any unit, of an image or of a difference image, shape (N).</param>
    /// <param name="fluxErr">1σ errors, positive, shape (N).</param>
    /// <returns>The smallest chi² of searches from eight starts about the brightest points; u0 is not negative.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    /// <remarks>
    /// Fluxes are not bounded: a light curve without an event gives some fit, whose chi² is little less than a constant's.
    /// </remarks>
    public static PointLensFit Fit(ReadOnlySpan<double> mjd, ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr)
    {
        Check(mjd, flux, fluxErr, atLeast: 6);
        var origin = Points.TimeOfBrightest(mjd, flux);
        var fit = new SeparableFit<PointLensShape>(new(Points.Since(mjd, origin), [], []), flux, fluxErr);
        Span<double> start = stackalloc double[3];
        foreach (var u0 in startU0)
            foreach (var te in startTE)
            {
                (start[0], start[1], start[2]) = (0, u0, Math.Log(te));
                fit.Search(start);
            }
        return Result(fit, origin, null);
    }

    /// <summary>The same with annual parallax: the Earth's motion about the Sun bends the path of the source.</summary>
    /// <param name="mjd">Times in any order, MJD in TDB or UTC, shape (N), N at least 8.</param>
    /// <param name="flux">In any unit, shape (N).</param>
    /// <param name="fluxErr">1σ errors, positive, shape (N).</param>
    /// <param name="ra">Right ascension of the event: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees, in [-90, 90].</param>
    /// <param name="referenceMjd">When the frame moves with the Earth: near the peak, such as t0 without parallax.</param>
    /// <returns>
    /// The smallest chi² of searches from both signs of u0. The other sign often does nearly as well: a known degeneracy.
    /// </returns>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position or the time is outside its range.</exception>
    /// <remarks>
    /// A. Gould 2004, ApJ 606, 319: the geocentric frame. The Sun's path is that of <see cref="AnnualParallax"/>; the
    /// Earth's rotation is left out.
    /// </remarks>
    public static PointLensFit FitWithParallax(ReadOnlySpan<double> mjd, ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr,
        double ra, double dec, double referenceMjd)
    {
        Check(mjd, flux, fluxErr, atLeast: 8);
        double[] north = new double[mjd.Length], east = new double[mjd.Length];
        AnnualParallax.SunOffsets(mjd, ra, dec, referenceMjd, north, east);
        var straight = Fit(mjd, flux, fluxErr);
        var origin = straight.T0;
        var fit = new SeparableFit<PointLensShape>(new(Points.Since(mjd, origin), north, east), flux, fluxErr);
        foreach (var sign in (ReadOnlySpan<int>)[1, -1])
            foreach (var (piNorth, piEast) in startParallax)
                fit.Search([0, sign * straight.U0, Math.Log(straight.TE), piNorth, piEast]);
        return Result(fit, origin, referenceMjd);
    }

    static PointLensFit Result(SeparableFit<PointLensShape> fit, double origin, double? referenceMjd)
    {
        var (best, errors) = (fit.Best, fit.Errors());
        var te = Math.Exp(best[2]);
        var parallax = referenceMjd is not null;
        return new PointLensFit
        {
            T0 = origin + best[0],
            U0 = parallax ? best[1] : Math.Abs(best[1]),
            TE = te,
            SourceFlux = fit.Scale,
            BlendFlux = fit.Base,
            PiEN = parallax ? best[3] : 0,
            PiEE = parallax ? best[4] : 0,
            ReferenceMjd = referenceMjd,
            T0Err = errors[0],
            U0Err = errors[1],
            TEErr = te * errors[2],
            PiENErr = parallax ? errors[3] : 0,
            PiEEErr = parallax ? errors[4] : 0,
            Chi2 = fit.Chi2,
            Converged = fit.Converged,
        };
    }

    static void Check(ReadOnlySpan<double> mjd, ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr, int atLeast)
    {
        Points.Check(mjd, flux, fluxErr);
        if (mjd.Length < atLeast)
            throw new ArgumentException($"At least {atLeast} points are needed, got {mjd.Length}.");
    }
}
