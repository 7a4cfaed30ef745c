using System.Globalization;
using System.Runtime.InteropServices;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>One calibration: the steps from a list of stars to zero point and target, one after the other.</summary>
sealed class FieldCalibration(Calibrator field, InstrumentalStar[] stars, CalibrationOptions options)
{
    // Fewer pairs do not tell the scatter of their distances; as in the CPCS.
    const int MinForCleaning = 20;

    // The radius of the clipped rule where none is given: arcsec.
    const double ClippedRadius = 1.5;

    // A target given to the arcsec is found, however sharp the frame: arcsec.
    const double MinTargetRadius = 1;

    // Of the radius for matching: 3 sigma where that is 2 sigma, so that one target in ten thousand is missed, not one in fifty.
    const double TargetRadii = 1.5;

    // A term is kept where twice the logarithm of its Bayes factor is above 6: "strong" (R. E. Kass and A. E. Raftery 1995,
    // J. Am. Stat. Assoc. 90, 773), by G. Schwarz's approximation.
    const double StrongEvidence = 6;

    // Fewer stars do not show a term: five a parameter and some.
    const int MinForColour = 10, MinForLinear = 20, MinForQuadratic = 40;

    // A signal-to-noise ratio of 5 is taken for just seen.
    const double LimitingRatio = 5;

    // Its arrays serve one frame after the other.
    [ThreadStatic]
    static MixtureFit? spare;

    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    readonly List<CalibrationNote> notes = [];
    readonly StarPairs pairs = new(stars.Length);
    MixtureFit mixture = null!; // and the numbers of whichever fit is at work
    double[] pairMag = [], pairErrSquared = []; // instrumental, of the pairs
    int[] inBand = []; // which pairs are in the fit
    int targetStar = -1;
    double targetSeparation = double.NaN;
    CalibrationResult result = null!;

    public CalibrationResult Run()
    {
        result = new CalibrationResult(StarsOf) { Rows = stars.Length };
        mixture = spare is { } kept && kept.Capacity >= stars.Length ? kept : new MixtureFit(stars.Length);
        spare = null;
        Steps();
        (spare, mixture) = (mixture, null!);
        return result;
    }

    void Steps()
    {
        Match();
        if (result.Problem is not null)
            return;
        if (options.Target is { } target)
            FindTarget(target);
        result.Matched = pairs.Count;
        (inBand, pairMag, pairErrSquared) = (new int[pairs.Count], new double[pairs.Count], new double[pairs.Count]);
        for (var i = 0; i < pairs.Count; i++)
        {
            var star = stars[pairs.Star[i]];
            (pairMag[i], pairErrSquared[i]) = (star.Mag, star.MagErr * star.MagErr);
        }
        result.Bands = [.. options.Choice.Bands.Where(band => !field.Mag(band).IsEmpty).Select(Plain)];
        var best = result.Bands.Where(fit => fit.Problem is null).MinBy(fit => fit.Merit);
        if (best is null)
        {
            result.Problem = NoBand();
            return;
        }
        result.Best = WithTerms(best);
        JudgeField(result.Best);
        if (options.Target is not null)
            Measure(options.Target, result.Best);
        result.Notes = notes;
    }

