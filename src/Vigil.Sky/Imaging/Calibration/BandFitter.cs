using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>Fits zero points, with or without terms, to the pairs of a frame's stars and reference stars.</summary>
sealed class BandFitter
{
    // Twice the logarithm of the Bayes factor from which evidence is "strong" (R. E. Kass and A. E. Raftery 1995, J. Am. Stat.
    // Assoc. 90, 773), by G. Schwarz's approximation.
    public const double StrongEvidence = 6;

    // Fewer stars do not tell how their scatter changes with magnitude.
    const int MinForCurve = 40;

    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    readonly Calibrator field;
    readonly InstrumentalStar[] stars;
    readonly StarPairs pairs;
    readonly CalibrationOptions options;
    readonly MixtureFit mixture; // and the numbers of whichever fit is at work
    readonly double[] pairMag, pairErrSquared; // instrumental, of the pairs
    readonly int[] inBand; // which pairs are in the fit
    BandFit? current; // whose numbers are at work

    public BandFitter(Calibrator field, InstrumentalStar[] stars, StarPairs pairs, CalibrationOptions options, MixtureFit mixture)
    {
        (this.field, this.stars, this.pairs, this.options, this.mixture) = (field, stars, pairs, options, mixture);
        (inBand, pairMag, pairErrSquared) = (new int[pairs.Count + 1], new double[pairs.Count], new double[pairs.Count]);
        for (var i = 0; i < pairs.Count; i++)
        {
            ref readonly var star = ref stars[pairs.Star[i]];
            (pairMag[i], pairErrSquared[i]) = (star.Mag, star.MagErr * star.MagErr);
        }
    }

    public StarPairs Pairs => pairs;

    /// <summary>Fits a band.</summary>
    /// <param name="band">One that reference stars have.</param>
    /// <param name="terms">Beside the zero point.</param>
    /// <param name="start">A fit like it, from which to begin; null for none.</param>
    /// <param name="stride">1 for all pairs; 4 for every fourth.</param>
    /// <returns>Null where the terms cannot be told apart.</returns>
    public BandFit? Fit(CatalogBand band, CalibrationTerms terms = default, BandFit? start = null, int stride = 1)
    {
        current = null;
        var count = Gather(band, terms, stride);
        if (count < options.MinStars || count < terms.Count + 2)
            return new BandFit { Band = band, Count = count, Problem = TooFew(band, count) };
        FitModel? model;
        int used;
        if (options.Method == ZeroPointMethod.Clipped)
            model = Clipped(count, terms, out used);
        else
        {
            mixture.Fit(count, terms.Count - 1, start?.Model, stride > 1 ? MixtureFit.RoughTolerance : MixtureFit.Tolerance);
            (model, used) = (Mixed(terms), mixture.Used);
        }
        return model is null ? null : current = Judged(new BandFit { Band = band, Count = count, Used = used, Model = model });
    }

    /// <summary>The same fit with a scatter that changes with magnitude, where there is strong evidence that it does.</summary>
    public BandFit WithScatterCurve(BandFit fit)
    {
        if (options.Method == ZeroPointMethod.Clipped || fit.Used < MinForCurve)
            return fit;
        Return(fit);
        var y = Differences(fit, out var pair);
        var n = y.Length;
        var (zeroPoints, weights, z, errSquared) = (new double[n], new double[n], new double[n], mixture.ErrSquared[..n]);
        for (var i = 0; i < n; i++)
            z[i] = field.Mag(fit.Band)[pairs.Reference[pair[i]]];
        var flat = ScatterCurve.Flat(fit.Model!.Variance, z);
        for (var i = 0; i < n; i++)
            z[i] = flat.Z(z[i]);
        Weigh(fit, zeroPoints, weights);
        var score = flat.Score(z, Residuals(zeroPoints), errSquared, weights);
        // Slope and bend together gain as much as either alone, at least.
        if (score < StrongEvidence + Math.Log(fit.Used))
            return fit;
        var (best, least) = (fit, mixture.LogLikelihood);
        for (var size = 2; size <= 3; size++)
        {
            var scaled = Curved(fit, flat, size, z, errSquared);
            var gain = 2 * (mixture.LogLikelihood - least) - StrongEvidence - Math.Log(fit.Used);
            if (scaled is null || !(gain > 0))
                continue;
            (best, least) = (scaled, mixture.LogLikelihood);
        }
        current = null;
        return best;
    }

