namespace Vigil.Sky.Scheduling;

/// <summary>The best order of few fields, by dynamic programming over their sets.</summary>
static class ScheduleExact
{
    /// <summary>The order that covers the most; of several, the one that ends first.</summary>
    public static List<int> Best(ScheduleProblem problem)
    {
        var n = problem.Fields.Length;
        var covered = Covered(problem);
        // ends[set * n + last]: when the visits of a set are over at the earliest, if the last of them is that field.
        var ends = new double[(1 << n) * n];
        var before = new sbyte[ends.Length];
        Array.Fill(ends, double.PositiveInfinity);
        for (var field = 0; field < n; field++)
            (ends[(1 << field) * n + field], before[(1 << field) * n + field]) =
                (problem.EarliestStart(field, 0) + problem.Duration, -1);
        var (best, bestLast) = (0, -1);
        for (var set = 1; set < 1 << n; set++)
            for (var last = 0; last < n; last++)
            {
                var end = ends[set * n + last];
                if (double.IsPositiveInfinity(end))
                    continue;
                if (bestLast < 0 || covered[set] > covered[best] + Scheduler.Tiny ||
                    covered[set] > covered[best] - Scheduler.Tiny && end < ends[best * n + bestLast])
                    (best, bestLast) = (set, last);
                for (var next = 0; next < n; next++)
                {
                    if ((set & (1 << next)) != 0)
                        continue;
                    var place = (set | (1 << next)) * n + next;
                    var nextEnd = problem.EarliestStart(next, end + problem.Gap(last, next)) + problem.Duration;
                    if (nextEnd < ends[place])
                        (ends[place], before[place]) = (nextEnd, (sbyte)last);
                }
            }

        var order = new List<int>();
        for (var (set, last) = (best, bestLast); last >= 0;)
        {
            order.Add(last);
            (set, last) = (set & ~(1 << last), before[set * n + last]);
        }
        order.Reverse();
        return order;
    }

    // What each set of fields covers: all that is not covered by the others alone.
    static double[] Covered(ScheduleProblem problem)
    {
        var n = problem.Fields.Length;
        var coveredBy = new Dictionary<int, int>(); // for each pixel the set of fields that cover it
        for (var field = 0; field < n; field++)
            foreach (var pixel in problem.Pixels[field])
                coveredBy[pixel] = coveredBy.GetValueOrDefault(pixel) | (1 << field);
        var within = new double[1 << n]; // first by that set, then the sum over all its subsets
        foreach (var (pixel, fields) in coveredBy)
            within[fields] += problem.PixelProbability[pixel];
        for (var field = 0; field < n; field++)
            for (var set = 0; set < within.Length; set++)
                if ((set & (1 << field)) != 0)
                    within[set] += within[set & ~(1 << field)];
        var covered = new double[1 << n];
        for (var set = 0; set < covered.Length; set++)
            covered[set] = within[^1] - within[~set & (covered.Length - 1)];
        return covered;
    }
}