    // Pairs of stars and reference stars, and the astrometric cleaning.
    void Match()
    {
        var (which, ra, dec) = (new int[stars.Length], new double[stars.Length], new double[stars.Length]);
        var count = 0;
        for (var i = 0; i < which.Length; i++)
        {
            ref readonly var star = ref stars[i];
            if (!Calibrator.IsUsable(star))
                result.RowsDropped++;
            else if ((star.Flags & options.Excluded) != 0)
                result.RowsFlagged++;
            else
            {
                (which[count], ra[count], dec[count]) = (i, star.Ra, star.Dec);
                count++;
            }
        }
        if (count == 0)
        {
            result.Problem = new(CalibrationConcern.NoStars, result.Rows == 0 ? "The list of stars is empty."
                : $"None of the {result.Rows} stars can be used: {result.RowsDropped} lack a position, a magnitude below 50 "
                    + $"or an error from 0 to 1, {result.RowsFlagged} are flagged as saturated, cut or broken.");
            return;
        }
        if (field.Count == 0)
        {
            result.Problem = new(CalibrationConcern.NoReferenceStars,
                "The catalogue has no star in this field. Take one that covers it, or check the frame's coordinates.");
            return;
        }
        var clipped = options.Method == ZeroPointMethod.Clipped;
        var radius = clipped ? options.MatchRadius ?? Math.Min(ClippedRadius, options.SearchRadius) : options.SearchRadius;
        Pair(which.AsSpan(0, count), ra.AsSpan(0, count), dec.AsSpan(0, count), radius, oneToOne: !clipped);
        if (!clipped && pairs.Count >= MinForCleaning)
        {
            var (east, sigmaEast) = Offset(pairs.East);
            var (north, sigmaNorth) = Offset(pairs.North);
            result.MatchScatter = double.Hypot(sigmaEast, sigmaNorth);
            (result.OffsetRa, result.OffsetDec) = (east, north);
            radius = Math.Min(options.MatchRadius ?? 2 * result.MatchScatter, options.SearchRadius);
            pairs.Keep(east, north, radius);
        }
        else
        {
            radius = options.MatchRadius ?? radius;
            pairs.Keep(0, 0, radius);
        }
        result.MatchRadius = radius;
        if (pairs.Count == 0)
            result.Problem = new(CalibrationConcern.NoMatches, string.Create(invariant,
                $"None of {count} stars is within {radius:0.##}\" of one of {field.Count} reference stars. Check the plate "
                    + $"solution."));
    }

    (double Offset, double Sigma) Offset(double[] distances)
    {
        distances.AsSpan(0, pairs.Count).CopyTo(mixture.Y);
        mixture.ErrSquared.AsSpan(0, pairs.Count).Clear();
        mixture.Fit(pairs.Count, 0);
        return (mixture.Coefficients[0], Math.Sqrt(mixture.Variance));
    }

    // The nearest reference star to each star; one to one, of several stars only the nearest.
    void Pair(ReadOnlySpan<int> which, ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, double radius, bool oneToOne)
    {
        var matches = new List<PositionMatch>(ra.Length);
        field.Index.CrossMatch(ra, dec, radius / 3600, matches);
        var (first, next) = (new int[field.Count], new int[ra.Length]); // chains of stars by reference star
        first.AsSpan().Fill(-1);
        var separation = new double[ra.Length];
        var all = CollectionsMarshal.AsSpan(matches);
        for (var at = 0; at < all.Length;)
        {
            ref readonly var best = ref all[at];
            for (at++; at < all.Length && all[at].Query == best.Query; at++)
                if (all[at].Separation < best.Separation
                    || (all[at].Separation == best.Separation && all[at].Point < best.Point))
                    best = ref all[at];
            separation[best.Query] = best.Separation;
            (next[best.Query], first[best.Point]) = (first[best.Point], best.Query);
        }
        var references = field.References;
        var chain = new List<int>();
        for (var reference = 0; reference < first.Length; reference++)
        {
            if (first[reference] < 0 || (references[reference].Flags & options.ExcludedReferences) != 0)
                continue;
            if (next[first[reference]] < 0)
            {
                Add(first[reference], ra, dec, which);
                continue;
            }
            chain.Clear();
            for (var star = first[reference]; star >= 0; star = next[star])
                chain.Add(star);
            SortChain(chain, which, separation);
            for (var i = 0; i < (oneToOne ? 1 : chain.Count); i++)
                Add(chain[i], ra, dec, which);

            void Add(int star, ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, ReadOnlySpan<int> which)
            {
                var place = field.Place(reference);
                var east = ra[star] - place.Ra;
                if (Math.Abs(east) > 180)
                    east = Math.IEEERemainder(east, 360);
                pairs.Add(which[star], reference, 3600 * place.CosDec * east, 3600 * (dec[star] - place.Dec));
            }
        }
    }

    void SortChain(List<int> chain, ReadOnlySpan<int> which, double[] separation)
    {
        var given = which.ToArray();
        chain.Sort((a, b) => separation[a] != separation[b] ? separation[a].CompareTo(separation[b])
            : Compare(stars[given[a]], stars[given[b]]));
    }

