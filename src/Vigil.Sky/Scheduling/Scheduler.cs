namespace Vigil.Sky.Scheduling;

/// <summary>Chooses fields of a telescope and orders them so that their visits cover the most probability of a sky map.</summary>
/// <remarks>
/// <para>
/// The problem is that of orienteering with time windows, where prizes overlap. For few fields the best order of all is found
/// by dynamic programming over sets (M. Held and R. M. Karp 1962, J. SIAM 10, 196, doi:10.1137/0110015): of all orders of a
/// set that end in the same field, the one that ends first leaves every choice open. For more, visits are chosen one by one,
/// each by the best ratio of probability to time of a few visits from there on; then exchanges improve the whole: fields are
/// inserted, replaced and moved, pieces of the order reversed, or given up and filled anew.
/// </para>
/// <para>
/// The result depends on nothing but the request and the options. Of 600 random requests of seven fields that overlap, rise
/// and set, the second method alone misses 0.02 % of the best probability on average, and 3 % at the worst.
/// With 1,714 fields of which 80 fit into the night it takes about a second.
/// </para>
/// </remarks>
public static class Scheduler
{
    /// <summary>Probabilities that differ by less are equal: sums in another order do.</summary>
    internal const double Tiny = 1e-12;

    /// <summary>Plans the observations.</summary>
    /// <param name="request">What there is to choose from.</param>
    /// <param name="options">How hard to look.</param>
    /// <returns>The schedule; without visits where no field with probability can be observed.</returns>
    /// <exception cref="ArgumentException">A part of the request makes no sense; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static Schedule Plan(ScheduleRequest request, ScheduleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        options ??= new ScheduleOptions();
        InRange(options.LookAhead, 0, 4, nameof(options.LookAhead));
        InRange(options.Breadth, 1, 100, nameof(options.Breadth));
        InRange(options.ExactFields, 0, 16, nameof(options.ExactFields));
        InRange(options.Rounds, 0, int.MaxValue, nameof(options.Rounds));
        var problem = new ScheduleProblem(request);
        return problem.Fields.Length <= options.ExactFields
            ? problem.Schedule(ScheduleExact.Best(problem), isOptimal: true)
            : problem.Schedule(ScheduleImprovement.Improved(problem, ScheduleGreedy.Choose(problem, options), options.Rounds),
                isOptimal: false);
    }

    static void InRange(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in [{least}, {most}].");
    }
}
