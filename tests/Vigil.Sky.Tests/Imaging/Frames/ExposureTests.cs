using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;
using Vigil.Sky.Observing;

namespace Vigil.Sky.Tests.Imaging;

public class ExposureTests
{
    // MJD at the start in UTC: by astropy 5.2.1 (Time) from the cards; seconds, filter and target as the cards say.
    [Theory]
    [InlineData("decam_r", 58070.252546727, 45, "r DECam SDSS c0002 6415.0 1480.0", "DECaLS_26467_r", 120.324, 5.151, 0.27)]
    [InlineData("emmi", 48921.62787, 1200, null, "NA36Rc50   sum of 3 frames", 5.64817, -30.18297, double.NaN)]
    [InlineData("eso085", 57383.268333333, 60, "Clear", "eso085-030", double.NaN, double.NaN, 0.745037)]
    [InlineData("hatp32", 58108.177430556, 60, "Clear", null, double.NaN, double.NaN, double.NaN)]
    [InlineData("lco", 59495.080059537, 94.975, "w", "2021 SO2", 287.3248292, 59.4939306, 0.778)]
    [InlineData("m13", double.NaN, double.NaN, null, null, double.NaN, double.NaN, double.NaN)]
    [InlineData("panoptes", 57640.341967593, 120.4, "RGGB", null, 301.56439, 44.456875, double.NaN)]
    [InlineData("pole", 57853.191157407, 30.1, null, null, double.NaN, double.NaN, double.NaN)]
    [InlineData("saao", 56486.039965278, 150.04, "48", "rf0420", 331.0334, -0.9253, double.NaN)]
    [InlineData("sdss", 51458.234529167, 53.907456, "r", "100 O", 356.37594, 59.447875, double.NaN)]
    public void Real_headers_are_understood(string frame, double mjd, double seconds, string? filter, string? target, double ra,
        double dec, double pixelScale)
    {
        var exposure = Exposure.From(RealHeader(frame));
        const double halfMicrosecond = 1e-9; // days to which the values above are rounded
        Assert.Equal(mjd, exposure.MjdStart, halfMicrosecond);
        Assert.Equal(mjd + seconds / 172800, exposure.MjdMid, 2 * halfMicrosecond);
        Assert.Equal(seconds, exposure.Seconds, 1e-9);
        Assert.Equal((filter, target), (exposure.Filter, exposure.Target));
        Assert.Equal(ra, exposure.Ra, 1e-7);
        Assert.Equal(dec, exposure.Dec, 1e-7);
        Assert.Equal(pixelScale, exposure.PixelScale, 1e-6);
    }

    [Theory]
    [InlineData("decam_r", -70.81489, -30.16606, 2215)] // the header counts to the west, against its own comment
    [InlineData("eso085", -64.5488889, -31.5966667, 0)]
    [InlineData("lco", -104.015173, 30.679833, 2030.000035)] // from OBSGEO-X, Y, Z: astropy 5.2.1, EarthLocation.geodetic
    [InlineData("panoptes", -155.58, 19.54, 3400)]
    public void Sites_are_found(string frame, double longitude, double latitude, double height)
    {
        var site = Exposure.From(RealHeader(frame)).Site!.Value;
        Assert.Equal(longitude, site.Longitude, 1e-7);
        Assert.Equal(latitude, site.Latitude, 1e-7);
        Assert.Equal(height, site.Height, 1e-3);
    }

    [Theory]
    [InlineData("decam_r", 3.71553771616915, 11.643084, 49912.809886117, 1.87)]
    [InlineData("lco", double.NaN, 7, 40000, 1.1598302)]
    [InlineData("saao", 1.9, 5, double.NaN, double.NaN)]
    public void The_detector_is_known(string frame, double gain, double readNoise, double saturation, double airmass)
    {
        var exposure = Exposure.From(RealHeader(frame));
        Assert.Equal(gain, exposure.Gain, 1e-12);
        Assert.Equal(readNoise, exposure.ReadNoise, 1e-12);
        Assert.Equal(saturation, exposure.Saturation);
        Assert.Equal(airmass, exposure.Airmass);
    }

    [Theory]
    [InlineData("decam_r", "counts west of Greenwich")]
    [InlineData("emmi", "read as day/month/year: 1992-10-26")]
    [InlineData("eso085", "taken as UTC, for want of TIMESYS")]
    [InlineData("eso085", "27.000000000000000 µm with its binning")]
    [InlineData("hatp32", "has a time zone")]
    [InlineData("lco", "MJD-OBS = 59495.0800082 is 4 s away")]
    [InlineData("saao", "with UT = 00:57:33")]
    [InlineData("saao", "MJD-OBS = 56486.0 is 3453 s away")]
    [InlineData("sdss", "is in TAI, and was converted to UTC")]
    public void What_was_assumed_is_said(string frame, string words) =>
        Assert.Contains(Exposure.From(RealHeader(frame)).Assumptions, said => said.Contains(words, StringComparison.Ordinal));

