namespace Vigil.Sky.LightCurves;

/// <summary>How well a sine of each frequency, about a mean that is fitted with it, describes a light curve.</summary>
/// <remarks>
/// M. Zechmeister and M. Kürster 2009, A&amp;A 496, 577: the power is the share of chi² that the sine takes away, in [0, 1], the
/// "standard" normalisation of J. T. VanderPlas 2018, ApJS 236, 16. It is 0 where the times cannot tell the sine from a constant.
/// An instance keeps work space and allocates only for a longer light curve than it has met: have one a thread.
/// </remarks>
public sealed class LombScargle
{
    const int ParametersOfFit = 3;

    readonly FrequencyGrid frequencies;
    readonly SineSums sums;
    // The equations for the cosine's and the sine's amplitude, the constant eliminated: Zechmeister & Kürster (7) to (11).
    readonly double[] yc, ys, cc, ss, cs;
    double[] days = [], weights = [], weighted = [];

    /// <summary>Prepares power spectra on some frequencies.</summary>
    /// <exception cref="ArgumentException">There are no frequencies.</exception>
    public LombScargle(FrequencyGrid frequencies)
    {
        if (frequencies.Count == 0)
            throw new ArgumentException("There are no frequencies: the grid was not made by its constructor.",
                nameof(frequencies));
        this.frequencies = frequencies;
        sums = new SineSums(frequencies);
        (yc, ys) = (new double[frequencies.Count], new double[frequencies.Count]);
        (cc, ss, cs) = (new double[frequencies.Count], new double[frequencies.Count], new double[frequencies.Count]);
    }

    /// <summary>
    /// The power of each frequency, by fast Fourier transforms: the time hardly grows with the number of points.
    /// </summary>
    /// <param name="mjd">Times in any order, days, shape (N), N at least 4.</param>
    /// <param name="value">Magnitudes or fluxes, shape (N).</param>
    /// <param name="err">Their 1σ errors, positive, shape (N).</param>
    /// <param name="power">Receives the power of each frequency, shape (K).</param>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    /// <remarks>Within 1e-6 of <see cref="DirectPower"/> for frequencies of half a cycle in the time span and more.</remarks>
    public void Power(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err, Span<double> power) =>
        PowerOfOneBand(mjd, value, err, direct: false, power);

    /// <summary>The same, by sums to rounding, in a time that grows with N times K; faster for N of a hundred and less.</summary>
    /// <param name="mjd">Times in any order, days, shape (N), N at least 4.</param>
    /// <param name="value">Magnitudes or fluxes, shape (N).</param>
    /// <param name="err">Their 1σ errors, positive, shape (N).</param>
    /// <param name="power">Receives the power of each frequency, shape (K).</param>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    public void DirectPower(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err, Span<double> power) =>
        PowerOfOneBand(mjd, value, err, direct: true, power);

