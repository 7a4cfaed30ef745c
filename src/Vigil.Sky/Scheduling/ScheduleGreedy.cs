namespace Vigil.Sky.Scheduling;

/// <summary>Chooses visits one after the other, looking a few of them ahead.</summary>
sealed class ScheduleGreedy
{
    readonly ScheduleProblem problem;
    readonly ScheduleOptions options;
    readonly ScheduleCoverage coverage;
    readonly bool[] isVisited;

    ScheduleGreedy(ScheduleProblem problem, ScheduleOptions options)
    {
        (this.problem, this.options) = (problem, options);
        (coverage, isVisited) = (new ScheduleCoverage(problem), new bool[problem.Fields.Length]);
    }

    /// <summary>An order of visits, until none that adds probability fits.</summary>
    public static List<int> Choose(ScheduleProblem problem, ScheduleOptions options)
    {
        var greedy = new ScheduleGreedy(problem, options);
        var order = new List<int>();
        var (last, time) = (-1, 0.0);
        while (greedy.Best(last, time, time, 0, 0).Field is >= 0 and var next)
        {
            time = greedy.End(last, next, time);
            last = next;
            greedy.coverage.Add(next);
            greedy.isVisited[next] = true;
            order.Add(next);
        }
        return order;
    }

    // The field to visit next, and the probability a second of the best chain that begins with it.
    (int Field, double Rate) Best(int last, double time, double origin, double gained, int depth)
    {
        // The few best by their own rate, in descending order.
        var candidates = new List<(int Field, double End, double Gain, double Rate)>(options.Breadth + 1);
        for (var field = 0; field < isVisited.Length; field++)
        {
            var gain = coverage.Gain(field);
            if (isVisited[field] || gain <= Scheduler.Tiny)
                continue;
            var end = End(last, field, time);
            var rate = (gained + gain) / (end - origin);
            if (double.IsPositiveInfinity(end) || candidates.Count == options.Breadth && rate <= candidates[^1].Rate)
                continue;
            var place = candidates.Count;
            while (place > 0 && candidates[place - 1].Rate < rate)
                place--;
            candidates.Insert(place, (field, end, gain, rate));
            if (candidates.Count > options.Breadth)
                candidates.RemoveAt(options.Breadth);
        }
        var best = (Field: -1, Rate: double.NegativeInfinity);
        foreach (var (field, end, gain, rate) in candidates)
        {
            var chain = rate;
            if (depth < options.LookAhead)
            {
                coverage.Add(field);
                isVisited[field] = true;
                // Where nothing can follow, the visit stands alone.
                if (Best(field, end, origin, gained + gain, depth + 1) is { Field: >= 0 } rest)
                    chain = rest.Rate;
                isVisited[field] = false;
                coverage.Remove(field);
            }
            if (chain > best.Rate)
                best = (field, chain);
        }
        return best;
    }

    double End(int last, int field, double time) =>
        problem.EarliestStart(field, time + (last < 0 ? 0 : problem.Gap(last, field))) + problem.Duration;
}
