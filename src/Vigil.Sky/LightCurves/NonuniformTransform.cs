namespace Vigil.Sky.LightCurves;

/// <summary>
/// Sums Σ c exp(2πi f t) over the points of a light curve, at all frequencies of a grid, by one fast Fourier transform.
/// </summary>
/// <remarks>
/// Points are spread onto a regular grid with a narrow kernel, whose own transform is divided out afterwards: J. Keiner, S. Kunis
/// and D. Potts 2009, ACM TOMS 36, 19, section 2, with the kernel of their appendix whose transform is a Bessel function. Sums
/// are within 1e-9 of Σ |c|. (Press and Rybicki 1989 use Lagrange's polynomials in place of the kernel.) Not for several threads
/// at
/// once: it has work space.
/// </remarks>
sealed class NonuniformTransform
{
    const int Reach = 8; // of the kernel to either side, in grid steps; each step makes the error some 15 times smaller

    readonly int count, size;
    readonly double shape; // b of the paper
    readonly double[] correction;
    readonly FourierTransform fourier;
    readonly double[] kernel = new double[2 * Reach];
    double[] re, im;

    /// <param name="count">Number of frequencies.</param>
    public NonuniformTransform(int count)
    {
        this.count = count;
        size = 64;
        while (size < 1.25 * count)
            size *= 2;
        fourier = new FourierTransform(size);
        (re, im) = (new double[size], new double[size]);
        shape = Math.PI * (2 - count / (double)size);
        correction = new double[count / 2 + 1];
        for (var m = 0; m < correction.Length; m++)
        {
            var omega = 2 * Math.PI * m / size;
            correction[m] = 1 / BesselI0Squared(Reach * Reach * (shape * shape - omega * omega));
        }
    }

    /// <summary>Sums at frequencies first + k step.</summary>
    /// <param name="first">Cycles a day.</param>
    /// <param name="step">Cycles a day.</param>
    /// <param name="days">Times, near zero, shape (N).</param>
    /// <param name="values">The coefficients c, shape (N).</param>
    /// <param name="cos">Receives Σ c cos(2π f t), one a frequency.</param>
    /// <param name="sin">Receives Σ c sin(2π f t), one a frequency.</param>
    public void Sums(
        double first, double step, ReadOnlySpan<double> days, ReadOnlySpan<double> values, Span<double> cos, Span<double> sin)
    {
        Array.Clear(re);
        Array.Clear(im);
        var below = count / 2; // the frequencies are counted from the middle one, from -below on
        var middle = first + below * step;
        for (var i = 0; i < days.Length; i++)
        {
            var cycles = middle * days[i];
            var (s, c) = double.SinCosPi(2 * (cycles - Math.Round(cycles)));
            var place = (step * days[i] - Math.Floor(step * days[i])) * size;
            var before = (int)place;
            Kernel(place - before);
            (c, s) = (values[i] * c, values[i] * s);
            for (var k = 0; k < kernel.Length; k++)
            {
                var at = (before + k - Reach + 1) & (size - 1);
                re[at] += c * kernel[k];
                im[at] += s * kernel[k];
            }
        }
        fourier.Transform(ref re, ref im);
        // The negative ones stand at the end.
        for (var k = 0; k < below; k++)
            (cos[k], sin[k]) = (re[size - below + k] * correction[below - k], im[size - below + k] * correction[below - k]);
        for (var k = below; k < count; k++)
            (cos[k], sin[k]) = (re[k - below] * correction[k - below], im[k - below] * correction[k - below]);
    }

    // sinh(b √(q² - x²)) / (π √(q² - x²)) at the grid points around a place, which is x after the one before it.
    void Kernel(double after)
    {
        for (var k = 0; k < kernel.Length; k++)
        {
            var x = after - (k - Reach + 1);
            var root = Math.Sqrt(Math.Max(Reach * Reach - x * x, 0));
            var power = Math.Exp(shape * root);
            kernel[k] = root < 1e-6 ? shape / Math.PI : (power - 1 / power) / (2 * Math.PI * root);
        }
    }

    // The modified Bessel function of order zero, of the root of its argument: Abramowitz & Stegun 9.6.12.
    static double BesselI0Squared(double square)
    {
        double term = 1, sum = 1;
        for (var k = 1; term > 1e-17 * sum; k++)
        {
            term *= square / (4.0 * k * k);
            sum += term;
        }
        return sum;
    }
}