    static int Compare(InstrumentalStar a, InstrumentalStar b) => (a.Mag, a.MagErr, a.X, a.Y, a.Ra, a.Dec, a.Flags)
        .CompareTo((b.Mag, b.MagErr, b.X, b.Y, b.Ra, b.Dec, b.Flags));

    double TargetRadius(CalibrationTarget target) =>
        target.Radius ?? Math.Max(TargetRadii * result.MatchRadius, MinTargetRadius);

    // The star that is the target, flawed or not; it tells no zero point.
    void FindTarget(CalibrationTarget target)
    {
        var radius = TargetRadius(target);
        var dec = Math.Clamp(target.Dec + result.OffsetDec / 3600, -90, 90);
        var ra = target.Ra + result.OffsetRa / 3600 / Math.Max(Math.Cos(double.DegreesToRadians(target.Dec)), 1e-9);
        for (var i = 0; i < stars.Length; i++)
        {
            var star = stars[i];
            if (!Calibrator.IsUsable(star) || Math.Abs(star.Dec - dec) * 3600 > radius)
                continue;
            var separation = 3600 * Sphere.Separation(ra, dec, star.Ra, star.Dec);
            if (separation > radius || separation > targetSeparation
                || (separation == targetSeparation && Compare(star, stars[targetStar]) >= 0))
                continue;
            (targetStar, targetSeparation) = (i, separation);
        }
        if (targetStar >= 0)
            pairs.Remove(targetStar);
    }

    // Which pairs have a magnitude in a band, and what else the terms need; their differences into the fit.
    int Gather(CatalogBand band, in CalibrationTerms terms)
    {
        var mag = field.Mag(band);
        var errSquared = field.ErrSquared(band);
        var (y, e2) = (mixture.Y, mixture.ErrSquared);
        var maxErrSquared = options.MaxCatalogErr * options.MaxCatalogErr;
        var references = pairs.Reference.AsSpan(0, pairs.Count);
        var count = 0;
        for (var i = 0; i < references.Length; i++)
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
        var (y, e2) = (mixture.Y, mixture.ErrSquared);
        var count = 0;
        Span<double> row = stackalloc double[CalibrationTerms.MaxCount];
        for (var k = 0; k < before; k++)
        {
            var i = inBand[k];
            ref readonly var star = ref stars[pairs.Star[i]];
            terms.Row(ColourOf(terms.Colour, pairs.Reference[i]), star.X, star.Y, row);
            var known = true;
            for (var p = 1; p < terms.Count; p++)
            {
                mixture.Column(p - 1)[count] = row[p];
                known &= double.IsFinite(row[p]);
            }
            (y[count], e2[count], inBand[count]) = (y[k], e2[k], i);
            count += known ? 1 : 0;
        }
        return count;
    }

    double ColourOf(CatalogColour? colour, int reference) =>
        colour is { } c && !field.Mag(c.Blue).IsEmpty && !field.Mag(c.Red).IsEmpty
            ? field.Mag(c.Blue)[reference] - field.Mag(c.Red)[reference] : double.NaN;

    BandFit Plain(CatalogBand band) => Fit(band, default)!;

    // Null where the terms cannot be told apart.
    BandFit? Fit(CatalogBand band, CalibrationTerms terms)
    {
        var count = Gather(band, terms);
        if (count < options.MinStars || count < terms.Count + 2)
            return new BandFit { Band = band, Count = count, Problem = TooFew(band, count) };
        var model = options.Method == ZeroPointMethod.Clipped ? Clipped(count, terms, out var used)
            : Mixed(count, terms, out used);
        if (model is null)
            return null;
        var fit = new BandFit
        {
            Band = band,
            ZeroPoint = model.Coefficients[0],
            ZeroPointErr = Math.Sqrt(model.Covariance[0]),
            Scatter = Math.Sqrt(model.Variance),
            OutlierFraction = model.Outliers?.Fraction ?? (count - used) / (double)count,
            Count = count,
            Used = used,
            Colour = terms.Colour,
            ColourPivot = terms.Colour is null ? double.NaN : terms.Pivot,
            ColourSlope = terms.Colour is null ? 0 : model.Coefficients[1],
            ColourSlopeErr = terms.Colour is null ? 0 : Math.Sqrt(model.Covariance[terms.Count + 1]),
            Spatial = terms.Spatial,
            SpatialCoefficients = model.Coefficients[^terms.SpatialCount..],
            Model = model,
        };
        return fit with { Problem = Judge(fit) };
    }

