using System.Globalization;

namespace Vigil.Sky.Scheduling;

/// <summary>
/// A request checked and turned into numbers: seconds since the first night's begin, and the fields that can be observed.
/// </summary>
sealed class ScheduleProblem
{
    const double SecondsPerDay = 86400;

    // MJDs are good to about 1e-6 s in these years; a visit may overrun a window by as much.
    const double Rounding = 1e-5;

    // The slews between all pairs are kept: 130 MB.
    const int MostFields = 4096;

    readonly ScheduleRequest request;
    readonly double origin;
    readonly (double Start, double Last)[][] windows; // when a visit of a field may begin
    readonly double[] gaps; // from each field to each

    /// <exception cref="ArgumentException">A part of the request makes no sense; the message names it.</exception>
    public ScheduleProblem(ScheduleRequest request)
    {
        this.request = request;
        Check();
        origin = request.Nights[0].Start;
        Duration = request.Filters.Sum(filter => filter.ExposureSeconds) +
            (request.Filters.Count - 1) * (request.ReadoutSeconds + request.FilterChangeSeconds);
        var possible = request.Fields.Select(Windows).ToArray();
        Fields = [.. Enumerable.Range(0, possible.Length).Where(field => possible[field].Length > 0 && Probability(field) > 0)];
        windows = [.. Fields.Select(field => possible[field])];
        Pixels = [.. Fields.Select(field =>
            request.Fields[field].Pixels.Where(pixel => request.PixelProbability[pixel] > 0).ToArray())];
        gaps = Gaps();
        Bound = UpperBound();
    }

    /// <summary>
    /// Fields that can be observed and have probability, as their places in the request; below, a field is an index into these.
    /// </summary>
    public int[] Fields { get; }

    /// <summary>The pixels with probability of each field.</summary>
    public int[][] Pixels { get; }

    public IReadOnlyList<double> PixelProbability => request.PixelProbability;

    /// <summary>Seconds of a visit, from its first exposure's begin to its last one's end.</summary>
    public double Duration { get; }

    /// <summary>What no schedule covers more than.</summary>
    public double Bound { get; }

    // The most visits that the nights have room for.
    long MostVisits => request.Nights.Sum(night => Math.Max(0,
        (long)(((night.End - night.Start) * SecondsPerDay + request.ReadoutSeconds + Rounding) /
            (Duration + request.ReadoutSeconds))));

    /// <summary>
    /// Seconds between the last exposure of a field and the first one of the next: slew and readout go together.
    /// </summary>
    public double Gap(int from, int to) => gaps[from * Fields.Length + to];

    /// <summary>When a visit of a field can begin at the earliest, from a time on; infinity where it no longer can.</summary>
    public double EarliestStart(int field, double time)
    {
        foreach (var (start, last) in windows[field])
            if (time <= last)
                return Math.Max(time, start);
        return double.PositiveInfinity;
    }

    /// <summary>
    /// When a visit of a field can begin at the latest, up to a time; minus infinity where it could not so early.
    /// </summary>
    public double LatestStart(int field, double time)
    {
        for (var i = windows[field].Length - 1; i >= 0; i--)
            if (windows[field][i].Start <= time)
                return Math.Min(time, windows[field][i].Last);
        return double.NegativeInfinity;
    }

