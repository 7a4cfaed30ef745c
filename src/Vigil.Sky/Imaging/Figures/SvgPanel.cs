using System.Globalization;
using System.Text;

namespace Vigil.Sky.Imaging;

/// <summary>A panel of a figure. What is added later is drawn above what was added before; what is outside is cut off.</summary>
public sealed class SvgPanel
{
    // Farther out than this nobody sees a mark, and numbers stay short.
    const double Beyond = 20_000;

    readonly double left, top, width, height;
    readonly SvgAxis xAxis, yAxis;
    readonly StringBuilder inside = new();

    internal SvgPanel(double left, double top, double width, double height, SvgAxis x, SvgAxis y)
    {
        foreach (var axis in (ReadOnlySpan<SvgAxis>)[x, y])
            if (!double.IsFinite(axis.To - axis.From) || axis.To == axis.From)
                throw new ArgumentException($"The axis '{axis.Label}' cannot run from {axis.From} to {axis.To}.");
        (this.left, this.top, this.width, this.height, xAxis, yAxis) = (left, top, width, height, x, y);
    }

    /// <summary>A heading above the panel; null for none.</summary>
    public string? Heading { get; set; }

    /// <summary>The colour of the frame around it.</summary>
    public SvgInk Frame { get; set; } = SvgInk.Text;

    /// <summary>Whether there are lines at the ticks.</summary>
    public bool Grid { get; set; } = true;

    /// <summary>About so many ticks on an axis.</summary>
    public int Ticks { get; set; } = 5;

