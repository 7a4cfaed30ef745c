using System.Runtime.Intrinsics;

namespace Vigil.Sky.LightCurves;

/// <summary>Sums of cosines and sines over the points of a light curve, at the frequencies of a grid.</summary>
/// <remarks>
/// The sums are of w cos 2πft and so on, where w are weights and y values; each array has one element a frequency.
/// </remarks>
sealed class SineSums(FrequencyGrid frequencies)
{
    // To either side of a middle frequency; for these Direct keeps a table of cosines and sines.
    const int Offsets = 64;

    // Of Direct's work space, in rows of one number a point: days, w and w y; w c, w s, the same of 2 f, w y c, w y s; the table.
    const int TableRow = 9, Rows = TableRow + 2 * (Offsets + 1);

    readonly NonuniformTransform transform = new(frequencies.Count);
    double[] work = [];

    /// <summary>Σ w cos 2πft.</summary>
    public double[] Cos { get; } = new double[frequencies.Count];

    /// <summary>Σ w sin 2πft.</summary>
    public double[] Sin { get; } = new double[frequencies.Count];

    /// <summary>Σ w cos 4πft.</summary>
    public double[] Cos2 { get; } = new double[frequencies.Count];

    /// <summary>Σ w sin 4πft.</summary>
    public double[] Sin2 { get; } = new double[frequencies.Count];

    /// <summary>Σ w y cos 2πft.</summary>
    public double[] ValueCos { get; } = new double[frequencies.Count];

    /// <summary>Σ w y sin 2πft.</summary>
    public double[] ValueSin { get; } = new double[frequencies.Count];

    /// <summary>All sums, within 1e-9 of Σ w and Σ |w y|.</summary>
    /// <param name="days">Times, near zero, shape (N).</param>
    /// <param name="weights">w, shape (N).</param>
    /// <param name="weighted">w y, shape (N).</param>
    public void Fast(ReadOnlySpan<double> days, ReadOnlySpan<double> weights, ReadOnlySpan<double> weighted)
    {
        transform.Sums(frequencies.First, frequencies.Step, days, weights, Cos, Sin);
        transform.Sums(2 * frequencies.First, 2 * frequencies.Step, days, weights, Cos2, Sin2);
        transform.Sums(frequencies.First, frequencies.Step, days, weighted, ValueCos, ValueSin);
    }

    /// <summary>All sums to rounding, in a time that grows with the number of points.</summary>
    /// <param name="days">Times, near zero, shape (N).</param>
    /// <param name="weights">w, shape (N).</param>
    /// <param name="weighted">w y, shape (N).</param>
    public void Direct(ReadOnlySpan<double> days, ReadOnlySpan<double> weights, ReadOnlySpan<double> weighted)
    {
        // Frequencies are taken as f ± g. With c and s, the cosine and sine of 2πft at a middle frequency f,
        //   Σ w cos 2π(f ± g)t = Σ (w c) cos 2πgt ∓ Σ (w s) sin 2πgt,
        //   Σ w sin 2π(f ± g)t = Σ (w s) cos 2πgt ± Σ (w c) sin 2πgt,
        // and the offsets g are the same for all f: cosines are needed for few middles and one table, the rest is products.
        var length = (days.Length + 3) & ~3; // ended by points without weight
        var fours = length / 4;
        if (work.Length < Rows * length)
            work = new double[Rows * length];
        days.CopyTo(Row(0, length));
        weights.CopyTo(Row(1, length));
        weighted.CopyTo(Row(2, length));
        for (var row = 0; row < 3; row++)
            Row(row, length)[days.Length..].Clear();

        var all = VectorMath.Fours(work.AsSpan(0, Rows * length));
        for (var g = 0; g <= Offsets; g++)
            for (var i = 0; i < fours; i++)
                (all[(TableRow + 2 * g + 1) * fours + i], all[(TableRow + 2 * g) * fours + i]) =
                    SinCosOfCycles(g * frequencies.Step * all[i]);

        const int block = 2 * Offsets + 1;
        for (var middle = Math.Min(Offsets, frequencies.Count - 1); middle - Offsets < frequencies.Count; middle += block)
        {
            for (var i = 0; i < fours; i++)
            {
                var (s, c) = SinCosOfCycles(frequencies[middle] * all[i]);
                var (w, y) = (all[fours + i], all[2 * fours + i]);
                (all[3 * fours + i], all[4 * fours + i]) = (w * c, w * s);
                (all[5 * fours + i], all[6 * fours + i]) = (w * (c * c - s * s), w * (c * s) * 2);
                (all[7 * fours + i], all[8 * fours + i]) = (y * c, y * s);
            }
            for (var g = 0; g <= Offsets; g++)
                Pair(all, fours, g, middle);
        }
    }

