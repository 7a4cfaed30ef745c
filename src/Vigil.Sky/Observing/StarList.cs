using System.Numerics;

namespace Vigil.Sky.Observing;

/// <summary>
/// N positions on the sky, made ready for <see cref="Horizon.AltAz(StarList, Span{double}, Span{double})"/>: as vectors.
/// </summary>
public sealed class StarList
{
    /// <summary>The list of N positions.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value, shape (N).</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90], shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A declination is outside [-90, 90], or a number is not finite.</exception>
    public StarList(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec)
    {
        if (ra.Length != dec.Length)
            throw new ArgumentException($"ra and dec must have one length, got {ra.Length} and {dec.Length}.");
        Count = ra.Length;
        // The last vector may reach beyond the last star.
        var length = Count + Vector<double>.Count - 1;
        (X, Y, Z) = (new double[length], new double[length], new double[length]);
        for (var i = 0; i < Count; i++)
        {
            if (!double.IsFinite(ra[i]))
                throw new ArgumentOutOfRangeException(nameof(ra), ra[i], $"ra[{i}] must be a finite number of degrees.");
            (X[i], Y[i], Z[i]) = SpaceVector.From(ra[i], dec[i]);
        }
    }

    /// <summary>N.</summary>
    public int Count { get; }

    internal double[] X { get; }

    internal double[] Y { get; }

    internal double[] Z { get; }
}
