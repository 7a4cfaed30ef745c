using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Sky.Fits;
using Vigil.Sky.Observing;

namespace Vigil.Sky.Imaging;

/// <summary>Reads an <see cref="Exposure"/> from a header, and says what it had to assume.</summary>
sealed partial class ExposureReader(FitsHeader header, ExposureOptions options)
{
    const RegexOptions Style = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    readonly HeaderValues values = new(header);
    readonly List<string> assumptions = [];
    readonly List<string> problems = [];

    public Exposure Read()
    {
        Check(options.ExposureSeconds, nameof(options.ExposureSeconds), isZeroGood: true);
        Check(options.Gain, nameof(options.Gain), isZeroGood: false);
        Check(options.ReadNoise, nameof(options.ReadNoise), isZeroGood: true);
        Check(options.Saturation, nameof(options.Saturation), isZeroGood: false);
        Check(options.PixelScale, nameof(options.PixelScale), isZeroGood: false);

        var seconds = options.ExposureSeconds ?? Seconds();
        var (mjd, moment) = new ExposureTime(header, options, assumptions, problems).Read();
        var (ra, dec) = Pointing();
        var half = seconds / 86400 / 2;
        var exposure = new Exposure
        {
            // The moment that the header gives needs no exposure time to be known.
            MjdStart = moment == ExposureMoment.Start ? mjd : mjd - (moment == ExposureMoment.Middle ? half : 2 * half),
            MjdMid = moment == ExposureMoment.Middle ? mjd : mjd + (moment == ExposureMoment.Start ? half : -half),
            Seconds = seconds,
            Filter = options.Filter ?? Filter(),
            Target = values.First("OBJECT", "OBJNAME", "TARGNAME", "TARGET")?.Value!.Trim(),
            Gain = options.Gain ?? Gain(),
            ReadNoise = options.ReadNoise ?? ReadNoise(),
            Saturation = options.Saturation ?? Saturation(),
            Airmass = Airmass(),
            Ra = ra,
            Dec = dec,
            PixelScale = options.PixelScale ?? PixelScale(),
        };
        exposure = exposure with { Site = options.Site ?? Located(exposure) };
        if (double.IsNaN(mjd) || !double.IsNaN(exposure.MjdMid))
            return exposure with { Assumptions = assumptions, Problems = problems };
        problems.Add("The exposure time is not known, so the middle of the exposure is not either. Give it (--exposure).");
        return exposure with { Assumptions = assumptions, Problems = problems };
    }

    static void Check(double? value, string name, bool isZeroGood)
    {
        if (value is { } number && !(double.IsFinite(number) && (number > 0 || isZeroGood && number == 0)))
            throw new ArgumentOutOfRangeException(name, number, $"{name} must be {(isZeroGood ? "0 or more" : "above 0")}.");
    }

    double Seconds()
    {
        var found = options.ExposureKeyword is { } keyword ? values.Number(keyword)
            : values.Number("XPOSURE", "EXPTIME", "EXPOSURE", "EXP_TIME", "EXP-TIME", "TEXPTIME", "ITIME", "INTTIME", "INT_TIME",
                "EXPDUR", "EXPOSED", "TELAPSE", "EXP");
        if (found is not { } time)
        {
            if (options.ExposureKeyword is { } named)
                problems.Add($"{named}, the keyword named for the exposure time, is not in the header or holds no number.");
            return double.NaN;
        }
        var (card, value) = time;
        var (unit, name) = Unit(card);
        value *= unit;
        if (unit != 1)
            assumptions.Add($"{card.Keyword} = {card.Value} is in {name}: {Text(value)} s.");
        if (card.Keyword == "ITIME" && values.Number("COADDS") is { Value: > 1 } coadds)
        {
            value *= coadds.Value;
            assumptions.Add($"{coadds.Value} coadds of {card.Keyword} = {card.Value} make {Text(value)} s.");
        }
        if (value is >= 0 and < 10 * 86400)
            return value;
        problems.Add($"{card.Keyword} = {card.Value} is no exposure time in seconds. Correct it, or give it (--exposure).");
        return double.NaN;
    }

    // The unit stands in the comment, in brackets or as a word, or after the number.
    static (double Seconds, string Name) Unit(FitsCard card)
    {
        var text = $"{card.Value} {card.Comment}";
        return Milliseconds().IsMatch(text) ? (1e-3, "milliseconds")
            : Minutes().IsMatch(text) ? (60, "minutes")
            : (1, "seconds");
    }

