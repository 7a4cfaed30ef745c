using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class FramePhotometryTests
{
    const double TargetFlux = 20_000;

    static SimulatedStar Target { get; } = new(203.4, 158.7, TargetFlux);

    static double TargetMag { get; } = SimulatedField.ZeroPoint - 2.5 * Math.Log10(TargetFlux);

    static SimulatedStar[] Stars { get; } = [.. SimulatedStar.Field(400, 300, 150, 1000, 5e5, seed: 11), Target];

    static SimulatedField Field(SimulatedFrame? sky = null, bool hasWcs = false) =>
        SimulatedField.Of((sky ?? new SimulatedFrame()) with { Width = 400, Height = 300, Stars = Stars },
            hasWcs: hasWcs, unlisted: (Target.X, Target.Y));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_target_gets_its_magnitude(bool hasWcs)
    {
        var stages = new List<FrameStage>();
        var measured = Field(hasWcs: hasWcs).Measure((Target.X, Target.Y), new() { Ended = stages.Add });
        Assert.Equal([FrameStage.Read, FrameStage.Extracted, FrameStage.Solved, FrameStage.Calibrated], stages);
        Assert.Null(measured.Problem);
        Assert.Equal(hasWcs ? PlateMethod.Verified : PlateMethod.Hint, measured.Solution!.Method);
        var target = measured.Calibration!.Target!;
        Assert.False(target.IsLimit);
        Assert.InRange(target.MagErr, 0.001, 0.02); // 20,000 ADU, gain 2: photons alone make 0.006
        Assert.Equal(TargetMag, target.Mag, 3 * target.MagErr);
        Assert.Equal(3, measured.Extraction!.Fwhm, 0.3);
        Assert.Equal(measured.Extraction.Fwhm, measured.Seeing, 0.01); // 1" pixels
        var (x, y) = (measured.Target!.Value.X, measured.Target.Value.Y);
        Assert.True(double.Hypot(x - Target.X, y - Target.Y) < 0.1);
        Assert.Contains("2026", JulianYear(measured.BjdTdb), StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalogue_that_may_not_be_of_Gaia_is_taken_for_it_and_that_is_said()
    {
        var measured = Field().Measure((Target.X, Target.Y), new() { Band = CatalogChoice.Parse("GaiaSP/any") });
        Assert.NotNull(measured.Calibration!.Best);
        Assert.Contains("The catalogue is called Simulated; it was taken to be GaiaSP, which was asked for.", measured.Notes);
        Assert.DoesNotContain("was taken to be", string.Join(' ', Field().Measure((Target.X, Target.Y)).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_is_the_same_for_any_number_of_threads()
    {
        var field = Field();
        var (one, two) = (field.Measure((Target.X, Target.Y)), field.Measure((Target.X, Target.Y), new() { Threads = 2 }));
        Assert.Equal(one.Calibration!.Target, two.Calibration!.Target);
        Assert.Equal(one.LimitingMag, two.LimitingMag);
    }

    [Fact]
    public void An_empty_place_gives_a_limit()
    {
        var measured = Field().Measure((60, 255));
        var limit = measured.Calibration!.Target!;
        Assert.True(limit.IsLimit);
        // 5 sigma of sky and reading in the aperture: sqrt(500 / 2 + 25 / 4 + 1 / 12) ADU a pixel.
        var radius = measured.ApertureDiameter / 2;
        var expected = SimulatedField.ZeroPoint - 2.5 * Math.Log10(5 * Math.Sqrt(Math.PI * 256.3) * radius);
        // The sky's noise is measured to some percent, and the aperture misses some percent of a star's light.
        Assert.Equal(expected, limit.Mag, 0.15);
        Assert.Equal(limit.Mag, measured.LimitingMag, 0.02);
    }

    [Fact]
    public void A_target_outside_the_frame_is_told_and_the_zero_point_kept()
    {
        var measured = Field().Measure((430, 158));
        Assert.Contains("outside the frame, by 3", measured.Problem, StringComparison.Ordinal); // 30 pixels
        Assert.Equal(FrameStage.Solved, measured.Reached);
        Assert.False(measured.Target!.Value.IsInside);
        Assert.NotNull(measured.Calibration!.Best);
        Assert.Null(measured.Calibration.Target);
    }

    [Fact]
    public void A_target_on_a_bad_column_or_near_the_edge_is_told()
    {
        var measured = Field(new SimulatedFrame { BadColumns = [203, 204, 300] }).Measure((Target.X, Target.Y));
        Assert.Contains("Bad columns 203, 204, 300 left out.", measured.Notes);
        Assert.Contains(measured.Notes, note => note.StartsWith("The target is on bad pixels", StringComparison.Ordinal));
        Assert.True(measured.Target!.Value.Flags.HasFlag(DetectionFlaws.BadPixels));
        var edge = Field().Measure((398, 100));
        Assert.Contains(edge.Notes, note => note.StartsWith("The target is near the edge", StringComparison.Ordinal));
    }

    [Fact]
    public void A_frame_of_another_field_is_not_solved_and_keeps_its_sources()
    {
        var other = SimulatedStar.Field(400, 300, 150, 1000, 5e5, seed: 99);
        var frame = (Field().Sky with { Stars = other }).Make();
        var measured = FramePhotometry.Measure(frame, Field().Catalog);
        Assert.Equal(FrameStage.Extracted, measured.Reached);
        Assert.NotNull(measured.Problem);
        Assert.True(measured.Extraction!.Detections.Count > 50);
        Assert.Null(measured.Calibration);
    }

    [Fact]
    public void Frames_that_show_nothing_say_so()
    {
        var catalog = Field().Catalog;
        var flat = new Frame(100, 80, new float[8000], new FitsHeader());
        Assert.Contains("same value, 0", FramePhotometry.Measure(flat, catalog).Problem, StringComparison.Ordinal);
        Array.Fill(flat.Pixels, 65535);
        Assert.Contains("same value, 65535", FramePhotometry.Measure(flat, catalog).Problem, StringComparison.Ordinal);
        Array.Fill(flat.Pixels, float.NaN);
        Assert.Contains("value", FramePhotometry.Measure(flat, catalog).Problem, StringComparison.Ordinal);
        var empty = new SimulatedFrame { Width = 200, Height = 200 }.Make();
        var measured = FramePhotometry.Measure(empty, catalog);
        Assert.NotNull(measured.Problem);
        Assert.True(measured.Reached < FrameStage.Solved);
    }

    [Fact]
    public void Three_stars_are_too_few()
    {
        var sky = new SimulatedFrame { Width = 200, Height = 200, Stars = [new(50, 60, 1e5), new(120, 140, 5e4), new(160, 30, 8e4)] };
        var measured = SimulatedField.Of(sky).Measure();
        Assert.Equal(FrameStage.Extracted, measured.Reached);
        Assert.Contains("too few", measured.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalogue_without_stars_in_the_field_is_told()
    {
        var elsewhere = new MemoryStarCatalog("Elsewhere", [new CatalogStar { Ra = 10, Dec = -60, Mag = CatalogMagnitudes.None }]);
        var measured = FramePhotometry.Measure(Field().Sky.Make(), elsewhere);
        Assert.Equal(FrameStage.Extracted, measured.Reached);
        Assert.NotNull(measured.Problem);
    }

    [Fact]
    public void Saturation_is_found_where_the_header_is_silent()
    {
        var bright = Enumerable.Range(0, 8).Select(i => new SimulatedStar(40 + 40 * i, 150 + 10 * i, 3e6));
        var sky = new SimulatedFrame { Width = 400, Height = 300, Stars = [.. Stars, .. bright], Saturation = 30_000 };
        var level = SaturationLevel.Of(sky.Make());
        Assert.InRange(level!.Value, 27_000, 30_000);
        Assert.Null(SaturationLevel.Of(Field().Sky.Make())); // nothing saturated: the brightest star thins out
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        var (frame, catalog) = (new SimulatedFrame().Make(), Field().Catalog);
        Assert.Throws<ArgumentException>(() => FramePhotometry.Measure(frame, catalog, new() { TargetRa = 10 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => FramePhotometry.Measure(frame, catalog, new() { TargetRa = 1, TargetDec = 95 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => FramePhotometry.Measure(frame, catalog, new() { Threads = 0 }));
    }

    [Fact]
    public void The_picture_shows_stars_and_target()
    {
        var measured = Field().Measure((Target.X, Target.Y));
        var svg = FramePicture.Draw(measured, "A & B").ToString();
        Assert.Contains("data:image/png;base64,iVBORw0KGgo", svg, StringComparison.Ordinal);
        Assert.Contains("A &amp; B", svg, StringComparison.Ordinal);
        foreach (var words in (string[])["ink-used", "ink-target", ">N</text>", ">E</text>", ">target</text>", "tell the zero point"])
            Assert.Contains(words, svg, StringComparison.Ordinal);
        Assert.True(svg.Length < 1_000_000);
        Assert.Equal(svg, FramePicture.Draw(Field().Measure((Target.X, Target.Y)), "A & B").ToString());
    }

    static string JulianYear(double jd) => (2000 + (jd - 2451545) / 365.25).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}
