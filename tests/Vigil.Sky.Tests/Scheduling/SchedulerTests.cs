using Vigil.Sky.Scheduling;

namespace Vigil.Sky.Tests.Scheduling;

public class SchedulerTests
{
    const double Second = 1 / 86400.0;

    // MJDs near 60000 are good to 7e-12 days; times below are compared to a millisecond.
    const double Millisecond = Second / 1000;

    static readonly ScheduleOptions heuristic = new() { ExactFields = 0 };

    [Fact]
    public void The_most_probable_fields_come_first_where_nothing_else_matters()
    {
        var schedule = Scheduler.Plan(Request([0.1, 0.4, 0.2, 0.3], nightSeconds: 100));
        // Three exposures of 30 s with 2 s of readout between them fit 100 s.
        Assert.Equal(3, schedule.Visits.Count);
        Assert.Equal(0.9, schedule.Probability, 1e-12);
        Assert.Equal(0.9, schedule.ProbabilityBound, 1e-12);
        Assert.True(schedule.IsOptimal);
        Assert.Equal(90, schedule.ExposureSeconds, 1e-9);
        Assert.Equal(4, schedule.OverheadSeconds, 1e-9);
        Assert.Equal(0, schedule.IdleSeconds, 1e-9);
        Assert.Equal(60000 + 94 * Second, schedule.Visits[^1].EndMjd, Millisecond);
        Assert.Equal(["1", "2", "3"],
            Scheduler.Plan(Request([0.1, 0.4, 0.2, 0.3], nightSeconds: 100), heuristic).Visits.Select(v => v.Id).Order());
    }

    [Fact]
    public void A_field_that_sets_is_visited_before_a_better_one()
    {
        var request = Request([0.6, 0.1], nightSeconds: 200);
        request = request with
        {
            Fields = [request.Fields[0], request.Fields[1] with { Windows = [new(60000, 60000 + 35 * Second)] }],
        };
        foreach (var options in (ScheduleOptions[])[new(), heuristic])
        {
            var schedule = Scheduler.Plan(request, options);
            Assert.Equal(["1", "0"], schedule.Visits.Select(visit => visit.Id));
            Assert.Equal(0.7, schedule.Probability, 1e-12);
        }
    }

    [Fact]
    public void Fields_that_rise_are_waited_for_and_nights_are_kept()
    {
        var request = Request([0.5, 0.3, 0.1], nightSeconds: 40);
        request = request with { Nights = [new(60000, 60000 + 40 * Second), new(60001, 60001 + 70 * Second)] };
        request = request with
        {
            Fields = [.. request.Fields.Select((field, i) =>
                field with { Windows = [new(i == 0 ? 60001 + 35 * Second : 60000, 60002)] })],
        };
        var schedule = Scheduler.Plan(request);
        Assert.Equal(3, schedule.Visits.Count);
        Assert.Equal(60001 + 35 * Second, schedule.Visits[2].StartMjd, Millisecond);
        Assert.Equal("0", schedule.Visits[2].Id);
        // From the end of the first, 30 s, to the second night; then from its end to 35 s, less the two readouts.
        Assert.Equal(86400 - 30 + 35 - 30 - 4, schedule.IdleSeconds, 1e-3);
        Assert.All(schedule.Visits, visit =>
            Assert.Contains(request.Nights, night => night.Start <= visit.StartMjd && visit.EndMjd <= night.End + Millisecond));
    }

    [Fact]
    public void What_fields_share_counts_once()
    {
        // Two fields of 0.5 that share 0.4, and one of 0.3 apart: the pair of 0.8 is better than that of 0.6.
        var request = Request([0.1, 0.4, 0.1, 0.3], nightSeconds: 62) with { };
        request = request with
        {
            Fields = [Field("a", [0, 1]), Field("b", [1, 2]), Field("c", [3])],
        };
        foreach (var options in (ScheduleOptions[])[new(), heuristic])
        {
            var schedule = Scheduler.Plan(request, options);
            Assert.Equal(0.8, schedule.Probability, 1e-12);
            Assert.Contains(schedule.Visits, visit => visit.Id == "c");
        }
    }

