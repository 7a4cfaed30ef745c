using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>Rising, transit and setting of anything that is seen in the sky.</summary>
/// <remarks>
/// Times are roots of the altitude itself, found to 10 ms. How good they are depends on how fast the body passes: 0.004 degrees,
/// which UT1 - UTC makes when it is not known, are 1 s at the equator; refraction at the horizon changes by minutes with the
/// weather.
/// </remarks>
public static class RiseSet
{
    /// <summary>Altitude of a star that rises or sets: 34' of refraction. Degrees.</summary>
    public const double Star = -34 / 60.0;

    /// <summary>
    /// Altitude of the Sun's centre when its upper limb rises or sets: 34' of refraction and 16' of radius. Degrees.
    /// </summary>
    public const double Sun = -50 / 60.0;

    /// <summary>As for the Sun, of the Moon: its radius is 14.7' to 16.8'. Degrees.</summary>
    public const double Moon = -50 / 60.0;

    /// <summary>The next passages of a body of the solar system.</summary>
    /// <param name="site">The observer.</param>
    /// <param name="mjd">The search begins here: UTC.</param>
    /// <param name="body">Where the body is at a TT, from the centre of the Earth in au: <c>Observing.Sun.At</c>,
    /// <c>Observing.Moon.At</c>, <c>orbit.At</c>.</param>
    /// <param name="altitude">The altitude to be passed, without refraction, degrees; 0 is the geometric horizon.</param>
    /// <param name="days">How far the search goes, in (0, 40]. In one day the Moon may not rise: give 1.1.</param>
    /// <param name="orientation">What is known of the Earth's rotation then.</param>
    /// <exception cref="ArgumentOutOfRangeException">The site, the date, the altitude or the days are out of range.</exception>
    public static Passages Next(Site site, double mjd, Func<double, SpaceVector> body, double altitude = 0, double days = 1,
        EarthOrientation orientation = default) =>
        Next(mjd, altitude, days, time =>
        {
            var moment = new Moment(time, orientation);
            var sky = new Horizon(site, moment);
            var place = body(moment.MjdTt);
            return (sky.AltAz(place).Altitude, sky.HourAngle(place));
        });

    /// <summary>The next passages of a star.</summary>
    /// <param name="site">The observer.</param>
    /// <param name="mjd">The search begins here: UTC.</param>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <inheritdoc cref="Next(Site, double, Func{double, SpaceVector}, double, double, EarthOrientation)"/>
    public static Passages Next(Site site, double mjd, double ra, double dec, double altitude = 0, double days = 1,
        EarthOrientation orientation = default) =>
        Next(mjd, altitude, days, time =>
        {
            var sky = new Horizon(site, new Moment(time, orientation));
            return (sky.AltAz(ra, dec).Altitude, sky.HourAngle(ra, dec));
        });

    static Passages Next(double mjd, double altitude, double days, Func<double, (double Altitude, double HourAngle)> at)
    {
        if (!(altitude is >= -90 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(altitude), altitude, "altitude must be in [-90, 90] degrees.");
        if (!(days is > 0 and <= 40))
            throw new ArgumentOutOfRangeException(nameof(days), days, "days must be in (0, 40].");
        double? rise = null, transit = null, set = null;
        var steps = (int)Math.Ceiling(days * 24);
        var step = days / steps;
        var (time, here) = (mjd, at(mjd));
        var before = (Time: double.NaN, Above: double.NaN);
        var above = here.Altitude - altitude;
        for (var i = 1; i <= steps && (rise is null || set is null || transit is null); i++)
        {
            var nextTime = i == steps ? mjd + days : mjd + i * step;
            var next = at(nextTime);
            var nextAbove = next.Altitude - altitude;
            // The sky turns from east to west: the hour angle grows through 0 on the meridian.
            if (transit is null && here.HourAngle < 0 && next.HourAngle >= 0 && next.HourAngle - here.HourAngle < 180)
                transit = Root(t => at(t).HourAngle, time, here.HourAngle, nextTime, next.HourAngle);
            // Between three points on one side of the altitude it may have been on the other for less than an hour.
            if (before.Above * above > 0 && above * nextAbove > 0 && Math.Abs(above) < 2
                && Math.Abs(above) < Math.Abs(before.Above) && Math.Abs(above) <= Math.Abs(nextAbove))
            {
                var (turnTime, turn) = Turn(t => at(t).Altitude - altitude, before.Time, nextTime, Math.Sign(above));
                if (turn * above < 0)
                {
                    Passage(before.Time, before.Above, turnTime, turn);
                    Passage(turnTime, turn, nextTime, nextAbove);
                }
            }
            Passage(time, above, nextTime, nextAbove);
            (before, time, here, above) = ((time, above), nextTime, next, nextAbove);
        }
        var passes = rise is not null || set is not null;
        var found = passes ? HorizonCase.Passes : above >= 0 ? HorizonCase.NeverSets : HorizonCase.NeverRises;
        return new Passages(found, rise, transit, set);

        void Passage(double from, double aboveFrom, double to, double aboveTo)
        {
            if (aboveFrom < 0 && aboveTo >= 0)
                rise ??= Root(t => at(t).Altitude - altitude, from, aboveFrom, to, aboveTo);
            else if (aboveFrom >= 0 && aboveTo < 0)
                set ??= Root(t => at(t).Altitude - altitude, from, aboveFrom, to, aboveTo);
        }
    }

    /// <summary>Where a function passes zero between two points at which it has different signs: to 10 ms.</summary>
    /// <remarks>
    /// Regula falsi in the form of M. Dowell and P. Jarratt 1971, BIT 11, 168 (Illinois), with halvings when it lags.
    /// </remarks>
    internal static double Root(Func<double, double> f, double a, double fa, double b, double fb)
    {
        const double precision = 0.01 / 86400;
        for (var i = 0; i < 100 && Math.Abs(b - a) > precision && fb != 0; i++)
        {
            var c = i % 8 == 7 ? (a + b) / 2 : b - fb * (b - a) / (fb - fa);
            // A point closer to an end than what is asked for would never shorten the interval on the other side.
            c = Math.Clamp(c, Math.Min(a, b) + precision / 3, Math.Max(a, b) - precision / 3);
            var fc = f(c);
            if (fc * fb <= 0)
                (a, fa) = (b, fb);
            else
                fa /= 2;
            (b, fb) = (c, fc);
        }
        return b;
    }

    // The lowest (sign 1) or highest (sign -1) point of a function between two points, by golden sections, until it is on the
    // other side.
    static (double Time, double Value) Turn(Func<double, double> f, double from, double to, int sign)
    {
        const double golden = 0.6180339887498949;
        var (low, high) = (to - golden * (to - from), from + golden * (to - from));
        var (fLow, fHigh) = (f(low), f(high));
        for (var i = 0; i < 30; i++)
        {
            var (time, value) = sign * fLow < sign * fHigh ? (low, fLow) : (high, fHigh);
            if (value * sign < 0 || to - from < 0.1 / 86400)
                return (time, value);
            if (time == low)
            {
                (to, high, fHigh) = (high, low, fLow);
                low = to - golden * (to - from);
                fLow = f(low);
            }
            else
            {
                (from, low, fLow) = (low, high, fHigh);
                high = from + golden * (to - from);
                fHigh = f(high);
            }
        }
        return (low, fLow);
    }
}
