using System.Collections.Concurrent;

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
        InParallel(parts.Length, () => new Deblender(options, segmentation), (deblender, region) =>
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
        InParallel(kept.Length, () => new Photometer(frame, background, options, segmentation, first, owners, leastNoise),
            (photometer, i) => detections[i] = photometer.Measure(segments[kept[i]], kept[i]));
        var saturated = detections.Count(d => (d.Flags & DetectionFlaws.Saturated) != 0);
        return new Extraction(background, detections, MedianFwhm(detections), saturated, segments.Length - kept.Length,
            background.BadPixels);

        void CheckCount(int count)
        {
            if (count > options.MaxDetections)
                throw new FrameException($"The frame shows {count} sources, more than the {options.MaxDetections} that are " +
                    "allowed. Noise was taken for sources: look at the frame, raise the threshold, or allow more.");
        }

        void InParallel<T>(int count, Func<T> work, Action<T, int> one) =>
            Parallel.ForEach(Partitioner.Create(0, Math.Max(count, 1), Math.Max(1, Math.Min(256, count / (4 * options.Threads)))),
                new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, work, (range, _, local) =>
                {
                    for (var i = range.Item1; i < Math.Min(range.Item2, count); i++)
                        one(local, i);
                    return local;
                }, _ => { });
    }

    /// <summary>The median of stars without flaws, of the brighter half of them where they are many.</summary>
    static double MedianFwhm(Detection[] detections)
    {
        if (detections.Length == 0)
            return double.NaN;
        var good = detections.Where(d => d.Flags == DetectionFlaws.None).OrderByDescending(d => d.FluxIso).ToArray();
        if (good.Length == 0)
            good = detections;
        var widths = good.Take(Math.Max(FwhmStars, good.Length / 2)).Select(d => d.Fwhm).Order().ToArray();
        return 0.5 * (widths[(widths.Length - 1) / 2] + widths[widths.Length / 2]);
    }
}