    FitModel? Clipped(int count, in CalibrationTerms terms, out int used)
    {
        var columns = new double[terms.Count - 1][];
        for (var p = 0; p < columns.Length; p++)
            columns[p] = mixture.Column(p);
        return ClippedFit.Fit(mixture.Y.AsSpan(0, count), mixture.ErrSquared.AsSpan(0, count), terms, columns,
            mixture.Work, out used);
    }

    FitModel? Mixed(int count, in CalibrationTerms terms, out int used)
    {
        mixture.Fit(count, terms.Count - 1);
        used = mixture.Used;
        if (mixture.Covariance() is not { } covariance)
            return null;
        return new FitModel
        {
            Terms = terms,
            Coefficients = mixture.Coefficients.ToArray(),
            Covariance = covariance,
            Variance = mixture.Variance,
            Outliers = new MixtureOutliers(mixture.Fraction, mixture.Centre),
        };
    }

    CalibrationNote TooFew(CatalogBand band, int count) => new(CalibrationConcern.TooFewStars, count == 0
        ? $"No star has a reference magnitude in {band.Name()} with an error below {options.MaxCatalogErr} mag."
        : $"Only {Stars(count)} in {band.Name()}; {options.MinStars} are needed.");

    CalibrationNote? Judge(BandFit fit)
    {
        if (!(fit.OutlierFraction < options.MaxOutlierFraction))
            return new(CalibrationConcern.MostlyOutliers, string.Create(invariant,
                $"{100 * fit.OutlierFraction:0} % of {Stars(fit.Count)} in {fit.Band.Name()} disagree with the others: "
                    + $"clouds, blends or a wrong match."));
        if (fit.Used < options.MinStars)
            return TooFew(fit.Band, fit.Used);
        return fit.Scatter < options.MaxScatter ? null : new(CalibrationConcern.LargeScatter, string.Create(invariant,
            $"{Stars(fit.Used)} in {fit.Band.Name()} scatter by {fit.Scatter:0.00} mag; {options.MaxScatter} is the most "
                + $"that is accepted."));
    }

    static string Stars(int count) => count == 1 ? "1 star" : $"{count} stars";

    // The reason of the band that came farthest.
    CalibrationNote NoBand()
    {
        if (result.Bands.Count == 0)
            return new(CalibrationConcern.NoReferenceStars,
                $"The catalogue has none of the bands of '{options.Choice}': "
                    + $"{string.Join(", ", options.Choice.Bands.Select(CatalogBands.Name))}.");
        var farthest = result.Bands.OrderByDescending(fit => fit.Used).ThenByDescending(fit => fit.Count).First().Problem!;
        return farthest with { Message = $"No zero point. {farthest.Message} {Stars(pairs.Count)} matched the catalogue." };
    }

    // The best band again, with the terms that are wanted and that the stars show.
    BandFit WithTerms(BandFit plain)
    {
        var terms = WantedTerms(plain);
        while (terms.Count > 1)
        {
            var fit = Fit(plain.Band, terms);
            if (fit?.Problem is not null || fit is null)
            {
                // Too few stars have a colour, or the terms cannot be told apart: the less important goes first.
                if (options.SpatialTerm == TermUse.Always || options.ColourTerm == TermUse.Always)
                    notes.Add(new(CalibrationConcern.TermNotFitted, fit?.Problem is { } problem
                        ? $"The wanted terms could not be fitted: {problem.Message}"
                        : "The wanted terms cannot be told apart by these stars."));
                terms = terms.Spatial != SpatialTerm.None ? terms with { Spatial = terms.Spatial - 1 }
                    : terms with { Colour = null };
                continue;
            }
            if (Weakest(fit) is not { } weaker)
                return fit;
            terms = weaker;
        }
        return plain;
    }

