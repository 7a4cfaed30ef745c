namespace Vigil.Sky.Scheduling;

/// <summary>What a set of fields covers, and what each other field would add to it; kept up to date field by field.</summary>
sealed class ScheduleCoverage
{
    readonly ScheduleProblem problem;
    readonly int[] times; // by how many fields of the set each pixel is covered
    readonly double[] gain; // for each field, the probability of its pixels that the set does not cover
    readonly List<int>[] fieldsOfPixel;

    public ScheduleCoverage(ScheduleProblem problem)
    {
        this.problem = problem;
        var pixels = problem.PixelProbability.Count;
        (times, gain, fieldsOfPixel) = (new int[pixels], new double[problem.Fields.Length], new List<int>[pixels]);
        for (var field = 0; field < gain.Length; field++)
            foreach (var pixel in problem.Pixels[field])
            {
                gain[field] += problem.PixelProbability[pixel];
                (fieldsOfPixel[pixel] ??= []).Add(field);
            }
    }

    /// <summary>What a field outside the set would add; 0 for a field within.</summary>
    public double Gain(int field) => gain[field];

    /// <summary>What the set covers.</summary>
    public double Total { get; private set; }

    public void Add(int field)
    {
        Total += gain[field];
        foreach (var pixel in problem.Pixels[field])
            if (times[pixel]++ == 0)
                foreach (var other in fieldsOfPixel[pixel])
                    gain[other] -= problem.PixelProbability[pixel];
    }

    public void Remove(int field)
    {
        foreach (var pixel in problem.Pixels[field])
            if (--times[pixel] == 0)
                foreach (var other in fieldsOfPixel[pixel])
                    gain[other] += problem.PixelProbability[pixel];
        Total -= gain[field];
    }
}
