using System.Xml.Linq;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class SvgFigureTests
{
    static readonly XNamespace svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(0, 10, new[] { 0.0, 2, 4, 6, 8, 10 })]
    [InlineData(10, 0, new[] { 0.0, 2, 4, 6, 8, 10 })]
    [InlineData(-0.013, 0.012, new[] { -0.01, -0.005, 0, 0.005, 0.01 })]
    [InlineData(12.3, 17.9, new[] { 13.0, 14, 15, 16, 17 })]
    public void Ticks_are_round_numbers(double from, double to, double[] expected)
    {
        var ticks = new SvgAxis("", from, to).Ticks();
        Assert.Equal(expected.Length, ticks.Length);
        // A multiple of a step that is no binary fraction is rounded once.
        for (var i = 0; i < ticks.Length; i++)
            Assert.Equal(expected[i], ticks[i], 1e-15);
    }

    [Fact]
    public void An_axis_has_room_for_every_finite_value()
    {
        var axis = SvgAxis.Around("V, mag", [12, double.NaN, 16, double.PositiveInfinity], backwards: true);
        Assert.True(axis.From > 16 && axis.To < 12);
        Assert.True(SvgAxis.Around("", []).To > SvgAxis.Around("", []).From);
        Assert.True(SvgAxis.Around("", [5, 5]) is { From: < 5, To: > 5 });
    }

    [Fact]
    public void A_figure_is_XML_with_title_description_and_escaped_words()
    {
        var figure = new SvgFigure(300, 200, "A < B & \"C\"\u0001", "What is seen") { Light = true };
        var panel = figure.Panel(50, 20, 200, 120, new SvgAxis("x", 0, 10), new SvgAxis("y", 10, 0));
        panel.Points([5, double.NaN], [5, 5], SvgInk.Used);
        panel.Points([5], [2], SvgInk.Target, SvgMarker.Reticle, 10);
        panel.Words(5, 5, "<script>");
        var root = XDocument.Parse(figure.ToString()).Root!;
        Assert.Equal("A < B & \"C\" ", root.Element(svg + "title")!.Value);
        Assert.Equal("What is seen", root.Element(svg + "desc")!.Value);
        Assert.Equal("img", root.Attribute("role")!.Value);
        Assert.Contains(root.Descendants(svg + "text"), text => text.Value == "<script>");
        // The middle of the panel, and no point for NaN.
        var points = root.Descendants(svg + "path").First(path => path.Attribute("class")!.Value == "ink-used");
        Assert.Equal("M100 60h0", points.Attribute("d")!.Value);
        // Two axes' names beside the ticks.
        Assert.Equal(2, root.Descendants(svg + "text").Count(text => text.Value is "x" or "y"));
    }

    [Fact]
    public void Light_and_dark_differ_in_the_style_alone()
    {
        static string[] Lines(bool light)
        {
            var figure = new SvgFigure(300, 200, "T", "D") { Light = light };
            figure.Panel(50, 20, 200, 120, new SvgAxis("x", 0, 10), new SvgAxis("y", 10, 0)).Points([1, 2], [3, 4], SvgInk.Used);
            return figure.ToString().Split("</style>");
        }
        Assert.Equal(Lines(true)[1], Lines(false)[1]);
        Assert.Contains("@media print", Lines(false)[0], StringComparison.Ordinal);
        Assert.DoesNotContain("@media print", Lines(true)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Axes_without_extent_are_refused()
    {
        var figure = new SvgFigure(300, 200, "T", "D");
        Assert.Throws<ArgumentException>(() => figure.Panel(0, 0, 10, 10, new SvgAxis("x", 1, 1), new SvgAxis("y", 0, 1)));
        Assert.Throws<ArgumentException>(() => figure.Panel(0, 0, 10, 10, new SvgAxis("x", 0, double.NaN), new SvgAxis("y", 0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SvgFigure(0, 200, "T", "D"));
    }
}