    string? Filter()
    {
        if (options.FilterKeyword is { } keyword)
        {
            if (values.First(keyword) is { } named)
                return named.Value!.Trim();
            problems.Add($"{keyword}, the keyword named for the filter, is not in the header or has no value.");
            return null;
        }
        if (values.First("FILTER", "FILTERS", "FILTNAM", "FILTNAME", "FILT", "INSFILTE", "INSFLNAM", "FILTERID") is { } one)
            return one.Value!.Trim();
        // Wheels one behind the other: those that let everything pass do not count, unless all do.
        var wheels = new List<string>();
        for (var i = 1; i <= 4; i++)
            if (values.First($"FILTER{i}", $"FILT{i}", $"ESO INS FILT{i} NAME", $"FILTER_{i}") is { } wheel)
                wheels.Add(wheel.Value!.Trim());
        string[] empty = ["AIR", "CLEAR", "OPEN", "NONE", "EMPTY", "FREE", "0"];
        return wheels.FirstOrDefault(name => !empty.Contains(name.ToUpperInvariant())) ?? wheels.FirstOrDefault();
    }

    double Gain()
    {
        if (values.Number("ESO DET OUT1 CONAD", "EGAIN") is { Value: > 0 } sure)
            return sure.Value;
        if (values.Number("GAIN", "CCDGAIN", "GAINEFF", "GAIN1", "GAINA") is not { } found)
        {
            problems.Add("The gain is not in the header (EGAIN, GAIN), so the noise of the stars' own light cannot be counted. "
                + "Give it (--gain).");
            return double.NaN;
        }
        var (card, value) = found;
        if (value < 0)
            problems.Add($"{card.Keyword} = {card.Value} is negative, and no gain. Correct it, or give it (--gain).");
        else if (value == 0)
            problems.Add($"{card.Keyword} = 0 is no gain in electrons per ADU. Give it (--gain).");
        // Programs of CMOS cameras write the setting of the amplifier, in tenths of a dB or steps of their own.
        else if (value >= 30 && !Electrons().IsMatch(card.Comment))
            problems.Add($"{card.Keyword} = {card.Value} is a camera's setting, not electrons per ADU. Give those (--gain).");
        else
            return Pair(card, value, "GAINA", "GAINB");
        return double.NaN;
    }

    double ReadNoise()
    {
        if (values.Number("RDNOISE", "READNOIS", "READNOISE", "RON", "RONOISE", "ENOISE", "ESO DET OUT1 RON", "RDNOISE1",
            "RDNOISEA") is not { } found)
            return double.NaN;
        if (found.Value >= 0)
            return Pair(found.Card, found.Value, "RDNOISEA", "RDNOISEB");
        problems.Add($"{found.Card.Keyword} = {found.Card.Value} is negative, and no noise. Give it (--read-noise).");
        return double.NaN;
    }

    double Saturation()
    {
        if (values.Number("SATURATE", "SATLEVEL", "SATURATA", "SATUR_LE", "MAXLIN", "MAXLINEAR") is not { } found)
            return double.NaN;
        if (found.Value > 0)
            return found.Value;
        if (found.Value < 0) // 0 is how programs leave it open
            problems.Add($"{found.Card.Keyword} = {found.Card.Value} is negative, and no saturation. Give it (--saturation).");
        return double.NaN;
    }

    // Two amplifiers read the halves of the detector; they differ by a percent or two.
    double Pair(FitsCard card, double value, string first, string second)
    {
        if (card.Keyword != first || values.Number(second) is not { Value: > 0 } other)
            return value;
        assumptions.Add($"{first} and {second}, of two amplifiers, were averaged.");
        return (value + other.Value) / 2;
    }

    double Airmass()
    {
        if (values.Number("AIRMASS", "SECZ", "AMASS") is not { } found)
            return double.NaN;
        // 0.99: formulae that are good near the horizon are 0.03 % low in the zenith.
        if (found.Value is >= 0.99 and < 40)
            return found.Value;
        problems.Add($"{found.Card.Keyword} = {found.Card.Value} is no airmass, and was left out.");
        return double.NaN;
    }

