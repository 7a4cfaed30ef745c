namespace Vigil.Sky.LightCurves;

/// <summary>A rise and a decline, both exponential; parameters t0, ln of the decline's and of the rise's days.</summary>
/// <param name="Days">Times, shape (N).</param>
readonly record struct BazinShape(double[] Days) : ICurveShape
{
    public int Parameters => 3;

    public void Evaluate(ReadOnlySpan<double> parameters, Span<double> shape, Span<double> slopes)
    {
        var (fall, rise) = (Math.Exp(-parameters[1]), Math.Exp(-parameters[2]));
        var n = Days.Length;
        for (var i = 0; i < n; i++)
        {
            // exp(-x/fall) / (1 + exp(-x/rise)) as 1 / (a + b): nothing is infinite over infinite long before the event.
            var x = Days[i] - parameters[0];
            var (a, b) = (Math.Exp(x * fall), Math.Exp(x * (fall - rise)));
            var s = 1 / (a + b);
            var early = a == 0 ? 1 : 1 / (1 + Math.Exp(x * rise)); // b / (a + b)
            shape[i] = s;
            slopes[i] = s * (fall - early * rise);
            slopes[n + i] = s * x * fall;
            slopes[2 * n + i] = -s * early * x * rise;
        }
    }
}
