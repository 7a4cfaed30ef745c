using System.Globalization;
using FsCheck.Fluent;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class ExtractorTests
{
    const double Gain = 2;
    static readonly ExtractionOptions options = new() { Gain = Gain, Saturation = 60_000 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_star_alone_has_its_flux_place_and_width(bool isMoffat)
    {
        var psf = isMoffat ? PointSpread.Moffat(3.5, 4) : PointSpread.Gaussian(3.5);
        var sky = new SimulatedFrame
        {
            Width = 128, Height = 96, Psf = psf, Stars = [new SimulatedStar(60.3, 41.8, 1e5)], Noise = false, Whole = false,
        };
        var frame = sky.Make();
        var star = Assert.Single(Extractor.Extract(frame, options with { ApertureDiameters = [4, 10, 24] }).Detections);
        // Without noise: the place to the cubic error of sampling, the width with that of a pixel, sqrt(3.5² + 2.355² / 12), of
        // which a Moffat core seen through a Gaussian window may differ by a few percent.
        Assert.Equal(60.3, star.X, 2e-3);
        Assert.Equal(41.8, star.Y, 2e-3);
        Assert.Equal(3.566, star.Fwhm, isMoffat ? 0.25 : 0.03);
        Assert.InRange(star.Ellipticity, 0, 0.02);
        Assert.Equal(DetectionFlaws.None, star.Flags);
        // The truth within an aperture: the expected pixels, cut in 20 x 20 parts each.
        var expected = sky.Expected();
        for (var i = 0; i < 3; i++)
        {
            var truth = 0.0;
            var radius = new[] { 2.0, 5, 12 }[i];
            for (var y = 25; y <= 60; y++)
                for (var x = 40; x <= 80; x++)
                    for (var part = 0; part < 400; part++)
                    {
                        double dx = x + (part % 20 - 9.5) / 20 - 60.3, dy = y + (part / 20 - 9.5) / 20 - 41.8;
                        truth += dx * dx + dy * dy < radius * radius ? (expected[(y - 1) * 128 + x - 1] - 500) / 400 : 0;
                    }
            Assert.Equal(1, star.FluxAper[i] / truth, 3e-3);
        }
        // Kron's aperture holds all but some percent of a star's light (Bertin and Arnouts 1996, figure 5).
        Assert.InRange(star.FluxAuto / 1e5, isMoffat ? 0.93 : 0.98, 1.001);
    }

    [Fact]
    public void Errors_are_those_of_the_scatter()
    {
        // Isolated stars on a lattice, from 15 sigma to photon noise, at random places within their pixels. Of a Gaussian with the
        // variance (3.2 / 2.355)² + 1 / 12, a circle of radius 5 holds 1 - exp(-25 / (2 * 1.93)).
        const double InAperture = 0.9985;
        var random = new Random(11);
        var stars = new List<SimulatedStar>();
        for (var j = 0; j < 20; j++)
            for (var i = 0; i < 20; i++)
                stars.Add(new SimulatedStar(20 + 32 * i + random.NextDouble(), 20 + 32 * j + random.NextDouble(),
                    Math.Pow(10, 3.4 + 2 * random.NextDouble())));
        var sky = new SimulatedFrame { Width = 660, Height = 660, Stars = stars, Gain = Gain, Psf = PointSpread.Gaussian(3.2) };
        var found = Extractor.Extract(sky.Make(), options).Detections;
        List<double> x = [], y = [], aper = [], auto = [];
        foreach (var star in stars)
        {
            var detection = found.MinBy(d => double.Hypot(d.X - star.X, d.Y - star.Y))!;
            Assert.True(double.Hypot(detection.X - star.X, detection.Y - star.Y) < 1);
            x.Add((detection.X - star.X) / detection.XErr);
            y.Add((detection.Y - star.Y) / detection.YErr);
            aper.Add((detection.FluxAper[0] - InAperture * star.Flux) / detection.FluxAperErr[0]);
            auto.Add((detection.FluxAuto - star.Flux) / detection.FluxAutoErr);
        }
        // The standard deviation of 400 pulls has the error 0.035; three of these, and for AUTO the scatter of its aperture.
        Assert.InRange(Deviation(x), 0.89, 1.11);
        Assert.InRange(Deviation(y), 0.89, 1.11);
        Assert.InRange(Deviation(aper), 0.89, 1.13);
        Assert.InRange(Deviation(auto), 0.89, 1.25);
        // A mean of 400 has the error 0.05. So many stars leave the sky high by some percent of its noise: 5 % are 0.4 of the error of
        // an aperture of 78 pixels.
        Assert.InRange(aper.Average(), -0.5, 0.15);
        Assert.InRange(x.Average(), -0.2, 0.2);

        static double Deviation(List<double> pulls) => Math.Sqrt(pulls.Average(p => p * p) - pulls.Average() * pulls.Average());
    }

    [Theory]
    // FWHM 3: seen as two from 1.5 widths apart where alike; a companion of a tenth a little farther out.
    [InlineData(2.0, 1.0, 1)]
    [InlineData(4.5, 1.0, 2)]
    [InlineData(6.0, 1.0, 2)]
    [InlineData(7.5, 0.1, 2)]
    [InlineData(9.0, 0.02, 2)]
    [InlineData(7.0, 0.003, 1)]
    public void Two_stars_that_touch_are_separated(double distance, double ratio, int count)
    {
        const double Flux = 2e5;
        var (sin, cos) = Math.SinCos(0.6);
        var sky = new SimulatedFrame
        {
            Width = 100, Height = 100, Psf = PointSpread.Gaussian(3), Gain = Gain,
            Stars = [new SimulatedStar(50.2, 50.4, Flux), new SimulatedStar(50.2 + distance * cos, 50.4 + distance * sin, ratio * Flux)],
        };
        var found = Extractor.Extract(sky.Make(), options with { ApertureDiameters = [4] }).Detections;
        Assert.Equal(count, found.Count);
        if (count == 1)
            return;
        foreach (var star in sky.Stars)
        {
            var detection = found.MinBy(d => double.Hypot(d.X - star.X, d.Y - star.Y))!;
            // The other's wings pull on it: less than a sixth of its width.
            Assert.InRange(double.Hypot(detection.X - star.X, detection.Y - star.Y), 0, 0.5);
        }
    }

    [Fact]
    public void A_touching_neighbour_takes_little_of_the_flux()
    {
        var sky = new SimulatedFrame
        {
            Width = 100, Height = 100, Psf = PointSpread.Gaussian(3), Gain = Gain,
            Stars = [new SimulatedStar(50, 50, 1e5), new SimulatedStar(57, 50, 1e5)],
        };
        var found = Extractor.Extract(sky.Make(), options).Detections;
        Assert.Equal(2, found.Count);
        foreach (var detection in found)
        {
            Assert.True(detection.Flags.HasFlag(DetectionFlaws.Blended));
            // An aperture of 10 px holds 12 % of the neighbour; with its pixels replaced, a few percent are left.
            Assert.InRange(detection.FluxAper[0] / 1e5, 0.97, 1.05);
            Assert.InRange(detection.FluxAuto / 1e5, 0.95, 1.05);
        }
    }

    [Fact]
    public void Flags_tell_of_edges_saturation_and_missing_pixels()
    {
        var sky = new SimulatedFrame
        {
            Width = 200, Height = 200, Gain = Gain, Saturation = 60_000,
            Stars =
            [
                new SimulatedStar(50, 50, 1e5), new SimulatedStar(2, 120, 1e5), new SimulatedStar(120, 50, 3e6),
                new SimulatedStar(120, 120, 1e5), new SimulatedStar(60, 160, 1e5),
            ],
        };
        var frame = sky.Make();
        for (var y = 100; y < 140; y++)
            frame.Pixels[y * 200 + 120] = float.NaN; // a bad column beside the middle of the fourth
        for (var y = 140; y < 180; y++)
            frame.Pixels[y * 200 + 63] = float.NaN; // and in the aperture of the fifth only
        var extraction = Extractor.Extract(frame, options);
        Detection At(double x, double y) => extraction.Detections.MinBy(d => double.Hypot(d.X - x, d.Y - y))!;
        Assert.Equal(DetectionFlaws.None, At(50, 50).Flags);
        Assert.Equal(DetectionFlaws.Edge | DetectionFlaws.ApertureCut, At(2, 120).Flags & ~DetectionFlaws.Crowded);
        Assert.Equal(DetectionFlaws.Saturated, At(120, 50).Flags);
        Assert.True(At(120, 120).Flags.HasFlag(DetectionFlaws.BadPixels | DetectionFlaws.ApertureCut));
        Assert.True(At(60, 160).Flags.HasFlag(DetectionFlaws.ApertureCut));
        Assert.Equal(1, extraction.Saturated);
        Assert.Equal(80, extraction.BadPixels);
        // The pixels on the other side stand in for a missing column: the flux is there within a few errors.
        Assert.Equal(1e5, At(60, 160).FluxAper[0], 5 * At(60, 160).FluxAperErr[0]);
    }

    [Fact]
    public void Noise_alone_shows_nothing()
    {
        // Five connected pixels above 4 sigma of the filtered noise: far less than one chance detection in 10^5 pixels.
        var sky = new SimulatedFrame { Width = 400, Height = 400, SkyAcross = 100, Gain = Gain };
        Assert.InRange(Extractor.Extract(sky.Make(), options).Detections.Count, 0, 1);
    }

    [Fact]
    public void Bumps_in_the_wings_of_a_bright_star_are_cleaned()
    {
        var sky = new SimulatedFrame
        {
            Width = 256, Height = 256, Psf = PointSpread.Moffat(3.5, 2.5), Gain = Gain, Stars = [new SimulatedStar(128, 128, 5e6)],
        };
        var frame = sky.Make();
        // Two sigma of the filtered noise: there are bumps all over, most of them where the wings lift them.
        var cleaned = Extractor.Extract(frame, options with { Threshold = 0.8 });
        var raw = Extractor.Extract(frame, options with { Threshold = 0.8, Clean = false });
        Assert.Equal(0, raw.Cleaned);
        Assert.Equal(raw.Detections.Count, cleaned.Detections.Count + cleaned.Cleaned);
        Assert.InRange(Near(cleaned), 1, Near(raw) / 2);

        static int Near(Extraction found) => found.Detections.Count(d => double.Hypot(d.X - 128, d.Y - 128) < 40);
    }

    [Fact]
    public void Most_stars_of_a_field_are_found_and_nothing_else()
    {
        var stars = SimulatedStar.Field(500, 500, 300, 1000, 3e5, seed: 9, margin: 10);
        var sky = new SimulatedFrame { Width = 500, Height = 500, Stars = stars, Gain = Gain, Psf = PointSpread.Moffat(3) };
        var extraction = Extractor.Extract(sky.Make(), options);
        var isolated = stars.Where(s => !stars.Any(o => o != s && double.Hypot(o.X - s.X, o.Y - s.Y) < 12)).ToArray();
        // 1000 ADU are 12 sigma in the filtered frame: all isolated stars.
        Assert.All(isolated, s => Assert.Contains(extraction.Detections, d => double.Hypot(d.X - s.X, d.Y - s.Y) < 1));
        Assert.All(extraction.Detections, d => Assert.Contains(stars, s => double.Hypot(d.X - s.X, d.Y - s.Y) < 3));
        Assert.Equal(3, extraction.Fwhm, 0.4); // and the pixel's width, and a Moffat's
    }

    [Theory]
    [InlineData(2.5)]
    [InlineData(4)]
    public void Stars_are_told_from_galaxies_by_their_width(double fwhm)
    {
        // Every third is a disc whose half-light radius is the stars' FWHM: half as wide again when it is blurred.
        var random = new Random(11);
        var (stars, galaxies) = (new List<SimulatedStar>(), new List<SimulatedGalaxy>());
        for (var i = 0; i < 144; i++)
        {
            var (x, y) = (22 + 40 * (i % 12) + random.NextDouble(), 22 + 40 * (i / 12) + random.NextDouble());
            var flux = 300 * fwhm * Math.Pow(100, random.NextDouble());
            if (i % 3 > 0)
                stars.Add(new(x, y, flux));
            else
                galaxies.Add(new(x, y, 2 * flux, fwhm, 1, 0.5 + 0.5 * random.NextDouble(), 180 * random.NextDouble()));
        }
        var sky = new SimulatedFrame
        {
            Width = 480, Height = 480, Stars = stars, Galaxies = galaxies, Gain = Gain, Psf = PointSpread.Moffat(fwhm),
        };
        var found = Extractor.Extract(sky.Make(), options).Detections;
        double? At(double x, double y) => found.FirstOrDefault(d => double.Hypot(d.X - x, d.Y - y) < 3)?.StarLike;
        var ofStars = stars.Select(s => (s.Flux, StarLike: At(s.X, s.Y))).Where(s => s.StarLike is not null).ToArray();
        var ofGalaxies = galaxies.Select(g => (g.Flux, StarLike: At(g.X, g.Y))).Where(g => g.StarLike is not null).ToArray();
        Assert.True(ofStars.Length > 85 && ofGalaxies.Length > 40);
        Assert.InRange(ofStars.Count(s => s.StarLike > 0.5), 0.9 * ofStars.Length, ofStars.Length);
        Assert.InRange(ofGalaxies.Count(g => g.StarLike < 0.5), 0.85 * ofGalaxies.Length, ofGalaxies.Length);
        // Bright ones are sure.
        Assert.All(ofStars.Where(s => s.Flux > 4000 * fwhm), s => Assert.InRange(s.StarLike!.Value, 0.8, 1));
        Assert.All(ofGalaxies.Where(g => g.Flux > 8000 * fwhm), g => Assert.InRange(g.StarLike!.Value, 0, 0.1));
    }

    [Fact]
    public void A_giant_blend_keeps_its_faint_members()
    {
        // A star on 60 pixels, with wings: nearly all touch each other.
        var stars = SimulatedStar.Field(300, 300, 1400, 1000, 4e5, seed: 21);
        var sky = new SimulatedFrame { Width = 300, Height = 300, Stars = stars, Gain = Gain, Psf = PointSpread.Moffat(3) };
        var found = Extractor.Extract(sky.Make(), options).Detections;
        // Of stars of 60 sigma and more that no star as bright is near to, 87 %; the others lie in the wings of brighter ones.
        var clear = stars.Where(s => s.Flux is > 5000 and < 50_000 &&
            !stars.Any(o => o.Flux > 0.7 * s.Flux && o != s &&
                double.Hypot(o.X - s.X, o.Y - s.Y) < 2 + 2 * Math.Log10(o.Flux / 1000)))
            .ToArray();
        var seen = clear.Count(s => found.Any(d => double.Hypot(d.X - s.X, d.Y - s.Y) < 1.2));
        Assert.True(clear.Length > 40);
        Assert.InRange(seen, 0.84 * clear.Length, clear.Length);
        Assert.All(found, d => Assert.Contains(stars, s => double.Hypot(d.X - s.X, d.Y - s.Y) < 3));
    }

    [Fact]
    public void Threads_change_nothing()
    {
        var sky = new SimulatedFrame
        {
            Width = 400, Height = 330, Stars = SimulatedStar.Field(400, 330, 400, 300, 1e6, seed: 2), Gain = Gain, CosmicRays = 10,
        };
        var frame = sky.Make();
        var one = Extractor.Extract(frame, options);
        foreach (var threads in new[] { 2, 3, 7 })
        {
            var many = Extractor.Extract(frame, options with { Threads = threads });
            Assert.Equal(one.Background.Levels, many.Background.Levels);
            Assert.Equal(one.Detections.Select(Numbers), many.Detections.Select(Numbers));
        }
    }

    [Fact]
    public void Local_noise_finds_what_the_frame_allows_there()
    {
        // Noise of 10 on the left and 60 on the right: with the median of both, the right is full of bumps.
        var random = new Random(6);
        var pixels = new float[512 * 512];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (float)(1000 + (i % 512 < 300 ? 10 : 60) * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) *
                Math.Cos(2 * Math.PI * random.NextDouble()));
        var frame = new Frame(512, 512, pixels, new FitsHeader());
        Assert.True(Extractor.Extract(frame).Detections.Count > 1000);
        // Where noise jumps, the splines are off by a part of the step over a cell: a few are left there.
        var local = Extractor.Extract(frame, new ExtractionOptions { LocalNoise = true }).Detections;
        Assert.InRange(local.Count(d => d.X is < 230 or > 370), 0, 2);
    }

    [Fact]
    public void A_kernel_of_the_stars_width_finds_fainter_ones()
    {
        var stars = SimulatedStar.Field(400, 400, 150, 500, 900, seed: 4, margin: 10);
        var frame = new SimulatedFrame { Width = 400, Height = 400, Stars = stars, Gain = Gain, Psf = PointSpread.Gaussian(5) }.Make();
        int Found(double? fwhm, double threshold) => Extractor.Extract(frame,
            options with { KernelFwhm = fwhm, Threshold = threshold, MinArea = 3 }).Detections
            .Count(d => stars.Any(s => double.Hypot(d.X - s.X, d.Y - s.Y) < 3));
        // The noise behind the Gaussian of 5 px is 0.13 of a pixel's, behind none it is 1: the same 4 sigma in each.
        Assert.True(Found(5, 0.53) > 2 * Found(0, 4));
    }

    [Fact]
    public void Sources_by_the_hundred_thousand_do_not_hang()
    {
        var frame = new SimulatedFrame { Width = 500, Height = 500, Gain = Gain }.Make();
        var low = options with { Threshold = 0.2, MinArea = 1 };
        var found = Extractor.Extract(frame, low).Detections;
        Assert.InRange(found.Count, 5_000, 250_000);
        Assert.All(found, d => Assert.True(double.IsFinite(d.X + d.Y + d.FluxAuto + d.FluxAutoErr + d.XErr + d.Fwhm)));
        var error = Assert.Throws<FrameException>(() => Extractor.Extract(frame, low with { MaxDetections = 5000 }));
        Assert.Contains("5000", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(2, 3)]
    [InlineData(9, 7)]
    public void Tiny_and_constant_frames_are_empty(int width, int height)
    {
        var pixels = new float[width * height];
        Array.Fill(pixels, 4000);
        var extraction = Extractor.Extract(new Frame(width, height, pixels, new FitsHeader()));
        Assert.Empty(extraction.Detections);
        Assert.Equal(double.NaN, extraction.Fwhm);
    }

    [Fact]
    public void A_star_on_a_sky_of_zeros_is_found()
    {
        var pixels = new float[100 * 100];
        for (var y = 48; y < 53; y++)
            for (var x = 28; x < 33; x++)
                pixels[y * 100 + x] = (float)(1000 * Math.Exp(-0.5 * ((x - 30) * (x - 30) + (y - 50) * (y - 50))));
        var star = Assert.Single(Extractor.Extract(new Frame(100, 100, pixels, new FitsHeader())).Detections);
        Assert.Equal(31, star.X, 1e-3);
        Assert.Equal(51, star.Y, 1e-3);
        // All errors are 0 where there is no noise and no gain.
        Assert.Equal(0, star.FluxAutoErr);
        // The read noise is the least there can be.
        star = Assert.Single(Extractor.Extract(new Frame(100, 100, pixels, new FitsHeader()),
            new ExtractionOptions { Gain = 1, ReadNoise = 5 }).Detections);
        Assert.Equal(5, star.Noise);
        Assert.True(star.FluxAutoErr > 5);
    }

    [Fact]
    public void Frames_of_anything_do_not_crash()
    {
        float[] odd = [0, 1, -1, 65535, 1e10f, -1e10f, 1e14f, 1e20f, float.MaxValue, float.NaN, float.PositiveInfinity, 1e-30f];
        Check.QuickThrowOnFailure(Prop.ForAll(
            (from width in Gen.Choose(1, 60)
             from height in Gen.Choose(1, 60)
             from seed in Gen.Choose(0, int.MaxValue)
             from spread in Gen.Choose(0, 3)
             select (width, height, seed, spread)).ToArbitrary(), made =>
        {
            var random = new Random(made.seed);
            var pixels = new float[made.width * made.height];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = random.Next(8) <= made.spread ? odd[random.Next(odd.Length)] : random.Next(1000);
            pixels[0] = 5;
            foreach (var threshold in new[] { 1.5, 0.01 })
                foreach (var detection in Extractor.Extract(new Frame(made.width, made.height, pixels, new FitsHeader()),
                    new ExtractionOptions { Threshold = threshold, MinArea = 1, Gain = 1, BackgroundCell = 16, LocalNoise = true })
                    .Detections)
                    Assert.True(double.IsFinite(detection.X + detection.Y + detection.FluxAuto + detection.FluxAutoErr + detection.A +
                        detection.B + detection.Fwhm + detection.FluxAper[0]));
        }));
    }

    [Fact]
    public void Hot_pixels_and_bad_columns_are_no_stars()
    {
        var stars = SimulatedStar.Field(300, 300, 40, 5000, 1e5, seed: 3, margin: 15);
        var sky = new SimulatedFrame { Width = 300, Height = 300, Stars = stars, Gain = Gain, HotPixels = 30, BadColumns = [150] };
        var extraction = Extractor.Extract(sky.Make(), options);
        // A hot pixel spreads over nine in the filter, so it may be detected; it is narrower than any star then.
        foreach (var detection in extraction.Detections)
            if (!stars.Any(s => double.Hypot(detection.X - s.X, detection.Y - s.Y) < 3))
                Assert.InRange(detection.Fwhm, 0, 2);
        Assert.Equal(3.08, extraction.Fwhm, 0.15);
        Assert.InRange(extraction.Detections.Count(d => stars.Any(s => double.Hypot(d.X - s.X, d.Y - s.Y) < 1)), 34, 40);
    }

    [Fact]
    public void A_real_frame_agrees_with_source_extractor()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "imaging", "extraction");
        using var stream = File.OpenRead(Path.Combine(folder, "eso085-030.fits"));
        var found = Extractor.Extract(Frame.Read(stream), new ExtractionOptions { Gain = 2, Saturation = 60_000 }).Detections;
        var lines = File.ReadLines(Path.Combine(folder, "eso085-030.csv")).Where(line => !line.StartsWith('#')).ToArray();
        var names = lines[0].Split(',');
        var (matched, clean) = (0, 0);
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(',');
            double Of(string name) => double.Parse(fields[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
            var ours = found.MinBy(d => double.Hypot(d.XIso - Of("x_image"), d.YIso - Of("y_image")))!;
            if (double.Hypot(ours.XIso - Of("x_image"), ours.YIso - Of("y_image")) > 1)
                continue;
            matched++;
            if (Of("flags") != 0 || ours.Flags != 0)
                continue;
            clean++;
            // The same pixels: the difference is at most the error of either, by another centre and other ways to take out neighbours,
            // and what a tenth of the noise between its sky and ours makes of the aperture.
            var area = Math.PI * ours.A * ours.B * ours.KronRadius * ours.KronRadius;
            Assert.Equal(Of("flux_auto"), ours.FluxAuto, Of("fluxerr_auto") + 0.1 * ours.Noise * area);
            Assert.Equal(Of("flux_aper"), ours.FluxAper[0], Of("fluxerr_aper") + 0.1 * ours.Noise * 78.5);
            // Of stars: on the galaxy and on hot pixels the windows differ.
            if (ours.A < 3 && ours.Fwhm > 1.5)
            {
                Assert.Equal(Of("xwin_image"), ours.X, ours.XErr);
                Assert.Equal(Of("ywin_image"), ours.Y, ours.YErr);
                // Its errors are of the frame's noise, ours of the place's; Kron's radius of faint ones depends on how neighbours are
                // taken out.
                Assert.Equal(1, ours.FluxAutoErr / Of("fluxerr_auto"), 0.25);
                Assert.Equal(1, ours.FluxAperErr[0] / Of("fluxerr_aper"), 0.05);
            }
            Assert.Equal(Of("background"), ours.Background, 0.2 * ours.Noise);
        }
        Assert.True(matched >= 0.95 * (lines.Length - 1), $"{matched} of {lines.Length - 1}");
        Assert.True(clean >= 40, $"{clean} without flags");
        Assert.InRange(found.Count, lines.Length - 4, 1.2 * lines.Length);
    }

    [Fact]
    public void Options_are_checked()
    {
        var frame = new Frame(1, 1, new float[1], new FitsHeader());
        foreach (var wrong in new ExtractionOptions[]
        {
            new() { Threshold = 0 }, new() { Threshold = double.NaN }, new() { MinArea = 0 }, new() { KernelFwhm = -1 },
            new() { KernelFwhm = 31 }, new() { DeblendThresholds = 0 }, new() { DeblendThresholds = 256 },
            new() { DeblendContrast = 1.1 }, new() { ApertureDiameters = [5, 0] }, new() { KronFactor = 0 },
            new() { MinKronRadius = -1 }, new() { Gain = -1 }, new() { ReadNoise = double.NaN }, new() { Saturation = double.NaN },
            new() { BackgroundCell = 3 }, new() { BackgroundFilter = 4 }, new() { MaxDetections = 0 }, new() { Threads = 0 },
        })
            Assert.ThrowsAny<ArgumentException>(() => Extractor.Extract(frame, wrong));
    }

    static double[] Numbers(Detection d) => [d.X, d.Y, d.XErr, d.YErr, d.XIso, d.YIso, d.Area, d.FluxIso, d.FluxAuto, d.FluxAutoErr,
        d.FluxAper[0], d.FluxAperErr[0], d.Peak, d.A, d.B, d.Theta, d.KronRadius, d.Fwhm, (double)d.Flags, d.Background, d.Noise];
}
