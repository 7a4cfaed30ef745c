namespace Vigil.Sky.Scheduling;

/// <summary>Improves an order of visits by exchanges, until none helps.</summary>
sealed class ScheduleImprovement
{
    // A reordering must save so many seconds to count: rounding does not.
    const double LeastSaving = 1e-6;

    // Seconds that keep rounding from making a fitting visit late by a hair.
    const double Margin = 1e-7;

    readonly ScheduleProblem problem;
    readonly ScheduleCoverage coverage;
    readonly List<int> order;
    readonly bool[] isVisited;
    double[] ends = [];
    double[] latestStarts = [];
    readonly List<int> roomy = []; // places where a visit as such has room, before slews and windows are asked

    ScheduleImprovement(ScheduleProblem problem, List<int> order)
    {
        (this.problem, this.order) = (problem, order);
        (coverage, isVisited) = (new ScheduleCoverage(problem), new bool[problem.Fields.Length]);
        foreach (var field in order)
        {
            coverage.Add(field);
            isVisited[field] = true;
        }
    }

    /// <summary>An order that covers no less.</summary>
    /// <param name="problem">What there is to choose from.</param>
    /// <param name="order">Visits that are possible; the list is changed.</param>
    /// <param name="rounds">How often a piece of the order is given up and filled anew.</param>
    public static List<int> Improved(ScheduleProblem problem, List<int> order, int rounds)
    {
        var improvement = new ScheduleImprovement(problem, order);
        improvement.Exchange(0);
        var best = (Order: order.ToArray(), Value: improvement.Value());
        // G. Schrimpf et al. 2000, J. Comput. Phys. 159, 139: ruin and recreate. The seed is fixed: chance here is no accident.
        var random = new Random(rounds);
        for (var round = 0; round < rounds && order.Count > 0 && !improvement.IsPerfect; round++)
        {
            improvement.GiveUp(random);
            improvement.Exchange(random.Next(3) / 2.0);
            var value = improvement.Value();
            if (value.CompareTo(best.Value) >= 0)
                best = (order.ToArray(), value);
            else
                improvement.Return(best.Order);
        }
        return order;
    }

    // More probability first, then less time between the visits; rounded, for sums in another order differ.
    (double Probability, double Gaps) Value()
    {
        var gaps = 0.0;
        for (var i = 1; i < order.Count; i++)
            gaps += Gap(i - 1, i);
        return (Math.Round(coverage.Total / Scheduler.Tiny), -Math.Round(gaps / LeastSaving));
    }

    bool IsPerfect => coverage.Total >= problem.Bound - Scheduler.Tiny;

    void Exchange(double power)
    {
        for (var isBetter = true; isBetter;)
        {
            isBetter = Reorder();
            isBetter |= Insert(power);
            isBetter |= Replace();
        }
    }

    // Takes out up to ten neighbours and fills their place with others, if there are any.
    void GiveUp(Random random)
    {
        var count = Math.Min(random.Next(1, 11), order.Count);
        var place = random.Next(order.Count - count + 1);
        var removed = order.GetRange(place, count);
        order.RemoveRange(place, count);
        foreach (var field in removed)
            coverage.Remove(field);
        Insert(random.Next(3) / 2.0); // they count as visited here, and do not come straight back
        foreach (var field in removed)
            isVisited[field] = false;
    }

    void Return(int[] former)
    {
        foreach (var field in order)
        {
            coverage.Remove(field);
            isVisited[field] = false;
        }
        order.Clear();
        order.AddRange(former);
        foreach (var field in order)
        {
            coverage.Add(field);
            isVisited[field] = true;
        }
    }

    // Puts in what fits, by the ratio of the probability to a power of the time that a visit adds: with 0 the most probable
    // first.
    bool Insert(double power)
    {
        for (var any = false; ; any = true)
        {
            UpdateTimes();
            var best = (Field: -1, Place: 0, Score: 0.0);
            for (var field = 0; field < isVisited.Length; field++)
            {
                // No place adds less time than the visit itself takes.
                var gain = coverage.Gain(field);
                if (isVisited[field] || gain <= Scheduler.Tiny || gain / Weight(problem.Duration) <= best.Score)
                    continue;
                foreach (var place in roomy)
                    if (gain / Weight(Added(field, place)) is var score && score > best.Score && Fits(field, place, place))
                        best = (field, place, score);
            }
            if (best.Field < 0)
                return any;
            order.Insert(best.Place, best.Field);
            coverage.Add(best.Field);
            isVisited[best.Field] = true;
        }

        // With the power 0, time decides between places alone.
        double Weight(double seconds) => power == 0 ? 1 + 1e-9 * seconds : Math.Pow(seconds, power);
    }