    [Fact]
    public void Filters_follow_each_other_and_turn_round_with_every_field()
    {
        var request = Request([0.5, 0.3], nightSeconds: 400) with
        {
            Filters = [new("g", 30), new("r", 20), new("i", 10)],
            FilterChangeSeconds = 7,
            Slew = new SlewModel { DegreesPerSecond = 1e-3 }, // the fields are one degree apart: 1000 s
        };
        Assert.Single(Scheduler.Plan(request).Visits);
        var schedule = Scheduler.Plan(request with { Slew = new SlewModel { DegreesPerSecond = 0.1, SettleSeconds = 5 } });
        Assert.Equal(["g", "r", "i", "i", "r", "g"], schedule.Visits.SelectMany(visit => visit.Exposures)
            .Select(exposure => exposure.Band));
        // 30 + 2 + 7, 20 + 2 + 7, 10; then a slew of 10 s and 5 s to settle.
        double[] starts = [0, 39, 68, 93, 112, 141];
        Assert.Equal(starts.Select(s => 60000 + s * Second), schedule.Visits.SelectMany(v => v.Exposures).Select(e => e.StartMjd),
            (a, b) => Math.Abs(a - b) < Millisecond);
        Assert.Equal(120, schedule.ExposureSeconds, 1e-9);
        Assert.Equal(2 * 18 + 15, schedule.OverheadSeconds, 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    // 4 degrees at 2 a second, half a second of speeding up and of slowing down, and 4.5 s to settle
    [InlineData(10, 20, 10, 24, 7)]
    [InlineData(359, 0, 1, 0, 6)] // 2 degrees across RA 0: 1 s, a half and a half, and settling
    [InlineData(0, 0, 1, -0.25, 5.914213562373095)] // one degree is too short for full speed: 2 sqrt(1 / 2)
    public void Slews_take_a_trapezium_of_speed(double ra1, double dec1, double ra2, double dec2, double seconds)
    {
        var slew = new SlewModel { DegreesPerSecond = 2, DegreesPerSecondSquared = 4, SettleSeconds = 4.5 };
        if (seconds is not 0 and < 6) // with a gentler motor
            slew = slew with { DegreesPerSecondSquared = 2 };
        Assert.Equal(seconds, slew.Seconds(ra1, dec1, ra2, dec2), 1e-12);
        Assert.Equal(slew.Seconds(ra1, dec1, ra2, dec2), slew.Seconds(ra2, dec2, ra1, dec1));
    }

    [Fact]
    public void The_exact_method_is_as_good_as_all_orders_and_the_other_nearly()
    {
        var (worst, sum, cases) = (0.0, 0.0, 150);
        for (var seed = 0; seed < cases; seed++)
        {
            var request = Random(new Random(seed), fields: 7);
            var best = BruteForce(request);
            Assert.Equal(best, Check(request, Scheduler.Plan(request)).Probability, 1e-12);
            Assert.True(Scheduler.Plan(request).IsOptimal);
            var gap = 1 - Check(request, Scheduler.Plan(request, heuristic)).Probability / best;
            (worst, sum) = (Math.Max(worst, gap), sum + gap);
        }
        // What the remarks of Scheduler promise, on the seeds of this test.
        Assert.InRange(worst, 0, 0.03);
        Assert.InRange(sum / cases, 0, 0.0005);
    }

    [Fact]
    public void More_effort_is_never_worse_and_the_same_request_gives_the_same_schedule()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var request = Random(new Random(1000 + seed), fields: 40, nightSeconds: 1200);
            var first = Check(request, Scheduler.Plan(request, heuristic with { Rounds = 0 }));
            var improved = Check(request, Scheduler.Plan(request));
            Assert.InRange(improved.Probability, first.Probability - 1e-12, improved.ProbabilityBound + 1e-12);
            Assert.Equal(improved.Visits.Select(visit => (visit.Id, visit.StartMjd)),
                Scheduler.Plan(request).Visits.Select(visit => (visit.Id, visit.StartMjd)));
        }
    }

