using System.CommandLine;
using System.Globalization;
using Vigil.Catalogs;
using Vigil.Sky;
using Vigil.Sky.Imaging;
using Vigil.Sky.Observing;

namespace Vigil.Cli;

/// <summary>The options that the verbs of vigil frame have in common.</summary>
sealed class FrameOptions
{
    readonly Option<string> catalog = new("--catalog")
    {
        Description = $"Reference stars. {CatalogAddress.Help}", HelpName = "CATALOG", Required = true,
    };

    readonly Option<int> catalogCache = Checked(new Option<int>("--catalog-cache")
    {
        Description = "MiB of services' answers to keep on disk (below ~/.cache/vigil); the least used go first.",
        HelpName = "MIB", DefaultValueFactory = _ => 2048,
    }, value => value >= 1, "must be 1 or more MiB");

    readonly Option<string?> hdu = new("--hdu") { Description = "Image in the file: number (the primary is 0) or name.", HelpName = "HDU" };
    readonly Option<int?> plane = Checked(new Option<int?>("--plane") { Description = "Plane of a cube, from 1.", HelpName = "N" },
        value => value >= 1, "must be 1 or more");

    readonly Option<string?> bayer = new("--bayer")
    {
        Description = "Of a colour camera's mosaic take the green pixels only: the band is then near V or G.", HelpName = "green",
    };

    readonly Option<string?> near = new("--near")
    {
        Description = "Where the frame is, roughly: \"187.5 -10.5\" or \"12:30:00 -10:30:00\". Default: what the header says.",
        HelpName = "\"RA DEC\"",
    };

    readonly Option<double> radius = Checked(new Option<double>("--radius")
    {
        Description = "How far from there it may be: degrees.", HelpName = "DEG", DefaultValueFactory = _ => 3,
    }, value => value is > 0 and <= 180, "must be in (0, 180] degrees");

    readonly Option<double?> pixelScale = Positive("--pixel-scale", "ARCSEC", "Size of a pixel, roughly.");
    readonly Option<string?> dateKeyword = Keyword("--date-keyword", "the time: date and time, MJD or JD");

    readonly Option<ExposureMoment?> dateIs = new("--date-is")
    {
        Description = "Which moment of the exposure that time is: start, middle or end.", HelpName = "MOMENT",
    };

    readonly Option<double?> clockAhead = new("--clock-ahead")
    {
        Description = "Hours by which the camera's clock was ahead of UTC, such as 2 or -7.", HelpName = "HOURS",
    };

    readonly Option<double?> exposure = Positive("--exposure", "S", "Exposure time in seconds.");
    readonly Option<string?> exposureKeyword = Keyword("--exposure-keyword", "the exposure time");
    readonly Option<string?> filter = new("--filter") { Description = "Name of the filter.", HelpName = "NAME" };
    readonly Option<string?> filterKeyword = Keyword("--filter-keyword", "the filter");
    readonly Option<double?> gain = Positive("--gain", "E/ADU", "Electrons per ADU.");

    readonly Option<double?> readNoise = Checked(new Option<double?>("--read-noise") { Description = "Electrons.", HelpName = "E" },
        value => value >= 0, "must be 0 or more electrons");

    readonly Option<double?> saturation = Positive("--saturation", "ADU", "Pixels with so many ADU are saturated.");

    readonly Option<string?> site = new("--site")
    {
        Description = "Where the telescope stands: longitude (east), latitude (degrees) and height (m), such as \"-70.73,-29.26,2400\".",
        HelpName = "LON,LAT,M",
    };

    readonly Option<double> threshold = Checked(new Option<double>("--threshold")
    {
        Description = "What stands out of the sky by so many times its noise is a source.", HelpName = "SIGMA",
        DefaultValueFactory = _ => 1.5,
    }, value => value is > 0 and < 1000, "must be positive");

    readonly Option<int> threads = Checked(new Option<int>("--threads")
    {
        Description = "Cores to use; default all.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount,
    }, value => value >= 1, "must be 1 or more");

    public Argument<FileInfo[]> Files { get; } = Options.Files("image.fits", "Frames: FITS, plain, gzip or tile-compressed (.fz).");

    public Option<bool> Json { get; } = new("--json") { Description = "Print a JSON object a line and frame, for scripts." };

    public Option<string?> Sources { get; } = new("--sources")
    {
        Description = "Write the sources as SExtractor does: ASCII_HEAD (.cat) or FITS_LDAC (.fits). Of several frames: a folder.",
        HelpName = "FILE",
    };

    public Option<bool> Force { get; } = new("--force") { Description = "Replace files that exist; never the frames themselves." };

    /// <summary>Which colour the target has, for a zero point that depends on colour.</summary>
    public Option<string?> Colour { get; } = new("--colour", "--color")
    {
        Description = "Colour of the target, such as BP-RP=1.2 or g-r=0.45+-0.05, where the zero point depends on colour. Default: "
            + "as in the catalogue, or else as the middle reference star.",
        HelpName = "COLOUR=MAG",
    };

    /// <summary>Where the target is.</summary>
    public Option<string?> Ra { get; } = new("--ra") { Description = "Of the target: degrees, or 12:34:56.7.", HelpName = "RA" };