    [Theory]
    [InlineData("m13", "no time of the exposure")]
    [InlineData("m13", "gain is not in the header")]
    [InlineData("lco", "GAIN = 0.0000000 is negative", false)]
    [InlineData("lco", "GAIN = 0 is no gain")]
    public void What_is_missing_is_said(string frame, string words, bool isSaid = true) =>
        Assert.Equal(isSaid, Exposure.From(RealHeader(frame)).Problems.Any(said => said.Contains(words, StringComparison.Ordinal)));

    [Fact]
    public void Times_are_carried_to_Sun_and_barycentre()
    {
        var exposure = Exposure.From(RealHeader("panoptes"));
        // astropy 5.2.1, light_travel_time with its built-in ephemeris, target 301.5644 +44.4569. A JD as a double resolves 40 µs.
        Assert.Equal(2457640.8459415706, exposure.BjdTdb(301.5644, 44.4569), 2e-9);
        Assert.Equal(2457640.8451505145, exposure.HjdUtc(301.5644, 44.4569), 2e-9);
        // The header's own value, sec z: 0.1 % more than Pickering's, and of another minute.
        Assert.Equal(1.13106, exposure.AirmassOf(301.56439, 44.456875), 2e-3);
    }

    [Theory]
    // Ways to write 2026-03-04 05:06:07 UTC, MJD 61103.212581 (19 h are 0.79 d).
    [InlineData("DATE-OBS= '2026-03-04T05:06:07'")]
    [InlineData("DATE-OBS= '2026-03-04T05:06:07Z'")]
    [InlineData("DATE-OBS= '2026-03-04 05:06:07.0'")]
    [InlineData("DATE-OBS= '2026-03-04T05:06:07,000'")]
    [InlineData("DATE-OBS= '2026-03-04T07:06:07+02:00'")]
    [InlineData("DATE-OBS= '2026-03-03T22:06:07-0700'")]
    [InlineData("DATE-OBS= '2026-03-04'", "TIME-OBS= '05:06:07.00'")]
    [InlineData("DATE-OBS= '04/03/26'", "UT      = '05:06:07.0'")]
    [InlineData("DATE-OBS= '04/03/2026'", "UTC     = '05:06:07.0'")]
    [InlineData("DATE-OBS= '2026/03/04'", "UTSTART = ' 5:06:07'")]
    [InlineData("DATE-OBS= '2026-03-04'", "MJD-OBS = 61103.2125810185")]
    [InlineData("MJD-OBS = 61103.2125810185")]
    [InlineData("MJD-OBS = 2461103.7125810185")]
    [InlineData("MJD-OBS = '61103.2125810185'")]
    [InlineData("JD      = 2461103.7125810185")]
    [InlineData("JD      = 61103.2125810185")]
    [InlineData("DATE-AVG= '2026-03-04T05:07:07'", "DATE-OBS= 'yesterday'")]
    [InlineData("MJD-AVG = 61103.2132754630")]
    [InlineData("DATE-END= '2026-03-04T05:08:07'")]
    [InlineData("DATE-OBS= '2026-03-04T05:07:07' / mid-exposure")]
    [InlineData("DATE-OBS= '2026-03-04T05:06:44'", "TIMESYS = 'TAI'")]
    [InlineData("DATE-OBS= '2026-03-04T05:06:25'", "TIMESYS = 'GPS'")]
    [InlineData("DATE-OBS= '2026-03-04T05:07:16.184'", "TIMESYS = 'TT'")]
    public void Every_way_to_write_a_time_is_read(params string[] cards)
    {
        var exposure = Exposure.From(Header([.. cards, "EXPTIME = 120.0"]));
        Assert.Equal(61103.2125810185, exposure.MjdStart, 1e-8); // a JD as a double resolves 40 µs, 5e-10 days
        Assert.Equal(61103.2132754630, exposure.MjdMid, 1e-8);
    }

