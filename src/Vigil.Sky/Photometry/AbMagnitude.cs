using System.Runtime.Intrinsics;

namespace Vigil.Sky.Photometry;

/// <summary>AB magnitudes and fluxes in µJy: <c>mag = 23.9 - 2.5 log10(flux)</c>.</summary>
/// <remarks>
/// J. B. Oke and J. E. Gunn 1983, ApJ 266, 713: an object of magnitude zero has 3631 Jy, which 23.9 rounds to 3630.8 Jy, as
/// SkyPortal and most surveys do. NaN in gives NaN out. The forms for N values allocate nothing, may write over their input,
/// and agree with those for one value to 5e-16 of a flux and 8e-15 mag. With AVX2 they take 2 to 3 ns a value with its error,
/// about
/// twice what reading and writing the numbers takes: powers and logarithms are bound by arithmetic. Values without a magnitude
/// slow their neighbours down by half.
/// </remarks>
public static class AbMagnitude
{
    /// <summary>The AB magnitude of 1 µJy.</summary>
    public const double ZeroPoint = 23.9;

    /// <summary>Magnitudes per natural logarithm, 2.5 / ln 10.</summary>
    const double Pogson = 1.0857362047581296;

    /// <summary>The magnitude of a flux in µJy; NaN unless the flux is positive.</summary>
    public static double FromFlux(double flux) => flux > 0 ? ZeroPoint - 2.5 * Math.Log10(flux) : double.NaN;

    /// <summary>
    /// The 1σ error of the magnitude, to first order: 2.5 / ln 10 * fluxErr / flux; NaN unless flux is positive.
    /// </summary>
    public static double ErrFromFlux(double flux, double fluxErr) => flux > 0 ? Pogson * (fluxErr / flux) : double.NaN;

    /// <summary>The flux of a magnitude, µJy.</summary>
    public static double ToFlux(double mag) => Math.Pow(10, 0.4 * (ZeroPoint - mag));

    /// <summary>The 1σ error of the flux, µJy, of a magnitude and its error, to first order.</summary>
    public static double ToFluxErr(double mag, double magErr) => ToFlux(mag) * (magErr / Pogson);

    /// <summary>The magnitude that would be <paramref name="nsigma"/> times the error of the flux, in µJy.</summary>
    public static double LimitingMag(double fluxErr, double nsigma = 5) => FromFlux(nsigma * fluxErr);

    /// <summary>The 1σ error of the flux, µJy, that a limit of <paramref name="nsigma"/> stands for.</summary>
    public static double FluxErrOfLimit(double limitingMag, double nsigma = 5) => ToFlux(limitingMag) / nsigma;

    /// <summary>
    /// Signal to noise, flux over its error; NaN for no measurement. Above 3 a flux is called a detection
    /// (<see cref="LightCurves.LightCurveStatistics.DetectionSigma"/>), and has a magnitude; otherwise there is a limit.
    /// </summary>
    public static double SignalToNoise(double flux, double fluxErr) => flux / fluxErr;

    /// <summary>N magnitudes from N fluxes; NaN where a flux is not positive.</summary>
    /// <param name="flux">µJy, shape (N).</param>
    /// <param name="mag">Receives AB magnitudes, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void FromFlux(ReadOnlySpan<double> flux, Span<double> mag)
    {
        RequireOneLength(flux.Length, mag.Length);
        var from = VectorMath.Fours(flux);
        var to = VectorMath.Fours(mag);
        for (var i = 0; i < from.Length; i++)
            to[i] = FromFlux(from[i]);
        var rest = 4 * from.Length;
        if (rest < flux.Length)
            VectorMath.StoreRest(FromFlux(VectorMath.LoadRest(flux[rest..])), mag[rest..]);
    }

    /// <summary>N magnitudes and errors from N fluxes and errors; NaN where a flux is not positive.</summary>
    /// <param name="flux">µJy, shape (N).</param>
    /// <param name="fluxErr">µJy, shape (N).</param>
    /// <param name="mag">Receives AB magnitudes, shape (N).</param>
    /// <param name="magErr">Receives their errors, shape (N).</param>
    /// <exception cref="ArgumentException">The four spans differ in length.</exception>
    public static void FromFlux(
        ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr, Span<double> mag, Span<double> magErr)
    {
        RequireOneLength(flux.Length, fluxErr.Length, mag.Length, magErr.Length);
        var from = VectorMath.Fours(flux);
        var fromErr = VectorMath.Fours(fluxErr);
        var to = VectorMath.Fours(mag);
        var toErr = VectorMath.Fours(magErr);
        for (var i = 0; i < from.Length; i++)
            (to[i], toErr[i]) = FromFlux(from[i], fromErr[i]);
        var rest = 4 * from.Length;
        if (rest == flux.Length)
            return;
        var (last, lastErr) = FromFlux(VectorMath.LoadRest(flux[rest..]), VectorMath.LoadRest(fluxErr[rest..]));
        VectorMath.StoreRest(last, mag[rest..]);
        VectorMath.StoreRest(lastErr, magErr[rest..]);
    }

