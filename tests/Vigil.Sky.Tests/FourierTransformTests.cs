using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Tests;

public class FourierTransformTests
{
    [Theory]
    [InlineData(16)] // powers of four, and twice such
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(512)]
    [InlineData(1024)]
    public void A_transform_is_the_sum_that_defines_it(int size)
    {
        var random = new Random(size);
        double[] re = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble())],
        im = [.. re.Select(_ => random.NextDouble())];
        var (x, y) = (re.ToArray(), im.ToArray());
        var transform = new FourierTransform(size);
        for (var pass = 0; pass < 2; pass++) // the work space does not matter
        {
            (re, im) = (x.ToArray(), y.ToArray());
            transform.Transform(ref re, ref im);
        }
        for (var m = 0; m < size; m++)
        {
            double sumRe = 0, sumIm = 0;
            for (var l = 0; l < size; l++)
            {
                var (s, c) = double.SinCosPi(2.0 * (m * l % size) / size);
                (sumRe, sumIm) = (sumRe + x[l] * c - y[l] * s, sumIm + x[l] * s + y[l] * c);
            }
            Assert.Equal(sumRe, re[m], 1e-14 * size); // rounding of the sum
            Assert.Equal(sumIm, im[m], 1e-14 * size);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(999)]
    [InlineData(1638)] // just below what a grid of 2048 allows
    public void Sums_over_points_are_good_to_1e9th(int count)
    {
        var random = new Random(count);
        double[] days = [.. Enumerable.Range(0, 50).Select(_ => 2000 * random.NextDouble() - 1000)];
        double[] values = [.. days.Select(_ => random.NextDouble() - 0.5)], cos = new double[count], sin = new double[count];
        var (first, step) = (0.37, 0.0123);
        new NonuniformTransform(count).Sums(first, step, days, values, cos, sin);
        var scale = values.Sum(Math.Abs);
        for (var k = 0; k < count; k++)
        {
            Assert.Equal(days.Select((t, i) => values[i] * Math.Cos(2 * Math.PI * (first + k * step) * t))
                .Sum(), cos[k], 1e-9 * scale);
            Assert.Equal(days.Select((t, i) => values[i] * Math.Sin(2 * Math.PI * (first + k * step) * t))
                .Sum(), sin[k], 1e-9 * scale);
        }
    }
}