    [Theory]
    [InlineData("1900-01-01T00:00:00", "no digital frame")]
    [InlineData("2526-01-01T00:00:00", "no digital frame")]
    [InlineData("2026-02-30T00:00:00", "cannot be read")]
    [InlineData("2026-02-28T25:00:00", "cannot be read")]
    [InlineData("2026-02-28", "nothing the time of day")]
    [InlineData("tonight", "cannot be read")]
    [InlineData("   ", "has no time of the exposure")]
    public void Absurd_dates_are_problems_not_numbers(string date, string words)
    {
        var exposure = Exposure.From(Header($"DATE-OBS= '{date}'", "EXPTIME = 10.0"));
        Assert.True(double.IsNaN(exposure.MjdStart) && double.IsNaN(exposure.MjdMid));
        Assert.Contains(exposure.Problems, said => said.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("EXPTIME = 2500 / [ms] exposure", 2.5)]
    [InlineData("EXPTIME = '1.5 min'", 90)]
    [InlineData("EXPOSURE= 2.0 / minutes", 120)]
    [InlineData("EXPTIME = '30.0    '", 30)]
    [InlineData("EXPTIME = -5.0", double.NaN)]
    [InlineData("EXPTIME = 'long'", double.NaN)]
    public void Exposure_times_have_their_units(string card, double seconds) =>
        Assert.Equal(seconds, Exposure.From(Header(card)).Seconds);

    [Theory]
    [InlineData("GAIN    = -1.5", double.NaN, "negative")]
    [InlineData("GAIN    = 139", double.NaN, "camera's setting")]
    [InlineData("GAIN    = 139 / e-/ADU", 139, "")]
    [InlineData("EGAIN   = 0.37", 0.37, "")]
    public void Gains_that_are_none_are_problems(string card, double gain, string words)
    {
        var exposure = Exposure.From(Header(card, "DATE-OBS= '2026-02-28T01:02:03'", "EXPTIME = 1.0"));
        Assert.Equal(gain, exposure.Gain);
        if (words.Length > 0)
            Assert.Contains(exposure.Problems, said => said.Contains(words, StringComparison.Ordinal));
        else
            Assert.Empty(exposure.Problems);
    }

    [Theory]
    [InlineData("RA = '12:30:00'", "DEC = '-10:30:00'", 187.5, -10.5)]
    [InlineData("OBJCTRA = '12 30 00'", "OBJCTDEC= '-10 30 00'", 187.5, -10.5)]
    [InlineData("RA = 187.5", "DEC = -10.5", 187.5, -10.5)]
    [InlineData("RA = 12.5 / [h] right ascension", "DEC = -10.5", 187.5, -10.5)]
    [InlineData("RA = 12.5 / hours", "DEC = '-10.5'", 187.5, -10.5)]
    [InlineData("RA = -10.0", "DEC = 5.0", 350, 5)]
    [InlineData("RA = 500.0", "DEC = 5.0", double.NaN, double.NaN)]
    [InlineData("RA = 50.0", "DEC = 95.0", double.NaN, double.NaN)]
    public void Pointings_are_in_degrees(string ra, string dec, double raDegrees, double decDegrees)
    {
        var exposure = Exposure.From(Header(Card(ra), Card(dec)));
        Assert.Equal(raDegrees, exposure.Ra, 1e-9);
        Assert.Equal(decDegrees, exposure.Dec, 1e-9);

        static string Card(string text)
        {
            var parts = text.Split('=', 2);
            return $"{parts[0].TrimEnd(),-8}={parts[1]}";
        }
    }

    [Fact]
    public void A_pointing_of_another_equinox_is_carried_to_ICRS()
    {
        var exposure = Exposure.From(Header("RA      = '00:40:00'", "DEC     = '+41:00:00'", "EQUINOX = 1950.0"));
        // M 31's neighbourhood: astropy 5.2.1, SkyCoord('0h40m +41d', frame='fk4').icrs
        Assert.Equal(10.6843181, exposure.Ra, 1e-5);
        Assert.Equal(41.2738249, exposure.Dec, 1e-5);
    }

    [Fact]
    public void The_observer_knows_better_than_the_header()
    {
        var header = Header("DATE-OBS= '2026-02-28T01:02:03'", "MYDATE  = '2026-03-04T06:07:07'", "EXPTIME = 1.0", "GAIN    = -3.0",
            "MYFILT  = 'Luminance'");
        var exposure = Exposure.From(header, new ExposureOptions
        {
            DateKeyword = "MYDATE", DateIs = ExposureMoment.Middle, ClockAheadHours = 1, ExposureSeconds = 120, FilterKeyword = "MYFILT",
            Gain = 1.4, ReadNoise = 3, Saturation = 50_000, Site = new Site(21, 52), PixelScale = 1.1,
        });
        Assert.Equal(61103.2125810185, exposure.MjdStart, 1e-8);
        Assert.Equal(("Luminance", 1.4, 3, 50_000, 1.1, 120), (exposure.Filter, exposure.Gain, exposure.ReadNoise, exposure.Saturation,
            exposure.PixelScale, exposure.Seconds));
        Assert.Empty(exposure.Problems);
        Assert.Contains("not in the header", Assert.Single(Exposure.From(header, new() { DateKeyword = "NODATE", Gain = 1 }).Problems),
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Exposure.From(header, new() { Gain = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Exposure.From(header, new() { ReadNoise = double.NaN }));
    }

    static FitsHeader RealHeader(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "imaging", "headers.txt"));
        return Header([.. lines.SkipWhile(line => line != $"[{name}]").Skip(1).TakeWhile(line => !line.StartsWith('['))]);
    }

    /// <summary>Cards as they stand in a file, read as a file is.</summary>
    static FitsHeader Header(params string[] cards)
    {
        var text = string.Concat(((string[])["SIMPLE  =                    T", "BITPIX  =                    8",
            "NAXIS   =                    0", .. cards, "END"]).Select(card => card.PadRight(80)));
        var bytes = Encoding.Latin1.GetBytes(text.PadRight((text.Length + 2879) / 2880 * 2880));
        using var reader = new FitsReader(new MemoryStream(bytes));
        return reader[0].Header;
    }
}