    Site? Located(Exposure exposure)
    {
        if (Geocentric() is { } given)
            return given;
        var latitude = values.Degrees("SITELAT", "LAT-OBS", "OBS-LAT", "OBSLAT", "LATITUDE", "GEOLAT", "OBSGEO-B",
            "ESO TEL GEOLAT", "ESO TEL LAT", "LAT");
        var longitude = values.Degrees("SITELONG", "SITELON", "LONG-OBS", "OBS-LONG", "OBSLONG", "OBSLON", "LONGITUD", "GEOLON",
            "OBSGEO-L", "ESO TEL GEOLON", "ESO TEL LON", "LONG");
        if (latitude is not { } north || longitude is not { } east)
            return null;
        var height = values.Number("SITEELEV", "SITEALT", "ELEV-OBS", "ALT-OBS", "OBS-ELEV", "OBSALT", "HEIGHT", "ELEVATIO",
            "OBSGEO-H", "ESO TEL GEOELEV", "ESO TEL ALTITUDE")?.Value ?? 0;
        if (!(north.Value is >= -90 and <= 90 && east.Value is >= -180 and <= 360 && height is >= -500 and <= 9000))
        {
            problems.Add($"{north.Card.Keyword} = {north.Card.Value}, {east.Card.Keyword} = {east.Card.Value}, height "
                + $"{Text(height)} m is no site on Earth, and was left out.");
            return null;
        }
        var site = new Site(East(east.Value), north.Value, height);
        if (West().IsMatch(east.Card.Comment))
        {
            assumptions.Add($"{east.Card.Keyword} = {east.Card.Value} counts west of Greenwich, as its comment says.");
            return site with { Longitude = East(-east.Value) };
        }
        return Tried(site, east.Card, exposure);
    }

    // Some count longitudes to the west. The header's own airmass tells.
    Site Tried(Site site, FitsCard longitude, Exposure exposure)
    {
        if (double.IsNaN(exposure.Airmass) || double.IsNaN(exposure.Ra) || double.IsNaN(exposure.MjdMid))
            return site;
        var mirrored = site with { Longitude = East(-site.Longitude) };
        // 2 %: some write the airmass of the start or the end. Below the horizon there is none.
        var (asIs, other) = (Miss(site), Miss(mirrored));
        if (asIs < 0.02 || !(other < 0.1 && !(asIs < 3 * other)))
            return site;
        assumptions.Add($"{longitude.Keyword} = {longitude.Value} counts west of Greenwich: only so does the airmass become "
            + $"{Text(exposure.Airmass)}.");
        return mirrored;

        double Miss(Site at) => Math.Abs(exposure.At(at, exposure.Ra, exposure.Dec) / exposure.Airmass - 1);
    }

    static double East(double longitude) => longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;

    // From the centre of the Earth, as the FITS Standard wants it: B. R. Bowring 1976, Survey Review 23, 323, on WGS 84.
    Site? Geocentric()
    {
        if (values.Number("OBSGEO-X") is not { } x || values.Number("OBSGEO-Y") is not { } y
            || values.Number("OBSGEO-Z") is not { } z)
            return null;
        const double a = 6378137, f = 1 / 298.257223563, b = a * (1 - f), e2 = f * (2 - f), second = e2 / (1 - e2);
        var p = double.Hypot(x.Value, y.Value);
        var (sin, cos) = Math.SinCos(Math.Atan2(z.Value * a, p * b));
        var latitude = Math.Atan2(z.Value + second * b * sin * sin * sin, p - e2 * a * cos * cos * cos);
        var (sinLatitude, cosLatitude) = Math.SinCos(latitude);
        var height = p * cosLatitude + z.Value * sinLatitude - a * Math.Sqrt(1 - e2 * sinLatitude * sinLatitude);
        if (height is >= -500 and <= 100_000)
            return new Site(double.RadiansToDegrees(Math.Atan2(y.Value, x.Value)), double.RadiansToDegrees(latitude), height);
        problems.Add($"OBSGEO-X, -Y and -Z are {Text(height / 1000)} km above the "
            + "ground: they should be metres from the centre of the Earth. They were left out.");
        return null;
    }

