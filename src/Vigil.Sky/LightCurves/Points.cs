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

    /// <summary>The median time of the five brightest points.</summary>
    public static double TimeOfBrightest(ReadOnlySpan<double> mjd, ReadOnlySpan<double> flux)
    {
        double[] times = mjd.ToArray(), faintness = flux.ToArray();
        for (var i = 0; i < faintness.Length; i++)
            faintness[i] = -faintness[i];
        Array.Sort(faintness, times);
        return times[..5].Order().ElementAt(2);
    }

    /// <summary>Days since a time: near zero, parameters have more digits.</summary>
    public static double[] Since(ReadOnlySpan<double> mjd, double origin)
    {
        var days = mjd.ToArray();
        for (var i = 0; i < days.Length; i++)
            days[i] -= origin;
        return days;
    }
}