    CalibrationTerms WantedTerms(BandFit plain)
    {
        var terms = default(CalibrationTerms);
        if (options.ColourTerm == TermUse.Always || (options.ColourTerm == TermUse.WhenNeeded && plain.Used >= MinForColour))
        {
            Gather(plain.Band, default);
            foreach (var colour in options.Colour is { } wanted ? [wanted] : CatalogBands.ColoursFor(plain.Band))
            {
                var known = 0;
                for (var i = 0; i < plain.Count; i++)
                {
                    var value = ColourOf(colour, pairs.Reference[inBand[i]]);
                    mixture.Work[known] = value;
                    known += double.IsFinite(value) ? 1 : 0;
                }
                if (known == 0 || known < 0.75 * plain.Count)
                    continue;
                terms = terms with { Colour = colour, Pivot = Selection.Median(mixture.Work.AsSpan(0, known)) };
                break;
            }
            if (terms.Colour is null && options.ColourTerm == TermUse.Always)
                notes.Add(new(CalibrationConcern.TermNotFitted, "No colour term: too few of the reference stars have a colour."));
        }
        var form = options.SpatialTerm switch
        {
            TermUse.Never => SpatialTerm.None,
            TermUse.Always => options.SpatialForm,
            _ => (SpatialTerm)Math.Min((int)options.SpatialForm,
                (int)(plain.Used >= MinForQuadratic ? SpatialTerm.Quadratic
                    : plain.Used >= MinForLinear ? SpatialTerm.Linear : SpatialTerm.None)),
        };
        if (form == SpatialTerm.None)
            return terms;
        double left = double.PositiveInfinity, right = double.NegativeInfinity, low = left, high = right;
        for (var i = 0; i < pairs.Count; i++)
        {
            var star = stars[pairs.Star[i]];
            if (!double.IsFinite(star.X) || !double.IsFinite(star.Y))
                continue;
            (left, right) = (Math.Min(left, star.X), Math.Max(right, star.X));
            (low, high) = (Math.Min(low, star.Y), Math.Max(high, star.Y));
        }
        if (right > left && high > low)
            return terms with
            {
                Spatial = form,
                CentreX = (left + right) / 2,
                HalfX = (right - left) / 2,
                CentreY = (low + high) / 2,
                HalfY = (high - low) / 2,
            };
        if (options.SpatialTerm == TermUse.Always)
            notes.Add(new(CalibrationConcern.TermNotFitted,
                "No spatial term: the list does not tell the stars' places in the frame."));
        return terms;
    }

    // The terms without the one for which there is the least evidence; null where there is enough for all.
    CalibrationTerms? Weakest(BandFit fit)
    {
        var terms = fit.Model!.Terms;
        var (least, weaker) = (0.0, (CalibrationTerms?)null);
        if (terms.Colour is not null && options.ColourTerm == TermUse.WhenNeeded)
            Consider(1, 1, terms with { Colour = null });
        if (terms.Spatial != SpatialTerm.None && options.SpatialTerm == TermUse.WhenNeeded)
        {
            var size = terms.Spatial == SpatialTerm.Quadratic ? 3 : 2;
            Consider(terms.Count - size, size, terms with { Spatial = terms.Spatial - 1 });
        }
        return weaker;

        void Consider(int first, int size, CalibrationTerms without)
        {
            var evidence = ChiSquare(fit.Model, first, size) - size * Math.Log(fit.Used) - StrongEvidence;
            if (evidence < least)
                (least, weaker) = (evidence, without);
        }
    }

    // How far coefficients are from zero: θᵀ C⁻¹ θ (A. Wald's test).
    static double ChiSquare(FitModel model, int first, int size)
    {
        Span<double> matrix = stackalloc double[size * size], theta = stackalloc double[size], solved = stackalloc double[size];
        var all = model.Coefficients.Length;
        for (var p = 0; p < size; p++)
        {
            theta[p] = model.Coefficients[first + p];
            for (var q = 0; q < size; q++)
                matrix[p * size + q] = model.Covariance[(first + p) * all + first + q];
        }
        if (!Cholesky.TrySolve(matrix, theta, solved))
            return 0;
        var sum = 0.0;
        for (var p = 0; p < size; p++)
            sum += theta[p] * solved[p];
        return sum;
    }

