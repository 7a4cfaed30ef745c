using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>What the stars themselves say against a zero point.</summary>
sealed class FieldJudge(Calibrator field, InstrumentalStar[] stars, BandFitter fitter, CalibrationOptions options,
    List<CalibrationNote> notes)
{
    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    readonly StarPairs pairs = fitter.Pairs;

    // Fainter stars, of less than 10 sigma, are seen more often where noise makes them brighter: mag.
    const double MaxErrForSlope = 0.1;

    public void Judge(BandFit best, CalibrationResult result)
    {
        var y = fitter.Differences(best, out var pair);
        var (residuals, weights) = (new double[y.Length], new double[y.Length]);
        fitter.Weigh(best, residuals, weights);
        var reference = field.Mag(best.Band);
        var errSquared = field.ErrSquared(best.Band);
        var model = best.Model!;
        var (mags, used, mag) = (new double[y.Length], 0, new double[y.Length]);
        for (var i = 0; i < y.Length; i++)
        {
            ref readonly var star = ref stars[pairs.Star[pair[i]]];
            var which = pairs.Reference[pair[i]];
            mag[i] = reference[which];
            if (weights[i] >= 0.5)
                mags[used++] = mag[i];
            residuals[i] -= y[i]; // they were zero points
            // With one scatter for all, for a run with magnitude is part of a scatter that changes with it.
            var variance = model.Variance + (model.Outliers is null ? 0 : star.MagErr * star.MagErr + errSquared[which]);
            weights[i] = weights[i] >= 0.5 && star.MagErr < MaxErrForSlope ? weights[i] / variance : 0;
        }
        var middle = Selection.Median(mags.AsSpan(0, used).ToArray());
        Slope(mag, residuals, weights, middle, best, result);
        Missing(best, mags.AsSpan(0, used));
    }

    // Whether the residuals run with magnitude, and where.
    void Slope(double[] mag, double[] residual, double[] weight, double middle, BandFit best, CalibrationResult result)
    {
        var (slope, err) = Line(mag, residual, weight, middle, double.NegativeInfinity, double.PositiveInfinity);
        (result.MagnitudeSlope, result.MagnitudeSlopeErr) = (slope, err);
        if (!(Math.Abs(slope) > Math.Max(0.01, 5 * err)))
            return;
        var (ofBright, _) = Line(mag, residual, weight, middle, double.NegativeInfinity, middle);
        // What is lost from apertures and sky is lost by the faint; what a detector does it does to the bright.
        var isOfFaint = Math.Abs(ofBright) < 0.5 * Math.Abs(slope);
        var where = !isOfFaint ? ""
            : string.Create(invariant, $", most of it among stars fainter than {best.Band.Name()} = {middle:0.0}");
        var why = !isOfFaint ? "the detector is not linear, or the background is wrong"
            : slope > 0 ? "apertures that are smaller for faint stars lose light, or the background is too high"
            : "faint stars are blended with others, or the background is too low";
        notes.Add(new(CalibrationConcern.Nonlinear, string.Create(invariant,
            $"The residuals run with magnitude, by {slope:+0.000;-0.000} ± {err:0.000} mag a mag{where}: {why}.")));
    }

    // The slope of the residuals of stars between two magnitudes, and its error; NaN of too few.
    static (double Slope, double Err) Line(double[] mag, double[] residual, double[] weight, double origin, double from,
        double to)
    {
        double sum = 0, mean = 0, meanResidual = 0, squares = 0, products = 0;
        var count = 0;
        for (var i = 0; i < mag.Length; i++)
        {
            if (weight[i] == 0 || !(mag[i] >= from && mag[i] <= to))
                continue;
            var x = mag[i] - origin;
            count++;
            sum += weight[i];
            mean += weight[i] * x;
            meanResidual += weight[i] * residual[i];
            squares += weight[i] * x * x;
            products += weight[i] * x * residual[i];
        }
        squares -= mean * mean / sum;
        products -= mean * meanResidual / sum;
        return squares > 0 && count > 2 ? (products / squares, 1 / Math.Sqrt(squares)) : (double.NaN, double.NaN);
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
                $"Only {100.0 * found / expected:0} % of {expected} reference stars "
                + $"of {best.Band.Name()} = {bright:0.0} to {faint:0.0} in the middle of the field matched: "
                + $"clouds, trailed or blended stars, or a list of selected stars.")));

        double SquareDistance(SpaceVector direction)
        {
            var difference = direction - centre;
            return difference.Dot(difference);
        }
    }
}