    // Curve and calibration in turn, for each depends on what the other makes of the stars, until the likelihood stands.
    BandFit? Curved(BandFit fit, ScatterCurve curve, int size, double[] z, double[] errSquared)
    {
        const int MaxRounds = 50;
        var n = z.Length;
        var (zeroPoints, before) = (new double[n], double.NegativeInfinity);
        errSquared.CopyTo(mixture.ErrSquared, 0);
        mixture.Fit(n, fit.Model!.Terms.Count - 1, fit.Model);
        var coefficients = fit.Model.Coefficients;
        for (var round = 0; round < MaxRounds; round++)
        {
            ZeroPoints(coefficients, zeroPoints);
            curve = curve.Fit(size, z, Residuals(zeroPoints), errSquared, mixture.Weights);
            for (var i = 0; i < n; i++)
                mixture.ErrSquared[i] = errSquared[i] + curve.VarianceOf(z[i]);
            mixture.FitAgain();
            coefficients = mixture.Coefficients.ToArray();
            if (mixture.LogLikelihood - before < 1e-4)
                break;
            before = mixture.LogLikelihood;
        }
        if (Mixed(fit.Model.Terms) is not { } model)
            return null;
        var judged = Judged(fit with
        {
            Used = mixture.Used,
            Model = model with { Variance = curve.VarianceAt(curve.Pivot), Curve = curve },
        });
        return judged.Problem is null ? judged : null;
    }

    double[] Residuals(double[] zeroPoints)
    {
        var residuals = new double[zeroPoints.Length];
        for (var i = 0; i < residuals.Length; i++)
            residuals[i] = mixture.Y[i] - zeroPoints[i];
        return residuals;
    }

    /// <summary>The numbers of a fit: reference less instrumental magnitude, of every pair that it has.</summary>
    /// <param name="fit">With a model.</param>
    /// <param name="pair">Which pair each is of.</param>
    public ReadOnlySpan<double> Differences(BandFit fit, out ReadOnlySpan<int> pair)
    {
        if (!ReferenceEquals(current, fit))
        {
            current = null;
            Gather(fit.Band, fit.Model!.Terms, 1);
        }
        pair = inBand.AsSpan(0, fit.Count);
        return mixture.Y.AsSpan(0, fit.Count);
    }

    /// <summary>Of the numbers of a fit, the zero point at each star's colour and place and its probability to be good.</summary>
    public void Weigh(BandFit fit, Span<double> zeroPoints, Span<double> weights)
    {
        var y = Differences(fit, out var pair);
        var model = fit.Model!;
        var mag = field.Mag(fit.Band);
        ZeroPoints(model.Coefficients, zeroPoints);
        if (model.Outliers is not null && ReferenceEquals(current, fit))
            mixture.Weights.CopyTo(weights);
        else
            for (var i = 0; i < y.Length; i++)
                weights[i] = model.Weight(y[i], zeroPoints[i],
                    model.ResidualVariance(mag[pairs.Reference[pair[i]]], mixture.ErrSquared[i]));
    }

    void ZeroPoints(double[] coefficients, Span<double> zeroPoints)
    {
        zeroPoints.Fill(coefficients[0]);
        for (var p = 1; p < coefficients.Length; p++)
        {
            var (coefficient, column) = (coefficients[p], mixture.Column(p - 1));
            for (var i = 0; i < zeroPoints.Length; i++)
                zeroPoints[i] += coefficient * column[i];
        }
    }

    /// <summary>The colours of the stars of a fit, as many as have one: into the room given.</summary>
    public int Colours(BandFit fit, CatalogColour colour, Span<double> colours)
    {
        Differences(fit, out var pair);
        var known = 0;
        foreach (var i in pair)
        {
            colours[known] = field.ColourOf(colour, pairs.Reference[i]);
            known += double.IsFinite(colours[known]) ? 1 : 0;
        }
        return known;
    }

    // Has the mixture at work be that of a fit.
    void Return(BandFit fit)
    {
        if (ReferenceEquals(current, fit))
            return;
        var terms = fit.Model!.Terms;
        mixture.Fit(Gather(fit.Band, terms, 1), terms.Count - 1, fit.Model);
    }

    // Which pairs have a magnitude in a band, and what else the terms need; their differences into the fit.
    int Gather(CatalogBand band, in CalibrationTerms terms, int stride)
    {
        var mag = field.Mag(band);
        var errSquared = field.ErrSquared(band);
        var (y, e2) = (mixture.Y, mixture.ErrSquared);
        var maxErrSquared = options.MaxCatalogErr * options.MaxCatalogErr;
        var references = pairs.Reference.AsSpan(0, pairs.Count);
        var count = 0;
        for (var i = 0; i < references.Length; i += stride)
        {
            var reference = references[i];
            (y[count], e2[count], inBand[count]) = (mag[reference] - pairMag[i], errSquared[reference] + pairErrSquared[i], i);
            count += errSquared[reference] < maxErrSquared && !double.IsNaN(mag[reference]) ? 1 : 0;
        }
        return terms.Count > 1 ? GatherTerms(count, terms) : count;
    }

