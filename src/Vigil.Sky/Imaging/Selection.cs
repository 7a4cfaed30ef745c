namespace Vigil.Sky.Imaging;

/// <summary>Medians of numbers that need not be sorted for it.</summary>
static class Selection
{
    /// <summary>The median; of an even number, the mean of the middle two.</summary>
    /// <param name="work">At least one, none NaN; their order is destroyed.</param>
    public static double Median(Span<double> work)
    {
        work.Sort();
        return 0.5 * (work[(work.Length - 1) / 2] + work[work.Length / 2]);
    }
}
