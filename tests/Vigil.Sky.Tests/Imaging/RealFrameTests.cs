using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>Frames of real telescopes, with reference stars of real catalogues.</summary>
public class RealFrameTests
{
    [Fact]
    public void A_camera_with_a_lens_is_solved_and_calibrated()
    {
        using var packed = File.OpenRead(At("panoptes", "unsolved.fits.gz"));
        var frame = Frame.Read(packed, new FrameReadOptions { GreenOnly = true });
        var measured = FramePhotometry.Measure(frame, Catalog(At("panoptes", "tycho2.csv"), 2000), new() { Threads = 2 });
        Assert.Null(measured.Problem);
        // Against astrometry.net 0.93: the two agree to a fifth of a pixel of 10.3" in the centre, where the stars' own scatter of 1.5"
        // over the root of their number allows 0.1", and the different orders of distortion the rest.
        var reference = File.ReadLines(At("panoptes", "zero-point.csv")).Last().Split(',').Select(ReferenceTable.Number).ToArray();
        var (ra, dec) = measured.Solution!.Wcs!.PixelToSky(350.5, 350.5);
        var away = Sphere.Separation(reference[0], reference[1], ra, dec);
        Assert.True(3600 * away < 6, $"{3600 * away}\"");
        Assert.Equal(reference[2], measured.Solution.PixelScale, 0.02);
        Assert.True(measured.Solution.Matches.Count >= 250, $"{measured.Solution.Matches.Count} of 268");
        // Against SEP's zero point of the green pixels, doubled by interpolation. It is of an aperture of 3.5 pixels, ours of the
        // fitted point-spread function, which has all of a star's light.
        var best = measured.Calibration!.Best!;
        Assert.Equal(reference[3] + 2.5 * Math.Log10(2), best.ZeroPoint, 0.2);
        Assert.True(best.Used >= 150);
        Assert.InRange(best.Scatter, 0.05, 0.15); // Tycho-2's own errors are 0.1 at VT 11; SEP's zero point scatters by 0.10
        AgreeWithinErrors(measured);
    }

    [Fact]
    public void A_large_telescope_is_verified_and_calibrated()
    {
        using var file = File.OpenRead(At("decam", "c4d_171113_060340_ooi_r_ls9.N6.fits"));
        var frame = Frame.Read(file);
        var measured = FramePhotometry.Measure(frame, Catalog(At("decam", "gaia.csv"), 2015.5));
        Assert.Null(measured.Problem);
        Assert.True(measured.Solution!.Matches.Count >= 5);
        Assert.Equal(0.262, measured.Solution.PixelScale, 0.003);
        Assert.Equal(1.87, measured.Airmass, 0.05); // the header's, of the whole field's centre
        // The survey's zero point in r is 25.175 for a count a second, 29.308 for a count in 45 s. Gaia's G is not r: stars of this field
        // have G - r of -0.3 to 0.2, and the light beyond our aperture is some percent.
        Assert.Equal(29.308, measured.Calibration!.Best!.ZeroPoint, 0.4);
    }

    // 95 % of the stars between saturation and 10 sigma agree with the catalogue within twice the error that the result states, as
    // far as their number can tell. (It is 173 of 186, 93.0 %, where 176 would be expected, two being outliers: Tycho-2 has larger
    // errors for fainter stars, which it does not tell, and which the scatter found from the stars makes up for.)
    static void AgreeWithinErrors(FrameMeasurement measured)
    {
        var stars = measured.Calibration!.Stars(measured.Calibration.Best!).Where(star => star.Instrumental.MagErr < 0.1).ToList();
        Assert.True(stars.Count > 100);
        var good = stars.Count(star => Math.Abs(star.Residual) < 2 * star.ResidualErr);
        Assert.True(good >= 0.95 * stars.Count - 2 * Math.Sqrt(0.05 * 0.95 * stars.Count), $"{good} of {stars.Count}");
    }

    static string At(string folder, string name) => Path.Combine(AppContext.BaseDirectory, "imaging", folder, name);

    static MemoryStarCatalog Catalog(string path, double epoch)
    {
        using var stream = File.OpenRead(path);
        using var table = StarTable.Open(stream, Path.GetFileName(path), new StarTableOptions { Epoch = epoch });
        return new MemoryStarCatalog(Path.GetFileNameWithoutExtension(path), table.Read());
    }
}
