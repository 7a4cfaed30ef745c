using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Vigil.Sky.Imaging;

/// <summary>How a .vcat file writes its numbers as integers, all little-endian.</summary>
static class VcatNumbers
{
    /// <summary>Angles are whole numbers of 360° / 2^40 (1.2 µas), so that right ascension goes round by itself.</summary>
    public const int AngleBits = 40;

    const double AnglesPerDegree = (1L << AngleBits) / 360.0;

    // 360 / 2^40 = 45 / 2^37: products with whole numbers of 40 bits are exact.
    const double DegreesPerAngle = 360.0 / (1L << AngleBits);

    /// <summary>Proper motions: whole numbers of 0.001 mas/yr; the lowest 32-bit integer where unknown.</summary>
    public const double PmStep = 0.001;

    /// <summary>The largest proper motion, mas/yr: twenty times that of Barnard's star is a mistake.</summary>
    public const double MaxPm = 200_000;

    /// <summary>Magnitudes: 24-bit whole numbers of 0.01 mmag from -30 on; all bits set where there is none.</summary>
    public const double MagStep = 1e-5;

    /// <summary>The brightest magnitude; the Sun's is -26.8.</summary>
    public const double MinMag = -30;

    /// <summary>The faintest magnitude; no survey sees 35.</summary>
    public const double MaxMag = 40;

    /// <summary>Errors of magnitudes: 16-bit whole numbers of 0.1 mmag; all bits set where there is none.</summary>
    public const double MagErrStep = 1e-4;

    /// <summary>The largest error of a magnitude.</summary>
    public const double MaxMagErr = 6.5;

    /// <summary>A magnitude that there is not, as stored: fainter than any other.</summary>
    public const int NoMag = 0xFFFFFF;

    const int NoPm = int.MinValue, NoMagErr = 0xFFFF;

    public static ulong Ra(double ra) => (ulong)Math.Round(ra * AnglesPerDegree) & ((1ul << AngleBits) - 1);

    public static long Dec(double dec) => (long)Math.Round(dec * AnglesPerDegree);

    public static double Degrees(long angle) => angle * DegreesPerAngle;

    public static double Ra(uint high, byte low) => Degrees((long)high << 8 | low);

    public static double Dec(int high, byte low) => Degrees((long)high << 8 | low);

    public static int Pm(float pm) => float.IsNaN(pm) ? NoPm : (int)Math.Round(pm / PmStep);

    public static float Pm(int stored) => stored == NoPm ? float.NaN : (float)(stored * PmStep);

    public static void WriteMag(Span<byte> to, float mag)
    {
        var stored = float.IsNaN(mag) ? NoMag : (int)Math.Round((mag - MinMag) / MagStep);
        (to[2], to[1], to[0]) = ((byte)(stored >> 16), (byte)(stored >> 8), (byte)stored);
    }

    public static float ReadMag(ReadOnlySpan<byte> from)
    {
        var stored = from[2] << 16 | from[1] << 8 | from[0];
        return stored == NoMag ? float.NaN : (float)(MinMag + stored * MagStep);
    }

    /// <summary>Magnitudes as they are stored, for telling which is brighter; <see cref="NoMag"/> where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReadStoredMags(ReadOnlySpan<byte> from, Span<int> stored)
    {
        for (var i = 0; i < stored.Length - 1; i++)
            stored[i] = BinaryPrimitives.ReadInt32LittleEndian(from.Slice(3 * i, 4)) & NoMag;
        if (stored.Length > 0)
            stored[^1] = from[^1] << 16 | from[^2] << 8 | from[^3];
    }

    /// <summary>An error above zero stays above zero.</summary>
    public static void WriteMagErr(Span<byte> to, float err) => BinaryPrimitives.WriteUInt16LittleEndian(to,
        float.IsNaN(err) ? (ushort)NoMagErr : (ushort)Math.Max(Math.Round(err / MagErrStep), err > 0 ? 1 : 0));

    public static float ReadMagErr(ReadOnlySpan<byte> from) =>
        BinaryPrimitives.ReadUInt16LittleEndian(from) is var stored
            && stored == NoMagErr ? float.NaN : (float)(stored * MagErrStep);
}
