using System.Globalization;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>A picture of a frame with what was found in it.</summary>
public static class FramePicture
{
    // Longer sides are shrunk to this many pixels: a screen shows no more, and the file stays below a megabyte.
    const int LongestSide = 800;

    /// <summary>
    /// Draws a frame, stretched so that faint and bright stars show: blue rings around stars that tell the zero point, grey-red
    /// ones around those that do not, an orange cross at the target, a scale bar, arrows to north and east.
    /// </summary>
    /// <param name="measurement">What was reached is drawn; without any, the bare frame.</param>
    /// <param name="title">Null for the name of the target.</param>
    /// <param name="light">Whether the figure is dark on white.</param>
    public static SvgFigure Draw(FrameMeasurement measurement, string? title = null, bool light = false)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        var frame = measurement.Frame;
        var factor = (Math.Max(frame.Width, frame.Height) + LongestSide - 1) / LongestSide;
        // A small frame is drawn larger, for its marks to have room.
        var zoom = Math.Max(1.0 / factor, 500.0 / Math.Max(frame.Width, frame.Height));
        var (width, height) = (frame.Width * zoom, frame.Height * zoom);
        title ??= measurement.Exposure.Target ?? "Frame";
        var figure = new SvgFigure(Math.Max(width, 300) + 90, height + 110, title, Description(measurement)) { Light = light };
        var panel = figure.Panel(60, 50, width, height, new SvgAxis("x (pixels)", 0.5, frame.Width + 0.5),
            new SvgAxis("y (pixels)", 0.5, frame.Height + 0.5));
        panel.Grid = false;
        panel.Heading = title;
        panel.Image(Png(measurement, factor), 0.5, Covered(frame.Width, factor), 0.5, Covered(frame.Height, factor));
        Stars(panel, measurement, zoom);
        if (measurement.Solution is { IsSolved: true } solution)
            Compass(panel, frame, solution, zoom);
        if (measurement.Target is { IsInside: true } target)
        {
            panel.Points([target.X], [target.Y], SvgInk.Target, SvgMarker.Reticle, 18);
            panel.Words(target.X, target.Y, measurement.Exposure.Target ?? "target", 14, -14);
        }
        figure.Words(60, height + 100, Legend(measurement));
        return figure;
    }

    // The last block of pixels may reach beyond the frame.
    static double Covered(int pixels, int factor) => (pixels + factor - 1) / factor * factor + 0.5;

    static byte[] Png(FrameMeasurement measurement, int factor)
    {
        var frame = measurement.Frame;
        var (width, height) = ((frame.Width + factor - 1) / factor, (frame.Height + factor - 1) / factor);
        var means = new float[width * height];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var (sum, count) = (0.0, 0);
                for (var y = row * factor; y < Math.Min(frame.Height, (row + 1) * factor); y++)
                    for (var x = column * factor; x < Math.Min(frame.Width, (column + 1) * factor); x++)
                        if (frame.Pixels[y * frame.Width + x] is var value && !float.IsNaN(value))
                            (sum, count) = (sum + value, count + 1);
                means[row * width + column] = count > 0 ? (float)(sum / count) : float.NaN;
            }
        var (black, soft, white) = Stretch(means);
        var full = Math.Asinh((white - black) / soft);
        var bytes = new byte[means.Length];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var value = means[row * width + column];
                var grey = double.IsNaN(value) ? 0 : Math.Asinh((value - black) / soft) / full;
                // The first row of a frame is at the bottom. 64 shades are as many as an eye tells apart, and pack better.
                bytes[(height - 1 - row) * width + column] = (byte)((int)(63 * Math.Clamp(grey, 0, 1)) * 255 / 63);
            }
        return GreyPng.Encode(bytes, width);
    }

    // R. H. Lupton et al. 2004, PASP 116, 133: linear in the noise of the sky, logarithmic in stars.
    static (double Black, double Soft, double White) Stretch(float[] pixels)
    {
        var step = Math.Max(1, pixels.Length / 50_000);
        var sample = new List<double>();
        for (var i = 0; i < pixels.Length; i += step)
            if (!float.IsNaN(pixels[i]))
                sample.Add(pixels[i]);
        if (sample.Count == 0)
            return (0, 1, 1);
        var values = sample.ToArray();
        var (median, sigma) = (Robust.Median(values), Robust.Sigma(values));
        Array.Sort(values);
        var top = values[(int)(0.999 * (values.Length - 1))];
        if (!(sigma > 0))
            sigma = Math.Max(top - median, 1) / 10;
        return (median - 2.5 * sigma, 3 * sigma, Math.Max(top, median + 20 * sigma));
    }

    static void Stars(SvgPanel panel, FrameMeasurement measurement, double zoom)
    {
        if (measurement.Calibration is { Best: { } best } calibration)
        {
            var stars = calibration.Stars(best).ToLookup(star => star.Used, star => (star.Instrumental.X, star.Instrumental.Y));
            Rings(stars[false], SvgInk.Rejected);
            Rings(stars[true], SvgInk.Used);
        }
        else if (measurement.Solution is { IsSolved: true } solution && measurement.Extraction is { } extraction)
        {
            var stars = solution.Matches.Select(match => extraction.Detections[match.Detection]);
            Rings(stars.Select(star => (star.X, star.Y)), SvgInk.Used);
        }
        else if (measurement.Extraction is { } found)
        {
            Rings(found.Detections.Select(detection => (detection.X, detection.Y)), SvgInk.Rejected);
        }

        void Rings(IEnumerable<(double X, double Y)> places, SvgInk ink)
        {
            var (x, y) = (places.Select(place => place.X).ToArray(), places.Select(place => place.Y).ToArray());
            var fwhm = measurement.Extraction is { Fwhm: > 0 } extraction ? extraction.Fwhm : 4;
            panel.Points(x, y, ink, SvgMarker.Ring, Math.Clamp(3 * fwhm * zoom, 7, 40));
        }
    }

    static void Compass(SvgPanel panel, Frame frame, PlateSolution solution, double zoom)
    {
        var wcs = solution.Wcs!;
        // Two points 20 pixels of the figure away, along the meridian and across.
        var (x, y, length) = (frame.Width - 60 / zoom, 60 / zoom, 40 / zoom);
        var (ra, dec) = wcs.PixelToSky(x, y);
        if (!double.IsFinite(ra))
            return;
        foreach (var (name, angle) in ((string, double)[])[("N", 0), ("E", 90)])
        {
            var (toRa, toDec) = Sphere.Offset(ra, dec, angle, length * solution.PixelScale / 3600);
            var (toX, toY) = wcs.SkyToPixel(toRa, toDec);
            panel.Line([x, toX], [y, toY], SvgInk.Target, thickness: 2);
            panel.Words(toX + (toX - x) * 0.25, toY + (toY - y) * 0.25, name, -4, 4);
        }
        var arcsec = Round(frame.Width * solution.PixelScale / 4);
        var (left, bottom) = (20 / zoom, 24 / zoom);
        panel.Line([left, left + arcsec / solution.PixelScale], [bottom, bottom], SvgInk.Target, thickness: 3);
        var words = arcsec < 60 ? $"{Text(arcsec)}\"" : arcsec < 3600 ? $"{Text(arcsec / 60)}'" : $"{Text(arcsec / 3600)}°";
        panel.Words(left, bottom, words, 0, -8);
    }

    // The largest of the usual lengths that fits.
    static double Round(double arcsec)
    {
        var best = 1.0;
        ReadOnlySpan<double> usual = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000];
        foreach (var length in usual)
            if (length <= arcsec)
                best = length;
        return best;
    }

    static string Description(FrameMeasurement measurement) => measurement switch
    {
        { Calibration.Best: { } best } => $"{best.Used} of {best.Count} reference stars tell the zero point"
            + (measurement.Target is { IsInside: true } ? "; an orange cross marks the target." : "."),
        { Solution: { IsSolved: true } solution } => $"{solution.Matches.Count} stars of the catalogue are marked.",
        { Extraction: { } extraction } => $"{extraction.Detections.Count} sources are marked.",
        _ => "No source is marked.",
    };

    static string Legend(FrameMeasurement measurement) => measurement switch
    {
        { Calibration.Best: not null } => "Blue: reference stars that were used. Grey-red: rejected. Orange cross: target.",
        { Solution.IsSolved: true } => "Blue: stars of the catalogue.",
        _ => "Grey-red: sources.",
    };

    static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