    Span<double> Row(int row, int length) => work.AsSpan(row * length, length);

    // The sums at the frequencies middle ± offset, as far as there are such.
    void Pair(ReadOnlySpan<Vector256<double>> all, int fours, int offset, int middle)
    {
        var (cc, ss, sc, cs) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var (cc2, ss2, sc2, cs2) = (cc, cc, cc, cc);
        var (yc, ys, ysc, ycs) = (cc, cc, cc, cc);
        var wc = all.Slice(3 * fours, fours);
        var ws = all.Slice(4 * fours, fours);
        var wc2 = all.Slice(5 * fours, fours);
        var ws2 = all.Slice(6 * fours, fours);
        var wyc = all.Slice(7 * fours, fours);
        var wys = all.Slice(8 * fours, fours);
        var cosines = all.Slice((TableRow + 2 * offset) * fours, fours);
        var sines = all.Slice((TableRow + 2 * offset + 1) * fours, fours);
        for (var i = 0; i < fours; i++)
        {
            var (c, s) = (cosines[i], sines[i]);
            cc = Vector256.MultiplyAddEstimate(wc[i], c, cc);
            ss = Vector256.MultiplyAddEstimate(ws[i], s, ss);
            sc = Vector256.MultiplyAddEstimate(ws[i], c, sc);
            cs = Vector256.MultiplyAddEstimate(wc[i], s, cs);
            yc = Vector256.MultiplyAddEstimate(wyc[i], c, yc);
            ys = Vector256.MultiplyAddEstimate(wys[i], s, ys);
            ysc = Vector256.MultiplyAddEstimate(wys[i], c, ysc);
            ycs = Vector256.MultiplyAddEstimate(wyc[i], s, ycs);
            var (c2, s2) = (Vector256.MultiplyAddEstimate(c + c, c, -Vector256<double>.One), (s + s) * c);
            cc2 = Vector256.MultiplyAddEstimate(wc2[i], c2, cc2);
            ss2 = Vector256.MultiplyAddEstimate(ws2[i], s2, ss2);
            sc2 = Vector256.MultiplyAddEstimate(ws2[i], c2, sc2);
            cs2 = Vector256.MultiplyAddEstimate(wc2[i], s2, cs2);
        }
        if (middle + offset < frequencies.Count)
            Put(middle + offset, cc - ss, sc + cs, cc2 - ss2, sc2 + cs2, yc - ys, ysc + ycs);
        if (middle - offset >= 0 && middle - offset < frequencies.Count)
            Put(middle - offset, cc + ss, sc - cs, cc2 + ss2, sc2 - cs2, yc + ys, ysc - ycs);
    }

    void Put(int k, Vector256<double> cos, Vector256<double> sin, Vector256<double> cos2, Vector256<double> sin2,
        Vector256<double> valueCos, Vector256<double> valueSin)
    {
        (Cos[k], Sin[k]) = (Vector256.Sum(cos), Vector256.Sum(sin));
        (Cos2[k], Sin2[k]) = (Vector256.Sum(cos2), Vector256.Sum(sin2));
        (ValueCos[k], ValueSin[k]) = (Vector256.Sum(valueCos), Vector256.Sum(valueSin));
    }

    static (Vector256<double> Sin, Vector256<double> Cos) SinCosOfCycles(Vector256<double> cycles) =>
        Vector256.SinCos((cycles - Vector256.Round(cycles)) * (2 * Math.PI));
}
