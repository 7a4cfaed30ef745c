namespace Vigil.Sky;

/// <summary>Distances in the flat ΛCDM universe of Planck 2018.</summary>
/// <remarks>
/// Parameters: Planck Collaboration VI 2020, A&amp;A 641, A6, table 2, last column: H0 = 67.66 km/s/Mpc, Ωm = 0.30966,
/// T = 2.7255 K, Neff = 3.046, one neutrino of 0.06 eV. Within 1e-12 of astropy's Planck18 for redshifts up to 10, within
/// 1e-10 up to 1000.
/// </remarks>
public static class Cosmology
{
    const double HubbleDistance = 299792.458 / 67.66; // c / H0, Mpc
    const double OmegaM = 0.30966;                    // baryons and dark matter
    const double OmegaGamma = 5.402015137139352e-05;  // black body of 2.7255 K

    // Of the heaviest neutrino, eV, over Boltzmann's constant (CODATA 2018, eV/K) times (4/11)^(1/3) 2.7255 K.
    static readonly double MassOverTemperature = 0.06 / (8.617333262145e-5 * Math.Cbrt(4 / 11.0) * 2.7255);

    static readonly double OmegaLambda = 1 - OmegaM - OmegaGamma * (1 + Neutrinos(1));

    /// <summary>Luminosity distance, Mpc.</summary>
    /// <param name="redshift">In [0, 1000].</param>
    /// <exception cref="ArgumentOutOfRangeException">The redshift is outside its range.</exception>
    public static double LuminosityDistance(double redshift) => (1 + redshift) * ComovingDistance(redshift);

    /// <summary>Angular diameter distance, Mpc.</summary>
    /// <param name="redshift">In [0, 1000].</param>
    /// <exception cref="ArgumentOutOfRangeException">The redshift is outside its range.</exception>
    public static double AngularDiameterDistance(double redshift) => ComovingDistance(redshift) / (1 + redshift);

    /// <summary>Distance modulus m - M, magnitudes: 5 log10(luminosity distance / 10 pc).</summary>
    /// <param name="redshift">In (0, 1000]; minus infinity at 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The redshift is outside its range.</exception>
    public static double DistanceModulus(double redshift) => 25 + 5 * Math.Log10(LuminosityDistance(redshift));

    /// <summary>
    /// Absolute magnitude m - (m - M), as seen: nothing is added for the redshift of the spectrum (K correction).
    /// </summary>
    /// <param name="mag">Apparent magnitude in any system, free of extinction.</param>
    /// <param name="redshift">In (0, 1000].</param>
    /// <exception cref="ArgumentOutOfRangeException">The redshift is outside its range.</exception>
    public static double AbsoluteMag(double mag, double redshift) => mag - DistanceModulus(redshift);

    /// <summary>
    /// The redshift at which the luminosity distance is so large; the inverse of <see cref="LuminosityDistance"/>.
    /// </summary>
    /// <param name="luminosityDistance">Mpc, in [0, 1.3e7], the distance of redshift 1000.</param>
    /// <returns>In [0, 1000], within 1e-12 (1 + redshift).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative, too large or not a number.</exception>
    public static double Redshift(double luminosityDistance)
    {
        var farthest = LuminosityDistance(1000);
        if (!(luminosityDistance >= 0 && luminosityDistance <= farthest))
            throw new ArgumentOutOfRangeException(nameof(luminosityDistance), luminosityDistance,
                $"A luminosity distance must be in [0, {farthest:F0}] Mpc: redshifts are known up to 1000.");
        // Newton's steps for ln(1 + z); the distance grows with it ever faster, so that they come down to it from above.
        var logStretch = Math.Log(1 + luminosityDistance / HubbleDistance / (1 + luminosityDistance / (4 * HubbleDistance)));
        for (var i = 0; i < 40; i++)
        {
            var stretch = Math.Exp(Math.Min(logStretch, Math.Log(1001)));
            var comoving = ComovingDistance(Math.Min(stretch - 1, 1000));
            var slope = stretch * comoving + stretch * stretch * HubbleDistance / Expansion(stretch);
            var step = (stretch * comoving - luminosityDistance) / slope;
            logStretch = Math.Max(Math.Log(stretch) - step, 0);
            if (Math.Abs(step) < 1e-14)
                break;
        }
        return Math.Min(Math.Exp(logStretch) - 1, 1000);
    }

    // The integral of dz / E(z) by Boole's rule (Abramowitz & Stegun 25.4.14) in ln(1 + z), where the integrand is smooth.
    static double ComovingDistance(double redshift)
    {
        if (!(redshift >= 0 && redshift <= 1000))
            throw new ArgumentOutOfRangeException(nameof(redshift), redshift, "A redshift must be in [0, 1000].");
        const int steps = 256;
        var step = Math.Log(1 + redshift) / steps;
        double sum = 0;
        for (var i = 0; i <= steps; i++)
        {
            var stretch = Math.Exp(i * step);
            var weight = i is 0 or steps ? 7 : (i % 4) switch { 0 => 14, 2 => 12, _ => 32 };
            sum += weight * stretch / Expansion(stretch);
        }
        return HubbleDistance * sum * step * 2 / 45;
    }

    // H / H0 when lengths were 1/stretch of today's.
    static double Expansion(double stretch) => Math.Sqrt(OmegaLambda
        + stretch * stretch * stretch * (OmegaM + stretch * OmegaGamma * (1 + Neutrinos(stretch))));

    // Energy density of neutrinos over that of photons: Komatsu et al. 2011, ApJS 192, 18, equation 26.
    static double Neutrinos(double stretch)
    {
        const double perSpecies = 0.22710731766 * 3.046 / 3;             // 7/8 (4/11)^(4/3), and Neff shared by three
        return perSpecies * (2 + Math.Pow(1 + Math.Pow(0.3173 * MassOverTemperature / stretch, 1.83), 1 / 1.83));
    }
}
