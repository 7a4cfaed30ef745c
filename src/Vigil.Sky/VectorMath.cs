using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Sky;

/// <summary>Decimal logarithms and powers of four numbers at once, for spans of magnitudes.</summary>
/// <remarks>
/// The runtime's Vector256.Exp and Log take 2.5 times as long: with them a million magnitudes are bound by arithmetic, with
/// these nearly by memory. Polynomials: minimax (Remez in 40 digits) on the reduced range, their error is below 4e-18.
/// </remarks>
static class VectorMath
{
    // log10(2) in two parts: the first has 39 bits, so that its product with an exponent is exact.
    const double Log10Of2High = 0.301029995663157, Log10Of2Low = 8.2417125860235717e-13;
    const double Log2Of10 = 3.3219280948873623;
    const double Log10OfE = 0.43429448190325182;

    // 1.5 * 2^52: adding it rounds to a whole number, which then stands in the lowest bits.
    const double Rounder = 6755399441055744;

    /// <summary>10^x. Relative error below 1.5 ulp; 0 and infinity beyond the range of a double, gradual below 2.2e-308; NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp10(Vector256<double> x)
    {
        // Beyond ±400 the answer does not change; comparisons with NaN are false and leave it.
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(400.0)), Vector256.Create(400.0), x);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-400.0)), Vector256.Create(-400.0), x);

        // 10^x = 2^n 10^r with r in ±log10(2) / 2.
        var rounder = Vector256.Create(Rounder);
        var n = x * Log2Of10 + rounder - rounder;
        var r = x - n * Log10Of2High - n * Log10Of2Low;

        // 2^n in two factors, each of which is a normal number for any n up to ±1329.
        var half = n * 0.5 + rounder;
        var otherHalf = n - (half - rounder) + rounder;
        var one = Vector256<double>.One.AsInt64();
        var scale = ((half.AsInt64() << 52) + one).AsDouble();
        var otherScale = ((otherHalf.AsInt64() << 52) + one).AsDouble();

        // (10^r - 1) / r, by Estrin's scheme.
        var r2 = r * r;
        var r4 = r2 * r2;
        var a = Fma(r, 2.6509490552392057717, 2.3025850929940456795);
        var b = Fma(r, 1.1712551489080150355, 2.034678592293482062);
        var c = Fma(r, 0.20699584956289157489, 0.53938292919359601145);
        var d = Fma(r, 0.019597617721660848533, 0.068089365356706871401);
        var e = Fma(r, 0.0011575977035977790363, 0.0050139093928993750238) + r2 * 0.00024231030066981768047;
        var q = Vector256.MultiplyAddEstimate(r4,
            Vector256.MultiplyAddEstimate(r4, e, Vector256.MultiplyAddEstimate(r2, d, c)),
            Vector256.MultiplyAddEstimate(r2, b, a));
        return Vector256.MultiplyAddEstimate(r, q, Vector256<double>.One) * scale * otherScale;
    }

    /// <summary>
    /// log10(x). Error below 1.5 ulp of the result or, where that is larger, 2e-16; minus infinity of 0, NaN of negative
    /// numbers and of NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log10(Vector256<double> x)
    {
        var zero = Vector256<double>.Zero;
        var infinity = Vector256.Create(double.PositiveInfinity);

        // Subnormal numbers are lifted by 2^54 first.
        var tiny = Vector256.LessThan(x, Vector256.Create(2.2250738585072014e-308));
        var normal = Vector256.ConditionalSelect(tiny, x * 18014398509481984, x);

        // x = 2^k m with m in [√½, √2): subtracting the bits of √½ moves the carry into the exponent.
        var bits = normal.AsInt64();
        var shifted = bits - Vector256.Create(0x3FE6A09E667F3BCD) + Vector256.Create(1024L << 52);
        var exponent = Vector256.ShiftRightLogical(shifted, 52);
        var m = (bits - ((exponent - Vector256.Create(1024L)) << 52)).AsDouble();
        // The bits of 2^52 with a small number in the lowest places are that number plus 2^52.
        var k = (exponent | Vector256.Create(0x4330000000000000)).AsDouble() - Vector256.Create(4503599627370496.0 + 1024);
        k -= Vector256.ConditionalSelect(tiny, Vector256.Create(54.0), zero);

        // ln m = 2 artanh s = 2 s + s³ R(s²) with s = (m - 1) / (m + 1).
        var f = m - Vector256<double>.One;
        var s = f / (f + Vector256.Create(2.0));
        var z = s * s;
        var z2 = z * z;
        var a = Fma(z, 0.3999999999941464284, 0.66666666666667344196);
        var b = Fma(z, 0.22222198572795458642, 0.28571428742393136895);
        var c = Fma(z, 0.15314050327018261553, 0.18183564339744651849) + z2 * 0.14795951029284982917;
        var tail = Vector256.MultiplyAddEstimate(z2, Vector256.MultiplyAddEstimate(z2, c, b), a) * (z * s);
        var log = Vector256.MultiplyAddEstimate(s + s, Vector256.Create(Log10OfE), tail * Log10OfE + k * Log10Of2Low) + k * Log10Of2High;

        log = Vector256.ConditionalSelect(Vector256.Equals(x, infinity), infinity, log);
        log = Vector256.ConditionalSelect(Vector256.Equals(x, zero), -infinity, log);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, zero), log, Vector256.Create(double.NaN));
    }

    /// <summary>The numbers of a span in fours, without the up to three that remain.</summary>
    public static ReadOnlySpan<Vector256<double>> Fours(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);

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

    static Vector256<double> Fma(Vector256<double> x, double factor, double addend) =>
        Vector256.MultiplyAddEstimate(x, Vector256.Create(factor), Vector256.Create(addend));
}
