using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Pairs the stars of a frame with the reference stars by position, then leaves out the pairs that are farther apart than the
/// others say.
/// </summary>
sealed class StarMatcher(Calibrator field, InstrumentalStar[] stars, CalibrationOptions options, MixtureFit fit)
{
    // Fewer pairs do not tell the scatter of their distances; as in the CPCS.
    const int MinForCleaning = 20;

    // So many tell offset and scatter to a thirtieth of the scatter, which is all that a radius needs.
    const int EnoughForCleaning = 500;

    // The radius of the clipped rule where none is given: arcsec.
    const double ClippedRadius = 1.5;

    readonly StarPairs pairs = new(stars.Length);

    // Room that serves one frame after the other.
    readonly int[] which = ArrayPool<int>.Shared.Rent(stars.Length); // those that can be used, of the stars given
    readonly double[] ra = ArrayPool<double>.Shared.Rent(stars.Length), dec = ArrayPool<double>.Shared.Rent(stars.Length);
    readonly double[] separation = ArrayPool<double>.Shared.Rent(stars.Length); // from the nearest reference star: degrees
    int count;

    /// <summary>The pairs, in the order of the reference stars. To be asked for once.</summary>
    /// <param name="result">Receives counts, radius and offset, and the problem where no pair is left.</param>
    public StarPairs Match(CalibrationResult result)
    {
        Find(result);
        ArrayPool<int>.Shared.Return(which);
        foreach (var room in (ReadOnlySpan<double[]>)[ra, dec, separation])
            ArrayPool<double>.Shared.Return(room);
        return pairs;
    }

    void Find(CalibrationResult result)
    {
        Choose(result);
        if (count == 0)
            result.Problem = new(CalibrationConcern.NoStars, result.Rows == 0 ? "The list of stars is empty."
                : $"None of the {result.Rows} stars can be used: {result.RowsDropped} lack a position, a magnitude below 50 or "
                    + $"an error from 0 to 1, {result.RowsFlagged} are flagged as saturated, cut or broken.");
        else if (field.Count == 0)
            result.Problem = new(CalibrationConcern.NoReferenceStars,
                "The catalogue has no star in this field. Take one that covers it, or check the frame's coordinates.");
        if (result.Problem is not null)
            return;
        var clipped = options.Method == ZeroPointMethod.Clipped;
        var radius = clipped ? options.MatchRadius ?? Math.Min(ClippedRadius, options.SearchRadius) : options.SearchRadius;
        Pair(radius, oneToOne: !clipped);
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
            result.Problem = new(CalibrationConcern.NoMatches, string.Create(CultureInfo.InvariantCulture,
                $"None of {count} stars is within {radius:0.##}\" of one of {field.Count} reference stars. "
                + $"Check the plate solution."));
    }

    void Choose(CalibrationResult result)
    {
        for (var i = 0; i < stars.Length; i++)
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
    }

    (double Offset, double Sigma) Offset(double[] distances)
    {
        var stride = Math.Max(pairs.Count / EnoughForCleaning, 1);
        var some = 0;
        for (var i = 0; i < pairs.Count; i += stride)
            fit.Y[some++] = distances[i];
        fit.ErrSquared.AsSpan(0, some).Clear();
        fit.Fit(some, 0, tolerance: MixtureFit.RoughTolerance);
        return (fit.Coefficients[0], Math.Sqrt(fit.Variance));
    }

    // The nearest reference star to each star; one to one, of several stars only the nearest.
    void Pair(double radius, bool oneToOne)
    {
        var matches = new List<PositionMatch>(count + count / 8);
        field.Index.CrossMatch(ra.AsSpan(0, count), dec.AsSpan(0, count), radius / 3600, matches);
        // Chains of stars by reference star.
        var (first, next) = (ArrayPool<int>.Shared.Rent(field.Count), ArrayPool<int>.Shared.Rent(count));
        first.AsSpan(0, field.Count).Fill(-1);
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
        for (var reference = 0; reference < field.Count; reference++)
        {
            var star = first[reference];
            if (star < 0 || (references[reference].Flags & options.ExcludedReferences) != 0)
                continue;
            if (next[star] < 0)
            {
                Add(star, reference);
                continue;
            }
            chain.Clear();
            for (; star >= 0; star = next[star])
                chain.Add(star);
            chain.Sort(Nearer);
            for (var i = 0; i < (oneToOne ? 1 : chain.Count); i++)
                Add(chain[i], reference);
        }
        ArrayPool<int>.Shared.Return(first);
        ArrayPool<int>.Shared.Return(next);
    }

    void Add(int star, int reference)
    {
        var place = field.Place(reference);
        var east = ra[star] - place.Ra;
        if (Math.Abs(east) > 180)
            east = Math.IEEERemainder(east, 360);
        pairs.Add(which[star], reference, 3600 * place.CosDec * east, 3600 * (dec[star] - place.Dec));
    }

    // Where two are as near, by all else, so that the order of the rows does not matter.
    int Nearer(int a, int b) => separation[a] != separation[b] ? separation[a].CompareTo(separation[b])
        : Compare(stars[which[a]], stars[which[b]]);

    /// <summary>An order of stars by all their numbers.</summary>
    public static int Compare(InstrumentalStar a, InstrumentalStar b) => (a.Mag, a.MagErr, a.X, a.Y, a.Ra, a.Dec, a.Flags)
        .CompareTo((b.Mag, b.MagErr, b.X, b.Y, b.Ra, b.Dec, b.Flags));
}
