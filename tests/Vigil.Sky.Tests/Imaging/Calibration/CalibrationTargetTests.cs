using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class CalibrationTargetTests
{
    const double Epoch = 2016;

    static readonly CalibrationOptions inR = new() { Choice = CatalogChoice.Parse("r"), SpatialTerm = TermUse.Never };

    [Fact]
    public void Magnitudes_of_targets_are_honest_and_targets_do_not_calibrate_themselves()
    {
        const int tries = 300;
        var (pulls, all) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < tries; seed++)
        {
            // The target has brightened by a magnitude since the catalogue.
            var field = new CalibrationField(seed, 40);
            var stars = field.Frame(scatter: 0.02, outliers: 0.1);
            stars[30] = stars[30] with { Mag = stars[30].Mag - 1 };
            var result = Calibration.Calibrate(stars, Epoch, field.References,
                inR with { Target = new(field.References[30].Ra, field.References[30].Dec), ColourTerm = TermUse.Never });
            var target = result.Target!;
            Assert.Equal(30, target.Star);
            Assert.False(target.IsLimit);
            Assert.DoesNotContain(result.Stars(result.Best!), star => star.Star == 30);
            var error = target.Mag - (field.True[30].R - 1);
            pulls.Add(error / target.MagErrWithScatter);
            all.Add(target.MagErr / target.MagErrWithScatter);
        }
        // Three standard errors of a root mean square of so many; 40 stars leave the scatter uncertain by a tenth.
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), 1 - 3 / Math.Sqrt(2 * tries),
            1.05 + 3 / Math.Sqrt(2 * tries));
        Assert.True(all.Average() < 0.9);
    }

    [Fact]
    public void A_colour_is_given_or_the_catalogues_or_assumed_with_its_error()
    {
        var field = new CalibrationField(11, 300);
        var stars = field.Frame(colourSlope: 0.1);
        var (red, blue) = (Measured(1.6), Measured(0.1));
        Assert.Equal(ColourSource.Given, red.ColourSource);
        // 1.5 mag of colour make 0.15 mag.
        Assert.Equal(0.15, red.Mag - blue.Mag, 0.01);
        var reference = field.References[50];
        var own = Calibration.Calibrate(stars, Epoch, field.References, inR with { Target = new(reference.Ra, reference.Dec) });
        Assert.Equal(ColourSource.Catalogue, own.Target!.ColourSource);
        // Magnitudes of the catalogue are rounded to 5 decimals.
        Assert.Equal(reference.Mag[CatalogBand.SdssG] - reference.Mag[CatalogBand.SdssR], own.Target.Colour, 2e-5);
        var unknown = Calibration.Calibrate(stars, Epoch, field.References,
            inR with { Target = new(210, 54.3) { Measured = new InstrumentalStar(210, 54.3, -6, 0.01), Radius = 0.5 } });
        Assert.Equal(ColourSource.Assumed, unknown.Target!.ColourSource);
        Assert.Equal(0.1 * 0.3, unknown.Target.ColourErr, 0.005); // slope times the scatter of colours
        Assert.Contains(unknown.Notes, note => note.Concern == CalibrationConcern.TargetColourAssumed);
        Assert.Contains("g-r = 0.6", Assert.Single(unknown.Notes).Message, StringComparison.Ordinal);

        TargetMagnitude Measured(double colour) => Calibration.Calibrate(stars, Epoch, field.References, inR with
        {
            Target = new(210, 54.3) { Measured = new InstrumentalStar(210, 54.3, -6, 0.01), Colour = colour },
        }).Target!;
    }

    [Fact]
    public void A_target_that_is_not_there_has_a_limit()
    {
        var field = new CalibrationField(12, 300);
        var stars = field.Frame(23);
        var given = Limit(new(210.3, 54.5) { LimitingMag = -3.5 });
        Assert.True(given.IsLimit);
        Assert.Equal(19.5, given.Mag, 0.01);
        Assert.True(double.IsNaN(given.MagErr));
        // The frame's errors are 0.034 at r = 18 and grow as the flux falls: 0.217, a ratio of 5, would be at r = 22;
        // the list ends at 18.
        var own = Limit(new(210.3, 54.5));
        Assert.InRange(own.Mag, 16.5, 18);
        // Rows that are none do not make it fainter.
        stars.Add(stars[0] with { Mag = 99, MagErr = 60000 });
        stars.Add(stars[0] with { Mag = 49, MagErr = 60000 });
        Assert.Equal(own.Mag, Limit(new(210.3, 54.5)).Mag);
        // A noisier frame reaches as far as its noise lets it.
        stars = field.Frame(23, noise: 10);
        Assert.InRange(Limit(new(210.3, 54.5)).Mag, 16, 17.5);

        TargetMagnitude Limit(CalibrationTarget target) =>
            Calibration.Calibrate(stars, Epoch, field.References, inR with { Target = target }).Target!;
    }

    [Fact]
    public void Saturation_flaws_and_extrapolation_are_told()
    {
        var field = new CalibrationField(13, 300);
        var stars = field.Frame(23);
        var bright = Enumerable.Range(0, stars.Count).OrderBy(i => stars[i].Mag).ToArray();
        foreach (var i in bright.Take(10))
            stars[i] = stars[i] with { Flags = DetectionFlaws.Saturated };
        Assert.Equal([CalibrationConcern.TargetSaturated], Concerns(bright[3])
            .Except([CalibrationConcern.TargetMagnitudeOutside, CalibrationConcern.TargetColourOutside]));
        Assert.Contains(CalibrationConcern.TargetNearSaturation, Concerns(bright[10]));
        stars[bright[200]] = stars[bright[200]] with { Flags = DetectionFlaws.Blended };
        Assert.Equal([CalibrationConcern.TargetFlawed], Concerns(bright[200]));
        Assert.Empty(Concerns(bright[150]));
        Assert.Contains(CalibrationConcern.TargetMagnitudeOutside, Concerns(bright[^1]));

        IEnumerable<CalibrationConcern> Concerns(int star) => Calibration.Calibrate(stars, Epoch, field.References,
            inR with { Target = new(stars[star].Ra, stars[star].Dec) }).Notes.Select(note => note.Concern);
    }

    [Fact]
    public void The_frames_offset_from_the_catalogue_is_allowed_for()
    {
        var field = new CalibrationField(14, 300);
        var stars = field.Frame().ConvertAll(star =>
            star with { Ra = star.Ra + 3 / 3600.0 / Math.Cos(star.Dec * Math.PI / 180) });
        var result = Calibration.Calibrate(stars, Epoch, field.References,
            inR with { Target = new(field.References[5].Ra, field.References[5].Dec) });
        Assert.Equal(3, result.OffsetRa, 0.1); // 0.3" / sqrt(300) and a little
        Assert.Equal(5, result.Target!.Star);
        Assert.True(result.Target.Separation < 1);
    }
}