    (double Ra, double Dec) Pointing()
    {
        foreach (var (raKeyword, decKeyword) in ((string, string)[])
            [("OBJCTRA", "OBJCTDEC"), ("RA_OBS", "DEC_OBS"), ("RA", "DEC"), ("RA-D", "DEC-D"), ("RA-MNT", "DEC-MNT"),
             ("TELRA", "TELDEC"), ("MNTRA", "MNTDEC"), ("RA_OBJ", "DEC_OBJ"), ("RA_TARG", "DEC_TARG"), ("OBJRA", "OBJDEC"),
             ("CAT-RA", "CAT-DEC")])
            if (values.First(raKeyword) is { } ra && values.First(decKeyword) is { } dec && Direction(ra, dec) is { } direction)
                return direction;
        return (double.NaN, double.NaN);
    }

    (double Ra, double Dec)? Direction(FitsCard ra, FitsCard dec)
    {
        if (Sexagesimal.Read(ra.Value!.Trim(), out var right, out var unit) is not null
            || !Sexagesimal.TryParseDec(dec.Value!.Trim(), out var up))
        {
            problems.Add($"{ra.Keyword} = '{ra.Value}', {dec.Keyword} = '{dec.Value}' is no direction, and was left out.");
            return null;
        }
        // A number is in degrees unless its comment says hours; parts are hours unless a d says degrees.
        if (unit == 'd' && !ra.Value!.Contains('d', StringComparison.OrdinalIgnoreCase) && Hours().IsMatch(ra.Comment))
        {
            unit = 'h';
            assumptions.Add($"{ra.Keyword} = {ra.Value} is in hours, as its comment says.");
        }
        else if (unit == 'd' && right is >= 0 and < 24 && !Degrees().IsMatch(ra.Comment))
        {
            assumptions.Add($"{ra.Keyword} = {ra.Value} was taken as degrees, being a plain number.");
        }
        if (unit != 'd')
            right *= 15;
        if (!(right is >= -180 and <= 360))
        {
            problems.Add($"{ra.Keyword} = '{ra.Value}' is no right ascension, and was left out.");
            return null;
        }
        right = Sphere.NormalizeRa(right);
        // A tenth of a degree is all that is asked of a hint, and precession is that much in seven years.
        if (values.Number("OBJEQUIN", "EQUINOX", "EPOCH") is { Value: >= 1900 and <= 2100 } equinox
            && Math.Abs(equinox.Value - 2000) > 0.5)
        {
            assumptions.Add($"{ra.Keyword} and {dec.Keyword} are of the equinox {equinox.Card.Value}, and were carried to ICRS.");
            return equinox.Value < 1984 ? Fk4.ToIcrs(right, up, equinox.Value) : Fk5.ToIcrs(right, up, equinox.Value);
        }
        return (right, up);
    }

    double PixelScale()
    {
        if (values.Number("PIXSCALE", "SECPIX", "SECPIX1", "PIXSCAL1", "SCALE", "PLTSCALE") is { Value: > 0.001 and < 1000 } told)
            return told.Value;
        if (values.Number("FOCALLEN", "FOCAL") is not { Value: > 1 } focus
            || values.Number("XPIXSZ", "PIXSIZE1", "PIXSIZE") is not { Value: > 0.1 } pixel)
            return double.NaN;
        var scale = 648 / Math.PI * pixel.Value / focus.Value; // µm over mm, in arcsec
        assumptions.Add($"A pixel is {Text(scale)}\", from {focus.Card.Keyword} = {focus.Card.Value} "
            + $"mm and {pixel.Card.Keyword} = {pixel.Card.Value} µm with its binning.");
        return scale;
    }

    static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\[(]\s*ms(ec)?\s*[\])]|\bmilli-?sec|\d\s*ms\b", Style)]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"[\[(]\s*min(utes?)?\s*[\])]|\bminutes?\b|\d\s*min\b", Style)]
    private static partial Regex Minutes();

    [GeneratedRegex(@"e(-|lectrons?)?\s*(/|per)\s*(adu|dn|count)|photo-?electron", Style)]
    private static partial Regex Electrons();

    [GeneratedRegex(@"\bwest\b", Style)]
    private static partial Regex West();

    [GeneratedRegex(@"\bhours?\b|[\[(]\s*h(r|rs)?\s*[\])]", Style)]
    private static partial Regex Hours();

    [GeneratedRegex(@"\bdeg", Style)]
    private static partial Regex Degrees();
}
