using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Sky;

/// <summary>Decimal logarithms and powers of four numbers at once, and sums, for spans of magnitudes and fluxes.</summary>
/// <remarks>
/// Of base 10 from the start: the runtime's Vector256.Exp is as fast, but the product with ln 10 that it needs is rounded, which
/// costs up to 30 ulp; its Log takes 1.4 times as long. Polynomials: minimax (Remez in 40 digits), with errors below 4e-18.
/// </remarks>
static class VectorMath
{
    // log10(2) in two parts: the first has 39 bits, so that its product with an exponent is exact.
    const double Log10Of2High = 0.301029995663157, Log10Of2Low = 8.2417125860235717e-13;
    const double Log2Of10 = 3.3219280948873623;
    const double Log10OfE = 0.43429448190325182;

    const double SmallestNormal = 2.2250738585072014e-308;
    const double Rounder = 6755399441055744; // 1.5 * 2^52

    /// <summary>
    /// 10^x. Relative error below 1.5 ulp; 0 and infinity beyond the range of a double, gradual below 2.2e-308; NaN of NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp10(Vector256<double> x)
    {
        if (Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(307.0)))
            return Exp10OfAny(x);
        var (n, power) = Reduced(x);
        return power * PowerOfTwo(n);
    }

    /// <summary>
    /// log10(x). Error below 2 ulp of the result or, where that is larger, 2e-16; minus infinity of 0, NaN of negative
    /// numbers and of NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log10(Vector256<double> x) =>
        Vector256.GreaterThanOrEqualAll(x, Vector256.Create(SmallestNormal))
            && Vector256.LessThanOrEqualAll(x, Vector256.Create(double.MaxValue)) ? Log10OfNormal(x).Log : Log10OfAny(x);

    /// <summary>
    /// log10(x), and c/x within 2 ulp, of numbers that are all in [1e-300, 1e300]: both by one division, the dearest part.
    /// </summary>
    /// <param name="x">The numbers.</param>
    /// <param name="c">In [1, 2).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Log, Vector256<double> Quotient) Log10AndQuotient(Vector256<double> x, double c) =>
        Log10OfNormal(x, c);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector256<double> Exp10OfAny(Vector256<double> x)
    {
        // Beyond ±400 the answer does not change; comparisons with NaN are false and leave it.
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(400.0)), Vector256.Create(400.0), x);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-400.0)), Vector256.Create(-400.0), x);
        var (n, power) = Reduced(x);
        // In two steps, as 2^n itself may be beyond the range where the result, or a subnormal result, is not.
        var half = Whole(n * 0.5);
        return power * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    // 10^x = 2^n 10^r with r in ±log10(2) / 2: n and 10^r.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<double> N, Vector256<double> Power) Reduced(Vector256<double> x)
    {
        var n = Whole(x * Log2Of10);
        var r = Fma(n, Vector256.Create(-Log10Of2Low), Fma(n, Vector256.Create(-Log10Of2High), x));
        // (10^r - 1) / r, by Estrin's scheme.
        var r2 = r * r;
        var r4 = r2 * r2;
        var a = Line(r, 2.6509490552392057717, 2.3025850929940456795);
        var b = Line(r, 1.1712551489080150355, 2.034678592293482062);
        var c = Line(r, 0.20699584956289157489, 0.53938292919359601145);
        var d = Line(r, 0.019597617721660848533, 0.068089365356706871401);
        var e = Fma(r2, Vector256.Create(0.00024231030066981768047), Line(r, 0.0011575977035977790363, 0.0050139093928993750238));
        var q = Fma(r4, Fma(r4, e, Fma(r2, d, c)), Fma(r2, b, a));
        return (n, Fma(r, q, Vector256<double>.One));
    }

    // Adding 1.5 * 2^52 rounds to a whole number, which then stands in the lowest bits.
    static Vector256<double> Whole(Vector256<double> x) => x + Vector256.Create(Rounder) - Vector256.Create(Rounder);

    // 2^n of a whole n in [-1022, 1023]: n moves into the exponent of 1.
    static Vector256<double> PowerOfTwo(Vector256<double> n) =>
        (((n + Vector256.Create(Rounder)).AsInt64() << 52) + Vector256<double>.One.AsInt64()).AsDouble();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector256<double> Log10OfAny(Vector256<double> x)
    {
        var zero = Vector256<double>.Zero;
        var infinity = Vector256.Create(double.PositiveInfinity);
        // Subnormal numbers are lifted by 2^54.
        var tiny = Vector256.LessThan(x, Vector256.Create(SmallestNormal));
        var log = Log10OfNormal(Vector256.ConditionalSelect(tiny, x * 18014398509481984, x)).Log
            - Vector256.ConditionalSelect(tiny, Vector256.Create(54 * (Log10Of2High + Log10Of2Low)), zero);
        log = Vector256.ConditionalSelect(Vector256.Equals(x, infinity), infinity, log);
        log = Vector256.ConditionalSelect(Vector256.Equals(x, zero), -infinity, log);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, zero), log, Vector256.Create(double.NaN));
    }

    // The quotient c/x is good unless x is near the smallest or the largest number; where it is not used it costs nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<double> Log, Vector256<double> Quotient) Log10OfNormal(Vector256<double> x, double c = 1)
    {
        // x = 2^k m with m in [√½, √2): subtracting the bits of √½ moves the carry into the exponent, here 1024 too large.
        var bits = x.AsInt64();
        var exponent = Vector256.ShiftRightLogical(bits + Vector256.Create((1024L << 52) - 0x3FE6A09E667F3BCD), 52);
        var shifted = exponent << 52;
        var m = (bits - shifted + Vector256.Create(1024L << 52)).AsDouble();
        // The bits of 2^52 with a small number in the lowest places are that number plus 2^52.
        var k = (exponent | Vector256.Create(0x4330000000000000)).AsDouble() - Vector256.Create(4503599627370496.0 + 1024);

        // ln m = 2 artanh s = 2 s + s³ R(s²) with s = (m - 1) / (m + 1); the division also gives c/x = c 2^-k / m,
        // where c 2^-k, as c, has the exponent of c less k.
        var next = m + Vector256<double>.One;
        var quotient = Vector256<double>.One / (m * next);
        var overX = next * quotient * (Vector256.Create((1024L << 52) + BitConverter.DoubleToInt64Bits(c)) - shifted).AsDouble();
        var s = (m - Vector256<double>.One) * (m * quotient);
        var z = s * s;
        var z2 = z * z;
        var a = Line(z, 0.3999999999941464284, 0.66666666666667344196);
        var b = Line(z, 0.22222198572795458642, 0.28571428742393136895);
        var d = Fma(z2, Vector256.Create(0.14795951029284982917), Line(z, 0.15314050327018261553, 0.18183564339744651849));
        var tail = Fma(z2, Fma(z2, d, b), a) * (z * s);
        var low = Fma(tail, Vector256.Create(Log10OfE), k * Log10Of2Low);
        return (Fma(k, Vector256.Create(Log10Of2High), Fma(s, Vector256.Create(2 * Log10OfE), low)), overX);
    }

    /// <summary>The scalar product of two spans of one length.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var fours = Fours(a);
        var others = Fours(b)[..fours.Length];
        var zero = Vector256<double>.Zero;
        var (sum0, sum1, sum2, sum3) = (zero, zero, zero, zero);
        var i = 0;
        for (; i + 3 < fours.Length; i += 4) // four sums, for an addition takes several cycles
        {
            sum0 = Fma(fours[i], others[i], sum0);
            sum1 = Fma(fours[i + 1], others[i + 1], sum1);
            sum2 = Fma(fours[i + 2], others[i + 2], sum2);
            sum3 = Fma(fours[i + 3], others[i + 3], sum3);
        }
        for (; i < fours.Length; i++)
            sum0 = Fma(fours[i], others[i], sum0);
        var sum = Vector256.Sum(sum0 + sum1 + (sum2 + sum3));
        for (i = 4 * fours.Length; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Multiplies each number of a span by the one of another of the same length.</summary>
    public static void Multiply(Span<double> values, ReadOnlySpan<double> factors)
    {
        var fours = Fours(values);
        var others = Fours(factors)[..fours.Length];
        for (var i = 0; i < fours.Length; i++)
            fours[i] *= others[i];
        for (var i = 4 * fours.Length; i < values.Length; i++)
            values[i] *= factors[i];
    }

    /// <summary>The numbers of a span in fours, without the up to three that remain.</summary>
    public static ReadOnlySpan<Vector256<double>> Fours(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);

    /// <summary>The same, to write to.</summary>
    public static Span<Vector256<double>> Fours(Span<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);

    /// <summary>The first numbers of a span of fewer than four; ones after them.</summary>
    public static Vector256<double> LoadRest(ReadOnlySpan<double> rest)
    {
        Span<double> four = [1, 1, 1, 1];
        rest.CopyTo(four);
        return Vector256.Create<double>(four);
    }

    /// <summary>Writes as many numbers as there is room for, at most four.</summary>
    public static void StoreRest(Vector256<double> values, Span<double> rest)
    {
        Span<double> four = stackalloc double[4];
        values.CopyTo(four);
        four[..rest.Length].CopyTo(rest);
    }

    // a b + c, in one rounding where the machine can.
    static Vector256<double> Fma(Vector256<double> a, Vector256<double> b, Vector256<double> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    static Vector256<double> Line(Vector256<double> x, double slope, double value) =>
        Vector256.MultiplyAddEstimate(x, Vector256.Create(slope), Vector256.Create(value));
}
