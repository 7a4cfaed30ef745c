namespace Vigil.Sky.Observing;

/// <summary>
/// The orbit of a minor planet or a comet around the Sun: an ellipse, parabola or hyperbola of fixed shape and position.
/// </summary>
/// <param name="PerihelionDistance">q: au, above 0.</param>
/// <param name="Eccentricity">e: 0 or more; 1 is a parabola, beyond it are hyperbolas.</param>
/// <param name="Inclination">i, to the ecliptic of J2000.0: degrees.</param>
/// <param name="AscendingNode">Ω, its longitude from the equinox of J2000.0: degrees.</param>
/// <param name="ArgumentOfPerihelion">ω: degrees.</param>
/// <param name="Perihelion">T, when it is closest to the Sun: MJD, TT.</param>
/// <remarks>
/// The planets' pull is left out: within a month of the epoch of the elements main-belt objects stay within a few arcseconds;
/// near-Earth objects that pass us can be off by degrees.
/// </remarks>
public sealed record Orbit(double PerihelionDistance, double Eccentricity, double Inclination, double AscendingNode,
    double ArgumentOfPerihelion, double Perihelion)
{
    const double Gauss = 0.01720209895; // k of C. F. Gauss, which defined the au until 2012: au^1.5 a day, the Sun's mass 1

    // Towards perihelion and 90 degrees further on, on the axes of ICRS.
    readonly SpaceVector toPerihelion = Axis(0, Inclination, AscendingNode, ArgumentOfPerihelion),
        alongMotion = Axis(90, Inclination, AscendingNode, ArgumentOfPerihelion);

    /// <summary>q: au.</summary>
    public double PerihelionDistance { get; } = PerihelionDistance > 0 && double.IsFinite(PerihelionDistance) ? PerihelionDistance
        : throw new ArgumentOutOfRangeException(nameof(PerihelionDistance), PerihelionDistance,
            "A perihelion distance must be above 0 au.");

    /// <summary>e.</summary>
    public double Eccentricity { get; } = Eccentricity >= 0 && double.IsFinite(Eccentricity) ? Eccentricity
        : throw new ArgumentOutOfRangeException(nameof(Eccentricity), Eccentricity, "An eccentricity must be 0 or more.");

    /// <summary>T: MJD, TT.</summary>
    public double Perihelion { get; } = double.IsFinite(Perihelion) ? Perihelion
        : throw new ArgumentOutOfRangeException(nameof(Perihelion), Perihelion, "A time of perihelion must be a finite MJD.");

    /// <summary>What the source calls it; empty if it has no name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Absolute magnitude: H of a minor planet, M1 of a comet; null if it is not known.</summary>
    public double? AbsoluteMagnitude { get; init; }

    /// <summary>Slope: G of a minor planet; of a comet n, where its total magnitude grows with 2.5 n log r.</summary>
    public double Slope { get; init; } = 0.15;

    /// <summary>Whether the magnitude is that of a comet.</summary>
    public bool IsComet { get; init; }

    /// <summary>An ellipse as the MPC gives it for minor planets.</summary>
    /// <param name="semimajorAxis">a: au, above 0.</param>
    /// <param name="eccentricity">e, in [0, 1).</param>
    /// <param name="inclination">i: degrees.</param>
    /// <param name="ascendingNode">Ω: degrees.</param>
    /// <param name="argumentOfPerihelion">ω: degrees.</param>
    /// <param name="meanAnomaly">M at the epoch: degrees.</param>
    /// <param name="epoch">MJD, TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis or the eccentricity is out of range, or a number is not
    /// finite.</exception>
    public static Orbit Ellipse(double semimajorAxis, double eccentricity, double inclination, double ascendingNode,
        double argumentOfPerihelion, double meanAnomaly, double epoch)
    {
        if (!(eccentricity is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(eccentricity), eccentricity,
                "The eccentricity of an ellipse must be in [0, 1).");
        if (!(semimajorAxis > 0) || !double.IsFinite(meanAnomaly))
            throw new ArgumentOutOfRangeException(nameof(semimajorAxis), semimajorAxis,
                "An axis must be above 0 au and a mean anomaly finite.");
        var motion = Gauss / (semimajorAxis * Math.Sqrt(semimajorAxis));
        var anomaly = double.DegreesToRadians(Math.IEEERemainder(meanAnomaly, 360));
        return new Orbit(semimajorAxis * (1 - eccentricity), eccentricity, inclination, ascendingNode, argumentOfPerihelion,
            epoch - anomaly / motion);
    }

    /// <summary>Where the body is from the centre of the Sun at a time: au, ICRS.</summary>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    /// <remarks>
    /// Universal variables, one formula for all orbits: R. R. Bate, D. D. Mueller and J. E. White 1971, Fundamentals of
    /// Astrodynamics, section 4.3, counted from perihelion. Within 1e-11 of the distance for the two bodies, some days from
    /// perihelion as after years.
    /// </remarks>
    public SpaceVector FromSun(double mjdTt)
    {
        if (!double.IsFinite(mjdTt))
            throw new ArgumentOutOfRangeException(nameof(mjdTt), mjdTt, "An MJD must be a finite number of days.");
        var (q, e) = (PerihelionDistance, Eccentricity);
        var alpha = (1 - e) / q; // 1 / a
        var days = mjdTt - Perihelion;
        if (alpha > 0)
            days = Math.IEEERemainder(days, 2 * Math.PI / (Gauss * alpha * Math.Sqrt(alpha)));
        var time = Gauss * Math.Abs(days);
        // k t = q x + e x^3 S grows and bends upwards in x: from a start that is too large Newton's steps only come down. S is at
        // least 1/6, in half a turn of an ellipse 1/pi^2.
        var x = Math.Min(time / q, Math.Cbrt(Math.PI * Math.PI * time / Math.Max(e, 1e-3)));
        if (alpha > 0)
            x = Math.Min(x, Math.PI / Math.Sqrt(alpha));
        if (alpha < 0)
        {
            // sinh r - r, which x^3 S is in units of a, is at least half of sinh r from r = 2.2 on. Far beyond the root a step
            // would come down by one r only.
            var root = Math.Sqrt(-alpha);
            x = Math.Min(x, Math.Max(2.2, Math.Asinh(2 * time * root * root * root / e)) / root);
        }
        var (c, s) = Stumpff(alpha * x * x);
        for (var i = 0; i < 100; i++)
        {
            var step = (q * x + e * x * x * x * s - time) / (q + e * x * x * c);
            x -= step;
            (c, s) = Stumpff(alpha * x * x);
            if (Math.Abs(step) <= 1e-15 * x)
                break;
        }
        var along = Math.CopySign(Math.Sqrt((1 + e) / q) * (time - x * x * x * s), days);
        return (q - x * x * c) * toPerihelion + along * alongMotion;
    }

    /// <summary>
    /// The body as its light shows it from the centre of the Earth: au, on the axes of ICRS, without aberration.
    /// </summary>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    public SpaceVector At(double mjdTt)
    {
        var earth = Earth.At(mjdTt).FromSun;
        var place = FromSun(mjdTt) - earth;
        // Each step leaves 1e-4, the body's speed over that of light, of what was left.
        for (var i = 0; i < 3; i++)
            place = FromSun(mjdTt - place.Length / Earth.LightSpeed) - earth;
        return place;
    }

    /// <summary>
    /// How bright it should be: V of a minor planet, total magnitude of a comet; null without an absolute magnitude.
    /// </summary>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    /// <remarks>
    /// Minor planets: E. Bowell et al. 1989 in Asteroids II, 524 (H, G), good to 0.1 mag at best. Comets: often wrong by
    /// magnitudes.
    /// </remarks>
    public double? Magnitude(double mjdTt)
    {
        if (AbsoluteMagnitude is not { } absolute)
            return null;
        var (place, earth) = (At(mjdTt), Earth.At(mjdTt).FromSun);
        var fromSun = place + earth;
        if (IsComet)
            return absolute + 5 * Math.Log10(place.Length) + 2.5 * Slope * Math.Log10(fromSun.Length);
        var cos = Math.Clamp(fromSun.Dot(place) / (fromSun.Length * place.Length), -1, 1);
        var tan = Math.Tan(Math.Acos(cos) / 2);
        var lit = (1 - Slope) * Math.Exp(-3.33 * Math.Pow(tan, 0.63)) + Slope * Math.Exp(-1.87 * Math.Pow(tan, 1.22));
        return absolute + 5 * Math.Log10(fromSun.Length * place.Length) - 2.5 * Math.Log10(lit);
    }

    // C(z) = (1 - cos sqrt z) / z and S(z) = (sqrt z - sin sqrt z) / sqrt z^3, with hyperbolic functions for negative z.
    static (double C, double S) Stumpff(double z)
    {
        if (Math.Abs(z) < 0.5)
        {
            // 1/2! - z/4! + ... and 1/3! - z/5! + ...: ten terms are exact.
            var (c, s, term) = (0.0, 0.0, 0.5);
            for (var k = 2; k <= 22; k += 2)
            {
                c += term;
                s += term / (k + 1);
                term *= -z / ((k + 1) * (k + 2));
            }
            return (c, s);
        }
        var root = Math.Sqrt(Math.Abs(z));
        if (z < 0)
            return ((1 - Math.Cosh(root)) / z, (Math.Sinh(root) - root) / (root * root * root));
        var sinHalf = Math.Sin(root / 2);
        return (2 * sinHalf * sinHalf / z, (root - Math.Sin(root)) / (root * root * root));
    }

    static SpaceVector Axis(double fromPerihelion, double inclination, double node, double argument)
    {
        foreach (var angle in (ReadOnlySpan<double>)[inclination, node, argument])
            if (!double.IsFinite(angle))
                throw new ArgumentOutOfRangeException(nameof(inclination), angle,
                    "Inclination, node and argument of perihelion must be finite.");
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(argument + fromPerihelion));
        var (sinI, cosI) = Math.SinCos(double.DegreesToRadians(inclination));
        var (sinNode, cosNode) = Math.SinCos(double.DegreesToRadians(node));
        return PrecessionNutation.Ecliptic(0).Transposed.Apply(new SpaceVector(
            cos * cosNode - sin * cosI * sinNode, cos * sinNode + sin * cosI * cosNode, sin * sinI));
    }
}
