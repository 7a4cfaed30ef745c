using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>Pictures of a calibration.</summary>
public static class CalibrationPlots
{
    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    /// <summary>
    /// Reference against instrumental magnitude: stars used and rejected, the calibration with its scatter, and the target.
    /// </summary>
    /// <param name="result">With or without a zero point.</param>
    /// <param name="title">What is above it, such as the frame's name; null for none.</param>
    /// <param name="light">Whether it is dark on white on screens, too.</param>
    public static SvgFigure Magnitudes(CalibrationResult result, string? title = null, bool light = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var shown = Shown(result);
        var stars = shown is null ? [] : result.Stars(shown);
        var band = shown?.Band.Name() ?? "magnitude";
        var heading = Heading(result, title);
        var figure = new SvgFigure(640, 480, heading, Describe(result)) { Light = light };
        double[] instrumental = [.. stars.Select(star => star.Instrumental.Mag)];
        double[] reference = [.. stars.Select(star => star.ReferenceMag)];
        var target = result.Target;
        var x = SvgAxis.Around($"Reference {band}, mag", target is null ? reference : [.. reference, target.Mag], least: 1);
        var y = SvgAxis.Around("Instrumental, mag", target is null ? instrumental : [.. instrumental, target.InstrumentalMag],
            least: 1);
        var panel = figure.Panel(70, 40, 540, 375, x, y);
        panel.Heading = heading;
        if (shown is not null)
            Relation(panel, shown, stars, x);
        if (target is not null)
        {
            panel.Points([target.Mag], [target.InstrumentalMag], SvgInk.Target, SvgMarker.Reticle, 12);
            panel.Words(target.Mag, target.InstrumentalMag, target.IsLimit ? string.Create(invariant, $"> {target.Mag:0.00}")
                : string.Create(invariant, $"{target.Mag:0.000} ± {target.MagErr:0.000}"), 16, 16);
        }
        if (stars.Count == 0)
            figure.Words(340, 230, "No star to show", centred: true, size: 16);
        Key(figure, 70, 468);
        return figure;
    }

    /// <summary>
    /// Residuals (calibrated less reference) against magnitude, colour and place. In the last, circles are as large as the
    /// residuals; those that the frame shows too faint are blue, those too bright orange.
    /// </summary>
    /// <param name="result">With or without a zero point.</param>
    /// <param name="title">What is above it; null for none.</param>
    /// <param name="light">Whether it is dark on white on screens, too.</param>
    public static SvgFigure Residuals(CalibrationResult result, string? title = null, bool light = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var heading = Heading(result, title);
        var figure = new SvgFigure(900, 720, heading, Describe(result)) { Light = light };
        var shown = Shown(result);
        var stars = shown is null ? [] : result.Stars(shown);
        if (shown is null || stars.Count == 0)
        {
            figure.Words(450, 350, "No star to show", centred: true, size: 16);
            return figure;
        }
        // Outliers are far out; what matters is near zero. Those beyond are drawn at the edge.
        var scale = Math.Max(5 * LightCurves.Robust.Sigma([.. stars.Select(star => star.Residual)]), 0.02);
        var axis = new SvgAxis("Residual, mag", scale, -scale);
        var colour = shown.Colour?.ToString() ?? "Colour";
        Against(60, $"Reference {shown.Band.Name()}, mag", star => star.ReferenceMag, 0.5, heading);
        if (stars.Any(star => double.IsFinite(star.Colour)))
            Against(505, $"{colour}, mag", star => star.Colour, 0.2, null);
        var placed = stars.Where(star => star.Used && double.IsFinite(star.Instrumental.X)
            && double.IsFinite(star.Instrumental.Y)).ToArray();
        if (placed.Length > 0)
        {
            double[] px = [.. placed.Select(star => star.Instrumental.X)], py = [.. placed.Select(star => star.Instrumental.Y)];
            var panel = figure.Panel(60, 375, 805, 275, SvgAxis.Around("X, pixels", px), SvgAxis.Around("Y, pixels", py));
            panel.Grid = false;
            foreach (var (ink, sign) in new[] { (SvgInk.Used, 1), (SvgInk.Target, -1) })
            {
                var some = placed.Where(star => Math.Sign(star.Residual) == sign).ToArray();
                panel.Circles([.. some.Select(star => star.Instrumental.X)], [.. some.Select(star => star.Instrumental.Y)],
                    [.. some.Select(star => 12 * Math.Min(Math.Abs(star.Residual) / scale, 1))], ink);
            }
            panel.Heading = string.Create(invariant,
                $"Residuals by place: the largest circle is {scale:0.000} mag; blue too faint, orange too bright");
        }
        Key(figure, 60, 705);
        return figure;

        void Against(double left, string label, Func<CalibrationStar, double> value, double least, string? above)
        {
            double[] x = [.. stars.Select(value)];
            var panel = figure.Panel(left, 40, 360, 270, SvgAxis.Around(label, x, least: least), axis);
            panel.Heading = above;
            foreach (var used in new[] { false, true })
            {
                var some = stars.Where(star => star.Used == used).ToArray();
                panel.Points([.. some.Select(value)],
                    [.. some.Select(star => Math.Clamp(star.Residual, -0.97 * scale, 0.97 * scale))],
                    used ? SvgInk.Used : SvgInk.Rejected, used ? SvgMarker.Dot : SvgMarker.Cross, used ? 3.5 : 5);
            }
            panel.Line([-1e4, 1e4], [0, 0], SvgInk.Model);
        }
    }