    IReadOnlyList<CalibrationStar> StarsOf(BandFit fit)
    {
        if (fit.Model is not { } model)
            return [];
        var mag = field.Mag(fit.Band);
        var errSquared = field.ErrSquared(fit.Band);
        var list = new List<CalibrationStar>(pairs.Count);
        var colourShown = fit.Colour ?? options.Colour ?? CatalogBands.ColoursFor(fit.Band)
            .Select(colour => (CatalogColour?)colour).FirstOrDefault(colour => Enumerable.Range(0, pairs.Count)
                .Any(i => double.IsFinite(ColourOf(colour, pairs.Reference[i]))));
        for (var i = 0; i < pairs.Count; i++)
        {
            var reference = pairs.Reference[i];
            var star = stars[pairs.Star[i]];
            if (double.IsNaN(mag[reference]) || !(errSquared[reference] < options.MaxCatalogErr * options.MaxCatalogErr))
                continue;
            var colour = ColourOf(colourShown, reference);
            var zeroPoint = model.ZeroPoint(colour, star.X, star.Y);
            if (double.IsNaN(zeroPoint))
                continue;
            var variance = errSquared[reference] + star.MagErr * star.MagErr;
            list.Add(new CalibrationStar
            {
                Star = pairs.Star[i],
                Instrumental = star,
                Reference = field.References[reference],
                Separation = double.Hypot(pairs.East[i], pairs.North[i]),
                ReferenceMag = mag[reference],
                Colour = colour,
                Residual = star.Mag + zeroPoint - mag[reference],
                ResidualErr = Math.Sqrt(model.Outliers is null ? model.Variance : variance + model.Variance),
                Weight = model.Weight(mag[reference] - star.Mag, zeroPoint, variance),
            });
        }
        return list;
    }

    // What the stars themselves say against the zero point.
    void JudgeField(BandFit best)
    {
        var model = best.Model!;
        var count = Gather(best.Band, model.Terms);
        var (mags, used) = (new double[count], 0); // of the stars used
        double weights = 0, mean = 0, meanResidual = 0, squares = 0, products = 0;
        var reference = field.Mag(best.Band);
        var origin = reference[pairs.Reference[inBand[0]]];
        for (var i = 0; i < count; i++)
        {
            var zeroPoint = model.Coefficients[0];
            for (var p = 1; p < model.Coefficients.Length; p++)
                zeroPoint += model.Coefficients[p] * mixture.Column(p - 1)[i];
            var probability = model.Weight(mixture.Y[i], zeroPoint, mixture.ErrSquared[i]);
            if (probability < 0.5)
                continue;
            var mag = mags[used++] = reference[pairs.Reference[inBand[i]]];
            var weight = probability / (model.Variance + (model.Outliers is null ? 0 : mixture.ErrSquared[i]));
            var (x, residual) = (mag - origin, zeroPoint - mixture.Y[i]);
            weights += weight;
            mean += weight * x;
            meanResidual += weight * residual;
            squares += weight * x * x;
            products += weight * x * residual;
        }
        squares -= mean * mean / weights;
        products -= mean * meanResidual / weights;
        if (squares > 0 && used > 2)
            (result.MagnitudeSlope, result.MagnitudeSlopeErr) = (products / squares, 1 / Math.Sqrt(squares));
        if (Math.Abs(result.MagnitudeSlope) > Math.Max(0.01, 5 * result.MagnitudeSlopeErr))
            notes.Add(new(CalibrationConcern.Nonlinear, string.Create(invariant,
                $"The residuals run with magnitude, by {result.MagnitudeSlope:+0.000;-0.000} ± "
                    + $"{result.MagnitudeSlopeErr:0.000} mag ") + "a mag: the detector is not linear, or the background is wrong."));
        Missing(best, mags.AsSpan(0, used));
    }

