namespace Vigil.Sky.Photometry;

/// <summary>Dimming of light by the dust of the Galaxy, in magnitudes.</summary>
public static class Extinction
{
    /// <summary>Extinction at a wavelength, magnitudes.</summary>
    /// <param name="law">Its shape by wavelength.</param>
    /// <param name="wavelength">Å, in the range of the law; of a band roughly its effective wavelength.</param>
    /// <param name="ebv">Reddening E(B-V), magnitudes; any finite value.</param>
    /// <param name="rv">R(V) = A(V) / E(B-V), in [2, 6]; 3.1 in the diffuse medium.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>
    /// A(V) is R(V) E(B-V) at 5495 Å (Cardelli et al., O'Donnell). Fitzpatrick's curve is given in E(B-V) instead, and is within
    /// 1 % of that. Within 1e-12 of the papers' formulas.
    /// </remarks>
    public static double Magnitudes(ExtinctionLaw law, double wavelength, double ebv, double rv = 3.1)
    {
        double magnitudes = 0;
        Magnitudes(law, new(in wavelength), ebv, rv, new(ref magnitudes));
        return magnitudes;
    }

    /// <summary>Extinction at N wavelengths, magnitudes; as the form for one.</summary>
    /// <param name="law">Its shape by wavelength.</param>
    /// <param name="wavelength">Å, in the range of the law, in any order, shape (N).</param>
    /// <param name="ebv">Reddening E(B-V), magnitudes; any finite value.</param>
    /// <param name="rv">R(V), in [2, 6].</param>
    /// <param name="magnitudes">Receives A(λ), shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static void Magnitudes(
        ExtinctionLaw law, ReadOnlySpan<double> wavelength, double ebv, double rv, Span<double> magnitudes)
    {
        if (wavelength.Length != magnitudes.Length)
            throw new ArgumentException(
                $"wavelength and magnitudes must have one length, got {wavelength.Length} and {magnitudes.Length}.");
        if (!double.IsFinite(ebv))
            throw new ArgumentOutOfRangeException(nameof(ebv), ebv, "E(B-V) must be a finite number of magnitudes.");
        if (!(rv is >= 2 and <= 6))
            throw new ArgumentOutOfRangeException(nameof(rv), rv, "R(V) must be in [2, 6], the range of the laws.");
        var (shortest, longest) = law switch
        {
            ExtinctionLaw.Fitzpatrick1999 => (910.0, 60000.0),
            ExtinctionLaw.CardelliClaytonMathis1989 or ExtinctionLaw.ODonnell1994 => (1000.0, 1e4 / 0.3),
            _ => throw new ArgumentOutOfRangeException(nameof(law), law, "There is no such extinction law."),
        };
        Span<double> knots = stackalloc double[Knots.Length], curvatures = stackalloc double[Knots.Length];
        if (law == ExtinctionLaw.Fitzpatrick1999)
            Spline(rv, knots, curvatures);
        for (var i = 0; i < wavelength.Length; i++)
        {
            if (!(wavelength[i] >= shortest && wavelength[i] <= longest))
                throw new ArgumentOutOfRangeException(nameof(wavelength), wavelength[i],
                    $"The law {law} holds from {shortest:F0} to {longest:F0} Angstrom.");
            var x = 1e4 / wavelength[i];
            magnitudes[i] = ebv * (law == ExtinctionLaw.Fitzpatrick1999
                ? Fitzpatrick(x, rv, knots, curvatures)
                : Cardelli(x, rv, law == ExtinctionLaw.ODonnell1994));
        }
    }

    /// <summary>What a spectrum would be without the dust: each flux times 10^(0.4 A(λ)). A negative E(B-V) reddens it.</summary>
    /// <param name="law">Its shape by wavelength.</param>
    /// <param name="wavelength">Å, in the range of the law, shape (N).</param>
    /// <param name="ebv">Reddening E(B-V), magnitudes; any finite value.</param>
    /// <param name="rv">R(V), in [2, 6].</param>
    /// <param name="flux">In any unit, shape (N); changed in place.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static void Deredden(ExtinctionLaw law, ReadOnlySpan<double> wavelength, double ebv, double rv, Span<double> flux)
    {
        if (wavelength.Length != flux.Length)
            throw new ArgumentException($"wavelength and flux must have one length, got {wavelength.Length} and {flux.Length}.");
        Span<double> magnitudes = stackalloc double[256];
        for (var from = 0; from < flux.Length; from += magnitudes.Length)
        {
            var part = magnitudes[..Math.Min(magnitudes.Length, flux.Length - from)];
            Magnitudes(law, wavelength.Slice(from, part.Length), ebv, rv, part);
            for (var i = 0; i < part.Length; i++)
                flux[from + i] *= Math.Pow(10, 0.4 * part[i]);
        }
    }

    // A / E(B-V) = R a + b; x is in 1/µm. Cardelli et al. 1989, equations 1 to 5, O'Donnell 1994, equations 1 and 2.
    static double Cardelli(double x, double rv, bool odonnell)
    {
        if (x < 1.1)
        {
            var power = Math.Pow(x, 1.61);
            return rv * (0.574 * power) - 0.527 * power;
        }
        if (x < 3.3)
        {
            var y = x - 1.82;
            return odonnell
                ? rv * Polynomial(y, [1, 0.104, -0.609, 0.701, 1.137, -1.718, -0.827, 1.647, -0.505])
                    + Polynomial(y, [0, 1.952, 2.908, -3.989, -7.985, 11.102, 5.491, -10.805, 3.347])
                : rv * Polynomial(y, [1, 0.17699, -0.50447, -0.02427, 0.72085, 0.01979, -0.77530, 0.32999])
                    + Polynomial(y, [0, 1.41338, 2.28305, 1.07233, -5.38434, -0.62251, 5.30260, -2.09002]);
        }
        if (x < 8)
        {
            var a = 1.752 - 0.316 * x - 0.104 / ((x - 4.67) * (x - 4.67) + 0.341);
            var b = -3.090 + 1.825 * x + 1.206 / ((x - 4.62) * (x - 4.62) + 0.263);
            if (x >= 5.9)
            {
                var y = x - 5.9;
                a += y * y * (-0.04473 - 0.009779 * y);
                b += y * y * (0.2130 + 0.1207 * y);
            }
            return rv * a + b;
        }
        return rv * Polynomial(x - 8, [-1.073, -0.628, 0.137, -0.070]) + Polynomial(x - 8, [13.670, 4.257, -0.420, 0.374]);
    }

    // Fitzpatrick 1999, table 3: the places of the spline's knots, 1/µm; the last two are on the ultraviolet formula.
    static ReadOnlySpan<double> Knots =>
        [0, 1e4 / 26500, 1e4 / 12200, 1e4 / 6000, 1e4 / 5470, 1e4 / 4670, 1e4 / 4110, 1e4 / 2700, 1e4 / 2600];

    static double Fitzpatrick(double x, double rv, ReadOnlySpan<double> knots, ReadOnlySpan<double> curvatures)
    {
        if (x >= Knots[^2])
            return Ultraviolet(x, rv);
        var i = 1;
        while (Knots[i] < x)
            i++;
        var h = Knots[i] - Knots[i - 1];
        var (a, b) = ((Knots[i] - x) / h, (x - Knots[i - 1]) / h);
        return a * knots[i - 1] + b * knots[i]
            + ((a * a * a - a) * curvatures[i - 1] + (b * b * b - b) * curvatures[i]) * (h * h / 6);
    }

    // Equation 2 and table 2 of Fitzpatrick 1999, after Fitzpatrick & Massa 1990; its appendix for c1 and c2.
    static double Ultraviolet(double x, double rv)
    {
        const double centre = 4.596, width = 0.99, c3 = 3.23, c4 = 0.41;
        var c2 = -0.824 + 4.717 / rv;
        var c1 = 2.030 - 3.007 * c2;
        var x2 = x * x;
        var drude = x2 / ((x2 - centre * centre) * (x2 - centre * centre) + x2 * (width * width));
        var y = Math.Max(x - 5.9, 0);
        return rv + c1 + c2 * x + c3 * drude + c4 * y * y * (0.5392 + 0.05644 * y);
    }

    // The natural cubic spline through the knots: table 4 of Fitzpatrick 1999, and the second derivatives at the knots.
    static void Spline(double rv, Span<double> knots, Span<double> curvatures)
    {
        knots[0] = 0;
        knots[1] = 0.26469 * rv / 3.1;
        knots[2] = 0.82925 * rv / 3.1;
        knots[3] = Polynomial(rv, [-0.422809, 1.00270, 2.13572e-4]);
        knots[4] = Polynomial(rv, [-5.13540e-2, 1.00216, -7.35778e-5]);
        knots[5] = Polynomial(rv, [7.00127e-1, 1.00184, -3.32598e-5]);
        knots[6] = Polynomial(rv, [1.19456, 1.01707, -5.46959e-3, 7.97809e-4, -4.45636e-5]);
        knots[7] = Ultraviolet(Knots[7], rv);
        knots[8] = Ultraviolet(Knots[8], rv);

        // The tridiagonal equations, solved forwards and back.
        Span<double> above = stackalloc double[knots.Length];
        curvatures[0] = curvatures[^1] = above[0] = 0;
        for (var i = 1; i < knots.Length - 1; i++)
        {
            var (left, right) = (Knots[i] - Knots[i - 1], Knots[i + 1] - Knots[i]);
            var bend = 6 * ((knots[i + 1] - knots[i]) / right - (knots[i] - knots[i - 1]) / left);
            var pivot = 2 * (left + right) - left * above[i - 1];
            above[i] = right / pivot;
            curvatures[i] = (bend - left * curvatures[i - 1]) / pivot;
        }
        for (var i = knots.Length - 2; i > 0; i--)
            curvatures[i] -= above[i] * curvatures[i + 1];
    }

    static double Polynomial(double x, ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            value = value * x + coefficients[i];
        return value;
    }
}
