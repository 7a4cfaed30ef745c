using System.Runtime.Intrinsics;

namespace Vigil.Sky.Tests;

// Against the runtime's scalar functions, which are good to 1 ulp; the tolerances are the documented errors and that ulp.
public class VectorMathTests
{
    [Fact]
    public void Exp10_matches_Math_Pow_over_the_range()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var x = i < 100_000 ? -307 + 615 * random.NextDouble() : -1 + 2 * random.NextDouble();
            var expected = Math.Pow(10, x);
            Assert.InRange(Exp10(x), expected - 2.5 * Ulp(expected), expected + 2.5 * Ulp(expected));
        }
    }

    [Fact]
    public void Log10_matches_Math_Log10_over_the_range()
    {
        var random = new Random(2);
        for (var i = 0; i < 200_000; i++)
        {
            // Every exponent, then the neighbourhood of 1.
            var x = i < 100_000 ? Math.ScaleB(1 + random.NextDouble(), random.Next(-1022, 1024))
                : 0.5 + 1.5 * random.NextDouble();
            var expected = Math.Log10(x);
            Assert.Equal(expected, Log10(x), 2e-16 + 2.5 * Ulp(expected));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.0857362047581296)]
    [InlineData(1.9999999999999998)]
    public void Log10AndQuotient_gives_the_same_logarithm_and_the_quotient(double c)
    {
        var random = new Random(3);
        for (var i = 0; i < 100_000; i++)
        {
            var x = Math.Pow(10, -300 + 600 * random.NextDouble());
            var (log, quotient) = VectorMath.Log10AndQuotient(Vector256.Create(x), c);
            Assert.Equal(Log10(x), log[1]);
            Assert.Equal(c / x, quotient[1], 2 * Ulp(c / x)); // the documented error
        }
    }

    [Theory]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(309, double.PositiveInfinity)]
    [InlineData(-330, 0)]
    [InlineData(0, 1)]
    [InlineData(308, 1e308)]
    [InlineData(-320, 1e-320)] // subnormal, exact to its last place
    public void Exp10_at_the_ends(double x, double expected) => Assert.Equal(expected, Exp10(x), Ulp(expected));

    [Theory]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(-1e-300, double.NaN)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(1, 0)]
    [InlineData(1e-320, -320)] // as a subnormal number 1e-320 has four digits
    public void Log10_at_the_ends(double x, double expected) => Assert.Equal(expected, Log10(x), x == 1e-320 ? 1e-4 : 0.0);

    static double Exp10(double x) => VectorMath.Exp10(Vector256.Create(x))[2];

    static double Log10(double x) => VectorMath.Log10(Vector256.Create(x))[2];

    static double Ulp(double x) => double.IsFinite(x) ? Math.BitIncrement(Math.Abs(x)) - Math.Abs(x) : 0;
}