    /// <summary>N fluxes from N magnitudes.</summary>
    /// <param name="mag">AB magnitudes, shape (N).</param>
    /// <param name="flux">Receives µJy, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void ToFlux(ReadOnlySpan<double> mag, Span<double> flux)
    {
        RequireOneLength(mag.Length, flux.Length);
        var from = VectorMath.Fours(mag);
        var to = VectorMath.Fours(flux);
        for (var i = 0; i < from.Length; i++)
            to[i] = ToFlux(from[i]);
        var rest = 4 * from.Length;
        if (rest < mag.Length)
            VectorMath.StoreRest(ToFlux(VectorMath.LoadRest(mag[rest..])), flux[rest..]);
    }

    /// <summary>N fluxes and errors from N magnitudes and errors.</summary>
    /// <param name="mag">AB magnitudes, shape (N).</param>
    /// <param name="magErr">Their errors, shape (N).</param>
    /// <param name="flux">Receives µJy, shape (N).</param>
    /// <param name="fluxErr">Receives µJy, shape (N).</param>
    /// <exception cref="ArgumentException">The four spans differ in length.</exception>
    public static void ToFlux(
        ReadOnlySpan<double> mag, ReadOnlySpan<double> magErr, Span<double> flux, Span<double> fluxErr)
    {
        RequireOneLength(mag.Length, magErr.Length, flux.Length, fluxErr.Length);
        var from = VectorMath.Fours(mag);
        var fromErr = VectorMath.Fours(magErr);
        var to = VectorMath.Fours(flux);
        var toErr = VectorMath.Fours(fluxErr);
        for (var i = 0; i < from.Length; i++)
        {
            var value = ToFlux(from[i]);
            (to[i], toErr[i]) = (value, value * fromErr[i] * (1 / Pogson));
        }
        var rest = 4 * from.Length;
        if (rest == mag.Length)
            return;
        var last = ToFlux(VectorMath.LoadRest(mag[rest..]));
        var lastErr = last * VectorMath.LoadRest(magErr[rest..]) * (1 / Pogson);
        VectorMath.StoreRest(last, flux[rest..]);
        VectorMath.StoreRest(lastErr, fluxErr[rest..]);
    }

    static Vector256<double> FromFlux(Vector256<double> flux) => Vector256.ConditionalSelect(
        Vector256.GreaterThan(flux, Vector256<double>.Zero),
        FromLog(VectorMath.Log10(flux)), Vector256.Create(double.NaN));

    static Vector256<double> FromLog(Vector256<double> log) =>
        Vector256.MultiplyAddEstimate(log, Vector256.Create(-2.5), Vector256.Create(ZeroPoint));

    static (Vector256<double> Mag, Vector256<double> MagErr) FromFlux(Vector256<double> flux, Vector256<double> fluxErr)
    {
        if (Vector256.GreaterThanOrEqualAll(flux, Vector256.Create(1e-300))
            && Vector256.LessThanOrEqualAll(flux, Vector256.Create(1e300)))
        {
            var (log, pogsonOverFlux) = VectorMath.Log10AndQuotient(flux, Pogson);
            return (FromLog(log), fluxErr * pogsonOverFlux);
        }
        return (FromFlux(flux), Vector256.ConditionalSelect(
            Vector256.GreaterThan(flux, Vector256<double>.Zero), Pogson * (fluxErr / flux), Vector256.Create(double.NaN)));
    }

    static Vector256<double> ToFlux(Vector256<double> mag) => VectorMath.Exp10(0.4 * (Vector256.Create(ZeroPoint) - mag));

    static void RequireOneLength(int values, int results)
    {
        if (values != results)
            throw new ArgumentException($"Values and results must have one length, got {values} and {results}.");
    }

    static void RequireOneLength(int a, int b, int c, int d)
    {
        if (a != b || a != c || a != d)
            throw new ArgumentException($"Values and errors must have one length, got {a}, {b}, {c} and {d}.");
    }
}