    /// <summary>The schedule of an order of fields, each visited as early as can be.</summary>
    public Schedule Schedule(IReadOnlyList<int> order, bool isOptimal)
    {
        var coverage = new ScheduleCoverage(this);
        var visits = new ScheduledVisit[order.Count];
        var (time, overhead, idle, total) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < order.Count; i++)
        {
            var gap = i == 0 ? 0 : Gap(order[i - 1], order[i]);
            var start = EarliestStart(order[i], time + gap);
            if (i > 0)
            {
                overhead += gap;
                idle += Math.Max(0, start - time - gap);
            }
            time = start + Duration;
            var gain = coverage.Gain(order[i]);
            total += gain;
            coverage.Add(order[i]);
            var field = request.Fields[Fields[order[i]]];
            visits[i] = new ScheduledVisit(Fields[order[i]], field.Id, Mjd(start), Mjd(time), gain, Exposures(start, i % 2 == 1));
        }
        overhead += order.Count * (Duration - request.Filters.Sum(filter => filter.ExposureSeconds));
        return new Schedule
        {
            Visits = visits,
            Probability = Math.Min(1, total),
            ProbabilityBound = Bound,
            IsOptimal = isOptimal || total >= Bound - Scheduler.Tiny,
            ExposureSeconds = order.Count * request.Filters.Sum(filter => filter.ExposureSeconds),
            OverheadSeconds = overhead,
            IdleSeconds = idle,
        };
    }

    double Mjd(double seconds) => origin + seconds / SecondsPerDay;

    double Probability(int field) => request.Fields[field].Pixels.Sum(pixel => request.PixelProbability[pixel]);

    double[] Gaps()
    {
        if (Fields.Length > MostFields)
            throw Refused($"Fields: {Fields.Length} can be observed and have probability, more than {MostFields}. " +
                "Leave out the least probable.");
        var seconds = new double[Fields.Length * Fields.Length];
        for (var from = 0; from < Fields.Length; from++)
            for (var to = 0; to < Fields.Length; to++)
            {
                var (a, b) = (request.Fields[Fields[from]], request.Fields[Fields[to]]);
                seconds[from * Fields.Length + to] =
                    Math.Max(request.ReadoutSeconds, request.Slew.Seconds(a.Ra, a.Dec, b.Ra, b.Dec));
            }
        return seconds;
    }

    double UpperBound()
    {
        var all = Pixels.SelectMany(pixels => pixels).Distinct().Sum(pixel => request.PixelProbability[pixel]);
        var best = Fields.Select(Probability).OrderDescending().Take((int)Math.Min(MostVisits, Fields.Length)).Sum();
        return Math.Min(1, Math.Min(all, best));
    }

    ScheduledExposure[] Exposures(double start, bool isReversed)
    {
        var exposures = new ScheduledExposure[request.Filters.Count];
        for (var i = 0; i < exposures.Length; i++)
        {
            var filter = request.Filters[isReversed ? exposures.Length - 1 - i : i];
            exposures[i] = new ScheduledExposure(filter.Band, Mjd(start), filter.ExposureSeconds);
            start += filter.ExposureSeconds + request.ReadoutSeconds + request.FilterChangeSeconds;
        }
        return exposures;
    }

    // When a visit may begin: where the field's windows and the nights overlap for long enough.
    (double Start, double Last)[] Windows(ScheduleField field) =>
    [
        .. from night in request.Nights
           from window in field.Windows
           let start = (Math.Max(night.Start, window.Start) - origin) * SecondsPerDay
           let last = (Math.Min(night.End, window.End) - origin) * SecondsPerDay - Duration + Rounding
           where last >= start
           orderby start
           select (start, last),
    ];

    void Check()
    {
        if (request.Filters.Count == 0)
            throw Refused("Filters are missing: give one at least.");
        foreach (var filter in request.Filters)
            if (!(filter.ExposureSeconds > 0 && double.IsFinite(filter.ExposureSeconds)))
                throw Refused($"Filter {filter.Band}: ExposureSeconds must be above 0, got {Text(filter.ExposureSeconds)}.");
        if (!(request.ReadoutSeconds >= 0 && double.IsFinite(request.ReadoutSeconds)))
            throw Refused($"ReadoutSeconds must be 0 or more, got {Text(request.ReadoutSeconds)}.");
        if (!(request.FilterChangeSeconds >= 0 && double.IsFinite(request.FilterChangeSeconds)))
            throw Refused($"FilterChangeSeconds must be 0 or more, got {Text(request.FilterChangeSeconds)}.");
        var slew = request.Slew;
        if (!(slew.DegreesPerSecond > 0 && slew.DegreesPerSecondSquared > 0 && slew.SettleSeconds >= 0 &&
            double.IsFinite(slew.SettleSeconds)))
            throw Refused($"Slew: rate and acceleration must be above 0 and settling 0 or more, " +
                $"got {Text(slew.DegreesPerSecond)} degrees " +
                $"a second, {Text(slew.DegreesPerSecondSquared)} degrees a second squared and {Text(slew.SettleSeconds)} s.");
        if (request.Nights.Count == 0)
            throw Refused("Nights are missing: give one at least.");
        CheckWindows(request.Nights, "Nights");
        var sum = 0.0;
        for (var i = 0; i < request.PixelProbability.Count; i++)
            sum += request.PixelProbability[i] is >= 0 and <= 1 and var p ? p
                : throw Refused($"PixelProbability[{i}] must be in [0, 1], got {Text(request.PixelProbability[i])}.");
        if (sum > 1 + 1e-6)
            throw Refused($"PixelProbability adds up to {Text(sum)}, more than 1. " +
                "If these are densities, multiply by the pixels' areas.");
        CheckFields();
    }

    void CheckFields()
    {
        var (ids, lastField) = (new HashSet<string>(), new int[request.PixelProbability.Count]);
        for (var i = 0; i < request.Fields.Count; i++)
        {
            var field = request.Fields[i];
            var name = $"Field {field.Id}";
            if (!ids.Add(field.Id))
                throw Refused($"{name} is there twice.");
            if (!(field.Ra is >= 0 and < 360))
                throw Refused($"{name}: Ra must be in [0, 360) degrees, got {Text(field.Ra)}.");
            if (!(field.Dec is >= -90 and <= 90))
                throw Refused($"{name}: Dec must be in [-90, 90] degrees, got {Text(field.Dec)}.");
            CheckWindows(field.Windows, $"{name}: Windows");
            foreach (var pixel in field.Pixels)
            {
                if (pixel < 0 || pixel >= lastField.Length)
                    throw Refused($"{name}: pixel {pixel} is outside [0, {lastField.Length}).");
                if (lastField[pixel] == i + 1)
                    throw Refused($"{name}: pixel {pixel} is there twice.");
                lastField[pixel] = i + 1;
            }
        }
    }

    static void CheckWindows(IReadOnlyList<TimeWindow> windows, string name)
    {
        for (var i = 0; i < windows.Count; i++)
        {
            if (!(windows[i].Start < windows[i].End && double.IsFinite(windows[i].End - windows[i].Start)))
                throw Refused($"{name}: the window from MJD {Text(windows[i].Start)} to {Text(windows[i].End)} " +
                    "must end after it begins.");
            if (i > 0 && windows[i].Start < windows[i - 1].End)
                throw Refused($"{name}: the window from MJD {Text(windows[i].Start)} begins before the one before it ends. " +
                    "Sort and join them.");
        }
    }

    static ArgumentException Refused(string message) => new(message);

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
