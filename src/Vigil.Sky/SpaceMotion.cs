namespace Vigil.Sky;

/// <summary>Where a star is at an epoch, and how it moves through space.</summary>
/// <param name="Ra">Degrees, ICRS, any finite value.</param>
/// <param name="Dec">Degrees, ICRS, in [-90, 90].</param>
/// <param name="PmRa">Proper motion in right ascension times cos(dec), as catalogues since Hipparcos give it: mas a year.</param>
/// <param name="PmDec">Proper motion in declination: mas a year.</param>
/// <param name="Parallax">Mas; 0 where it is not known.</param>
/// <param name="RadialVelocity">km/s, positive away from us; it counts only with a parallax.</param>
public readonly record struct SpaceMotion(double Ra, double Dec, double PmRa, double PmDec, double Parallax = 0,
    double RadialVelocity = 0)
{
    const double Mas = Math.PI / 648000 / 1000;

    // An astronomical unit a Julian year in km/s; ESA SP-1200, table 1.2.2.
    const double AuPerYear = 4.740470446;

    /// <summary>The star at another epoch, with the motions it has there: a straight line through space at one speed.</summary>
    /// <param name="from">Epoch of this position: Julian year, such as 2016.0 for Gaia DR3.</param>
    /// <param name="to">Epoch that is wanted: Julian year.</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    /// <remarks>
    /// ESA SP-1200 (1997), volume 1, section 1.5.5. The light's changing time of travel is left out, as the catalogues leave it
    /// out.
    /// </remarks>
    public SpaceMotion At(double from, double to)
    {
        foreach (var number in (ReadOnlySpan<double>)[from, to, Ra, PmRa, PmDec, Parallax, RadialVelocity])
            if (!double.IsFinite(number))
                throw new ArgumentOutOfRangeException(nameof(to), number, "Epochs, position and motion must be finite numbers.");
        var years = to - from;
        var (r, p, q) = Triad();
        // Proper motion, and the motion along the line of sight over the distance: radians a year.
        var mu = PmRa * Mas * p + PmDec * Mas * q;
        var zeta = RadialVelocity * Parallax * Mas / AuPerYear;
        var muSquared = mu.Dot(mu);
        var along = 1 + zeta * years;
        var f = 1 / Math.Sqrt(along * along + muSquared * years * years); // old distance over the new
        var (ra, dec) = (along * r + years * mu).ToDegrees();
        var motion = f * f * f * (along * mu - muSquared * years * r);
        var moved = new SpaceMotion(ra, dec, 0, 0);
        var (_, p2, q2) = moved.Triad();
        var zeta2 = (zeta + (muSquared + zeta * zeta) * years) * f * f;
        var parallax = Parallax * f;
        return new SpaceMotion(ra, dec, motion.Dot(p2) / Mas, motion.Dot(q2) / Mas, parallax,
            parallax == 0 ? RadialVelocity : zeta2 * AuPerYear / (parallax * Mas));
    }

    /// <summary>The direction from an observer who is not at the centre of the solar system: annual parallax.</summary>
    /// <param name="observer">The observer from the barycentre of the solar system: au, ICRS;
    /// <c>Earth.At(mjdTdb).Position</c>.</param>
    /// <returns>Right ascension in [0, 360) and declination in [-90, 90], degrees: no aberration in it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public (double Ra, double Dec) From(SpaceVector observer) =>
        (SpaceVector.From(Ra, Dec) - Parallax * Mas * observer).ToDegrees();

    // The direction, and the directions towards east and north in which it moves.
    (SpaceVector R, SpaceVector P, SpaceVector Q) Triad()
    {
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(Ra));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(Sphere.CheckedDec(Dec)));
        return (new(cosDec * cosRa, cosDec * sinRa, sinDec), new(-sinRa, cosRa, 0),
            new(-sinDec * cosRa, -sinDec * sinRa, cosDec));
    }
}
