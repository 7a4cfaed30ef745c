namespace Vigil.Sky.Photometry;

/// <summary>ST magnitudes, of a flux density by wavelength: <c>mag = -2.5 log10(f) - 21.1</c> with f in erg/s/cm²/Å.</summary>
/// <remarks>
/// J. Koornneef et al. 1986, Highlights of Astronomy 7, 833: where the spectrum is flat in f they are equal in all bands, as AB
/// magnitudes are where it is flat by frequency. Between the two stands only the pivot wavelength of the band.
/// </remarks>
public static class StMagnitude
{
    /// <summary>The ST magnitude of 1 erg/s/cm²/Å.</summary>
    public const double ZeroPoint = -21.1;

    /// <summary>The magnitude of a flux density in erg/s/cm²/Å; NaN unless it is positive.</summary>
    public static double FromFluxDensity(double perAngstrom) =>
        perAngstrom > 0 ? ZeroPoint - 2.5 * Math.Log10(perAngstrom) : double.NaN;

    /// <summary>The flux density of a magnitude, erg/s/cm²/Å.</summary>
    public static double ToFluxDensity(double mag) => Math.Pow(10, 0.4 * (ZeroPoint - mag));

    /// <summary>What to add to an ST magnitude to have it in AB: <c>m_AB = m_ST + offset</c>.</summary>
    /// <param name="pivotWavelength">Å, such as <see cref="Bandpass.PivotWavelength"/>; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The wavelength is not a positive number.</exception>
    public static double ZeroPointOffset(double pivotWavelength) =>
        AbMagnitude.ZeroPoint - ZeroPoint - 2.5 * Math.Log10(FluxDensity.ToMicrojansky(1, pivotWavelength));
}