    [Fact]
    public void Nothing_to_observe_gives_an_empty_schedule()
    {
        var none = Scheduler.Plan(Request([0.0, 0.0], nightSeconds: 100));
        Assert.Empty(none.Visits);
        Assert.Equal((0, 0, 0.0), (none.Probability, none.ProbabilityBound, none.IdleSeconds));
        Assert.Empty(Scheduler.Plan(Request([0.5], nightSeconds: 29)).Visits);
        Assert.Empty(Scheduler.Plan(Request([], nightSeconds: 29)).Visits);
        Assert.Single(Scheduler.Plan(Request([0.5], nightSeconds: 30)).Visits);
    }

    [Fact]
    public void Wrong_input_is_named()
    {
        var good = Request([0.5, 0.3], nightSeconds: 100);
        var field = good.Fields[0];
        Refused("PixelProbability[1]", good with { PixelProbability = [0.5, double.NaN] });
        Refused("PixelProbability[0]", good with { PixelProbability = [-0.1, 0.5] });
        Refused("adds up to 1.2", good with { PixelProbability = [0.6, 0.6] });
        Refused("Field 0 is there twice", good with { Fields = [field, field] });
        Refused("Field 0: Ra", good with { Fields = [field with { Ra = 360 }] });
        Refused("Field 0: Dec", good with { Fields = [field with { Dec = double.NaN }] });
        Refused("Field 0: pixel 2", good with { Fields = [field with { Pixels = [2] }] });
        Refused("Field 0: pixel 1 is there twice", good with { Fields = [field with { Pixels = [1, 1] }] });
        Refused("Field 0: Windows", good with { Fields = [field with { Windows = [new(2, 1)] }] });
        Refused("Field 0: Windows", good with { Fields = [field with { Windows = [new(1, 3), new(2, 4)] }] });
        Refused("Nights are missing", good with { Nights = [] });
        Refused("Nights", good with { Nights = [new(double.NaN, 3)] });
        Refused("Filters are missing", good with { Filters = [] });
        Refused("Filter r: ExposureSeconds", good with { Filters = [new("r", 0)] });
        Refused("ReadoutSeconds", good with { ReadoutSeconds = -1 });
        Refused("FilterChangeSeconds", good with { FilterChangeSeconds = double.PositiveInfinity });
        Refused("Slew", good with { Slew = new SlewModel { DegreesPerSecond = 0 } });
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Plan(good, new ScheduleOptions { ExactFields = 17 }));