    // Reference stars in the middle of the field, of magnitudes that were used: how many of them does the list have?
    void Missing(BandFit best, Span<double> mags)
    {
        var bright = double.PositiveInfinity;
        foreach (var mag in mags)
            bright = Math.Min(bright, mag);
        var faint = Selection.Median(mags);
        var directions = field.Directions;
        var centre = default(SpaceVector);
        for (var i = 0; i < pairs.Count; i++)
            centre += directions[pairs.Reference[i]];
        centre = 1 / centre.Length * centre;
        var square = 0.0;
        for (var i = 0; i < pairs.Count; i++)
            square += SquareDistance(directions[pairs.Reference[i]]);
        // In a square field the circle of 0.8 of the root mean square distance is inside, in one of 2:1 just so.
        var limit = 0.64 * square / pairs.Count;
        var (expected, found) = (0, 0);
        var reference = field.Mag(best.Band);
        var pair = 0; // they are in the order of the reference stars
        for (var i = 0; i < reference.Length; i++)
        {
            while (pair < pairs.Count && pairs.Reference[pair] < i)
                pair++;
            if (!(reference[i] >= bright && reference[i] <= faint) || SquareDistance(directions[i]) > limit
                || (field.References[i].Flags & options.ExcludedReferences) != 0)
                continue;
            expected++;
            found += pair < pairs.Count && pairs.Reference[pair] == i ? 1 : 0;
        }
        if (expected >= 10 && found < 0.5 * expected)
            notes.Add(new(CalibrationConcern.StarsMissing, string.Create(invariant,
                $"Only {100.0 * found / expected:0} % of {expected} reference stars of {best.Band.Name()} = {bright:0.0} to "
                    + $"{faint:0.0} ")
                + "in the middle of the field matched: clouds, trailed or blended stars, or a list of selected stars."));

        double SquareDistance(SpaceVector direction)
        {
            var difference = direction - centre;
            return difference.Dot(difference);
        }
    }

    void Measure(CalibrationTarget target, BandFit best)
    {
        var measured = target.Measured ?? (targetStar >= 0 ? stars[targetStar] : default(InstrumentalStar?));
        if (measured is { } given && !double.IsFinite(given.Mag))
            measured = null;
        var instrumental = measured?.Mag ?? (double.IsFinite(target.LimitingMag) ? target.LimitingMag : FaintEnd());
        if (double.IsNaN(instrumental))
        {
            notes.Add(new(CalibrationConcern.NoLimit,
                "The target was not seen, and fewer than 5 stars have an error: the list does not tell how faint it reaches."));
            return;
        }
        var model = best.Model!;
        var (x, y) = measured is { } star ? (star.X, star.Y) : (target.X, target.Y);
        if (best.Spatial != SpatialTerm.None && !(double.IsFinite(x) && double.IsFinite(y)))
            (x, y) = (model.Terms.CentreX, model.Terms.CentreY);
        var (colour, colourErr, source) = TargetColour(target, best);
        var zeroPoint = model.ZeroPoint(colour, x, y);
        result.Target = new TargetMagnitude
        {
            IsLimit = measured is null,
            Mag = instrumental + zeroPoint,
            InstrumentalMag = instrumental,
            StatisticalErr = measured?.MagErr ?? double.NaN,
            ZeroPointErr = model.ZeroPointErr(colour, x, y),
            ColourErr = Math.Abs(best.ColourSlope) * colourErr,
            Scatter = best.Scatter,
            Star = target.Measured is null ? targetStar : -1,
            Separation = target.Measured is null ? targetSeparation : double.NaN,
            Colour = best.Colour is null ? double.NaN : colour,
            ColourSource = source,
            Flags = measured?.Flags ?? DetectionFlaws.None,
        };
        if (measured is { } seen)
            JudgeTarget(seen, best, result.Target);
        else if (result.Target.ColourErr > 0.01)
            NoteColour(best, result.Target);
    }

    (double Colour, double Err, ColourSource Source) TargetColour(CalibrationTarget target, BandFit best)
    {
        if (best.Colour is not { } kind)
            return (0, 0, ColourSource.NotNeeded);
        if (double.IsFinite(target.Colour))
            return (target.Colour, target.ColourErr, ColourSource.Given);
        Span<int> near = stackalloc int[64];
        var radius = TargetRadius(target);
        var found = Math.Min(field.Index.Cone(target.Ra, target.Dec, radius / 3600, near), near.Length);
        var (nearest, separation) = (-1, double.PositiveInfinity);
        foreach (var reference in near[..found])
        {
            var (ra, dec, _) = field.Place(reference);
            var distance = Sphere.Separation(target.Ra, target.Dec, ra, dec);
            if (distance < separation || (distance == separation && reference < nearest))
                (nearest, separation) = (reference, distance);
        }
        if (nearest >= 0 && ColourOf(kind, nearest) is var own && double.IsFinite(own))
            return (own, Math.Sqrt(field.ErrSquared(kind.Blue)[nearest] + field.ErrSquared(kind.Red)[nearest]),
                ColourSource.Catalogue);
        var colours = StarsOf(best).Where(star => star.Used).Select(star => star.Colour).ToArray();
        return (Robust.Median(colours), Robust.Sigma(colours), ColourSource.Assumed);
    }

