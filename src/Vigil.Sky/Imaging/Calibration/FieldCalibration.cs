namespace Vigil.Sky.Imaging;

/// <summary>One calibration: the steps from a list of stars to zero point and target, one after the other.</summary>
sealed class FieldCalibration
{
    readonly Calibrator field;
    readonly InstrumentalStar[] stars;
    readonly CalibrationOptions options;
    readonly CatalogBand[] bands; // of the choice, those that reference stars have
    readonly List<CalibrationNote> notes = [];
    readonly CalibrationResult result;
    StarPairs? pairs; // null where no star matched

    public FieldCalibration(Calibrator field, InstrumentalStar[] stars, CalibrationOptions options)
    {
        (this.field, this.stars, this.options) = (field, stars, options);
        bands = [.. options.Choice.Bands.Where(band => !field.Mag(band).IsEmpty)];
        result = new CalibrationResult(StarsOf, AllBands) { Rows = stars.Length };
    }

    public CalibrationResult Run()
    {
        var mixture = MixtureFit.Borrow(stars.Length);
        Steps(mixture);
        MixtureFit.Return(mixture);
        result.Notes = notes;
        return result;
    }

    void Steps(MixtureFit mixture)
    {
        var matched = new StarMatcher(field, stars, options, mixture).Match(result);
        if (result.Problem is not null)
            return;
        pairs = matched;
        var target = options.Target is null ? null : new TargetCalibration(field, stars, options, options.Target, notes);
        target?.Find(result, pairs);
        result.Matched = pairs.Count;
        var fitter = new BandFitter(field, stars, pairs, options, mixture);
        var choice = new BandChoice(fitter, bands);
        if (choice.Best() is not { } best)
        {
            result.Problem = NoBand(choice.All());
            return;
        }
        best = fitter.WithScatterCurve(new TermChoice(stars, fitter, options, notes).WithTerms(best));
        result.Best = best;
        new FieldJudge(field, stars, fitter, options, notes).Judge(best, result);
        target?.Measure(result);
    }

    // The reason of the band that came farthest.
    CalibrationNote NoBand(IReadOnlyList<BandFit> fits)
    {
        if (fits.Count == 0)
            return new(CalibrationConcern.NoReferenceStars, $"The catalogue has none of the bands of '{options.Choice}': "
                + $"{string.Join(", ", options.Choice.Bands.Select(CatalogBands.Name))}.");
        var farthest = fits.OrderByDescending(fit => fit.Used).ThenByDescending(fit => fit.Count).First().Problem!;
        var matched = BandFitter.Stars(pairs!.Count);
        return farthest with { Message = $"No zero point. {farthest.Message} {matched} matched the catalogue." };
    }

    IReadOnlyList<BandFit> AllBands()
    {
        if (pairs is null)
            return [];
        var mixture = MixtureFit.Borrow(pairs.Count);
        var fits = new BandChoice(new BandFitter(field, stars, pairs, options, mixture), bands).All();
        MixtureFit.Return(mixture);
        return fits;
    }

    IReadOnlyList<CalibrationStar> StarsOf(BandFit fit)
    {
        if (fit.Model is not { } model || pairs is null)
            return [];
        var mag = field.Mag(fit.Band);
        var errSquared = field.ErrSquared(fit.Band);
        var list = new List<CalibrationStar>(pairs.Count);
        var colourShown = fit.Colour ?? options.Colour ?? CatalogBands.ColoursFor(fit.Band)
            .Select(colour => (CatalogColour?)colour).FirstOrDefault(colour => Enumerable.Range(0, pairs.Count)
                .Any(i => double.IsFinite(field.ColourOf(colour, pairs.Reference[i]))));
        for (var i = 0; i < pairs.Count; i++)
        {
            var reference = pairs.Reference[i];
            var star = stars[pairs.Star[i]];
            if (double.IsNaN(mag[reference]) || !(errSquared[reference] < options.MaxCatalogErr * options.MaxCatalogErr))
                continue;
            var colour = field.ColourOf(colourShown, reference);
            var zeroPoint = model.ZeroPoint(colour, star.X, star.Y);
            if (double.IsNaN(zeroPoint))
                continue;
            var variance = model.ResidualVariance(mag[reference], errSquared[reference] + star.MagErr * star.MagErr);
            list.Add(new CalibrationStar
            {
                Star = pairs.Star[i],
                Instrumental = star,
                Reference = field.References[reference],
                Separation = double.Hypot(pairs.East[i], pairs.North[i]),
                ReferenceMag = mag[reference],
                Colour = colour,
                Residual = star.Mag + zeroPoint - mag[reference],
                ResidualErr = Math.Sqrt(variance),
                Weight = model.Weight(mag[reference] - star.Mag, zeroPoint, variance),
            });
        }
        return list;
    }
}
