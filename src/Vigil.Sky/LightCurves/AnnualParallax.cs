using Vigil.Sky.Observing;

namespace Vigil.Sky.LightCurves;

/// <summary>The Sun's apparent path, as microlensing needs it.</summary>
public static class AnnualParallax
{
    /// <summary>
    /// How far the Sun, seen from the Earth, is from where uniform motion since a time would have it, across a line of sight.
    /// </summary>
    /// <param name="mjd">Times in any order, MJD in TDB or UTC, shape (N).</param>
    /// <param name="ra">Right ascension of the line of sight: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees, in [-90, 90].</param>
    /// <param name="referenceMjd">The time whose place and velocity are taken: the offset and its change are zero then.</param>
    /// <param name="north">Receives the offset towards north, au, shape (N).</param>
    /// <param name="east">Receives the offset towards east, au, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length, or a time is not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position or the reference is outside its range.</exception>
    /// <remarks>
    /// A. Gould 2004, ApJ 606, 319. Within 1e-6 au a year before or after the reference, against astropy: the velocity is
    /// good to 1e-8 au a day.
    /// </remarks>
    public static void SunOffsets(
        ReadOnlySpan<double> mjd, double ra, double dec, double referenceMjd, Span<double> north, Span<double> east)
    {
        if (mjd.Length != north.Length || mjd.Length != east.Length)
            throw new ArgumentException(
                $"mjd, north and east must have one length, got {mjd.Length}, {north.Length} and {east.Length}.");
        if (!double.IsFinite(referenceMjd))
            throw new ArgumentOutOfRangeException(nameof(referenceMjd), referenceMjd, "The reference must be a finite MJD.");
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(Sphere.NormalizeRa(ra)));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(Sphere.CheckedDec(dec)));
        var towardsEast = new SpaceVector(-sinRa, cosRa, 0);
        var towardsNorth = new SpaceVector(-sinDec * cosRa, -sinDec * sinRa, cosDec);

        var (eastThen, northThen) = Across(referenceMjd);
        var (eastSpeed, northSpeed) = Speed(referenceMjd);
        for (var i = 0; i < mjd.Length; i++)
        {
            if (!double.IsFinite(mjd[i]))
                throw new ArgumentException($"mjd[{i}] = {mjd[i]} must be a finite number.", nameof(mjd));
            var (e, n) = Across(mjd[i]);
            var days = mjd[i] - referenceMjd;
            (east[i], north[i]) = (e - eastThen - days * eastSpeed, n - northThen - days * northSpeed);
        }

        // The derivative by differences of fourth order, half a day and a day to either side: good to 1e-10 au a day.
        (double East, double North) Speed(double time)
        {
            var ((east1, north1), (east2, north2)) = (Across(time + 0.5), Across(time + 1));
            var ((eastBefore1, northBefore1), (eastBefore2, northBefore2)) = (Across(time - 0.5), Across(time - 1));
            return ((8 * (east1 - eastBefore1) - (east2 - eastBefore2)) / 6,
                (8 * (north1 - northBefore1) - (north2 - northBefore2)) / 6);
        }

        (double East, double North) Across(double time)
        {
            var sun = Sun.At(time);
            return (sun.Dot(towardsEast), sun.Dot(towardsNorth));
        }
    }
}
