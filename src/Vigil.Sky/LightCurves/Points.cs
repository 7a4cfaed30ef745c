namespace Vigil.Sky.LightCurves;

/// <summary>What every function of a light curve asks of its points.</summary>
static class Points
{
    /// <exception cref="ArgumentException">Lengths differ, a number is not finite, or an error is not positive.</exception>
    public static void Check(ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err)
    {
        if (mjd.Length != value.Length || mjd.Length != err.Length)
            throw new ArgumentException(
                $"mjd, value and err must have one length, got {mjd.Length}, {value.Length} and {err.Length}.");
        for (var i = 0; i < mjd.Length; i++)
            if (!double.IsFinite(mjd[i]) || !double.IsFinite(value[i]) || !(err[i] > 0 && double.IsFinite(err[i])))
                throw new ArgumentException($"Point {i} has mjd = {mjd[i]}, value = {value[i]}, err = {err[i]}: "
                    + "all must be finite and err positive. Leave out points without a measurement.");
    }
}