        static void Refused(string named, ScheduleRequest request) =>
            Assert.Contains(named, Assert.Throws<ArgumentException>(() => Scheduler.Plan(request)).Message);
    }

    static ScheduleField Field(string id, int[] pixels) => new(id, 10, 20, pixels, [new(59999, 60002)]);

    // Fields one degree apart, of a pixel each, and a mount that needs no time.
    static ScheduleRequest Request(double[] probability, double nightSeconds) => new()
    {
        PixelProbability = probability,
        Fields = [.. probability.Select((_, i) => new ScheduleField(i.ToString(), 10 + i, 20, [i], [new(59999, 60002)]))],
        Filters = [new("r", 30)],
        Nights = [new(60000, 60000 + nightSeconds * Second)],
        Slew = new SlewModel { DegreesPerSecond = 1e6 },
        ReadoutSeconds = 2,
    };

    // Fields over some ten degrees that overlap, rise and set; a mount whose slews matter.
    static ScheduleRequest Random(Random random, int fields, double nightSeconds = 300)
    {
        var pixels = 3 * fields;
        var weights = Enumerable.Range(0, pixels).Select(_ => Math.Pow(random.NextDouble(), 3)).ToArray();
        return new ScheduleRequest
        {
            PixelProbability = [.. weights.Select(weight => weight / weights.Sum())],
            Fields = [.. Enumerable.Range(0, fields).Select(i =>
                new ScheduleField(i.ToString(), 360 * random.NextDouble() % 20, 20 * random.NextDouble() - 10,
                [.. Enumerable.Range(0, pixels).Where(_ => random.Next(pixels) < 4)], Windows()))],
            Filters = [new("g", 25), new("r", 15)],
            Nights = [new(60000, 60000 + nightSeconds * Second * 0.6), new(60001, 60001 + nightSeconds * Second * 0.4)],
            Slew = new SlewModel { DegreesPerSecond = 0.7, DegreesPerSecondSquared = 0.2, SettleSeconds = 2 },
            ReadoutSeconds = 3,
            FilterChangeSeconds = 4,
        };

        IReadOnlyList<TimeWindow> Windows()
        {
            var (rise, length) = (nightSeconds * 0.4 * random.NextDouble(), 60 + nightSeconds * 0.5 * random.NextDouble());
            return [.. new[] { 60000.0, 60001 }.Select(day =>
                new TimeWindow(day + rise * Second, day + (rise + length) * Second))];
        }
    }

    // The most probability of any order of any fields; written apart from the library's method.
    static double BruteForce(ScheduleRequest request)
    {
        var duration = request.Filters.Sum(f => f.ExposureSeconds) +
            (request.Filters.Count - 1) * (request.ReadoutSeconds + request.FilterChangeSeconds);
        var best = 0.0;
        Extend([], double.NegativeInfinity);
        return best;

        void Extend(List<int> order, double endMjd)
        {
            best = Math.Max(best, order.SelectMany(i => request.Fields[i].Pixels).Distinct()
                .Sum(pixel => request.PixelProbability[pixel]));
            for (var i = 0; i < request.Fields.Count; i++)
            {
                if (order.Contains(i))
                    continue;
                var field = request.Fields[i];
                var ready = endMjd;
                if (order.Count > 0 && request.Fields[order[^1]] is var last)
                    ready += Math.Max(request.ReadoutSeconds,
                        request.Slew.Seconds(last.Ra, last.Dec, field.Ra, field.Dec)) * Second;
                var start = (from night in request.Nights
                             from window in field.Windows
                             let begin = Math.Max(ready, Math.Max(night.Start, window.Start))
                             where begin + duration * Second <= Math.Min(night.End, window.End) + 1e-10
                             select begin).DefaultIfEmpty(double.NaN).Min();
                if (!double.IsNaN(start))
                    Extend([.. order, i], start + duration * Second);
            }
        }
    }

    // Every schedule keeps to nights, windows, slews and its own sums.
    static Schedule Check(ScheduleRequest request, Schedule schedule)
    {
        var covered = new HashSet<int>();
        for (var i = 0; i < schedule.Visits.Count; i++)
        {
            var visit = schedule.Visits[i];
            var field = request.Fields[visit.Field];
            Assert.Contains(request.Nights, night =>
                night.Start <= visit.StartMjd + Millisecond && visit.EndMjd <= night.End + Millisecond);
            Assert.Contains(field.Windows, window =>
                window.Start <= visit.StartMjd + Millisecond && visit.EndMjd <= window.End + Millisecond);
            if (i > 0 && request.Fields[schedule.Visits[i - 1].Field] is var last)
                Assert.True(visit.StartMjd - schedule.Visits[i - 1].EndMjd >=
                    Math.Max(request.ReadoutSeconds,
                        request.Slew.Seconds(last.Ra, last.Dec, field.Ra, field.Dec)) * Second - Millisecond);
            Assert.Equal(field.Pixels.Where(covered.Add).Sum(pixel => request.PixelProbability[pixel]), visit.Probability, 1e-12);
        }
        Assert.Equal(covered.Sum(pixel => request.PixelProbability[pixel]), schedule.Probability, 1e-12);
        Assert.Equal(schedule.Visits.Count, schedule.Visits.Select(visit => visit.Id).Distinct().Count());
        if (schedule.Visits.Count > 0)
            Assert.Equal((schedule.Visits[^1].EndMjd - schedule.Visits[0].StartMjd) / Second,
                schedule.ExposureSeconds + schedule.OverheadSeconds + schedule.IdleSeconds, 1e-3);
        return schedule;
    }
}
