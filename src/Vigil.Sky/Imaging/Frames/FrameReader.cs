using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>Finds the image of a FITS file and makes a frame of it: the work of <see cref="Frame.Read"/>.</summary>
sealed class FrameReader(Stream stream, FrameReadOptions options)
{
    // What accompanies an image in the files of HST, LCO (BANZAI) and the Legacy Surveys, and is none itself.
    static readonly string[] companions =
    [
        "ERR", "ERROR", "DQ", "BPM", "MASK", "VAR", "VARIANCE", "WHT", "WEIGHT", "IVAR", "INVVAR", "WTMAP", "DQMASK", "BKG",
        "SAMP", "TIME",
    ];

    // They say how the pixels were stored, which is over once they have been read.
    static readonly string[] structural =
    [
        "SIMPLE", "XTENSION", "BITPIX", "NAXIS", "EXTEND", "PCOUNT", "GCOUNT", "TFIELDS", "THEAP", "BSCALE", "BZERO", "BLANK",
        "CHECKSUM", "DATASUM", "GROUPS", "INHERIT", "EXTNAME", "EXTVER", "ZIMAGE", "ZCMPTYPE", "ZBITPIX", "ZNAXIS", "ZTILE",
        "ZNAME", "ZVAL", "ZSIMPLE", "ZEXTEND", "ZTENSION", "ZPCOUNT", "ZGCOUNT", "ZHECKSUM", "ZDATASUM", "ZMASKCMP", "ZQUANTIZ",
        "ZDITHER", "ZBLANK", "TTYPE", "TFORM", "TSCAL", "TZERO", "TNULL", "TDIM",
    ];

    readonly List<string> assumptions = [];

