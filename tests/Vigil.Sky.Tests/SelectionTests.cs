using FsCheck.Fluent;

namespace Vigil.Sky.Tests;

public class SelectionTests
{
    [Fact]
    public void Medians_and_order_are_those_of_sorting() => Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var values = new double[random.Next(1, 3000)];
        var kind = random.Next(6);
        for (var i = 0; i < values.Length; i++)
            values[i] = kind switch
            {
                0 => random.NextDouble(),
                1 => Math.Tan(Math.PI * (random.NextDouble() - 0.5)), // Cauchy: a few very far out
                2 => random.Next(4),
                3 => 7,
                4 => random.Next(3) switch { 0 => double.NegativeInfinity, 1 => double.PositiveInfinity, _ => random.NextDouble() },
                _ => Math.Pow(10, 600 * random.NextDouble() - 300) * (random.Next(2) - 0.5),
            };
        var expected = values.Order().ToArray();
        var sorted = new double[values.Length];
        Selection.Sort(values, sorted);
        Assert.Equal(expected, sorted);
        var (low, high) = ((values.Length - 1) / 2, values.Length / 2);
        Assert.Equal(0.5 * (expected[low] + expected[high]), Selection.Median(values));
    }));
}
