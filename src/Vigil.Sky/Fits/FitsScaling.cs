namespace Vigil.Sky.Fits;

/// <summary>How stored numbers become values: value = Zero + Scale * stored, except where stored is Null.</summary>
/// <param name="Scale">BSCALE or TSCALn.</param>
/// <param name="Zero">BZERO or TZEROn.</param>
/// <param name="Null">BLANK or TNULLn: the stored integer that stands for no value.</param>
readonly record struct FitsScaling(double Scale, double Zero, long? Null)
{
    public static FitsScaling None { get; } = new(1, 0, null);

    /// <summary>Whether stored numbers are the values.</summary>
    public bool IsIdentity => Scale == 1 && Zero == 0;

    /// <summary>Whether integers stay integers, as in the convention for unsigned ones (standard, table 11).</summary>
    public bool IsWhole => Scale == 1 && Zero == Math.Floor(Zero) && Math.Abs(Zero) <= 9223372036854775808.0;
}