    // The columns of the terms; stars without a colour or a place are left out.
    int GatherTerms(int before, in CalibrationTerms terms)
    {
        var (first, size) = (1, terms.Count);
        if (terms.Colour is { } colour)
        {
            var blue = field.Mag(colour.Blue);
            var red = field.Mag(colour.Red);
            if (blue.IsEmpty || red.IsEmpty)
                return 0;
            var column = mixture.Column(0);
            for (var k = 0; k < before; k++)
                column[k] = blue[pairs.Reference[inBand[k]]] - red[pairs.Reference[inBand[k]]] - terms.Pivot;
            first = 2;
        }
        Span<double> row = stackalloc double[CalibrationTerms.MaxCount];
        for (var k = 0; k < before && terms.Spatial != SpatialTerm.None; k++)
        {
            ref readonly var star = ref stars[pairs.Star[inBand[k]]];
            terms.Row(0, star.X, star.Y, row);
            for (var p = first; p < size; p++)
                mixture.Column(p - 1)[k] = row[p];
        }
        var count = 0;
        for (var k = 0; k < before; k++)
        {
            var known = true;
            for (var p = 1; p < size; p++)
                known &= double.IsFinite(mixture.Column(p - 1)[k]);
            if (!known)
                continue;
            if (count < k)
                Move(k, count, size);
            count++;
        }
        return count;
    }

    void Move(int from, int to, int size)
    {
        for (var p = 1; p < size; p++)
            mixture.Column(p - 1)[to] = mixture.Column(p - 1)[from];
        (mixture.Y[to], mixture.ErrSquared[to], inBand[to]) = (mixture.Y[from], mixture.ErrSquared[from], inBand[from]);
    }

    FitModel? Clipped(int count, in CalibrationTerms terms, out int used)
    {
        var columns = new double[terms.Count - 1][];
        for (var p = 0; p < columns.Length; p++)
            columns[p] = mixture.Column(p);
        return ClippedFit.Fit(mixture.Y.AsSpan(0, count), mixture.ErrSquared.AsSpan(0, count), terms, columns,
            mixture.Work, out used);
    }

    FitModel? Mixed(in CalibrationTerms terms) => mixture.Covariance() is not { } covariance ? null : new FitModel
    {
        Terms = terms,
        Coefficients = mixture.Coefficients.ToArray(),
        Covariance = covariance,
        Variance = mixture.Variance,
        TotalVariance = mixture.Variance + mixture.MeanErrSquared,
        Outliers = new MixtureOutliers(mixture.Fraction, mixture.Centre),
    };

    // What the model says, and whether that will do.
    BandFit Judged(BandFit fit)
    {
        var (model, terms) = (fit.Model!, fit.Model!.Terms);
        fit = fit with
        {
            ZeroPoint = model.Coefficients[0],
            ZeroPointErr = Math.Sqrt(model.Covariance[0]),
            Scatter = Math.Sqrt(model.Variance),
            OutlierFraction = model.Outliers?.Fraction ?? (fit.Count - fit.Used) / (double)fit.Count,
            Colour = terms.Colour,
            ColourPivot = terms.Colour is null ? double.NaN : terms.Pivot,
            ColourSlope = terms.Colour is null ? 0 : model.Coefficients[1],
            ColourSlopeErr = terms.Colour is null ? 0 : Math.Sqrt(model.Covariance[terms.Count + 1]),
            Spatial = terms.Spatial,
            SpatialCoefficients = model.Coefficients[^terms.SpatialCount..],
        };
        return fit with { Problem = ProblemOf(fit) };
    }

    CalibrationNote? ProblemOf(BandFit fit)
    {
        var band = fit.Band.Name();
        if (!(fit.OutlierFraction < options.MaxOutlierFraction))
            return new(CalibrationConcern.MostlyOutliers, string.Create(invariant,
                $"{100 * fit.OutlierFraction:0} % of {Stars(fit.Count)} in {band} disagree with the others: "
                + $"clouds, blends or a wrong match."));
        if (fit.Used < options.MinStars)
            return TooFew(fit.Band, fit.Used);
        return fit.Scatter < options.MaxScatter ? null : new(CalibrationConcern.LargeScatter, string.Create(invariant,
            $"{Stars(fit.Used)} in {band} scatter by {fit.Scatter:0.00} mag; "
            + $"{options.MaxScatter} is the most that is accepted."));
    }

    CalibrationNote TooFew(CatalogBand band, int count) => new(CalibrationConcern.TooFewStars, count == 0
        ? $"No star has a reference magnitude in {band.Name()} with an error below {options.MaxCatalogErr} mag."
        : $"Only {Stars(count)} in {band.Name()}; {options.MinStars} are needed.");

    /// <summary>A number of stars in words.</summary>
    public static string Stars(int count) => count == 1 ? "1 star" : $"{count} stars";
}