    // Seconds that a visit at a place adds to the order.
    double Added(int field, int place) => problem.Duration +
        (place > 0 ? problem.Gap(order[place - 1], field) : 0) + (place < order.Count ? problem.Gap(field, order[place]) : 0) -
        (place > 0 && place < order.Count ? problem.Gap(order[place - 1], order[place]) : 0);

    // Visits another field instead of one, or of two neighbours, where that covers more.
    bool Replace()
    {
        var any = false;
        UpdateTimes();
        for (var count = 1; count <= 2; count++)
            for (var place = 0; place + count <= order.Count; place++)
            {
                var removed = order.GetRange(place, count);
                var lost = 0.0;
                foreach (var field in removed)
                {
                    coverage.Remove(field);
                    lost += coverage.Gain(field);
                    isVisited[field] = false;
                }
                // What two neighbours share was counted with the second.
                var best = (Field: -1, Gain: lost + Scheduler.Tiny);
                for (var field = 0; field < isVisited.Length; field++)
                    if (!isVisited[field] && coverage.Gain(field) > best.Gain && Fits(field, place, place + count))
                        best = (field, coverage.Gain(field));
                if (best.Field >= 0)
                {
                    order.RemoveRange(place, count);
                    order.Insert(place, best.Field);
                    UpdateTimes();
                    any = true;
                }
                foreach (var field in best.Field >= 0 ? [best.Field] : removed)
                {
                    coverage.Add(field);
                    isVisited[field] = true;
                }
            }
        return any;
    }

    // Reverses pieces of the order and moves single visits, where that saves time between them.
    bool Reorder()
    {
        var any = false;
        for (var isBetter = true; isBetter;)
        {
            isBetter = false;
            for (var from = 0; from < order.Count; from++)
                for (var to = 0; to < order.Count; to++)
                {
                    if (to > from && SavedByReversal(from, to) > LeastSaving)
                    {
                        order.Reverse(from, to - from + 1);
                        if (IsPossible())
                            isBetter = true;
                        else
                            order.Reverse(from, to - from + 1);
                    }
                    if (to != from && SavedByMove(from, to) > LeastSaving)
                    {
                        Move(from, to);
                        if (IsPossible())
                            isBetter = true;
                        else
                            Move(to, from);
                    }
                }
            any |= isBetter;
        }
        return any;

        void Move(int from, int to)
        {
            var field = order[from];
            order.RemoveAt(from);
            order.Insert(to, field);
        }
    }

    // A gap is as long in both directions: only those at the two ends change.
    double SavedByReversal(int from, int to) =>
        Gap(from - 1, from) + Gap(to, to + 1) - Gap(from - 1, to) - Gap(from, to + 1);

    double SavedByMove(int from, int to)
    {
        var (before, after) = to > from ? (to, to + 1) : (to - 1, to); // its neighbours there, as they are numbered now
        return Gap(from - 1, from) + Gap(from, from + 1) - Gap(from - 1, from + 1) +
            Gap(before, after) - Gap(before, from) - Gap(from, after);
    }

    // Seconds between the visits at two places; none where a place is beyond the ends.
    double Gap(int place, int other) =>
        place < 0 || other < 0 || place >= order.Count || other >= order.Count ? 0 : problem.Gap(order[place], order[other]);

    bool IsPossible()
    {
        var time = 0.0;
        for (var i = 0; i < order.Count && double.IsFinite(time); i++)
            time = problem.EarliestStart(order[i], i == 0 ? 0 : time + problem.Gap(order[i - 1], order[i])) + problem.Duration;
        return double.IsFinite(time);
    }

    // Whether a field can be visited instead of those from one place up to another, which is not among them.
    bool Fits(int field, int place, int rest)
    {
        var arrival = place == 0 ? 0 : ends[place - 1] + problem.Gap(order[place - 1], field);
        var end = problem.EarliestStart(field, arrival) + problem.Duration;
        return rest == order.Count ? double.IsFinite(end) : end + problem.Gap(field, order[rest]) <= latestStarts[rest] - Margin;
    }

    // When each visit ends at the earliest, and when each may begin at the latest for all after it to be possible.
    void UpdateTimes()
    {
        (ends, latestStarts) = (new double[order.Count], new double[order.Count]);
        for (var i = 0; i < order.Count; i++)
            ends[i] = problem.EarliestStart(order[i], i == 0 ? 0 : ends[i - 1] + problem.Gap(order[i - 1], order[i]))
                + problem.Duration;
        for (var i = order.Count - 1; i >= 0; i--)
            latestStarts[i] = problem.LatestStart(order[i], i == order.Count - 1 ? double.PositiveInfinity
                : latestStarts[i + 1] - problem.Gap(order[i], order[i + 1]) - problem.Duration);
        roomy.Clear();
        for (var place = 0; place <= order.Count; place++)
            if (place == order.Count || (place == 0 ? 0 : ends[place - 1]) + problem.Duration <= latestStarts[place])
                roomy.Add(place);
    }
}
