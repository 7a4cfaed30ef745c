namespace Vigil.Photometry;

/// <summary>AB magnitudes of fluxes in µJy.</summary>
static class Magnitude
{
    /// <summary>AB magnitude of 1 µJy, as photometry is written: 23.9 (exactly, 8.90 + 15).</summary>
    public const double ZeroPoint = 23.9;

    /// <summary>AB magnitude of a flux; NaN unless it is above zero.</summary>
    public static double FromFlux(double flux) => flux > 0 ? -2.5 * Math.Log10(flux) + ZeroPoint : double.NaN;

    /// <summary>Flux in µJy of a magnitude over a zero point.</summary>
    public static double ToFlux(double mag, double zeroPoint = ZeroPoint) => Math.Pow(10, -0.4 * (mag - zeroPoint));

    /// <summary>1σ error of the magnitude of a flux, linear in the relative error; NaN unless the flux is above zero.</summary>
    public static double Error(double flux, double fluxErr) => flux > 0 ? 2.5 / Math.Log(10) * fluxErr / flux : double.NaN;

    /// <summary>1σ error of a flux from that of its magnitude.</summary>
    public static double FluxError(double flux, double magErr) => magErr * flux * Math.Log(10) / 2.5;
}
