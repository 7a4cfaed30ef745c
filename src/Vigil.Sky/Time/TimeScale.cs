namespace Vigil.Sky.Time;

/// <summary>From one time scale to another: UTC, TAI, TT, TDB and UT1. Dates are MJD.</summary>
/// <remarks>
/// With one double in and out each step rounds to 0.6 µs; the forms with <see cref="JulianDate"/> keep 1e-11 s. The optional
/// table of leap seconds takes the place of the one that comes with the library; ask <see cref="LeapSeconds.At"/> whether it
/// covers a date.
/// </remarks>
public static class TimeScale
{
    /// <summary>TT - TAI, seconds; exact by definition (IAU 1991 A4).</summary>
    public const double TtMinusTai = 32.184;

    /// <summary>TAI of a UTC.</summary>
    public static JulianDate UtcToTai(JulianDate utc, LeapSeconds? leapSeconds = null) =>
        utc.AddSeconds((leapSeconds ?? LeapSeconds.BuiltIn).At(utc.Mjd).Seconds);

    /// <summary>UTC of a TAI. Within a leap second: the number of the second after it.</summary>
    public static JulianDate TaiToUtc(JulianDate tai, LeapSeconds? leapSeconds = null)
    {
        var table = leapSeconds ?? LeapSeconds.BuiltIn;
        // The table is asked at a UTC: of the time just before a step the first guess lies before it as well.
        var guess = tai.AddSeconds(-table.At(tai.Mjd).Seconds);
        return tai.AddSeconds(-table.At(guess.Mjd).Seconds);
    }

    /// <summary>TT of a UTC.</summary>
    public static JulianDate UtcToTt(JulianDate utc, LeapSeconds? leapSeconds = null) =>
        utc.AddSeconds((leapSeconds ?? LeapSeconds.BuiltIn).At(utc.Mjd).Seconds + TtMinusTai);

    /// <summary>TT of a UTC: MJD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    public static double UtcToTt(double mjd, LeapSeconds? leapSeconds = null) =>
        mjd + ((leapSeconds ?? LeapSeconds.BuiltIn).At(mjd).Seconds + TtMinusTai) / 86400;

    /// <summary>UTC of a TT.</summary>
    public static JulianDate TtToUtc(JulianDate tt, LeapSeconds? leapSeconds = null) =>
        TaiToUtc(tt.AddSeconds(-TtMinusTai), leapSeconds);

    /// <summary>UTC of a TT: MJD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    public static double TtToUtc(double mjdTt, LeapSeconds? leapSeconds = null) =>
        TtToUtc(JulianDate.FromMjd(mjdTt), leapSeconds).Mjd;

    /// <summary>TDB of a UTC.</summary>
    public static JulianDate UtcToTdb(JulianDate utc, LeapSeconds? leapSeconds = null)
    {
        var tt = UtcToTt(utc, leapSeconds);
        return tt.AddSeconds(TdbMinusTt(tt.Mjd));
    }

    /// <summary>UTC of a TDB.</summary>
    public static JulianDate TdbToUtc(JulianDate tdb, LeapSeconds? leapSeconds = null) =>
        TtToUtc(tdb.AddSeconds(-TdbMinusTt(tdb.Mjd)), leapSeconds);

    /// <summary>Seconds by which TDB is ahead of TT at the centre of the Earth: at most 1.7 ms.</summary>
    /// <param name="mjdTt">TT or TDB.</param>
    /// <remarks>
    /// Within 10 µs from 1600 to 2200: the largest terms of L. Fairhead and P. Bretagnon 1990, A&amp;A 229, 240, as in G. H.
    /// Kaplan 2005, USNO Circular 179, equation 2.6. The part that depends on the place on Earth, below 2.1 µs, is left out.
    /// </remarks>
    public static double TdbMinusTt(double mjdTt)
    {
        var t = Epoch.Centuries(mjdTt);
        return 0.001657 * Math.Sin(628.3076 * t + 6.2401) + 0.000022 * Math.Sin(575.3385 * t + 4.2970)
            + 0.000014 * Math.Sin(1256.6152 * t + 6.1969) + 0.000005 * Math.Sin(606.9777 * t + 4.0212)
            + 0.000005 * Math.Sin(52.9691 * t + 0.4444) + 0.000002 * Math.Sin(21.3299 * t + 5.5431)
            + 0.000010 * t * Math.Sin(628.3076 * t + 4.2490);
    }

    /// <summary>UT1 of a UTC.</summary>
    /// <param name="ut1MinusUtc">Seconds; zero, where it is not known, is wrong by at most 0.9 s: 13.5" in hour angle.</param>
    public static JulianDate UtcToUt1(JulianDate utc, double ut1MinusUtc) => utc.AddSeconds(ut1MinusUtc);
}
