using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Bench;

/// <summary>Damaged frames, and the whole way of a frame to try on them; the tests and vigil bench imagefuzz share it.</summary>
static class FrameExercise
{
    const int Width = 96, Height = 80, Stars = 25;

    static readonly string[] values =
    [
        "0", "-1", "1", "1E30", "-1E30", "NaN", "T", "''", "'x'", "'RGGB'", "2450000.5", "'1900-01-01'", "'9999-12-31T23:59:60'",
        "'25:61:61'", "'-91'", "400", "'TAI'", "'LOCAL'", "1E-300", "'RA---TAN'", "'DEC--SIN'",
        "'GLON-TAN'", "90", "-90", "65535",
    ];

    static readonly (string Keyword, string Value)[] cards =
    [
        ("CTYPE1", "'RA---TAN'"), ("CTYPE2", "'DEC--TAN'"), ("CRVAL1", "150.0"), ("CRVAL2", "20.0"), ("CRPIX1", "48.5"),
        ("CRPIX2", "40.5"), ("CD1_1", "-0.0005"), ("CD1_2", "0.0"), ("CD2_1", "0.0"), ("CD2_2", "0.0005"),
        ("DATE-OBS", "'2026-03-14T22:10:00'"), ("TIMESYS", "'UTC'"), ("EXPTIME", "60.0"), ("GAIN", "2.0"), ("RDNOISE", "5.0"),
        ("SATURATE", "60000.0"), ("AIRMASS", "1.2"), ("SITELAT", "52.0"), ("SITELONG", "21.0"), ("RA", "150.0"), ("DEC", "20.0"),
        ("FOCALLEN", "1000.0"), ("XPIXSZ", "9.0"), ("BAYERPAT", "''"), ("EQUINOX", "2000.0"),
    ];

    /// <summary>The reference stars of the frames.</summary>
    public static MemoryStarCatalog Catalog { get; } = new("Simulated", Sky().Select(star => Reference(star)));

    /// <summary>Whole frames: stored as 16-bit integers and as float.</summary>
    public static byte[][] Seeds()
    {
        var random = new Random(1);
        var pixels = new float[Width * Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = 200 + 12 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
            foreach (var (x, y, flux) in Sky())
            {
                var square = Math.Pow(i % Width + 1 - x, 2) + Math.Pow(i / Width + 1 - y, 2);
                if (square < 60)
                    value += flux / (2 * Math.PI * 1.7) * Math.Exp(-square / 3.4);
            }
            pixels[i] = (float)Math.Round(value);
        }
        var header = new FitsHeader();
        foreach (var (keyword, value) in cards)
            if (value[0] == '\'')
                header.Set(keyword, value.Trim('\''));
            else
                header.Set(keyword, double.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
        using MemoryStream whole = new(), real = new();
        new FitsWriter(whole).WriteImage<ushort>(Array.ConvertAll(pixels, value => (ushort)value), [Width, Height], header);
        new FitsWriter(real).WriteImage<float>(pixels, [Width, Height], header);
        return [whole.ToArray(), real.ToArray()];
    }

    /// <summary>A frame damaged in one to four ways, in its header or its pixels.</summary>
    public static byte[] Mutated(byte[][] seeds, Random random)
    {
        var file = (byte[])seeds[random.Next(seeds.Length)].Clone();
        const int data = 2 * 2880; // the header has between 36 and 72 cards
        for (var times = random.Next(1, 5); times > 0 && file.Length > data; times--)
            switch (random.Next(9))
            {
                case 0: // another value of one of our cards
                case 1:
                case 2:
                    var (keyword, _) = cards[random.Next(cards.Length)];
                    var at = Encoding.Latin1.GetString(file, 0, data).IndexOf($"{keyword,-8}= ", StringComparison.Ordinal);
                    if (at >= 0)
                        Encoding.Latin1.GetBytes(values[random.Next(values.Length)].PadRight(30)).AsSpan(0, 30)
                            .CopyTo(file.AsSpan(at + 10));
                    break;
                case 3: // any byte
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                    break;
                case 4: // a stripe of one value
                    var from = data + random.Next(file.Length - data);
                    file.AsSpan(from, Math.Min(random.Next(1, 8000), file.Length - from)).Fill((byte)random.Next(256));
                    break;
                case 5: // all of it
                    if (random.Next(3) == 0)
                        file.AsSpan(data).Fill((byte)(random.Next(2) * 255));
                    break;
                case 6: // noise
                    var start = data + random.Next(file.Length - data);
                    random.NextBytes(file.AsSpan(start, Math.Min(random.Next(1, 3000), file.Length - start)));
                    break;
                case 7: // an early end
                    if (random.Next(3) == 0)
                        file = file[..random.Next(file.Length)];
                    break;
                default: // a digit in the header
                    var card = random.Next(data / 80) * 80 + random.Next(10, 30);
                    if (card < file.Length)
                        file[card] = (byte)('0' + random.Next(10));
                    break;
            }
        return file;
    }

    /// <summary>Reads, measures and draws a frame: how far it came, or the name of its error.</summary>
    /// <remarks>Whatever is no typed error is a bug, and passes through.</remarks>
    public static string Run(byte[] file)
    {
        Frame frame;
        try
        {
            frame = Frame.Read(new MemoryStream(file), new FrameReadOptions { Limits = new FitsLimits { HduBytes = 1 << 24 } });
        }
        catch (Exception e) when (e is FitsException or FrameException)
        {
            return e.GetType().Name;
        }
        try
        {
            var measured = FramePhotometry.Measure(frame, Catalog, new FramePhotometryOptions { TargetRa = 150, TargetDec = 20 });
            if (measured.Problem is null != (measured.Reached == FrameStage.Calibrated))
                throw new InvalidOperationException($"It reached {measured.Reached} and says '{measured.Problem}'.");
            if (measured.Calibration?.Target is { } target && !double.IsFinite(target.Mag))
                throw new InvalidOperationException($"The target's magnitude is {target.Mag}, and nothing is said.");
            var svg = FramePicture.Draw(measured).ToString(); // base64 may spell anything, but not with these marks
            if (svg.Contains(" NaN", StringComparison.Ordinal) || svg.Contains("\"NaN", StringComparison.Ordinal))
                throw new InvalidOperationException("There is a NaN in the picture.");
            return measured.Reached.ToString();
        }
        catch (FrameException)
        {
            return nameof(FrameException);
        }
    }

    static (double X, double Y, double Flux)[] Sky()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Stars).Select(i => (4 + (Width - 8) * random.NextDouble(), 4
            + (Height - 8) * random.NextDouble(),
            3000 * Math.Pow(60, random.NextDouble())))];
    }

    static CatalogStar Reference((double X, double Y, double Flux) star)
    {
        var mag = CatalogMagnitudes.None;
        mag[CatalogBand.JohnsonV] = (float)(25 - 2.5 * Math.Log10(star.Flux));
        // The plane of the header above, good enough over a tenth of a degree.
        var dec = 20 + 0.0005 * (star.Y - 40.5);
        return new CatalogStar
        {
            Ra = 150 - 0.0005 * (star.X - 48.5) / Math.Cos(double.DegreesToRadians(dec)), Dec = dec,
            Epoch = 2016, PmRa = float.NaN,
            PmDec = float.NaN, Mag = mag, MagErr = CatalogMagnitudes.None,
        };
    }
}
