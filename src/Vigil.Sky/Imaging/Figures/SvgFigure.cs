using System.Globalization;
using System.Security;
using System.Text;

namespace Vigil.Sky.Imaging;

/// <summary>A figure of panels with axes, points and lines, as SVG text.</summary>
/// <remarks>
/// It is dark, for a dome at night, and becomes dark on white when it is printed; or white at once. Its title and description
/// are read aloud by screen readers. The same calls give the same text.
/// </remarks>
public sealed class SvgFigure
{
    readonly List<SvgPanel> panels = [];
    readonly List<(double X, double Y, string Text, string Anchor, double Size)> words = [];

    /// <summary>An empty figure.</summary>
    /// <param name="width">Pixels, positive.</param>
    /// <param name="height">Pixels, positive.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What there is to see in it, for those who cannot.</param>
    /// <exception cref="ArgumentOutOfRangeException">The figure has no size.</exception>
    public SvgFigure(double width, double height, string title, string description)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(description);
        if (!(width > 0) || !(height > 0) || !double.IsFinite(width + height))
            throw new ArgumentOutOfRangeException(nameof(width), $"A figure cannot be {width} x {height} pixels.");
        (Width, Height, Title, Description) = (width, height, title, description);
    }

    /// <summary>Pixels.</summary>
    public double Width { get; }

    /// <summary>Pixels.</summary>
    public double Height { get; }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>What there is to see in it.</summary>
    public string Description { get; }

    /// <summary>Whether it is dark on white on screens, too.</summary>
    public bool Light { get; init; }

    /// <summary>Adds a panel.</summary>
    /// <param name="left">Left edge of its frame: pixels. Ticks and label of the y axis are left of it, about 50 pixels.</param>
    /// <param name="top">Upper edge: pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels; below it are ticks and label of the x axis, about 40 pixels.</param>
    /// <param name="x">The axis to the right.</param>
    /// <param name="y">The axis upwards.</param>
    /// <exception cref="ArgumentException">An axis has no extent, or is not finite.</exception>
    public SvgPanel Panel(double left, double top, double width, double height, SvgAxis x, SvgAxis y)
    {
        var panel = new SvgPanel(left, top, width, height, x, y);
        panels.Add(panel);
        return panel;
    }

    /// <summary>Adds words.</summary>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top, of the line on which the letters stand.</param>
    /// <param name="text">The words.</param>
    /// <param name="centred">Whether x is their middle rather than their beginning.</param>
    /// <param name="size">Height of the letters: pixels.</param>
    public void Words(double x, double y, string text, bool centred = false, double size = 12) =>
        words.Add((x, y, text, centred ? "middle" : "start", size));

    /// <summary>The SVG.</summary>
    public override string ToString()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Number(Width)} {Number(Height)}\" "
                + $"width=\"{Number(Width)}\" height=\"{Number(Height)}\" class=\"vigil-figure\" role=\"img\" "
                + $"aria-label=\"{Escape(Title)}\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escape(Title)}</title>\n<desc>{Escape(Description)}</desc>\n");
        svg.Append("<style>\n");
        if (Light)
            Style(svg, paper: true);
        else
        {
            Style(svg, paper: false);
            svg.Append("@media print {\n");
            Style(svg, paper: true);
            svg.Append("}\n");
        }
        svg.Append("</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        foreach (var panel in panels)
            panel.Write(svg);
        foreach (var (x, y, text, anchor, size) in words)
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\" "
                    + $"font-size=\"{Number(size)}\">{Escape(text)}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    static void Style(StringBuilder svg, bool paper)
    {
        string[] inks = paper ? ["#222222", "#cccccc", "#0072b2", "#a0522d", "#d55e00", "#007a5e"]
            : ["#c8c8c8", "#3a4048", "#56b4e9", "#b0736a", "#e69f00", "#2fbf8f"];
        svg.Append(CultureInfo.InvariantCulture, $".vigil-figure .ground {{ fill: {(paper ? "#ffffff" : "#0e1116")} }}\n");
        svg.Append(CultureInfo.InvariantCulture, $".vigil-figure text {{ fill: {inks[0]}; font-family: sans-serif }}\n");
        foreach (var ink in Enum.GetValues<SvgInk>())
            svg.Append(CultureInfo.InvariantCulture,
                $".vigil-figure .{Class(ink)} {{ stroke: {inks[(int)ink]}; fill: none }}\n.vigil-figure .{Class(ink)}-area "
                    + $"{{ fill: {inks[(int)ink]} }}\n");
    }

    internal static string Class(SvgInk ink) => ink switch
    {
        SvgInk.Text => "ink-text",
        SvgInk.Faint => "ink-faint",
        SvgInk.Used => "ink-used",
        SvgInk.Rejected => "ink-rejected",
        SvgInk.Target => "ink-target",
        SvgInk.Model => "ink-model",
        _ => throw new ArgumentOutOfRangeException(nameof(ink), ink, "There is no such ink."),
    };

    // Hundredths of a pixel are enough.
    internal static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    // XML allows no control characters, not even escaped.
    internal static string Escape(string text) =>
        SecurityElement.Escape(string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)));
}