    /// <summary>Likewise.</summary>
    public Option<string?> Dec { get; } = new("--dec") { Description = "Of the target: degrees, or -01:02:03.", HelpName = "DEC" };

    public Option<string> Band { get; } = new("--band")
    {
        Description = "Bands to try, the best of which is taken: Auto, GaiaSP/any, GaiaSP/V, GaiaDR3/G, ugriz, UBVRI, any/r.",
        HelpName = "BAND", DefaultValueFactory = _ => "Auto",
    };

    public Option<bool> NoTerms { get; } = new("--no-terms")
    {
        Description = "No colour or spatial term, even where the stars ask for it.",
    };

    /// <summary>What every calibration needs to know, with a frame or without.</summary>
    public void AddCalibratingTo(Command verb)
    {
        foreach (var option in (Option[])[catalog, catalogCache, Ra, Dec, Band, Colour, NoTerms, Json, Force])
            verb.Options.Add(option);
    }

    public CatalogChoice Choice(ParseResult parse) => Given("--band", () => CatalogChoice.Parse(parse.GetValue(Band)!));

    public TargetColour? TargetColour(ParseResult parse) =>
        parse.GetValue(Colour) is { } text ? Given("--colour", () => Vigil.Sky.Imaging.TargetColour.Parse(text)) : null;

    static T Given<T>(string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FrameException e)
        {
            throw new StartupError($"{option}: {e.Message}", e);
        }
    }

    public void AddTo(Command verb)
    {
        verb.Arguments.Add(Files);
        foreach (var option in (Option[])[catalog, catalogCache, Json, Sources, Force, near, radius, pixelScale, hdu, plane, bayer,
            threshold, threads, dateKeyword, dateIs, clockAhead, exposure, exposureKeyword, filter, filterKeyword, gain, readNoise, saturation, site])
            verb.Options.Add(option);
    }

    public IStarCatalog OpenCatalog(ParseResult parse)
    {
        try
        {
            return CatalogAddress.Open(parse.GetRequiredValue(catalog),
                new() { CacheBytes = (long)parse.GetValue(catalogCache) << 20 });
        }
        catch (FrameException e)
        {
            throw new StartupError(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupError($"The catalogue cannot be opened: {e.Message}", e);
        }
    }

    public int Threads(ParseResult parse) => parse.GetValue(threads);

    public FrameReadOptions Reading(ParseResult parse) => new()
    {
        Hdu = parse.GetValue(hdu),
        Plane = parse.GetValue(plane),
        GreenOnly = parse.GetValue(bayer) switch
        {
            null => false,
            "green" => true,
            var other => throw new StartupError($"--bayer {other}: only green can be chosen."),
        },
    };

    public FramePhotometryOptions Measuring(ParseResult parse) => new()
    {
        Threshold = parse.GetValue(threshold),
        Hints = parse.GetValue(near) is { } place ? Hints(place, parse) : null,
        Exposure = new ExposureOptions
        {
            DateKeyword = parse.GetValue(dateKeyword), DateIs = parse.GetValue(dateIs), ClockAheadHours = parse.GetValue(clockAhead),
            ExposureSeconds = parse.GetValue(exposure), ExposureKeyword = parse.GetValue(exposureKeyword),
            Filter = parse.GetValue(filter), FilterKeyword = parse.GetValue(filterKeyword), Gain = parse.GetValue(gain),
            ReadNoise = parse.GetValue(readNoise), Saturation = parse.GetValue(saturation),
            PixelScale = parse.GetValue(pixelScale), Site = parse.GetValue(site) is { } given ? ParseSite(given) : null,
        },
    };

    PlateHints Hints(string text, ParseResult parse)
    {
        try
        {
            var (ra, dec) = Sexagesimal.ParsePosition(text);
            return new PlateHints { Ra = ra, Dec = dec, Radius = parse.GetValue(radius), PixelScale = parse.GetValue(pixelScale) };
        }
        catch (FormatException e)
        {
            throw new StartupError($"--near: {e.Message}", e);
        }
    }

    static Site ParseSite(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new double[3];
        if (parts.Length is not (2 or 3))
            throw new StartupError($"--site '{text}': write longitude,latitude,height, such as -70.73,-29.26,2400.");
        for (var i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                throw new StartupError($"--site '{text}': '{parts[i]}' is no number.");
        try
        {
            return Site.FromDegrees(numbers[0], numbers[1], numbers[2]);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new StartupError($"--site: {e.Message}", e);
        }
    }

    static Option<string?> Keyword(string name, string what) =>
        new(name) { Description = $"Keyword of {what}, where it is an unusual one.", HelpName = "KEYWORD" };

    static Option<double?> Positive(string name, string unit, string description) =>
        Checked(new Option<double?>(name) { Description = description, HelpName = unit },
            value => value > 0 && double.IsFinite(value.Value), "must be above 0");

    static Option<T> Checked<T>(Option<T> option, Func<T, bool> good, string rule)
    {
        option.Validators.Add(result =>
        {
            // What is no value of the type is refused before.
            if (!result.Implicit && result.Errors.Any() == false && !good(result.GetValue(option)!))
                result.AddError($"{option.Name} {rule}, got {result.Tokens[0].Value}.");
        });
        return option;
    }
}
