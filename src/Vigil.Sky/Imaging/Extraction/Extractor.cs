namespace Vigil.Sky.Imaging;

/// <summary>Finds the sources of a frame and measures them.</summary>
/// <remarks>
/// The steps are those of E. Bertin and S. Arnouts 1996, A&amp;AS 117, 393, doi:10.1051/aas:1996164: sky, convolution, threshold,
/// separation, cleaning, photometry. Pixels above the threshold are kept, not whole frames: memory beyond the frame's own is
/// small unless most of the frame is bright.
/// </remarks>
public static class Extractor
{
    /// <summary>Fewest of the brightest good stars that tell the frame's FWHM before fainter ones are asked.</summary>
    const int FwhmStars = 20;

    /// <summary>Finds the sources of a frame and measures them.</summary>
    /// <param name="frame">Its pixels that are NaN, infinite or beyond ±1e15 have no value.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <exception cref="FrameException">No pixel has a value, or there are more sources than the options allow.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Extraction Extract(Frame frame, ExtractionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        options ??= new ExtractionOptions();
        options.Check();
        var background = Background.Of(frame, options.BackgroundCell, options.BackgroundFilter, options.Threads);
        var leastNoise = options.Gain > 0 ? options.ReadNoise / options.Gain : 0;
        var threshold = new DetectionThreshold(options.Threshold, options.LocalNoise, leastNoise);
        var segmentation = Segmentation.Of(frame, background, threshold, DetectionKernel.Of(options.KernelFwhm), options.MinArea,
            options.Threads);
        CheckCount(segmentation.RegionCount);

        var parts = new Segment[segmentation.RegionCount][];
        SharedWork.Do(parts.Length, 32, options.Threads, () => new Deblender(options, segmentation), (deblender, region) =>
        {
            var run = segmentation.Runs[segmentation.RunsOf(region)[0]];
            parts[region] = deblender.Separate(region, threshold.At(background, run.Start, run.Y));
        });
        var first = new int[parts.Length + 1];
        for (var region = 0; region < parts.Length; region++)
            first[region + 1] = first[region] + parts[region].Length;
        CheckCount(first[^1]);
        var segments = new Segment[first[^1]];
        for (var region = 0; region < parts.Length; region++)
            parts[region].CopyTo(segments, first[region]);

        var owners = options.Clean
            ? Cleaning.Find(segments, Array.ConvertAll(segments, s => threshold.At(background, s.X, s.Y)), frame.Width,
                frame.Height)
            : [.. Enumerable.Range(0, segments.Length)];
        var kept = Enumerable.Range(0, segments.Length).Where(i => owners[i] == i).ToArray();
        var detections = new Detection[kept.Length];
        SharedWork.Do(kept.Length, 32, options.Threads,
            () => new Photometer(frame, background, options, segmentation, first, owners, leastNoise),
            (photometer, i) => detections[i] = photometer.Measure(segments[kept[i]], kept[i]));
        StarLocus.Classify(detections);
        var saturated = detections.Count(d => (d.Flags & DetectionFlaws.Saturated) != 0);
        return new Extraction(background, detections, MedianFwhm(detections), saturated, segments.Length - kept.Length,
            background.BadPixels);

        void CheckCount(int count)
        {
            if (count > options.MaxDetections)
                throw new FrameException($"The frame shows {count} sources, more than the {options.MaxDetections} that are " +
                    "allowed. Noise was taken for sources: look at the frame, raise the threshold, or allow more.");
        }
    }

    /// <summary>The median of stars without flaws, of the brighter half of them where they are many.</summary>
    static double MedianFwhm(Detection[] detections)
    {
        if (detections.Length == 0)
            return double.NaN;
        var good = Array.FindAll(detections, d => d.Flags == DetectionFlaws.None);
        if (good.Length == 0)
            good = detections;
        var widths = Array.ConvertAll(good, d => d.Fwhm);
        var count = Math.Min(good.Length, Math.Max(FwhmStars, good.Length / 2));
        if (count < good.Length)
            Array.Sort(Array.ConvertAll(good, d => -d.FluxIso), widths);
        Array.Sort(widths, 0, count);
        return 0.5 * (widths[(count - 1) / 2] + widths[count / 2]);
    }
}