    public Frame Read()
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (options.Plane is < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Plane, "Planes are counted from 1.");
        Recognise();
        using var reader = new FitsReader(stream, options.Limits, leaveOpen: true);
        var primary = reader[0];
        // Only now is its place passed, should the stream not go back.
        var (hdu, pixels) = options.Hdu is { } name ? Named(reader, name) : Only(reader);
        var (width, height, _) = Plane(hdu.Image(), hdu.Number);
        // What cameras write, whole numbers shifted by a little, has none.
        if (hdu.Image() is not { BitPix: > 0, Scale: 1, Zero: >= -1e9 and <= 1e9 })
            DropInfinities(pixels);
        if (!pixels.AsSpan().ContainsAnyExcept(float.NaN))
            throw new FrameException($"No pixel of HDU {hdu.Number} has a value: all are NaN or BLANK. Take the file from before "
                + "the step that lost them.");
        var header = Merged(hdu.Header, primary.Header);
        var isMosaic = Mosaic(header, width, height, pixels);
        return new Frame(width, height, pixels, header)
        {
            IsGreenOnly = isMosaic && options.GreenOnly, IsMosaic = isMosaic && !options.GreenOnly, Assumptions = assumptions,
        };
    }

    static void DropInfinities(Span<float> pixels)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(pixels);
        foreach (ref var vector in vectors)
        {
            var isInfinite = Vector.Equals(Vector.Abs(vector), new Vector<float>(float.PositiveInfinity));
            if (isInfinite != Vector<int>.Zero)
                vector = Vector.ConditionalSelect(isInfinite, new Vector<float>(float.NaN), vector);
        }
        foreach (ref var value in pixels[(vectors.Length * Vector<float>.Count)..])
            if (float.IsInfinity(value))
                value = float.NaN;
    }

    (FitsHdu, float[]) Named(FitsReader reader, string name)
    {
        var isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var hdu = isNumber ? reader[number] : reader[name];
        return IsImage(hdu) && hdu.Image().PixelCount > 0 ? (hdu, Pixels(hdu))
            : throw new FrameException(
                $"HDU {hdu.Number} holds no image. Those with one: {Listed(reader.Hdus.Where(HasPlane))}.");
    }

    // An image is read as soon as it is met: a stream that only goes forward would not come back to it.
    (FitsHdu, float[]) Only(FitsReader reader)
    {
        (FitsHdu Hdu, float[] Pixels)? best = null;
        var images = new List<FitsHdu>();
        FitsHdu? flat = null; // an image of one dimension
        foreach (var hdu in reader.Hdus)
        {
            if (IsImage(hdu) && hdu.Image().PixelCount > 0 && !HasPlane(hdu))
                flat ??= hdu;
            if (!HasPlane(hdu))
                continue;
            if (hdu.Number == 0)
                return (hdu, Pixels(hdu));
            images.Add(hdu);
            if (best is null || IsCompanion(best.Value.Hdu) && !IsCompanion(hdu))
                best = (hdu, Pixels(hdu));
        }
        if (best is not { } chosen)
            throw new FrameException(flat is { } line
                ? $"HDU {line.Number} holds {line.Image().PixelCount} numbers in a line: a spectrum, or a table saved as an "
                    + "image. A frame has rows and columns."
                : $"The file holds no image, only {Described(reader)}. Is it the catalogue of a frame? Give the frame itself.");
        if (images.Count(hdu => !IsCompanion(hdu)) > 1)
            throw new FrameException($"The file holds {images.Count} images: {Listed(images)}. If they are the parts of one "
                + "detector that were read by several amplifiers, subtract the overscan (BIASSEC) and join them (DETSEC) into "
                + "one image first; if they are several detectors, choose one by its HDU (--hdu).");
        assumptions.Add(images.Count == 1 ? $"The image is that of {Name(chosen.Hdu)}."
            : $"Of {Listed(images)} the image is {Name(chosen.Hdu)}.");
        return chosen;
    }

    float[] Pixels(FitsHdu hdu)
    {
        var image = hdu.Image();
        var (width, height, first) = Plane(image, hdu.Number);
        if (first == 0 && image.PixelCount == (long)width * height)
            return image.Read<float>();
        var pixels = new float[Affordable((long)width * height)];
        image.Read(pixels.AsSpan(), first);
        return pixels;
    }

    int Affordable(long pixels)
    {
        var most = (options.Limits ?? FitsLimits.Default).HduBytes / sizeof(float);
        return pixels <= most ? (int)pixels : throw new FrameException(
            $"A plane of {pixels} pixels is larger than the {most} that are allowed. Cut out the part around the target.");
    }

    (int Width, int Height, long First) Plane(FitsImage image, int hdu)
    {
        var axes = image.Axes;
        var size = string.Join(" x ", axes);
        if (axes.Count < 2)
            throw new FrameException($"HDU {hdu} has {axes.Count} axes ({size}), a frame has two.");
        if (axes[0] > int.MaxValue || axes[1] > int.MaxValue)
            throw new FrameException($"The image of {size} is too large. Cut out the part around the target.");
        var planes = image.PixelCount / (axes[0] * axes[1]);
        if (options.Plane is { } plane)
            return plane <= planes ? ((int)axes[0], (int)axes[1], (plane - 1) * axes[0] * axes[1])
                : throw new FrameException($"There is no plane {plane} in HDU {hdu}: the image is {size}, planes 1 to {planes}.");
        if (planes > 1)
            throw new FrameException(planes == 3
                ? $"The image is {size}: red, green and blue in one file. Split it into three frames, one a filter, or choose a "
                    + "plane (--plane 2 is green)."
                : $"The image is a cube of {size}. Split it into frames, one an exposure, or choose a plane "
                    + $"(--plane 1 to {planes}).");
        return ((int)axes[0], (int)axes[1], 0);
    }

    static FitsHeader Merged(FitsHeader image, FitsHeader primary)
    {
        var merged = new FitsHeader(image.Hdu);
        foreach (var card in image)
            if (!IsStructural(card.Keyword))
                merged.Add(card);
        if (image.Hdu > 0)
            foreach (var card in primary)
                if (!card.IsCommentary && !IsStructural(card.Keyword) && merged.Find(card.Keyword) is null)
                    merged.Add(card);
        return merged;
    }

    static bool IsStructural(string keyword) =>
        structural.Contains(keyword) || structural.Contains(keyword.TrimEnd([.. "0123456789"]));

    /// <summary>
    /// Whether the frame is the mosaic of a colour camera; keeps its green pixels alone where that was asked for.
    /// </summary>
    bool Mosaic(FitsHeader header, int width, int height, float[] pixels)
    {
        var pattern = ((string[])["BAYERPAT", "COLORTYP", "CFA-PAT", "FILTER"])
            .Select(keyword => header.Find(keyword)?.Value?.Trim().ToUpperInvariant())
            .FirstOrDefault(value => value is "RGGB" or "BGGR" or "GRBG" or "GBRG");
        if (pattern is null)
            return !options.GreenOnly ? false : throw new FrameException(
                "The header does not say that the frame is a colour mosaic (BAYERPAT, COLORTYP or FILTER such as RGGB), so it "
                + "has no green pixels to choose. Leave out --bayer.");
        if (!options.GreenOnly)
        {
            assumptions.Add($"The frame is a colour mosaic ({pattern}) and all its pixels were used together: the band is a "
                + "mixture. Its green pixels alone (--bayer green) agree better with V or G.");
            return true;
        }
        if (width < 4 || height < 4)
            throw new FrameException($"A frame of {width} x {height} is too small to tell the colours of its mosaic apart.");
        var isEven = GreenIsEven(pattern, width, height, pixels);
        for (var y = 0; y < height; y++)
            for (var x = (y & 1) == (isEven ? 1 : 0) ? 0 : 1; x < width; x += 2)
            {
                var (sum, count) = (0f, 0);
                Take(x - 1, y);
                Take(x + 1, y);
                Take(x, y - 1);
                Take(x, y + 1);
                // All neighbours are green, so what is written here is read by no other pixel.
                pixels[y * width + x] = count > 0 ? sum / count : float.NaN;

                void Take(int atX, int atY)
                {
                    if (atX < 0 || atX >= width || atY < 0 || atY >= height || float.IsNaN(pixels[atY * width + atX]))
                        return;
                    sum += pixels[atY * width + atX];
                    count++;
                }
            }
        assumptions.Add($"Of the colour mosaic ({pattern}) only the green pixels were used, those with x + y "
            + $"{(isEven ? "even" : "odd")}; the others are the mean of their green neighbours.");
        return true;
    }

    // Programs write the pattern from the top or from the bottom, so it tells nothing sure. The two greens do: their sky is the
    // same, and that of red and blue differs.
    static bool GreenIsEven(string pattern, int width, int height, float[] pixels)
    {
        var medians = new double[4];
        var values = new List<double>();
        var step = 2 * Math.Max(1, (int)Math.Sqrt((long)width * height / 40_000));
        for (var phase = 0; phase < 4; phase++)
        {
            values.Clear();
            for (var y = phase >> 1; y < height; y += step)
                for (var x = phase & 1; x < width; x += step)
                    if (!float.IsNaN(pixels[y * width + x]))
                        values.Add(pixels[y * width + x]);
            medians[phase] = values.Count > 0 ? Robust.Median(CollectionsMarshal.AsSpan(values)) : double.NaN;
        }
        var (even, odd) = (Math.Abs(medians[0] - medians[3]), Math.Abs(medians[1] - medians[2]));
        // Three times: two medians of 10,000 pixels of sky differ by far less by chance than two colours of a sky.
        return even > 3 * odd ? false : odd > 3 * even || pattern[0] == 'G';
    }

    // What people call a FITS file and is none. Of a stream that only goes forward the FITS reader says it in one sentence.
    void Recognise()
    {
        if (!stream.CanSeek)
            return;
        var start = stream.Position;
        var bytes = new byte[160];
        var got = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        stream.Position = start;
        if (got.StartsWith("SIMPLE"u8) || got.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return;
        const string lost = "Pictures have lost the counts: give the FITS file.";
        var (kind, remedy) = got switch
        {
            [] => ("empty", "Fetch it again."),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => ("packed with bzip2", "Unpack it with bunzip2."),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', ..] => ("packed with xz", "Unpack it with unxz."),
            [(byte)'P', (byte)'K', 3, 4, ..] => ("a ZIP archive", "Unpack it."),
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ("a PNG picture", lost),
            [0xFF, 0xD8, 0xFF, ..] => ("a JPEG picture", lost),
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] =>
                ("a TIFF picture or a camera's raw file", "Convert it to FITS, unstretched, with the program that took it."),
            [(byte)'X', (byte)'I', (byte)'S', (byte)'F', ..] => ("PixInsight's XISF", "Save it as FITS there."),
            [(byte)'<', ..] => ("a web page or XML", "The download went wrong, perhaps for want of a login: fetch it again."),
            _ when !got.ContainsAnyExceptInRange((byte)9, (byte)126) =>
                ($"text, which begins '{FirstLine(got)}'", "Give the FITS file."),
            _ => ("", ""),
        };
        if (kind.Length > 0)
            throw new FrameException($"This is no FITS file: it is {kind}. {remedy}");
    }

    static string FirstLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        var line = Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
        return line.Length > 40 ? line[..40] + "..." : line;
    }

    static bool IsImage(FitsHdu hdu) => hdu.Kind is FitsHduKind.Image or FitsHduKind.CompressedImage;

    static bool HasPlane(FitsHdu hdu) => IsImage(hdu) && hdu.Image() is { PixelCount: > 0, Axes.Count: >= 2 };

    static bool IsCompanion(FitsHdu hdu) => companions.Contains(hdu.Name, StringComparer.OrdinalIgnoreCase);

    static string Name(FitsHdu hdu) => hdu.Name == "" ? $"HDU {hdu.Number}" : $"HDU {hdu.Number} ({hdu.Name})";

    static string Listed(IEnumerable<FitsHdu> images)
    {
        var all = images.Take(9).Select(hdu => $"{Name(hdu)} {string.Join(" x ", hdu.Image().Axes)}").ToList();
        return all.Count == 0 ? "none" : string.Join(", ", all.Take(8)) + (all.Count > 8 ? ", ..." : "");
    }

    static string Described(FitsReader reader)
    {
        var tables = reader.Hdus.Count(hdu => hdu.Kind is FitsHduKind.BinaryTable or FitsHduKind.AsciiTable);
        return tables switch { 0 => "headers", 1 => "a table", _ => $"{tables} tables" };
    }
}
