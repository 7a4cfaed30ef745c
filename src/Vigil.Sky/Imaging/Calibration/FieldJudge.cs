using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>What the stars themselves say against a zero point.</summary>
sealed class FieldJudge(Calibrator field, BandFitter fitter, CalibrationOptions options, List<CalibrationNote> notes)
{
    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    readonly StarPairs pairs = fitter.Pairs;

    public void Judge(BandFit best, CalibrationResult result)
    {
        var y = fitter.Differences(best, out var pair);
        var (zeroPoints, weights, variances) = (new double[y.Length], new double[y.Length], new double[y.Length]);
        fitter.Weigh(best, zeroPoints, weights, variances);
        var (mags, used) = (new double[y.Length], 0); // of the stars used
        double sum = 0, mean = 0, meanResidual = 0, squares = 0, products = 0;
        var reference = field.Mag(best.Band);
        var origin = reference[pairs.Reference[pair[0]]];
        for (var i = 0; i < y.Length; i++)
        {
            if (weights[i] < 0.5)
                continue;
            var mag = mags[used++] = reference[pairs.Reference[pair[i]]];
            var weight = weights[i] / variances[i];
            var (x, residual) = (mag - origin, zeroPoints[i] - y[i]);
            sum += weight;
            mean += weight * x;
            meanResidual += weight * residual;
            squares += weight * x * x;
            products += weight * x * residual;
        }
        squares -= mean * mean / sum;
        products -= mean * meanResidual / sum;
        if (squares > 0 && used > 2)
            (result.MagnitudeSlope, result.MagnitudeSlopeErr) = (products / squares, 1 / Math.Sqrt(squares));
        if (Math.Abs(result.MagnitudeSlope) > Math.Max(0.01, 5 * result.MagnitudeSlopeErr))
            notes.Add(new(CalibrationConcern.Nonlinear, string.Create(invariant,
                $"The residuals run with magnitude, "
                + $"by {result.MagnitudeSlope:+0.000;-0.000} ± {result.MagnitudeSlopeErr:0.000} mag a mag: the detector is not linear, or the background is wrong.")));
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
                $"Only {100.0 * found / expected:0} % of {expected} reference stars "
                + $"of {best.Band.Name()} = {bright:0.0} to {faint:0.0} in the middle of the field matched: clouds, trailed or blended stars, or a list of selected stars.")));

        double SquareDistance(SpaceVector direction)
        {
            var difference = direction - centre;
            return difference.Dot(difference);
        }
    }
}
