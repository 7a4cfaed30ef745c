using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class PlateSolverTests
{
    const int Size = 1024;

    // 28 square degrees with 300 stars in the area of a frame.
    static readonly SkyField field = new(150.1, 2.2, 3, 3700, 1);
    static readonly FitsHeader truth = SkyField.Header(Size, Size, 150.6, 2.9, scale: 1, rotation: 33);
    static readonly SkyField.Shown frame = field.Frame(truth, Size, Size);
    static readonly PlateHints hints = new() { Ra = 150.1, Dec = 2.2, Radius = 2, PixelScale = 1 };

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.8)]
    [InlineData(0.36)]
    [InlineData(null)]
    public void A_frame_is_found_around_a_position_whatever_its_scale(double? scale) =>
        AssertSolved(frame.Solve(field.Catalog, hints: hints with { PixelScale = scale }), truth, frame, PlateMethod.Hint);

    [Fact]
    public void A_frame_is_found_with_nothing_known() =>
        AssertSolved(frame.Solve(field.Catalog), truth, frame, PlateMethod.Blind);

    [Fact]
    public void Good_coordinates_are_verified() =>
        AssertSolved(frame.Solve(field.Catalog, Wcs.From(truth)), truth, frame, PlateMethod.Verified);

    [Theory]
    [InlineData(0, 30 / 3600.0, 1, 33, false, PlateMethod.Refined)]
    [InlineData(-150 / 3600.0, 100 / 3600.0, 1, 33, false, PlateMethod.Refined)]
    [InlineData(1, 0.5, 1, 33, false, PlateMethod.Repaired)]
    [InlineData(0, 0, 1, 123, false, PlateMethod.Repaired)]
    [InlineData(0, 0, 2.2, 33, false, PlateMethod.Repaired)]
    [InlineData(0, 0, 1, 33, true, PlateMethod.Repaired)]
    public void Wrong_coordinates_are_repaired(double ra, double dec, double scale, double rotation, bool mirrored,
        PlateMethod method)
    {
        var wrong = SkyField.Header(Size, Size, 150.6 + ra, 2.9 + dec, scale, rotation, mirrored);
        AssertSolved(frame.Solve(field.Catalog, Wcs.From(wrong)), truth, frame, method);
    }

    [Theory]
    [InlineData(0.2, -0.1)]
    [InlineData(359.9, 45)]
    [InlineData(123, 89.95)]
    [InlineData(123, -89.99)]
    public void Frames_across_right_ascension_0_and_at_the_poles_are_like_others(double ra, double dec)
    {
        var sky = new SkyField(ra, dec, 1.5, 2000, 7);
        var header = SkyField.Header(Size, Size, ra, dec, scale: 1.3, rotation: 250, mirrored: true);
        var shown = sky.Frame(header, Size, Size);
        var solution = shown.Solve(sky.Catalog, hints: new() { Ra = ra, Dec = dec, Radius = 1, PixelScale = 1 });
        AssertSolved(solution, header, shown, PlateMethod.Hint);
        AssertSolved(shown.Solve(sky.Catalog, Wcs.From(header)), header, shown, PlateMethod.Verified);
    }

    [Fact]
    public void Ten_times_the_pixel_scale_is_refused_with_the_right_one()
    {
        var solution = frame.Solve(field.Catalog, hints: hints with { PixelScale = 10 });
        Assert.False(solution.IsSolved);
        Assert.Equal(PlateMethod.None, solution.Method);
        Assert.Contains("The pixel scale is wrong: the frame matches Field with 1\" per pixel", solution.Reason);
    }

    [Fact]
    public void A_frame_of_another_field_is_refused()
    {
        var solution = frame.Solve(field.Catalog, hints: hints with { Dec = 0.7, Radius = 1, ScaleFactor = 1.2 });
        Assert.False(solution.IsSolved);
        Assert.Contains("was not recognised within 1 degrees of ra 150.1, dec +0.7 with pixels of 0.833\" to 1.2\"", solution.Reason);
        Assert.True(solution.LogOdds < PlateSolver.AcceptedLogOdds);
        Assert.Throws<InvalidOperationException>(() => solution.Over(truth));
    }

    static void AssertSolved(PlateSolution solution, FitsHeader truth, SkyField.Shown shown, PlateMethod method)
    {
        Assert.True(solution.IsSolved, solution.Reason);
        Assert.Equal(method, solution.Method);
        Assert.All(solution.Matches, match => Assert.Equal(shown.Id[match.Detection], match.Star.Id));
        // All but a few stars beyond four standard deviations.
        Assert.InRange(solution.Matches.Count, 0.97 * shown.Id.Count(id => id > 0), shown.X.Length);
        var wcs = Wcs.From(truth);
        var scale = wcs.PixelScale;
        foreach (var (right, up) in ((double, double)[])[(0.5, 0.5), (0, 0), (0, 1), (1, 0), (1, 1)])
        {
            var (x, y) = (0.5 + right * shown.Width, 0.5 + up * shown.Height);
            var (ra, dec) = wcs.PixelToSky(x, y);
            var (solvedRa, solvedDec) = solution.Wcs.PixelToSky(x, y);
            // Places are wrong by 0.1 pixels; with a hundred stars or more a linear solution is good to 0.1 sqrt(3 / 100) * 2 in
            // a corner, here at five standard deviations.
            Assert.InRange(Sphere.Separation(ra, dec, solvedRa, solvedDec) * 3600, 0, 0.17 * scale);
        }
        Assert.Equal(scale, solution.PixelScale, 1e-4 * scale);
    }
}
