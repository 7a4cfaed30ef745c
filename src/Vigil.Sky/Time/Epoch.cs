namespace Vigil.Sky.Time;

/// <summary>Dates as years: Julian epochs such as J2016.0, of 365.25 days, and Besselian ones such as B1950.0.</summary>
/// <remarks>
/// J. H. Lieske 1979, A&amp;A 73, 282. The date is in TT (TDB does as well: 2 ms); UTC is a minute off, 2e-6 years.
/// </remarks>
public static class Epoch
{
    /// <summary>J2000.0: 2000-01-01T12:00 TT, as an MJD.</summary>
    public const double J2000 = 51544.5;

    // B1900.0 as an MJD, and the days of a tropical year.
    const double B1900 = 15019.81352, TropicalYear = 365.242198781;

    /// <summary>Days in a Julian century.</summary>
    public const double JulianCentury = 36525;

    /// <summary>The Julian epoch of a date: years, such as 2016.0.</summary>
    /// <param name="mjdTt">TT.</param>
    public static double ToJulian(double mjdTt) => 2000 + (mjdTt - J2000) / 365.25;

    /// <summary>The date of a Julian epoch: MJD, TT.</summary>
    public static double FromJulian(double epoch) => J2000 + (epoch - 2000) * 365.25;

    /// <summary>The Besselian epoch of a date: years, such as 1950.0.</summary>
    /// <param name="mjdTt">TT.</param>
    public static double ToBesselian(double mjdTt) => 1900 + (mjdTt - B1900) / TropicalYear;

    /// <summary>The date of a Besselian epoch: MJD, TT.</summary>
    public static double FromBesselian(double epoch) => B1900 + (epoch - 1900) * TropicalYear;

    /// <summary>Julian centuries since J2000.0.</summary>
    internal static double Centuries(double mjd) => (mjd - J2000) / JulianCentury;
}