    /// <summary>Adds points; those that are not finite are left out.</summary>
    /// <param name="x">Shape (N).</param>
    /// <param name="y">Shape (N).</param>
    /// <param name="ink">What they stand for.</param>
    /// <param name="marker">Their shape.</param>
    /// <param name="size">Their diameter: pixels.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Points(ReadOnlySpan<double> x, ReadOnlySpan<double> y, SvgInk ink, SvgMarker marker = SvgMarker.Dot,
        double size = 4)
    {
        RequireOneLength(x.Length, y.Length);
        var path = new StringBuilder();
        var (half, full) = (SvgFigure.Number(size / 2), SvgFigure.Number(size));
        for (var i = 0; i < x.Length; i++)
        {
            if (At(x[i], y[i]) is not { } at)
                continue;
            var (px, py) = (SvgFigure.Number(at.X), SvgFigure.Number(at.Y));
            path.Append(marker switch
            {
                SvgMarker.Dot => $"M{px} {py}h0",
                SvgMarker.Ring => $"M{px} {py}m-{half} 0a{half} {half} 0 1 0 {full} 0a{half} {half} 0 1 0-{full} 0",
                SvgMarker.Cross => $"M{px} {py}m-{half}-{half}l{full} {full}m0-{full}l-{full} {full}",
                _ => Reticle(at.X, at.Y, size),
            });
        }
        if (path.Length == 0)
            return;
        var stroke = marker == SvgMarker.Dot ? $"stroke-width=\"{full}\" stroke-linecap=\"round\"" : "stroke-width=\"1.3\"";
        inside.Append(CultureInfo.InvariantCulture, $"<path class=\"{SvgFigure.Class(ink)}\" {stroke} d=\"{path}\"/>\n");
    }

    /// <summary>Adds circles, each of its own size; those that are not finite are left out.</summary>
    /// <param name="x">Shape (N).</param>
    /// <param name="y">Shape (N).</param>
    /// <param name="radius">Pixels of the figure, not below 0, shape (N).</param>
    /// <param name="ink">What they stand for.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Circles(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> radius, SvgInk ink)
    {
        RequireOneLength(x.Length, y.Length);
        RequireOneLength(x.Length, radius.Length);
        inside.Append(CultureInfo.InvariantCulture, $"<g class=\"{SvgFigure.Class(ink)}\" stroke-width=\"1.3\">\n");
        for (var i = 0; i < x.Length; i++)
            if (At(x[i], y[i]) is { } at && radius[i] >= 0)
                inside.Append(CultureInfo.InvariantCulture,
                    $"<circle cx=\"{SvgFigure.Number(at.X)}\" cy=\"{SvgFigure.Number(at.Y)}\" "
                        + $"r=\"{SvgFigure.Number(Math.Min(radius[i], Beyond))}\"/>\n");
        inside.Append("</g>\n");
    }

    /// <summary>Adds a line through points; it breaks where one is not finite.</summary>
    /// <param name="x">Shape (N).</param>
    /// <param name="y">Shape (N).</param>
    /// <param name="ink">What it stands for.</param>
    /// <param name="dashed">Whether it is broken.</param>
    /// <param name="thickness">Pixels.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y, SvgInk ink, bool dashed = false, double thickness = 1.5)
    {
        RequireOneLength(x.Length, y.Length);
        var path = new StringBuilder();
        var pen = false;
        for (var i = 0; i < x.Length; i++)
        {
            if (At(x[i], y[i]) is not { } at)
            {
                pen = false;
                continue;
            }
            path.Append(CultureInfo.InvariantCulture, $"{(pen ? "L" : "M")}{SvgFigure.Number(at.X)} {SvgFigure.Number(at.Y)}");
            pen = true;
        }
        if (path.Length > 0)
            inside.Append(CultureInfo.InvariantCulture,
                $"<path class=\"{SvgFigure.Class(ink)}\" "
                    + $"stroke-width=\"{SvgFigure.Number(thickness)}\"{(dashed ? " stroke-dasharray=\"5 4\"" : "")} "
                    + $"d=\"{path}\"/>\n");
    }

    /// <summary>Adds an area between two lines, half transparent.</summary>
    /// <param name="x">Finite, shape (N).</param>
    /// <param name="low">Finite, shape (N).</param>
    /// <param name="high">Finite, shape (N).</param>
    /// <param name="ink">What it stands for.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or a number is not finite.</exception>
    public void Area(ReadOnlySpan<double> x, ReadOnlySpan<double> low, ReadOnlySpan<double> high, SvgInk ink)
    {
        RequireOneLength(x.Length, low.Length);
        RequireOneLength(x.Length, high.Length);
        var points = new StringBuilder();
        for (var i = 0; i < x.Length; i++)
            Append(x[i], low[i]);
        for (var i = x.Length - 1; i >= 0; i--)
            Append(x[i], high[i]);
        inside.Append(CultureInfo.InvariantCulture,
            $"<polygon class=\"{SvgFigure.Class(ink)}-area\" fill-opacity=\"0.25\" points=\"{points}\"/>\n");

        void Append(double px, double py)
        {
            var (atX, atY) = At(px, py) ?? throw new ArgumentException("The edge of an area must be finite.");
            points.Append(CultureInfo.InvariantCulture, $"{SvgFigure.Number(atX)},{SvgFigure.Number(atY)} ");
        }
    }

    /// <summary>Adds words at a place of the axes.</summary>
    /// <param name="x">On the x axis.</param>
    /// <param name="y">On the y axis.</param>
    /// <param name="text">The words.</param>
    /// <param name="dx">Pixels to the right of it.</param>
    /// <param name="dy">Pixels below it.</param>
    public void Words(double x, double y, string text, double dx = 8, double dy = 4)
    {
        if (At(x, y) is { } at)
            inside.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{SvgFigure.Number(at.X + dx)}\" y=\"{SvgFigure.Number(at.Y + dy)}\" "
                    + $"font-size=\"11\">{SvgFigure.Escape(text)}</text>\n");
    }

    /// <summary>Adds a picture, such as a stretched frame.</summary>
    /// <param name="png">A PNG file; its first row is at the top.</param>
    /// <param name="left">Where its left edge is on the x axis.</param>
    /// <param name="right">Where its right edge is.</param>
    /// <param name="bottom">Where its lower edge is on the y axis.</param>
    /// <param name="top">Where its upper edge is.</param>
    /// <exception cref="ArgumentException">An edge is not finite.</exception>
    public void Image(ReadOnlySpan<byte> png, double left, double right, double bottom, double top)
    {
        if (At(left, top) is not { } from || At(right, bottom) is not { } to)
            throw new ArgumentException("The edges of a picture must be finite.");
        inside.Append(CultureInfo.InvariantCulture,
            $"<image x=\"{SvgFigure.Number(from.X)}\" y=\"{SvgFigure.Number(from.Y)}\" "
                + $"width=\"{SvgFigure.Number(to.X - from.X)}\" height=\"{SvgFigure.Number(to.Y - from.Y)}\" "
                + $"preserveAspectRatio=\"none\" href=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>\n");
    }

    internal void Write(StringBuilder svg)
    {
        var (faint, text) = (SvgFigure.Class(SvgInk.Faint), SvgFigure.Class(SvgInk.Text));
        svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({SvgFigure.Number(left)} "
            + $"{SvgFigure.Number(top)})\">\n");
        StringBuilder grid = new(), marks = new(), labels = new();
        foreach (var tick in xAxis.Ticks(Ticks))
        {
            var x = SvgFigure.Number(At(tick, yAxis.From)!.Value.X);
            grid.Append(CultureInfo.InvariantCulture, $"M{x} 0V{SvgFigure.Number(height)}");
            marks.Append(CultureInfo.InvariantCulture, $"M{x} {SvgFigure.Number(height)}v5");
            labels.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{x}\" y=\"{SvgFigure.Number(height + 17)}\" text-anchor=\"middle\" "
                    + $"font-size=\"11\">{xAxis.Format(tick, Ticks)}</text>\n");
        }
        foreach (var tick in yAxis.Ticks(Ticks))
        {
            var y = At(xAxis.From, tick)!.Value.Y;
            grid.Append(CultureInfo.InvariantCulture, $"M0 {SvgFigure.Number(y)}H{SvgFigure.Number(width)}");
            marks.Append(CultureInfo.InvariantCulture, $"M0 {SvgFigure.Number(y)}h-5");
            labels.Append(CultureInfo.InvariantCulture,
                $"<text x=\"-8\" y=\"{SvgFigure.Number(y + 4)}\" text-anchor=\"end\" "
                    + $"font-size=\"11\">{yAxis.Format(tick, Ticks)}</text>\n");
        }
        if (Grid && grid.Length > 0)
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{faint}\" stroke-width=\"0.7\" d=\"{grid}\"/>\n");
        // An inner svg element cuts off what is outside.
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg width=\"{SvgFigure.Number(width)}\" height=\"{SvgFigure.Number(height)}\" "
                + $"overflow=\"hidden\">\n{inside}</svg>\n");
        if (marks.Length > 0)
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{text}\" d=\"{marks}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"{SvgFigure.Class(Frame)}\" stroke-width=\"{(Frame == SvgInk.Text ? "1" : "2")}\" "
                + $"width=\"{SvgFigure.Number(width)}\" height=\"{SvgFigure.Number(height)}\"/>\n");
        svg.Append(labels);
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{SvgFigure.Number(width / 2)}\" y=\"{SvgFigure.Number(height + 34)}\" text-anchor=\"middle\" "
                + $"font-size=\"12\">{SvgFigure.Escape(xAxis.Label)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text transform=\"translate(-44 {SvgFigure.Number(height / 2)}) rotate(-90)\" text-anchor=\"middle\" "
                + $"font-size=\"12\">{SvgFigure.Escape(yAxis.Label)}</text>\n");
        if (Heading is { } heading)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"-7\" "
                + $"font-size=\"12\">{SvgFigure.Escape(heading)}</text>\n");
        svg.Append("</g>\n");
    }

    // Pixels within the panel; null where a number is not finite.
    (double X, double Y)? At(double x, double y)
    {
        var px = (x - xAxis.From) / (xAxis.To - xAxis.From) * width;
        var py = (yAxis.To - y) / (yAxis.To - yAxis.From) * height;
        return double.IsFinite(px) && double.IsFinite(py)
            ? (Math.Clamp(px, -Beyond, Beyond), Math.Clamp(py, -Beyond, Beyond)) : null;
    }

    static string Reticle(double x, double y, double size)
    {
        var (gap, arm) = (size / 2, size);
        return string.Create(CultureInfo.InvariantCulture,
            $"M{x + gap:0.##} {y:0.##}h{arm:0.##}M{x - gap:0.##} {y:0.##}h-{arm:0.##}M{x:0.##} "
                + $"{y + gap:0.##}v{arm:0.##}M{x:0.##} {y - gap:0.##}v-{arm:0.##}");
    }

    static void RequireOneLength(int a, int b)
    {
        if (a != b)
            throw new ArgumentException($"The coordinates must have one length, got {a} and {b}.");
    }
}
