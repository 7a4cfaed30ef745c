namespace Vigil.Sky.Photometry;

/// <summary>AB magnitudes and fluxes in µJy: <c>mag = 23.9 - 2.5 log10(flux)</c>.</summary>
/// <remarks>
/// J. B. Oke and J. E. Gunn 1983, ApJ 266, 713: an object of magnitude zero has 3631 Jy, which 23.9 rounds to 3630.8 Jy, as
/// SkyPortal and most surveys do.
/// </remarks>
public static class AbMagnitude
{
    /// <summary>The AB magnitude of 1 µJy.</summary>
    public const double ZeroPoint = 23.9;

    /// <summary>Magnitudes per natural logarithm, 2.5 / ln 10.</summary>
    const double Pogson = 1.0857362047581296;

    /// <summary>The magnitude of a flux in µJy; NaN unless the flux is positive.</summary>
    public static double FromFlux(double flux) => flux > 0 ? ZeroPoint - 2.5 * Math.Log10(flux) : double.NaN;

    /// <summary>The 1σ error of the magnitude, to first order: 2.5 / ln 10 * fluxErr / flux; NaN unless flux is positive.</summary>
    public static double ErrFromFlux(double flux, double fluxErr) => flux > 0 ? Pogson * (fluxErr / flux) : double.NaN;

    /// <summary>The flux of a magnitude, µJy.</summary>
    public static double ToFlux(double mag) => Math.Pow(10, 0.4 * (ZeroPoint - mag));

    /// <summary>The 1σ error of the flux, µJy, of a magnitude and its error, to first order.</summary>
    public static double ToFluxErr(double mag, double magErr) => ToFlux(mag) * (magErr / Pogson);

    /// <summary>The magnitude that would be <paramref name="nsigma"/> times the error of the flux, in µJy.</summary>
    public static double LimitingMag(double fluxErr, double nsigma = 5) => FromFlux(nsigma * fluxErr);

    /// <summary>The 1σ error of the flux, µJy, that a limit of <paramref name="nsigma"/> stands for.</summary>
    public static double FluxErrOfLimit(double limitingMag, double nsigma = 5) => ToFlux(limitingMag) / nsigma;

    /// <summary>N magnitudes and errors from N fluxes and errors; as the scalar forms.</summary>
    /// <param name="flux">µJy, shape (N).</param>
    /// <param name="fluxErr">µJy, shape (N).</param>
    /// <param name="mag">Receives AB magnitudes, shape (N).</param>
    /// <param name="magErr">Receives their errors, shape (N).</param>
    /// <exception cref="ArgumentException">The four spans differ in length.</exception>
    public static void FromFlux(
        ReadOnlySpan<double> flux, ReadOnlySpan<double> fluxErr, Span<double> mag, Span<double> magErr)
    {
        RequireOneLength(flux.Length, fluxErr.Length, mag.Length, magErr.Length);
        for (var i = 0; i < flux.Length; i++)
            (mag[i], magErr[i]) = (FromFlux(flux[i]), ErrFromFlux(flux[i], fluxErr[i]));
    }

    /// <summary>N fluxes and errors from N magnitudes and errors; as the scalar forms.</summary>
    /// <param name="mag">AB magnitudes, shape (N).</param>
    /// <param name="magErr">Their errors, shape (N).</param>
    /// <param name="flux">Receives µJy, shape (N).</param>
    /// <param name="fluxErr">Receives µJy, shape (N).</param>
    /// <exception cref="ArgumentException">The four spans differ in length.</exception>
    public static void ToFlux(
        ReadOnlySpan<double> mag, ReadOnlySpan<double> magErr, Span<double> flux, Span<double> fluxErr)
    {
        RequireOneLength(mag.Length, magErr.Length, flux.Length, fluxErr.Length);
        for (var i = 0; i < mag.Length; i++)
            (flux[i], fluxErr[i]) = (ToFlux(mag[i]), ToFluxErr(mag[i], magErr[i]));
    }

    static void RequireOneLength(int a, int b, int c, int d)
    {
        if (a != b || a != c || a != d)
            throw new ArgumentException($"Values and errors must have one length, got {a}, {b}, {c} and {d}.");
    }
}
