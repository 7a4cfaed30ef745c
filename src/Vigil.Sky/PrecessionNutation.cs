namespace Vigil.Sky;

/// <summary>Where the Earth's equator and equinox point: precession IAU 2006, nutation IAU 2000B.</summary>
/// <remarks>
/// Precession: N. Capitaine, P. T. Wallace and J. Chapront 2003, A&amp;A 412, 567, in the angles of J. L. Hilton et al. 2006,
/// Celest. Mech. 94, 351. Nutation: D. D. McCarthy and B. J. Luzum 2003, Celest. Mech. 85, 37, with the adjustment to that
/// precession of P. T. Wallace and N. Capitaine 2006, A&amp;A 459, 981. Within 1 mas of IAU 2006/2000A from 1995 to 2050, 3 mas
/// from 1900 to 2100.
/// </remarks>
static class PrecessionNutation
{
    const double Arcsec = Math.PI / 648000;

    // Of each term: multiples of l, l', F, D and the node; in 0.1 µas sine, t sine and cosine of Δψ, cosine, t cosine and sine of
    // Δε.
    static readonly double[][] terms = [.. EmbeddedTable.Rows("nutation.csv")];

    /// <summary>From ICRS to the mean equator and equinox of date.</summary>
    /// <param name="t">Julian centuries TT since J2000.0.</param>
    public static Rotation Precession(double t) => Equator(t, default);

    /// <summary>From ICRS to the true equator and equinox of date.</summary>
    public static Rotation True(double t, Nutation nutation) => Equator(t, nutation);

    /// <summary>From ICRS to the mean ecliptic and equinox of date.</summary>
    public static Rotation Ecliptic(double t) => Rotation.AboutX(MeanObliquity(t)) * Precession(t);

    /// <summary>Between the equator and the ecliptic of date, radians.</summary>
    public static double MeanObliquity(double t) => Arcsec *
        (84381.406 + t * (-46.836769 + t * (-0.0001831 + t * (0.00200340 + t * (-0.000000576 - 0.0000000434 * t)))));

    public static Nutation Nutation(double t)
    {
        var (l, lp, f, d, node) = FundamentalArguments.At(t);
        var (longitude, obliquity) = (0.0, 0.0);
        // The smallest first.
        for (var i = terms.Length - 1; i >= 0; i--)
        {
            var term = terms[i];
            var (sin, cos) = Math.SinCos(term[0] * l + term[1] * lp + term[2] * f + term[3] * d + term[4] * node);
            longitude += (term[5] + term[6] * t) * sin + term[7] * cos;
            obliquity += (term[8] + term[9] * t) * cos + term[10] * sin;
        }
        // What the planets add, on average of our time: McCarthy & Luzum 2003. Then Wallace & Capitaine 2006, equations 5.
        longitude = (longitude * 1e-7 - 0.000135) * Arcsec;
        obliquity = (obliquity * 1e-7 + 0.000388) * Arcsec;
        var flattening = -2.7774e-6 * t;
        return new Nutation(longitude * (1 + 0.4697e-6 + flattening), obliquity * (1 + flattening));
    }

    // The four rotations of Hilton et al. 2006; the frame bias between ICRS and J2000.0 is in the first two.
    static Rotation Equator(double t, Nutation nutation)
    {
        var gamma = -0.052928 + t * (10.556378 + t * (0.4932044 + t * (-0.00031238 + t * (-0.000002788 + 0.0000000260 * t))));
        var phi = 84381.412819 + t * (-46.811016 + t * (0.0511268 + t * (0.00053289 + t * (-0.000000440 - 0.0000000176 * t))));
        var psi = -0.041775 + t * (5038.481484 + t * (1.5584175 + t * (-0.00018522 + t * (-0.000026452 - 0.0000000148 * t))));
        return Rotation.AboutX(-MeanObliquity(t) - nutation.Obliquity) * Rotation.AboutZ(-psi * Arcsec - nutation.Longitude)
            * Rotation.AboutX(phi * Arcsec) * Rotation.AboutZ(gamma * Arcsec);
    }
}