    // The instrumental magnitude of a source that would just be seen. Where the sky makes the noise, its ratio to a star's flux
    // tells for each faint star what would be five times the noise. But no list reaches fainter than its faintest stars.
    double FaintEnd()
    {
        var faint = stars.Where(star => Calibrator.IsUsable(star) && star.MagErr > 0 && (star.Flags & options.Excluded) == 0)
            .OrderByDescending(star => star.Mag).ToArray();
        if (faint.Length < 5)
            return double.NaN;
        var reached = faint[faint.Length / 20].Mag; // 95 % are brighter
        var seen = faint.Take(Math.Max(faint.Length / 4, 5))
            .Select(star => star.Mag + 2.5 * Math.Log10(2.5 / Math.Log(10) / star.MagErr / LimitingRatio)).ToArray();
        return Math.Min(reached, Robust.Median(seen));
    }

    void JudgeTarget(InstrumentalStar seen, BandFit best, TargetMagnitude target)
    {
        if ((seen.Flags & DetectionFlaws.Saturated) != 0)
            notes.Add(new(CalibrationConcern.TargetSaturated,
                "The target is saturated: it is brighter than the magnitude says. Take a shorter exposure."));
        else
        {
            var saturated = stars.Where(star => (star.Flags & DetectionFlaws.Saturated) != 0 && Calibrator.IsUsable(star))
                .Select(star => star.Mag).Order().ToArray();
            // Of the faintest saturated stars some are blends: nine in ten.
            if (saturated.Length > 0 && saturated[(saturated.Length - 1) * 9 / 10] is var limit && seen.Mag < limit + 0.3)
                notes.Add(new(CalibrationConcern.TargetNearSaturation, string.Create(invariant,
                    $"Stars of {limit + target.Mag - seen.Mag:0.0} mag are saturated; the target of {target.Mag:0.0} mag is "
                        + $"near that, and may be brighter than it seems.")));
        }
        if ((seen.Flags & ~DetectionFlaws.Saturated) is var flaws and not DetectionFlaws.None)
            notes.Add(new(CalibrationConcern.TargetFlawed, $"The detection of the target is flagged: {flaws}."));
        var used = StarsOf(best).Where(star => star.Used).ToArray();
        var (bright, faint) = (used.Min(star => star.ReferenceMag), used.Max(star => star.ReferenceMag));
        if (target.Mag < bright || target.Mag > faint)
            notes.Add(new(CalibrationConcern.TargetMagnitudeOutside, string.Create(invariant,
                $"The target is of {target.Mag:0.0} mag, the reference stars of {bright:0.0} to {faint:0.0}: its magnitude "
                    + $"relies on a linear detector.")));
        if (best.Colour is not { } colour)
            return;
        var (blue, red) = (used.Min(star => star.Colour), used.Max(star => star.Colour));
        if (target.Colour < blue || target.Colour > red)
            notes.Add(new(CalibrationConcern.TargetColourOutside, string.Create(invariant,
                $"The target has {colour} = {target.Colour:0.00}, the reference stars {blue:0.00} to {red:0.00}: the colour "
                    + $"term is extrapolated.")));
        NoteColour(best, target);
    }

    void NoteColour(BandFit best, TargetMagnitude target)
    {
        if (target.ColourSource == ColourSource.Assumed)
            notes.Add(new(CalibrationConcern.TargetColourAssumed, string.Create(invariant,
                $"The target's colour is not known; {best.Colour} = {target.Colour:0.00}, the median of the reference stars, "
                    + $"was assumed, which may be wrong by {target.ColourErr:0.000} mag.")));
    }
}
