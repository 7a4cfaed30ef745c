namespace Vigil.Sky.Fits;

/// <summary>
/// The random numbers that were added before quantising and are taken off again: FITS Standard 4.0, section 10.2 and appendix I.
/// </summary>
struct DitherSequence
{
    public const int Length = 10_000;

    // Park and Miller 1988, CACM 31, 1192: x -> 16807 x mod (2^31 - 1), beginning with 1.
    static readonly double[] Numbers = Make();

    int start;
    int next;

    /// <param name="tile">Counts the tiles from ZDITHER0 - 1 on.</param>
    public DitherSequence(long tile)
    {
        start = (int)(tile % Length);
        next = (int)(Numbers[start] * 500);
    }

    /// <summary>The next number, in (0, 1).</summary>
    public double Next()
    {
        var number = Numbers[next];
        if (++next == Length)
        {
            start = (start + 1) % Length;
            next = (int)(Numbers[start] * 500);
        }
        return number;
    }

    static double[] Make()
    {
        var numbers = new double[Length];
        var seed = 1L;
        for (var i = 0; i < Length; i++)
        {
            seed = 16807 * seed % int.MaxValue;
            numbers[i] = (float)(seed / (double)int.MaxValue); // the standard's table is of 32-bit floats
        }
        return seed == 1043618065 ? numbers // the value that appendix I gives to check by
            : throw new InvalidOperationException("The dither sequence does not end as it must.");
    }
}
