using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class CalibrationTests
{
    const double Epoch = 2016;

    static readonly CalibrationOptions inR = new() { Choice = CatalogChoice.Parse("r") };

    static readonly CalibrationOptions plainInR = inR with { ColourTerm = TermUse.Never, SpatialTerm = TermUse.Never };

    [Fact]
    public void The_zero_point_is_found_and_the_best_band_is_the_one_the_frame_was_taken_in()
    {
        var field = new CalibrationField(1, 400);
        var result = Calibration.Calibrate(field.Frame(23.1, scatter: 0.02, outliers: 0.1), Epoch, field.References,
            new CalibrationOptions { ColourTerm = TermUse.Never });
        Assert.Null(result.Problem);
        Assert.Equal(CatalogBand.SdssR, result.Best!.Band);
        Assert.InRange((result.Best.ZeroPoint - 23.1) / result.Best.ZeroPointErr, -4, 4);
        // 360 good stars of errors of 0.01 to 0.04 and a scatter of 0.02 mag: about 0.03 / sqrt(360).
        Assert.InRange(result.Best.ZeroPointErr, 0.001, 0.003);
        Assert.InRange(result.Best.Scatter, 0.015, 0.025);
        Assert.InRange(result.Best.OutlierFraction, 0.05, 0.15);
        Assert.Equal(4, result.Bands.Count);
        // 0.3" on each axis: 0.42" together.
        Assert.InRange(result.MatchScatter, 0.38, 0.47);
        Assert.Equal(2 * result.MatchScatter, result.MatchRadius, 1e-12);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.2, false)]
    [InlineData(0.45, false)]
    [InlineData(0.2, true)]
    public void Zero_points_are_unbiased_and_their_errors_honest(double outliers, bool oneSided)
    {
        const int tries = 200;
        var pulls = new List<double>();
        for (var seed = 0; seed < tries; seed++)
        {
            var field = new CalibrationField(seed, 60);
            var stars = field.Frame(23.1, scatter: 0.03, outliers, oneSided);
            var best = Calibration.Calibrate(stars, Epoch, field.References, plainInR).Best!;
            pulls.Add((best.ZeroPoint - 23.1) / best.ZeroPointErr);
        }
        // Three standard errors of the mean and of the root mean square of so many normal deviates; 45 % leave room for 0.1 more.
        Assert.InRange(pulls.Average(), -3 / Math.Sqrt(tries), 3 / Math.Sqrt(tries));
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), 1 - 3 / Math.Sqrt(2 * tries),
            1.1 + 3 / Math.Sqrt(2 * tries));
    }

    [Fact]
    public void Rows_in_any_order_give_the_same_bits()
    {
        var field = new CalibrationField(3, 200);
        var stars = field.Frame(outliers: 0.1, colourSlope: 0.05);
        var options = new CalibrationOptions { Target = new CalibrationTarget(stars[7].Ra, stars[7].Dec) };
        var first = Calibration.Calibrate(stars, Epoch, field.References, options);
        for (var i = 0; i < 5; i++)
        {
            var other = Calibration.Calibrate(field.Shuffled(stars), Epoch, field.Shuffled(field.References), options);
            Assert.Equal(first.Best!.ZeroPoint, other.Best!.ZeroPoint);
            Assert.Equal(first.Best.ZeroPointErr, other.Best.ZeroPointErr);
            Assert.Equal(first.Best.ColourSlope, other.Best.ColourSlope);
            Assert.Equal(first.Bands.Select(fit => fit.Scatter), other.Bands.Select(fit => fit.Scatter));
            Assert.Equal(first.Target! with { Star = 0 }, other.Target! with { Star = 0 });
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 0.2)]
    [InlineData(8, 0)]
    [InlineData(8, 0.125)]
    [InlineData(15, 0.13)]
    [InlineData(30, 0.1)]
    [InlineData(50, 0.2)]
    public void Few_stars_have_honest_errors_too(int count, double outliers)
    {
        var tries = count < 30 ? 300 : 150;
        var pulls = new List<double>();
        for (var seed = 0; seed < tries; seed++)
        {
            var field = new CalibrationField(seed, count);
            var best = Calibration.Calibrate(field.Frame(scatter: 0.03, outliers: outliers), Epoch, field.References,
                plainInR with { MinStars = 3 }).Best;
            if (best is not null)
                pulls.Add((best.ZeroPoint - 23) / best.ZeroPointErr);
        }
        Assert.True(pulls.Count > 0.95 * tries);
        // Three standard errors, which the wings of Student's t make half as large again. Four or five stars that agree may do so
        // by chance or for want of scatter; the error allows for both, and is a third too large where there is scatter.
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), (count < 8 ? 0.75 : 1) - 4.5 / Math.Sqrt(2 * tries),
            1 + 4.5 / Math.Sqrt(2 * tries));
    }

    [Theory]
    [InlineData(2, 0.01, true)]
    [InlineData(3, 0.02, true)]
    [InlineData(1, 0.02, false)]
    [InlineData(1, 0, false)]
    public void Residuals_agree_with_their_errors_at_every_magnitude(double noise, double floor, bool changes)
    {
        // The frame is noisier than its errors say, beside a scatter that is the same for all.
        const int tries = 20, count = 400, bins = 5;
        var (pulls, found) = (new List<double>[bins], 0);
        for (var bin = 0; bin < bins; bin++)
            pulls[bin] = [];
        var targets = new List<double>();
        for (var seed = 0; seed < tries; seed++)
        {
            var field = new CalibrationField(seed, count);
            var stars = field.Frame(scatter: floor, outliers: 0.05, noise: noise).ConvertAll(star =>
                star with { MagErr = star.MagErr / noise });
            var result = Calibration.Calibrate(stars, Epoch, field.References, plainInR);
            var best = result.Best!;
            found += best.ScatterChanges ? 1 : 0;
            var sorted = result.Stars(best).Where(star => star.Star >= 0.05 * count).OrderBy(star => star.ReferenceMag).ToArray();
            for (var i = 0; i < sorted.Length; i++)
                pulls[i * bins / sorted.Length].Add(sorted[i].Residual / sorted[i].ResidualErr);
            Assert.Equal(best.Scatter, best.ScatterAt(sorted[sorted.Length / 2].ReferenceMag), 0.004);
        }
        Assert.Equal(changes ? tries : 0, found);
        // 1500 pulls a bin: three standard errors are 0.055; as much again for the form of the curve, which is not that of the noise.
        foreach (var bin in pulls)
            Assert.InRange(Math.Sqrt(bin.Average(pull => pull * pull)), 0.89, 1.11);
        // Of normal deviates, 95.4 % are within two.
        Assert.InRange(pulls.SelectMany(bin => bin).Count(pull => Math.Abs(pull) < 2) / (double)pulls.Sum(bin => bin.Count), 0.945, 0.965);
    }

    [Fact]
    public void Many_stars_choose_the_band_that_all_fits_would()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var field = new CalibrationField(seed, 1500);
            var result = Calibration.Calibrate(field.Frame(scatter: 0.01, outliers: 0.1), Epoch, field.References,
                new CalibrationOptions { ColourTerm = TermUse.Never, SpatialTerm = TermUse.Never });
            Assert.Equal(4, result.Bands.Count);
            Assert.Equal(result.Bands.MinBy(fit => fit.Merit)!.Band, result.Best!.Band);
            Assert.All(result.Bands, fit => Assert.InRange(fit.Count, 1400, 1500));
        }
    }

    [Fact]
    public void A_colour_term_is_found_where_there_is_one_and_not_invented()
    {
        var (found, invented, pulls) = (0, 0, new List<double>());
        for (var seed = 0; seed < 100; seed++)
        {
            var field = new CalibrationField(seed, 100);
            var stars = field.Frame(colourSlope: 0.06, scatter: 0.01, outliers: 0.1);
            var coloured = Calibration.Calibrate(stars, Epoch, field.References,
                inR with { SpatialTerm = TermUse.Never }).Best!;
            if (coloured.Colour is not null)
            {
                found++;
                Assert.Equal("g-r", coloured.Colour.ToString());
                pulls.Add((coloured.ColourSlope - 0.06) / coloured.ColourSlopeErr);
            }
            invented += Calibration.Calibrate(field.Frame(scatter: 0.01, outliers: 0.1), Epoch, field.References,
                inR with { SpatialTerm = TermUse.Never }).Best!.Colour is null ? 0 : 1;
        }
        // Chi square must exceed ln 90 + 6 = 10.5 for one parameter: one in a thousand by chance; the slope is eight
        // times its error.
        Assert.True(found >= 98);
        Assert.True(invented <= 2);
        // Measured colours, with errors of 0.014 on a spread of 0.3, flatten a slope by 0.2 %, below a twentieth of its error.
        Assert.InRange(pulls.Average(), -0.35, 0.35);
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), 0.8, 1.25);
    }

    [Fact]
    public void A_slope_across_the_frame_and_vignetting_are_found_and_not_invented()
    {
        var forms = new Dictionary<(int Kind, SpatialTerm), int>();
        for (var seed = 0; seed < 60; seed++)
        {
            var field = new CalibrationField(seed, 120);
            Func<double, double, double>?[] kinds =
            [
                null,
                (x, y) => 0.03 * (x - 1024) / 1024 - 0.02 * (y - 1024) / 1024,
                (x, y) => -0.06 * ((x - 1024) * (x - 1024) + (y - 1024) * (y - 1024)) / (1024 * 1024),
            ];
            for (var kind = 0; kind < 3; kind++)
            {
                var best = Calibration.Calibrate(field.Frame(spatial: kinds[kind], scatter: 0.01), Epoch, field.References,
                    inR with { ColourTerm = TermUse.Never }).Best!;
                forms[(kind, best.Spatial)] = forms.GetValueOrDefault((kind, best.Spatial)) + 1;
                if (kind == 2 && best.Spatial == SpatialTerm.Quadratic)
                {
                    // x² and y², of stars that reach to the edges; errors of 0.02 / sqrt(120) times a few.
                    Assert.Equal(-0.06, best.SpatialCoefficients[2], 0.03);
                    Assert.Equal(-0.06, best.SpatialCoefficients[4], 0.03);
                }
            }
        }
        Assert.True(forms[(0, SpatialTerm.None)] >= 59);
        Assert.True(forms[(1, SpatialTerm.Linear)] >= 57);
        Assert.True(forms[(2, SpatialTerm.Quadratic)] >= 57);
    }

    [Fact]
    public void Terms_that_are_wanted_are_fitted_or_said_not_to_be()
    {
        var field = new CalibrationField(4, 100);
        var always = Calibration.Calibrate(field.Frame(), Epoch, field.References, new CalibrationOptions
        {
            Choice = CatalogChoice.Parse("V"),
            ColourTerm = TermUse.Always,
            SpatialTerm = TermUse.Always,
            SpatialForm = SpatialTerm.Linear,
        });
        // There is no B: the next colour serves.
        Assert.Equal("g-r", always.Best!.Colour.ToString());
        Assert.Equal(2, always.Best.SpatialCoefficients.Count);
        var noPlaces = Calibration.Calibrate(field.Frame().ConvertAll(star => star with { X = double.NaN }), Epoch,
            field.References, inR with { SpatialTerm = TermUse.Always });
        Assert.Equal(SpatialTerm.None, noPlaces.Best!.Spatial);
        Assert.Contains(noPlaces.Notes, note => note.Concern == CalibrationConcern.TermNotFitted);
    }

    [Fact]
    public void Stars_that_moved_since_the_catalogues_epoch_are_matched_where_they_are()
    {
        var field = new CalibrationField(6, 100);
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
            field.References[i] = field.References[i] with { PmRa = random.Next(-1500, 1500), PmDec = random.Next(-1500, 1500) };
        // Ten years: up to 15" each way. Frames see the stars where they are then.
        var moved = field.Frame().Select((star, i) =>
        {
            var reference = field.References[i];
            var there = new SpaceMotion(reference.Ra, reference.Dec, reference.PmRa, reference.PmDec).At(2016, 2026);
            return star with { Ra = star.Ra + there.Ra - reference.Ra, Dec = star.Dec + there.Dec - reference.Dec };
        }).ToList();
        var result = Calibration.Calibrate(moved, 2026, field.References, plainInR);
        Assert.InRange(result.Matched, 90, 100);
        Assert.Equal(0.42, result.MatchScatter, 0.08);
        Assert.InRange(Calibration.Calibrate(moved, 2016, field.References, plainInR).Matched, 0, 30);
    }

    [Fact]
    public void Rows_without_a_number_are_dropped_and_counted()
    {
        var field = new CalibrationField(7, 100);
        var stars = field.Frame();
        var clean = Calibration.Calibrate(stars, Epoch, field.References, inR);
        List<InstrumentalStar> bad =
        [
            stars[0] with { Mag = 99 }, stars[0] with { MagErr = 60000 }, stars[0] with { Mag = double.NaN },
            stars[0] with { MagErr = double.NaN }, stars[0] with { Ra = double.NaN }, stars[0] with { Dec = 91 },
            stars[0] with { MagErr = -1 }, stars[0] with { Mag = double.NegativeInfinity },
        ];
        var flagged = stars[1] with { Flags = DetectionFlaws.Saturated };
        var result = Calibration.Calibrate([.. bad, .. stars, flagged], Epoch, field.References, inR);
        Assert.Equal((109, 8, 1), (result.Rows, result.RowsDropped, result.RowsFlagged));
        Assert.Equal(clean.Best!.ZeroPoint, result.Best!.ZeroPoint);
    }

    [Theory]
    [InlineData(0, CalibrationConcern.NoStars)]
    [InlineData(3, CalibrationConcern.TooFewStars)]
    [InlineData(4, CalibrationConcern.TooFewStars)]
    public void Few_stars_are_a_result_that_says_so(int count, CalibrationConcern concern)
    {
        var field = new CalibrationField(8, 200);
        var result = Calibration.Calibrate(field.Frame().Take(count).ToList(), Epoch, field.References,
            new CalibrationOptions { Target = new(210, 54.3) });
        Assert.Equal(concern, result.Problem!.Concern);
        Assert.Null(result.Best);
        Assert.Null(result.Target);
        Assert.NotNull(Calibration.Calibrate(field.Frame().Take(6).ToList(), Epoch, field.References).Best);
    }

    [Fact]
    public void Why_there_is_no_zero_point_is_told()
    {
        var field = new CalibrationField(9, 100);
        var stars = field.Frame();
        Assert.Equal(CalibrationConcern.NoReferenceStars, Calibration.Calibrate(stars, Epoch, []).Problem!.Concern);
        Assert.Equal(CalibrationConcern.NoReferenceStars,
            Calibrated(stars, new CalibrationOptions { Choice = CatalogChoice.Parse("U") }).Problem!.Concern);
        Assert.Equal(CalibrationConcern.NoMatches, Calibrated(
            stars.ConvertAll(star => star with { Dec = -star.Dec })).Problem!.Concern);
        Assert.Equal(CalibrationConcern.NoStars,
            Calibrated(stars.ConvertAll(star => star with { Flags = DetectionFlaws.Saturated })).Problem!.Concern);
        // Magnitudes that have nothing to do with the stars.
        var random = new Random(1);
        var nonsense = Calibrated(stars.ConvertAll(star => star with { Mag = -20 * random.NextDouble() }));
        Assert.Contains(nonsense.Problem!.Concern, new[] { CalibrationConcern.LargeScatter, CalibrationConcern.MostlyOutliers });
        Assert.StartsWith("No zero point. ", nonsense.Problem.Message, StringComparison.Ordinal);
        // The pictures need the stars nevertheless.
        Assert.Equal(100, nonsense.Stars(nonsense.Bands[0]).Count, 5.0);

        CalibrationResult Calibrated(List<InstrumentalStar> list, CalibrationOptions? options = null) =>
            Calibration.Calibrate(list, Epoch, field.References, options);
    }

    [Fact]
    public void Missing_stars_and_a_detector_that_is_not_linear_are_told()
    {
        var field = new CalibrationField(10, 400);
        var stars = field.Frame();
        Assert.Empty(Calibration.Calibrate(stars, Epoch, field.References, inR).Notes);
        var clouds = Calibration.Calibrate(stars.Where((_, i) => i % 4 == 0).ToList(), Epoch, field.References, inR);
        Assert.Equal(CalibrationConcern.StarsMissing, Assert.Single(clouds.Notes).Concern);
        var bent = Calibration.Calibrate(stars.ConvertAll(star => star with { Mag = star.Mag * 1.02 }), Epoch,
            field.References, inR);
        Assert.Equal(0.02, bent.MagnitudeSlope, 0.004);
        Assert.Equal(CalibrationConcern.Nonlinear, Assert.Single(bent.Notes).Concern);
        Assert.Contains("detector", Assert.Single(bent.Notes).Message, StringComparison.Ordinal);
        // Apertures that lose the light of faint stars: 0.06 mag a mag from instrumental -7.5 on.
        var lost = Calibration.Calibrate(stars.ConvertAll(star => star with { Mag = star.Mag + 0.06 * Math.Max(star.Mag + 7.5, 0) }),
            Epoch, field.References, inR);
        Assert.Contains("apertures", Assert.Single(lost.Notes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clipping_is_the_observers_rule()
    {
        // Ten differences of 20.00, 20.02 ... and two far away, which go one after the other.
        var references = new List<CatalogStar>();
        var stars = new List<InstrumentalStar>();
        double[] differences = [20, 20.02, 20.04, 20.02, 20, 20.04, 20.02, 20.02, 20, 20.04, 20.5, 25];
        for (var i = 0; i < differences.Length; i++)
        {
            var mag = CatalogMagnitudes.None;
            mag[CatalogBand.JohnsonV] = 15;
            references.Add(new CatalogStar { Ra = 0.001 * i, Dec = 0, Epoch = 2016, Mag = mag, MagErr = CatalogMagnitudes.None });
            stars.Add(new InstrumentalStar(0.001 * i, 0, 15 - differences[i], i < 6 ? 0.01 : 0.02));
        }
        var best = Calibration.Calibrate(stars, Epoch, references,
            new CalibrationOptions { Method = ZeroPointMethod.Clipped }).Best!;
        Assert.Equal(10, best.Used);
        // Weights 1 / (0.01² + 0.01²) of six, 1 / (0.02² + 0.01²) of four: 5 to 2.
        Assert.Equal((5 * 120.12 + 2 * 80.08) / 38, best.ZeroPoint, 1e-12);
        var scatter = Math.Sqrt(6 * 0.02 * 0.02 / 10);
        Assert.Equal(scatter, best.Scatter, 1e-12);
        Assert.Equal(scatter / Math.Sqrt(10), best.ZeroPointErr, 1e-12);
        Assert.Equal(2 / 12.0, best.OutlierFraction, 1e-12);
    }

    [Theory]
    [InlineData(0, 54.3)]
    [InlineData(123, 89.95)]
    [InlineData(0, -90)]
    public void Fields_at_right_ascension_0_and_at_the_poles_are_like_others(double ra, double dec)
    {
        var field = new CalibrationField(15, 100);
        var stars = field.Frame();
        (double Ra, double Dec) Moved(double oldRa, double oldDec) => Sphere.Offset(ra, dec,
            Sphere.PositionAngle(210, 54.3, oldRa, oldDec), Sphere.Separation(210, 54.3, oldRa, oldDec));
        var there = Calibration.Calibrate(
            stars.ConvertAll(star => star with { Ra = Moved(star.Ra, star.Dec).Ra, Dec = Moved(star.Ra, star.Dec).Dec }), Epoch,
            field.References.ConvertAll(star => star with { Ra = Moved(star.Ra, star.Dec).Ra, Dec = Moved(star.Ra, star.Dec).Dec }),
            plainInR with { MatchRadius = 2 });
        var here = Calibration.Calibrate(stars, Epoch, field.References, plainInR with { MatchRadius = 2 });
        Assert.Equal(here.Matched, there.Matched, 1.0); // a star at the rim
        Assert.Equal(here.Best!.ZeroPoint, there.Best!.ZeroPoint, 2 * here.Best.ZeroPointErr / Math.Sqrt(100));
    }

    [Fact]
    public void A_real_frame_has_the_known_zero_point()
    {
        // Tycho-2 has V_T only, here in place of V.
        var references = new List<CatalogStar>();
        var stars = new List<InstrumentalStar>();
        foreach (var row in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "imaging", "panoptes_matched_tycho2.csv"))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => Array.ConvertAll(line.Split(','), ReferenceTable.Number)))
        {
            var (ra, dec, mag, flux, peak) = (row[0], row[1], row[2], row[10], row[8]);
            if (mag < 8.5 || flux <= 0)
                continue;
            var magnitudes = CatalogMagnitudes.None;
            magnitudes[CatalogBand.JohnsonV] = (float)mag;
            references.Add(new CatalogStar
            {
                Ra = ra,
                Dec = dec,
                Epoch = 2000,
                PmRa = float.NaN,
                PmDec = float.NaN,
                Mag = magnitudes,
                MagErr = CatalogMagnitudes.None,
            });
            // 19 green pixels of a sky noise of 47 ADU; full wells are at 11,000 above the sky.
            stars.Add(new InstrumentalStar(ra, dec, -2.5 * Math.Log10(flux), 1.0857 * Math.Sqrt(19) * 47 / flux, row[5], row[6],
                peak > 11000 ? DetectionFlaws.Saturated : DetectionFlaws.None));
        }
        var result = Calibration.Calibrate(stars, 2016.7, references, new CalibrationOptions { SpatialTerm = TermUse.Never });
        // An independent aperture photometry with 3 sigma clipping has 20.61, and a scatter of 0.10 of 209 stars.
        Assert.Equal(20.61, result.Best!.ZeroPoint, 0.015);
        Assert.InRange(result.Best.Scatter, 0.09, 0.16); // of 223 stars, the wings included
    }

    [Fact]
    public void Whatever_is_in_the_lists_there_is_a_result()
    {
        double[] odd = [double.NaN, double.PositiveInfinity, 0, -1, 1e300, 99, 1e-300, 90, -90, 360, -0.0];
        var random = new Random(16);
        double Any() => random.Next(4) == 0 ? odd[random.Next(odd.Length)] : 54 + random.NextDouble() * 0.01;
        for (var trial = 0; trial < 300; trial++)
        {
            var references = Enumerable.Range(0, random.Next(30)).Select(_ =>
            {
                var (mag, err) = (CatalogMagnitudes.None, CatalogMagnitudes.None);
                (mag[CatalogBand.SdssR], err[CatalogBand.SdssR]) = ((float)Any(), (float)(0.001 * Any()));
                (mag[CatalogBand.SdssG], err[CatalogBand.SdssG]) = ((float)Any(), (float)(0.001 * Any()));
                var motion = ((float)Any(), (float)Any());
                return new CatalogStar
                {
                    Ra = Any(),
                    Dec = Any(),
                    Epoch = 2016,
                    PmRa = motion.Item1,
                    PmDec = motion.Item2,
                    Mag = mag,
                    MagErr = err,
                };
            }).ToArray();
            var stars = Enumerable.Range(0, random.Next(30)).Select(_ =>
                new InstrumentalStar(Any(), Any(), Any(), 0.01 * Any(), Any(), Any())).ToArray();
            var result = Calibration.Calibrate(stars, 2026, references, new CalibrationOptions
            {
                Method = (ZeroPointMethod)random.Next(2),
                ColourTerm = (TermUse)random.Next(3),
                SpatialTerm = (TermUse)random.Next(3),
                Target = new(54, 54.005),
                SearchRadius = 60,
            });
            Assert.True(result.Problem is null == result.Best is not null);
            if (result.Best is { } best)
                Assert.True(double.IsFinite(best.ZeroPoint) && double.IsFinite(best.ZeroPointErr) && double.IsFinite(best.Scatter));
            _ = CalibrationPlots.Magnitudes(result).ToString() + CalibrationPlots.Residuals(result) + CalibrationPlots.Bands(result);
        }
    }
}