    /// <summary>The power of each frequency in a light curve of several bands, each with a mean of its own.</summary>
    /// <param name="mjd">Times in any order, days, shape (N).</param>
    /// <param name="value">Magnitudes or fluxes, shape (N).</param>
    /// <param name="err">Their 1σ errors, positive, shape (N).</param>
    /// <param name="band">The number of the band of each point, from 0 on, shape (N); a band has no point or at least 4.</param>
    /// <param name="sharedSine">
    /// Whether all bands vary by one sine, of one amplitude and phase; otherwise each has its own, which suits stars whose
    /// amplitude depends on colour and needs more points.
    /// </param>
    /// <param name="power">Receives the power of each frequency, shape (K).</param>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    /// <remarks>
    /// J. T. VanderPlas and Ž. Ivezić 2015, ApJ 812, 18: the shared-phase model with one base term, and the multi-phase model,
    /// where the powers of the bands are averaged with the chi² of each as weight.
    /// </remarks>
    public void Power(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err,
        ReadOnlySpan<int> band, bool sharedSine, Span<double> power)
    {
        Check(mjd, value, err, power);
        if (band.Length != mjd.Length)
            throw new ArgumentException($"mjd and band must have one length, got {mjd.Length} and {band.Length}.");
        foreach (var number in band)
            if (number is < 0 or > 1000)
                throw new ArgumentException($"The number of a band must be in [0, 1000], got {number}.", nameof(band));

        var last = -1;
        foreach (var number in band)
            last = Math.Max(last, number);
        Span<double> mjdOfBand = new double[mjd.Length], valueOfBand = new double[mjd.Length], errOfBand = new double[mjd.Length];
        double chi2 = 0;
        power.Clear();
        Clear();
        for (var number = 0; number <= last; number++)
        {
            var count = 0;
            for (var i = 0; i < mjd.Length; i++)
                if (band[i] == number)
                {
                    (mjdOfBand[count], valueOfBand[count], errOfBand[count]) = (mjd[i], value[i], err[i]);
                    count++;
                }
            if (count == 0)
                continue;
            if (count <= ParametersOfFit)
                throw new ArgumentException($"Band {number} has {count} points; at least {ParametersOfFit + 1} are needed.");
            var chi2OfBand = Add(mjdOfBand[..count], valueOfBand[..count], errOfBand[..count], mjd[0], direct: false);
            chi2 += chi2OfBand;
            if (!sharedSine)
            {
                Solve(power);
                Clear();
            }
        }
        if (sharedSine)
            Solve(power);
        Normalise(chi2, power);
    }

