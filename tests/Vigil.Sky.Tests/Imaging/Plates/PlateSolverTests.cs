using System.Globalization;
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
        Assert.Contains("was not recognised within 1 degrees of ra 150.1, dec +0.7 with pixels of 0.833\" to 1.2\"",
            solution.Reason);
        Assert.True(solution.LogOdds < PlateSolver.AcceptedLogOdds);
        Assert.Throws<InvalidOperationException>(() => solution.Over(truth));
    }

    [Fact]
    public void A_search_ends_when_it_is_to()
    {
        var elsewhere = new SkyField(10, -40, 1.5, 2000, 2);
        var solution = frame.Solve(elsewhere.Catalog, hints: new() { MostPatterns = 12_345 });
        Assert.False(solution.IsSolved);
        Assert.Contains("given up after 12,345 patterns: give a position", solution.Reason);
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.Throws<OperationCanceledException>(() => frame.Solve(elsewhere.Catalog, ct: ended.Token));
    }

    // Every second detection is spurious, a fifth of the stars is missing, and brightness is in another colour.
    [Theory]
    [InlineData(12, 0.3, 0.0)]
    [InlineData(40, 0.5, 0.5)]
    [InlineData(300, 2.0, 0.3)] // trailed: centroids are good to two pixels
    public void Spurious_missing_and_misplaced_stars_do_no_harm(int stars, double noise, double missing)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var header = SkyField.Header(Size, Size, 149.5 + 0.3 * seed, 1.5 + 0.4 * seed, 1, 77 * seed, mirrored: seed % 2 == 1);
            var shown = field.Frame(header, Size, Size, noise, missing: missing, spurious: 0.5, colour: 0.5, most: stars);
            var solution = shown.Solve(field.Catalog, hints: hints);
            Assert.True(solution.IsSolved, solution.Reason);
            Assert.Equal(seed % 2 == 1, solution.IsMirrored);
            Assert.Equal(77 * seed, Math.Round(solution.Rotation, 1) % 360, 0.5);
            var away = Sphere.Separation(149.5 + 0.3 * seed, 1.5 + 0.4 * seed, solution.Ra, solution.Dec);
            Assert.InRange(away * 3600, 0, 5 * solution.CentreErr);
            Assert.InRange(solution.Rms, 0.5 * noise, 1.6 * noise);
        }
    }

    [Fact]
    public void A_crowded_frame_of_a_deep_catalogue_is_found()
    {
        var sky = new SkyField(270, -30, 0.6, 60_000, 3);
        var header = SkyField.Header(Size, Size, 270.1, -29.9, 0.8, 200);
        var shown = sky.Frame(header, Size, Size, noise: 0.2, faintest: 17, missing: 0.1);
        Assert.InRange(shown.X.Length, 1000, 2000);
        var solution = shown.Solve(sky.Catalog, hints: new() { Ra = 270, Dec = -30, Radius = 0.4, PixelScale = 1 });
        Assert.True(solution.IsSolved, solution.Reason);
        Assert.InRange(Sphere.Separation(270.1, -29.9, solution.Ra, solution.Dec) * 3600, 0, 5 * solution.CentreErr);
    }

    [Fact]
    public void Too_few_stars_and_a_catalogue_without_any_are_told()
    {
        Assert.Equal("No stars in the frame: too few to be recognised, which needs 5 or more. " +
            "Lower the detection threshold, or expose longer.", Few(0).Reason);
        Assert.Contains("3 stars in the frame: too few to be recognised", Few(3).Reason);
        Assert.Contains("and they are not where the header's coordinates say",
            Few(4, Wcs.From(SkyField.Header(Size, Size, 149, 2.9, 1))).Reason);
        var elsewhere = frame.Solve(field.Catalog, hints: new() { Ra = 10, Dec = 60, PixelScale = 1 });
        Assert.Contains("Field has no stars within 3 degrees of ra 10, dec +60", elsewhere.Reason);
        Assert.Contains("nothing to compare", frame.Solve(new MemoryStarCatalog("Nothing", [])).Reason);

        PlateSolution Few(int most, Wcs? wcs = null) =>
            field.Frame(truth, Size, Size, most: most).Solve(field.Catalog, wcs, hints);
    }

    [Fact]
    public void Three_stars_are_enough_where_good_coordinates_say_they_are()
    {
        var solution = field.Frame(truth, Size, Size, most: 3, noise: 0.05).Solve(field.Catalog, Wcs.From(truth));
        Assert.Equal(PlateMethod.Verified, solution.Method);
        Assert.Equal(3, solution.Matches.Count);
    }

    [Fact]
    public void No_wrong_field_is_accepted()
    {
        // Detections that have nothing to do with the catalogue, as many as a sparse frame has; half of them with a header.
        var random = new Random(4);
        var most = double.NegativeInfinity;
        const int tries = 80;
        for (var k = 0; k < tries; k++)
        {
            var sky = new SkyField(30, 40, 0.6, 300, k);
            var count = random.Next(5, 15);
            double[] Numbers() => [.. Enumerable.Range(0, count).Select(_ => 1 + (Size - 1) * random.NextDouble())];
            var solution = PlateSolver.Solve(Numbers(), Numbers(), [], Numbers(), Size, Size, sky.Catalog, 2016,
                k % 2 == 0 ? Wcs.From(SkyField.Header(Size, Size, 30, 40, 1)) : null,
                new() { Ra = 30, Dec = 40, Radius = 0.3, PixelScale = 1, ScaleFactor = 1.1 });
            Assert.False(solution.IsSolved, solution.Reason);
            most = Math.Max(most, solution.LogOdds);
        }
        // Of so many the luckiest reaches odds of as many to 1 if the odds are what they say; they are rather less.
        Assert.InRange(most, double.NegativeInfinity, Math.Log(tries));
    }

    [Fact]
    public void Errors_are_what_they_say()
    {
        // Sums of squares of 2 * 80 pulls, and of as many residuals; and the SIP that nobody asked for.
        var (pulls, rms, distorted, count) = (0.0, 0.0, 0, 80);
        for (var k = 0; k < count; k++)
        {
            var sky = new SkyField(30, 40, 0.25, 1000, k);
            var header = SkyField.Header(Size, Size, 30.02, 40.01, 1, 3 * k);
            var solution = sky.Frame(header, Size, Size, noise: 0.2)
                .Solve(sky.Catalog, Wcs.From(SkyField.Header(Size, Size, 30.02, 40.0115, 1.0005, 3 * k + 0.1)));
            Assert.True(solution.IsSolved, solution.Reason);
            var (east, north) = ((solution.Ra - 30.02) * Math.Cos(double.DegreesToRadians(40.01)), solution.Dec - 40.01);
            pulls += (east * east + north * north) * Math.Pow(3600 / solution.CentreErr, 2);
            rms += solution.Rms / count;
            distorted += solution.SipOrder > 1 ? 1 : 0;
        }
        // The mean of 160 squares of unit variance scatters by sqrt(2 / 160) = 0.11: three of that.
        Assert.Equal(1, pulls / (2 * count), 0.34);
        // 80 stars each tell 0.2 to 0.2 / sqrt(2 * 157) = 0.011, all frames to 0.001; three of that.
        Assert.Equal(0.2, rms, 0.003);
        Assert.InRange(distorted, 0, 2); // by chance one in e^5
    }

    [Fact]
    public void Distortions_are_found_and_no_others()
    {
        var header = SkyField.Header(Size, Size, 150.6, 2.9, 1, 200, mirrored: true, distortion: 12);
        var shown = field.Frame(header, Size, Size, noise: 0.1);
        foreach (var wcs in (Wcs?[])[null, Wcs.From(SkyField.Header(Size, Size, 150.6, 2.9, 1, 200, mirrored: true))])
        {
            var solution = shown.Solve(field.Catalog, wcs, hints);
            Assert.True(solution.IsSolved, solution.Reason);
            Assert.Equal(3, solution.SipOrder);
            Assert.InRange(solution.RmsLinear, 5 * solution.Rms, 100 * solution.Rms);
            Assert.Equal(0.1, solution.Rms, 0.015); // of some 300 stars: 0.1 / sqrt(600) * 3
            // The coefficients within what 0.1 / sqrt(300) pixels at the corner makes of them, at five standard deviations.
            var corner = Math.Pow(solution.Wcs.PixelScale * Size / Math.Sqrt(2), 3);
            foreach (var keyword in (string[])["A_3_0", "A_1_2", "B_0_3", "B_2_1"])
                Assert.Equal(12, solution.Cards.GetDouble(keyword) * corner, 1.5);
            var expected = Wcs.From(header);
            foreach (var (x, y) in ((double, double)[])[(1, 1), (1, Size), (Size, 1), (Size, Size), (300, 500)])
            {
                var (ra, dec) = expected.PixelToSky(x, y);
                var (solvedRa, solvedDec) = solution.Wcs.PixelToSky(x, y);
                Assert.InRange(Sphere.Separation(ra, dec, solvedRa, solvedDec) * 3600, 0, 0.25);
            }
        }
    }

    [Fact]
    public void Few_stars_keep_the_distortions_that_the_header_has()
    {
        var header = SkyField.Header(Size, Size, 150.6, 2.9, 1, 33, distortion: 12);
        var shifted = SkyField.Header(Size, Size, 150.6, 2.9 + 10 / 3600.0, 1, 33, distortion: 12);
        var solution = field.Frame(header, Size, Size, most: 10).Solve(field.Catalog, Wcs.From(shifted));
        Assert.Equal(PlateMethod.Refined, solution.Method);
        Assert.Equal(10, solution.Matches.Count);
        Assert.Equal(3, solution.SipOrder);
        var (ra, dec) = Wcs.From(header).PixelToSky(1, 1);
        var (solvedRa, solvedDec) = solution.Wcs!.PixelToSky(1, 1);
        Assert.InRange(Sphere.Separation(ra, dec, solvedRa, solvedDec) * 3600, 0, 0.5); // 12 without them
    }

    [Fact]
    public void Stars_move_until_the_frame_is_taken()
    {
        // Two arcsec in ten years, all the same way: a frame of 2026 without proper motions would be off by as much.
        var stars = Array.ConvertAll(field.Stars, star => star with { PmRa = 0, PmDec = 200 });
        var solution = frame.Solve(new MemoryStarCatalog("Moving", stars), Wcs.From(truth), epoch: 2026);
        Assert.Equal(2.9 + 2 / 3600.0, solution.Dec, 0.05 / 3600);
    }

    [Fact]
    public void The_order_of_stars_and_detections_does_not_matter()
    {
        var random = new Random(2);
        var stars = (CatalogStar[])field.Stars.Clone();
        random.Shuffle(stars);
        var order = Enumerable.Range(0, frame.X.Length).ToArray();
        random.Shuffle(order);
        var shuffled = new SkyField.Shown(Size, Size, [.. order.Select(i => frame.X[i])], [.. order.Select(i => frame.Y[i])],
            [.. order.Select(i => frame.Flux[i])], [.. order.Select(i => frame.Id[i])]);
        var one = frame.Solve(field.Catalog, hints: hints);
        var other = shuffled.Solve(new MemoryStarCatalog("Field", stars), hints: hints);
        Assert.Equal(one.Cards!.Select(card => card.Value), other.Cards!.Select(card => card.Value));
        Assert.Equal(one.Matches.Select(match => match.Star.Id).Order(), other.Matches.Select(match => match.Star.Id).Order());
        Assert.Equal(one.Reason, other.Reason);
    }

    [Fact]
    public void Cards_replace_all_world_coordinates_that_were_there()
    {
        var header = new FitsHeader();
        header.Set("OBJECT", "KIC 8462852");
        header.AddCommentary("COMMENT", "CRVAL1 of the mount");
        foreach (var keyword in (string[])["PC1_1", "PC001001", "CDELT1", "CDELT2", "CROTA2", "PV2_1", "PV1_11", "A_ORDER",
            "A_0_2", "BP_1_1", "CD1_1", "LONPOLE", "CRVAL1", "WAT0_001", "CRPIX1A", "CDS", "PVALUE", "A_LAMP"])
            header.Set(keyword, 1);
        header.Set("CTYPE1", "RA---TPV");
        header.Set("CTYPE1A", "DETX");
        var distorted = SkyField.Header(Size, Size, 150.6, 2.9, 1, 33, distortion: 12);
        var solution = field.Frame(distorted, Size, Size).Solve(field.Catalog, Wcs.From(distorted));
        var over = solution.Over(header);
        Assert.All((string[])["PC1_1", "PC001001", "CDELT1", "CDELT2", "CROTA2", "PV2_1", "PV1_11", "LONPOLE", "WAT0_001"],
            keyword => Assert.Null(over.Find(keyword)));
        Assert.All((string[])["OBJECT", "CRPIX1A", "CDS", "PVALUE", "A_LAMP", "CTYPE1A"],
            keyword => Assert.NotNull(over.Find(keyword)));
        Assert.Empty(over.Repeated);
        Assert.Equal("RA---TAN-SIP", over.GetString("CTYPE1"));
        Assert.Single(over.Commentary("COMMENT"));
        Assert.Equal(solution.Wcs!.PixelToSky(100, 900), Wcs.From(over).PixelToSky(100, 900));

        // The inverse polynomials lead back, for readers that use them.
        var (ra, dec) = solution.Wcs.PixelToSky(1, 900);
        var linear = new FitsHeader();
        foreach (var keyword in (string[])["CRVAL1", "CRVAL2", "CRPIX1", "CRPIX2", "CD1_1", "CD1_2", "CD2_1", "CD2_2"])
            linear.Set(keyword, over.GetDouble(keyword));
        linear.Set("CTYPE1", "RA---TAN");
        linear.Set("CTYPE2", "DEC--TAN");
        var (x, y) = Wcs.From(linear).SkyToPixel(ra, dec);
        var (u, v) = (x - over.GetDouble("CRPIX1"), y - over.GetDouble("CRPIX2"));
        var (backX, backY) = (x, y);
        for (var p = 0; p <= over.GetInt64("AP_ORDER"); p++)
            for (var q = 0; p + q <= over.GetInt64("AP_ORDER"); q++)
                (backX, backY) = (backX + over.GetDouble($"AP_{p}_{q}", 0) * Math.Pow(u, p) * Math.Pow(v, q),
                    backY + over.GetDouble($"BP_{p}_{q}", 0) * Math.Pow(u, p) * Math.Pow(v, q));
        Assert.Equal(1, backX, 0.05); // a polynomial of fifth order is not the inverse of one of third, quite
        Assert.Equal(900, backY, 0.05);
    }

    // Project PANOPTES, frame and catalogue as their files tell; the mount was 2 degrees off. Debian's astrometry.net 0.93 finds
    // pixel (350.5, 350.5) at 303.2110 +46.0195, 10.30" a pixel, its +y at a position angle of 89.3; it is good to half a pixel.
    [Theory]
    [InlineData(301.56439, 44.456875, null)]
    [InlineData(301.56439, 44.456875, 25.0)]
    [InlineData(null, null, null)]
    public void A_real_frame_is_found(double? ra, double? dec, double? scale)
    {
        string[][] Rows(string name) => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "imaging", name))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split(','))];
        var catalog = new MemoryStarCatalog("Tycho-2", Rows("panoptes_tycho2.csv").Select((row, i) =>
        {
            var mags = CatalogMagnitudes.None;
            mags[CatalogBand.JohnsonV] = float.Parse(row[2], CultureInfo.InvariantCulture);
            var star = SkyField.Star(i + 1, ReferenceTable.Number(row[0]), ReferenceTable.Number(row[1]), 0);
            return star with { Mag = mags, Epoch = 2000 };
        }));
        var rows = Rows("panoptes_detections.csv");
        double[] Column(int column) => [.. rows.Select(row => ReferenceTable.Number(row[column]))];
        var solution = PlateSolver.Solve(Column(0), Column(1), [], Column(2), 700, 700, catalog, 2016.69, null,
            new() { Ra = ra, Dec = dec, PixelScale = scale });
        Assert.True(solution.IsSolved, solution.Reason);
        Assert.Equal(ra is null ? PlateMethod.Blind : PlateMethod.Hint, solution.Method);
        Assert.InRange(Sphere.Separation(303.2110, 46.0195, solution.Ra, solution.Dec) * 3600 / 10.30, 0, 0.6);
        Assert.Equal(10.30, solution.PixelScale, 0.02);
        Assert.Equal(89.3, solution.Rotation, 0.5);
        Assert.False(solution.IsMirrored);
        Assert.InRange(solution.Matches.Count, 250, 278); // of 278 stars in the frame
        Assert.InRange(solution.Rms, 0.5, 2.5); // the catalogue's 1", and centroids of stars that are saturated or blended
    }

    [Fact]
    public void Hints_that_are_none_are_refused()
    {
        foreach (var wrong in (PlateHints[])[hints with { Ra = null }, hints with { Dec = 91 }, hints with { Radius = 0 },
            hints with { PixelScale = -1 }, hints with { ScaleFactor = 0.5 }, hints with { MaxSipOrder = 5 },
            hints with { MostPatterns = 0 }])
            Assert.ThrowsAny<ArgumentException>(() => frame.Solve(field.Catalog, hints: wrong));
        Assert.Throws<ArgumentException>(() => PlateSolver.Solve([1], [1], [], [], 10, 10, field.Catalog, 2016));
    }

    [Fact]
    public void Nonsense_ends_in_a_reason()
    {
        var random = new Random(6);
        var sky = new SkyField(30, 40, 0.5, 400, 1);
        double[] odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -5, 1e300, 7, 7, 7.5];
        for (var k = 0; k < 60; k++)
        {
            var (width, height) = k % 3 == 0 ? (random.Next(1, 40), random.Next(1, 2000)) : (Size, Size);
            var count = random.Next(0, 30);
            double Number(double most) => random.Next(4) == 0 ? odd[random.Next(odd.Length)]
                : k % 4 == 1 ? most / 2 : most * random.NextDouble(); // all in one place, too
            double[] Numbers(double most) => [.. Enumerable.Range(0, count).Select(_ => Number(most))];
            var scale = random.Next(3) switch { 0 => 1, 1 => 1e-3, _ => 300 };
            var wcs = k % 2 == 0 ? null : Wcs.From(SkyField.Header(Size, Size, 30, 40, scale));
            var solution = PlateSolver.Solve(Numbers(width), Numbers(height), Numbers(1), Numbers(1), width, height, sky.Catalog,
                odd[k % 3], wcs, new() { Ra = 30, Dec = 40, Radius = 0.2, PixelScale = 1, ScaleFactor = 1.1 });
            Assert.False(solution.IsSolved, solution.Reason);
            Assert.NotEmpty(solution.Reason);
        }
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
