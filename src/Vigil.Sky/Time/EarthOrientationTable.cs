using System.Globalization;

namespace Vigil.Sky.Time;

/// <summary>A table of the Earth's orientation, such as the IERS gives day by day.</summary>
public sealed class EarthOrientationTable
{
    readonly double[] mjd;
    // UT1 - TAI: unlike UT1 - UTC it has no steps.
    readonly double[] ut1MinusTai;
    readonly double[] polarX, polarY;
    readonly LeapSeconds leapSeconds;

    /// <summary>A table of N dates.</summary>
    /// <param name="mjd">MJD, UTC, ascending; shape (N), N at least 2.</param>
    /// <param name="orientation">What is known at each; shape (N).</param>
    /// <param name="leapSeconds">The leap seconds that UT1 - UTC was given with; the library's own by default.</param>
    /// <exception cref="ArgumentException">The spans differ in length, are shorter than two, do not ascend, or hold a
    /// NaN.</exception>
    public EarthOrientationTable(ReadOnlySpan<double> mjd, ReadOnlySpan<EarthOrientation> orientation,
        LeapSeconds? leapSeconds = null)
    {
        if (mjd.Length != orientation.Length || mjd.Length < 2)
            throw new ArgumentException(
                $"mjd and orientation must have one length of at least 2, got {mjd.Length} and {orientation.Length}.");
        this.leapSeconds = leapSeconds ?? LeapSeconds.BuiltIn;
        this.mjd = mjd.ToArray();
        (ut1MinusTai, polarX, polarY) = (new double[mjd.Length], new double[mjd.Length], new double[mjd.Length]);
        for (var i = 0; i < mjd.Length; i++)
        {
            if (i > 0 && !(mjd[i] > mjd[i - 1]))
                throw new ArgumentException($"The dates must ascend: mjd[{i}] is {mjd[i]}, after {mjd[i - 1]}.", nameof(mjd));
            ut1MinusTai[i] = orientation[i].Ut1MinusUtc - this.leapSeconds.At(mjd[i]).Seconds;
            (polarX[i], polarY[i]) = (orientation[i].PolarX, orientation[i].PolarY);
            if (!double.IsFinite(ut1MinusTai[i] + polarX[i] + polarY[i]))
                throw new ArgumentException($"orientation[{i}] holds a number that is not finite.", nameof(orientation));
        }
    }

    /// <summary>The first date: MJD, UTC.</summary>
    public double First => mjd[0];

    /// <summary>The last date: MJD, UTC.</summary>
    public double Last => mjd[^1];

    /// <summary>The orientation at a date, linear between the dates of the table; null outside them.</summary>
    /// <param name="mjd">UTC.</param>
    /// <remarks>With daily values UT1 is within 0.1 ms: the tides of a fortnight bend it by no more.</remarks>
    public EarthOrientation? At(double mjd)
    {
        if (!(mjd >= First && mjd <= Last))
            return null;
        var found = Array.BinarySearch(this.mjd, mjd);
        var i = Math.Min(found < 0 ? ~found - 1 : found, this.mjd.Length - 2);
        var part = (mjd - this.mjd[i]) / (this.mjd[i + 1] - this.mjd[i]);
        return new EarthOrientation(double.Lerp(ut1MinusTai[i], ut1MinusTai[i + 1], part) + leapSeconds.At(mjd).Seconds,
            double.Lerp(polarX[i], polarX[i + 1], part), double.Lerp(polarY[i], polarY[i + 1], part));
    }

    /// <summary>
    /// Reads the file finals2000A of the IERS (its Bulletin A, measured and predicted); lines without values are passed over.
    /// </summary>
    /// <exception cref="FormatException">A line is too short or has no number where the file has one.</exception>
    public static EarthOrientationTable ParseFinals2000A(string text)
    {
        var (dates, rows) = (new List<double>(), new List<EarthOrientation>());
        foreach (var line in text.Split('\n'))
        {
            // Columns of the IERS's readme.finals2000A: MJD 8-15, x 19-27, y 38-46, UT1 - UTC 59-68.
            if (line.TrimEnd().Length < 68)
            {
                if (line.Trim().Length is > 0 and < 15)
                    throw new FormatException($"A line of finals2000A has an MJD in columns 8 to 15, got '{line.Trim()}'.");
                continue;
            }
            dates.Add(Number(line, 7, 8));
            rows.Add(new EarthOrientation(Number(line, 58, 10), Number(line, 18, 9), Number(line, 37, 9)));
        }
        return dates.Count >= 2 ? new EarthOrientationTable([.. dates], [.. rows])
            : throw new FormatException("finals2000A has a line of at least 68 columns for a day; there are not two of them.");

        static double Number(string line, int start, int length) =>
            double.TryParse(line.AsSpan(start, length), CultureInfo.InvariantCulture, out var number) ? number
                : throw new FormatException($"finals2000A has a number in columns {start + 1} to {start + length}, "
                    + $"got '{line.Substring(start, length)}'.");
    }
}