    /// <summary>
    /// The probability that noise alone has a peak as high as this, or higher, anywhere up to a frequency: an upper bound, close
    /// where it is small.
    /// </summary>
    /// <param name="power">Height of the peak, in [0, 1].</param>
    /// <param name="highest">The highest frequency that was searched, cycles a day.</param>
    /// <param name="mjd">Times, days, shape (N), N at least 4.</param>
    /// <param name="err">1σ errors, positive, shape (N).</param>
    /// <exception cref="ArgumentException">Lengths do not fit, points are too few, or one is not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The power or the frequency is outside its range.</exception>
    /// <remarks>
    /// R. V. Baluev 2008, MNRAS 385, 1279, equations 5, 6 and table 1 for the periodogram normalised by chi² of the constant.
    /// Errors must be independent. Neither aliases nor correlated noise are known to it.
    /// </remarks>
    public static double FalseAlarmProbability(double power, double highest, ReadOnlySpan<double> mjd, ReadOnlySpan<double> err)
    {
        if (!(power is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(power), power, "A power must be in [0, 1].");
        if (!(highest > 0 && double.IsFinite(highest)))
            throw new ArgumentOutOfRangeException(nameof(highest), highest,
                "The highest frequency must be a positive number of cycles a day.");
        CheckPoints(mjd, mjd, err);
        double weight = 0, mean = 0, square = 0;
        for (var i = 0; i < mjd.Length; i++)
        {
            var (w, t) = (1 / (err[i] * err[i]), mjd[i] - mjd[0]);
            (weight, mean, square) = (weight + w, mean + w * t, square + w * t * t);
        }
        var variance = Math.Max(square / weight - mean / weight * (mean / weight), 0);
        var (ofConstant, ofSine) = (mjd.Length - 1, mjd.Length - 3); // degrees of freedom
        var gamma = Math.Sqrt(2.0 / ofConstant) * Math.Exp(LogGamma(ofConstant / 2.0) - LogGamma((ofConstant - 1) / 2.0));
        var atOneFrequency = Math.Pow(1 - power, 0.5 * ofSine);
        var upcrossings = gamma * highest * Math.Sqrt(4 * Math.PI * variance)
            * Math.Pow(1 - power, 0.5 * (ofSine - 1)) * Math.Sqrt(0.5 * ofConstant * power);
        // 1 - (1 - p) exp(-τ), without losing digits where both are small.
        return atOneFrequency - (1 - atOneFrequency) * Expm1(-upcrossings);
    }

    void PowerOfOneBand(
        ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err, bool direct, Span<double> power)
    {
        Check(mjd, value, err, power);
        power.Clear();
        Clear();
        var chi2 = Add(mjd, value, err, mjd[0], direct);
        Solve(power);
        Normalise(chi2, power);
    }

    void Clear()
    {
        foreach (var equation in (ReadOnlySpan<double[]>)[yc, ys, cc, ss, cs])
            Array.Clear(equation);
    }

    // Adds the points of a band to the equations. Returns chi² about the weighted mean.
    double Add(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err, double origin, bool direct)
    {
        if (days.Length < mjd.Length)
            (days, weights, weighted) = (new double[mjd.Length], new double[mjd.Length], new double[mjd.Length]);
        double weight = 0, mean = 0, chi2 = 0;
        for (var i = 0; i < mjd.Length; i++)
        {
            days[i] = mjd[i] - origin;
            weights[i] = 1 / (err[i] * err[i]);
            weight += weights[i];
            mean += weights[i] * (value[i] - value[0]);
        }
        mean = value[0] + mean / weight;
        for (var i = 0; i < mjd.Length; i++)
        {
            weighted[i] = weights[i] * (value[i] - mean);
            chi2 += weighted[i] * (value[i] - mean);
        }
        if (direct)
            sums.Direct(days.AsSpan(0, mjd.Length), weights.AsSpan(0, mjd.Length), weighted.AsSpan(0, mjd.Length));
        else
            sums.Fast(days.AsSpan(0, mjd.Length), weights.AsSpan(0, mjd.Length), weighted.AsSpan(0, mjd.Length));
        for (var k = 0; k < yc.Length; k++)
        {
            var (c, s) = (sums.Cos[k], sums.Sin[k]);
            yc[k] += sums.ValueCos[k];
            ys[k] += sums.ValueSin[k];
            cc[k] += (weight + sums.Cos2[k]) / 2 - c * c / weight;
            ss[k] += (weight - sums.Cos2[k]) / 2 - s * s / weight;
            cs[k] += sums.Sin2[k] / 2 - c * s / weight;
        }
        return chi2;
    }

    // Adds the chi² that the sine takes away: Zechmeister & Kürster (5).
    void Solve(Span<double> power)
    {
        for (var k = 0; k < power.Length; k++)
        {
            var determinant = cc[k] * ss[k] - cs[k] * cs[k];
            var scale = cc[k] + ss[k];
            // Of two columns that are one, or nothing, rounding leaves some 1e-13 (fast) of this.
            if (determinant > 1e-11 * scale * scale)
                power[k] += (ss[k] * yc[k] * yc[k] + cc[k] * ys[k] * ys[k] - 2 * cs[k] * yc[k] * ys[k]) / determinant;
        }
    }

    static void Normalise(double chi2, Span<double> power)
    {
        for (var k = 0; k < power.Length; k++)
            power[k] = chi2 > 0 ? Math.Clamp(power[k] / chi2, 0, 1) : 0;
    }

    void Check(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err, Span<double> power)
    {
        CheckPoints(mjd, value, err);
        if (power.Length != frequencies.Count)
            throw new ArgumentException($"power must have room for {frequencies.Count} frequencies, got {power.Length}.",
                nameof(power));
    }

    static void CheckPoints(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err)
    {
        Points.Check(mjd, value, err);
        if (mjd.Length <= ParametersOfFit)
            throw new ArgumentException($"At least {ParametersOfFit + 1} points are needed, got {mjd.Length}.");
    }

    static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 : Math.Exp(x) - 1;

    // Stirling's series after ten steps up: below 1e-14 relative. Abramowitz & Stegun 6.1.41.
    static double LogGamma(double x)
    {
        double product = 1;
        while (x < 10)
            product *= x++;
        var inverse = 1 / (x * x);
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) - Math.Log(product)
            + (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse / 1680))) / x;
    }
}