    /// <summary>A small panel for every band that passes, or for all where none does; the chosen one is marked.</summary>
    /// <param name="result">With or without a zero point.</param>
    /// <param name="title">What is above it; null for none.</param>
    /// <param name="light">Whether it is dark on white on screens, too.</param>
    public static SvgFigure Bands(CalibrationResult result, string? title = null, bool light = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var heading = Heading(result, title);
        var fits = result.Bands.Where(fit => fit.Problem is null).ToArray();
        if (fits.Length == 0)
            fits = [.. result.Bands.Where(fit => result.Stars(fit).Count > 0)];
        const int inRow = 4;
        var rows = Math.Max((fits.Length + inRow - 1) / inRow, 1);
        var figure = new SvgFigure(970, 45 + 245 * rows, heading, Describe(result)) { Light = light };
        figure.Words(20, 22, heading, size: 14);
        if (fits.Length == 0)
            figure.Words(485, 150, "No star to show", centred: true, size: 16);
        for (var i = 0; i < fits.Length; i++)
        {
            var fit = fits[i];
            var stars = result.Stars(fit);
            var x = SvgAxis.Around($"Reference {fit.Band.Name()}", [.. stars.Select(star => star.ReferenceMag)], least: 1);
            var y = SvgAxis.Around("Instrumental", [.. stars.Select(star => star.Instrumental.Mag)], least: 1);
            var panel = figure.Panel(60 + 235 * (i % inRow), 60 + 245 * (i / inRow), 165, 165, x, y);
            panel.Ticks = 3;
            panel.Heading = string.Create(invariant,
                $"{fit.ZeroPoint:0.000}, σ {fit.Scatter:0.000}, {100 * fit.OutlierFraction:0} % out");
            if (fit.Band == result.Best?.Band)
                panel.Frame = SvgInk.Target;
            Relation(panel, fit, stars, x, small: true);
        }
        return figure;
    }

    // The stars of a band, and the line of slope 1 with the scatter to both sides.
    static void Relation(SvgPanel panel, BandFit fit, IReadOnlyList<CalibrationStar> stars, SvgAxis x, bool small = false)
    {
        var scatter = fit.Scatter;
        double[] ends = [x.From, x.To];
        panel.Area(ends, [ends[0] - fit.ZeroPoint - scatter, ends[1] - fit.ZeroPoint - scatter],
            [ends[0] - fit.ZeroPoint + scatter, ends[1] - fit.ZeroPoint + scatter], SvgInk.Model);
        foreach (var used in new[] { false, true })
        {
            var some = stars.Where(star => star.Used == used).ToArray();
            panel.Points([.. some.Select(star => star.ReferenceMag)], [.. some.Select(star => star.Instrumental.Mag)],
                used ? SvgInk.Used : SvgInk.Rejected, used ? SvgMarker.Dot : SvgMarker.Cross, small ? 2.5 : used ? 4 : 6);
        }
        panel.Line(ends, [ends[0] - fit.ZeroPoint, ends[1] - fit.ZeroPoint], SvgInk.Model);
    }

    static void Key(SvgFigure figure, double left, double y) =>
        figure.Words(left, y, "● used · × rejected · ┼ target · line: calibration", size: 11);

    // The chosen fit; where there is none, the one with the most stars.
    static BandFit? Shown(CalibrationResult result) => result.Best
        ?? result.Bands.Where(fit => fit.Model is not null).MaxBy(fit => fit.Used);

    static string Heading(CalibrationResult result, string? title)
    {
        var text = result.Best is not { } best ? "No zero point"
            : string.Create(invariant,
                $"{best.Band.Name()}: zero point {best.ZeroPoint:0.000} ± {best.ZeroPointErr:0.000}, scatter "
                + $"{best.Scatter:0.000}, {best.Used} of {best.Count} stars");
        return title is null ? text : $"{title} · {text}";
    }

    static string Describe(CalibrationResult result)
    {
        if (result.Problem is { } problem)
            return problem.Message;
        var target = result.Target is not { } t ? "" : t.IsLimit ? string.Create(invariant,
            $" The target was not seen; it is fainter than {t.Mag:0.00} mag.")
            : string.Create(invariant, $" The target has {t.Mag:0.000} ± {t.MagErr:0.000} mag.");
        return string.Create(invariant,
            $"{result.Best!.Used} stars agree with the catalogue, {result.Best.Count - result.Best.Used} do not.{target}");
    }
}
