namespace Vigil.Sky.Skymaps;

/// <summary>
/// The distance of a source that is in one tile: the density norm r² N(r; mu, sigma) over r ≥ 0, with N the normal density.
/// </summary>
/// <param name="Mu">Mpc; infinite where nothing is known.</param>
/// <param name="Sigma">Mpc, positive.</param>
/// <param name="Norm">Mpc⁻².</param>
/// <remarks>L. P. Singer et al. 2016, ApJL 829, L15, doi:10.3847/2041-8205/829/1/L15, and its supplement, ApJS 226, 10.</remarks>
public readonly record struct TileDistance(double Mu, double Sigma, double Norm)
{
    /// <summary>Whether anything is known about the distance.</summary>
    public bool IsKnown => double.IsFinite(Mu) && double.IsFinite(Sigma) && Sigma > 0 && Norm > 0;

    /// <summary>The tile whose density is normalised: norm is 1 over the integral of r² N(r; mu, sigma).</summary>
    /// <param name="mu">Mpc, finite.</param>
    /// <param name="sigma">Mpc, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static TileDistance Normalised(double mu, double sigma)
    {
        if (!double.IsFinite(mu))
            throw new ArgumentOutOfRangeException(nameof(mu), mu, "mu must be a finite number of Mpc.");
        if (!(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "sigma must be a positive number of Mpc.");
        return new TileDistance(mu, sigma, 1 / SecondMoment(mu, sigma));
    }

    /// <summary>The mean distance and its standard deviation: Mpc; NaN where nothing is known.</summary>
    /// <remarks>
    /// By I(k) = ∫ r^k N dr and I(k + 1) = mu I(k) + k sigma² I(k - 1), forwards for mu above -2 sigma, where little cancels, and
    /// backwards as a continued fraction below, where I(k) is the solution that falls off: relative error below 1e-11.
    /// </remarks>
    public (double Mean, double Sigma) Moments()
    {
        if (!double.IsFinite(Mu) || !(Sigma > 0))
            return (double.NaN, double.NaN);
        var z = Mu / Sigma;
        double third, fourth; // I(3) / I(2) and I(4) / I(3), in units of sigma
        if (z >= Backwards)
        {
            var (zeroth, density) = (NormalIntegral(z), NormalDensity(z));
            var first = z * zeroth + density;
            var second = z * first + zeroth;
            third = (z * second + 2 * first) / second;
        }
        else
        {
            third = 0;
            for (var k = 400; k >= 3; k--)
                third = k / (third - z);
        }
        fourth = z + 3 / third;
        return (third * Sigma, Math.Sqrt(Math.Max(0, third * (fourth - third))) * Sigma);
    }

    /// <summary>The probability density of a distance: per Mpc; 0 where nothing is known.</summary>
    /// <param name="distance">Mpc, at least 0.</param>
    public double Density(double distance) =>
        IsKnown && distance >= 0 ? Norm * distance * distance * NormalDensity((distance - Mu) / Sigma) / Sigma : 0;

    /// <summary>The probability that the distance is between two: in [0, 1]; 0 where nothing is known.</summary>
    /// <param name="nearest">Mpc, at least 0.</param>
    /// <param name="farthest">Mpc, at least <paramref name="nearest"/>; may be infinite.</param>
    /// <remarks>By the integral of r² N in closed form; absolute error below 1e-13 for mu above -5 sigma.</remarks>
    public double Probability(double nearest, double farthest)
    {
        if (!IsKnown || !(farthest > nearest))
            return 0;
        var (a, b) = ((nearest - Mu) / Sigma, (farthest - Mu) / Sigma);
        // With r = mu + sigma t: ∫ (mu² + 2 mu sigma t + sigma² t²) φ(t) dt.
        var (phiA, phiB) = (NormalDensity(a), NormalDensity(b));
        var between = a > 0 ? NormalIntegral(-a) - NormalIntegral(-b) : NormalIntegral(b) - NormalIntegral(a);
        var squares = between + a * phiA - (double.IsInfinity(b) ? 0 : b * phiB);
        return Math.Clamp(Norm * (Mu * Mu * between + 2 * Mu * Sigma * (phiA - phiB) + Sigma * Sigma * squares), 0, 1);
    }

    // Of mu / sigma: below, 400 terms of the continued fraction are more than enough.
    const double Backwards = -2;

    internal static double NormalDensity(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);

    // Of the standard normal density up to t: the series DLMF 7.6.2 near zero, the continued fraction 7.9.3 in the tails.
    internal static double NormalIntegral(double t)
    {
        if (double.IsInfinity(t))
            return t > 0 ? 1 : 0;
        var x = Math.Abs(t);
        if (x < 3)
        {
            var (term, sum) = (x, x);
            for (var n = 1; term > 1e-17 * sum; n++)
                sum += term *= x * x / (2 * n + 1);
            var half = NormalDensity(x) * sum;
            return t > 0 ? 0.5 + half : 0.5 - half;
        }
        var fraction = 0.0;
        for (var k = 120; k >= 1; k--)
            fraction = k / (x + fraction);
        var tail = NormalDensity(x) / (x + fraction);
        return t > 0 ? 1 - tail : tail;
    }

    static double SecondMoment(double mu, double sigma)
    {
        var z = mu / sigma;
        if (z >= Backwards)
            return sigma * sigma * ((z * z + 1) * NormalIntegral(z) + z * NormalDensity(z));
        // I(2) = I(0) I(1)/I(0) I(2)/I(1).
        var (second, first) = (0.0, 0.0);
        for (var k = 400; k >= 1; k--)
            (first, second) = (k / (first - z), first);
        return NormalIntegral(z) * first * second * sigma * sigma;
    }
}
