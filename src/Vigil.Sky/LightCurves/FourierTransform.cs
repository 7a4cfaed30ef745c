using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Sky.LightCurves;

/// <summary>Discrete Fourier transforms of one size, a power of two: X(m) = Σ x(l) exp(+2πi m l / size).</summary>
/// <remarks>
/// Stockham's algorithm, which needs no reordering, four numbers at a time with radix 4 (C. Van Loan 1992, Computational
/// Frameworks for the Fast Fourier Transform, section 1.7). Not for several threads at once: it has work space.
/// </remarks>
sealed class FourierTransform
{
    readonly double[] cos, sin; // of 2π j / size, j below size / 4
    double[] otherRe, otherIm;

    /// <param name="size">A power of two, at least 16.</param>
    public FourierTransform(int size)
    {
        (cos, sin) = (new double[size / 4], new double[size / 4]);
        for (var j = 0; j < cos.Length; j++)
            (sin[j], cos[j]) = double.SinCosPi(2.0 * j / size);
        (otherRe, otherIm) = (new double[size], new double[size]);
    }

    /// <summary>Transforms in place; the arrays of the caller are exchanged with ours as need be.</summary>
    public void Transform(ref double[] re, ref double[] im)
    {
        var size = otherRe.Length;
        for (var width = 1; width < size;)
        {
            // What has been transformed so far are groups of `width`; four groups, a quarter apart, become one.
            if (width == 1)
                FirstPass(re, im, otherRe, otherIm);
            else if (4 * width <= size)
                Pass(width, re, im, otherRe, otherIm);
            else
                LastPassOfTwo(re, im, otherRe, otherIm);
            width *= 4;
            (re, otherRe) = (otherRe, re);
            (im, otherIm) = (otherIm, im);
        }
    }

    void FirstPass(double[] re, double[] im, double[] toRe, double[] toIm)
    {
        var quarter = cos.Length;
        for (var j = 0; j < quarter; j++)
        {
            var (c1, s1) = (cos[j], sin[j]);
            var (c2, s2) = (c1 * c1 - s1 * s1, 2 * c1 * s1);
            var (c3, s3) = (c1 * c2 - s1 * s2, c1 * s2 + s1 * c2);
            var (sumRe, sumIm) = (re[j] + re[j + 2 * quarter], im[j] + im[j + 2 * quarter]);
            var (difRe, difIm) = (re[j] - re[j + 2 * quarter], im[j] - im[j + 2 * quarter]);
            var (oddRe, oddIm) = (re[j + quarter] + re[j + 3 * quarter], im[j + quarter] + im[j + 3 * quarter]);
            var (turnRe, turnIm) = (im[j + 3 * quarter] - im[j + quarter], re[j + quarter] - re[j + 3 * quarter]);
            (toRe[4 * j], toIm[4 * j]) = (sumRe + oddRe, sumIm + oddIm);
            var (x, y) = (difRe + turnRe, difIm + turnIm);
            (toRe[4 * j + 1], toIm[4 * j + 1]) = (x * c1 - y * s1, x * s1 + y * c1);
            (x, y) = (sumRe - oddRe, sumIm - oddIm);
            (toRe[4 * j + 2], toIm[4 * j + 2]) = (x * c2 - y * s2, x * s2 + y * c2);
            (x, y) = (difRe - turnRe, difIm - turnIm);
            (toRe[4 * j + 3], toIm[4 * j + 3]) = (x * c3 - y * s3, x * s3 + y * c3);
        }
    }

    void Pass(int width, double[] re, double[] im, double[] toRe, double[] toIm)
    {
        var size = re.Length;
        var quarter = size / 4;
        for (var j = 0; j < quarter / width; j++)
        {
            var (c, s) = (cos[j * width], sin[j * width]);
            var (cc, ss) = (c * c - s * s, 2 * c * s);
            var (c1, s1, c2, s2) = (Vector256.Create(c), Vector256.Create(s), Vector256.Create(cc), Vector256.Create(ss));
            var (c3, s3) = (Vector256.Create(c * cc - s * ss), Vector256.Create(c * ss + s * cc));
            var from = j * width;
            var re0 = Fours(re, from, width);
            var re1 = Fours(re, from + quarter, width);
            var re2 = Fours(re, from + 2 * quarter, width);
            var re3 = Fours(re, from + 3 * quarter, width);
            var im0 = Fours(im, from, width);
            var im1 = Fours(im, from + quarter, width);
            var im2 = Fours(im, from + 2 * quarter, width);
            var im3 = Fours(im, from + 3 * quarter, width);
            var to = 4 * from;
            var toRe0 = Fours(toRe, to, width);
            var toRe1 = Fours(toRe, to + width, width);
            var toRe2 = Fours(toRe, to + 2 * width, width);
            var toRe3 = Fours(toRe, to + 3 * width, width);
            var toIm0 = Fours(toIm, to, width);
            var toIm1 = Fours(toIm, to + width, width);
            var toIm2 = Fours(toIm, to + 2 * width, width);
            var toIm3 = Fours(toIm, to + 3 * width, width);
            for (var k = 0; k < re0.Length; k++)
            {
                var (sumRe, sumIm) = (re0[k] + re2[k], im0[k] + im2[k]);
                var (difRe, difIm) = (re0[k] - re2[k], im0[k] - im2[k]);
                var (oddRe, oddIm) = (re1[k] + re3[k], im1[k] + im3[k]);
                var (turnRe, turnIm) = (im3[k] - im1[k], re1[k] - re3[k]);
                (toRe0[k], toIm0[k]) = (sumRe + oddRe, sumIm + oddIm);
                var (x, y) = (difRe + turnRe, difIm + turnIm);
                (toRe1[k], toIm1[k]) = (x * c1 - y * s1, x * s1 + y * c1);
                (x, y) = (sumRe - oddRe, sumIm - oddIm);
                (toRe2[k], toIm2[k]) = (x * c2 - y * s2, x * s2 + y * c2);
                (x, y) = (difRe - turnRe, difIm - turnIm);
                (toRe3[k], toIm3[k]) = (x * c3 - y * s3, x * s3 + y * c3);
            }
        }
    }

    // Of an odd power of two one factor of two remains; its only twiddle factor is one.
    static void LastPassOfTwo(double[] re, double[] im, double[] toRe, double[] toIm)
    {
        var half = re.Length / 2;
        for (var k = 0; k < half; k++)
        {
            (toRe[k], toRe[k + half]) = (re[k] + re[k + half], re[k] - re[k + half]);
            (toIm[k], toIm[k + half]) = (im[k] + im[k + half], im[k] - im[k + half]);
        }
    }

    static Span<Vector256<double>> Fours(double[] values, int from, int count) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values.AsSpan(from, count));
}
