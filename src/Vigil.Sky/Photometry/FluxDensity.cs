namespace Vigil.Sky.Photometry;

/// <summary>Flux densities by wavelength, as spectra have them, and by frequency, as AB magnitudes have them.</summary>
public static class FluxDensity
{
    /// <summary>Speed of light in Å/s, exact.</summary>
    internal const double LightSpeed = 2.99792458e18;

    /// <summary>µJy in an erg/s/cm²/Hz.</summary>
    internal const double Microjansky = 1e29;

    /// <summary>f_ν = f_λ λ² / c.</summary>
    /// <param name="perAngstrom">erg/s/cm²/Å.</param>
    /// <param name="wavelength">Å, positive; of a band, its pivot wavelength.</param>
    /// <returns>µJy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The wavelength is not a positive number.</exception>
    public static double ToMicrojansky(double perAngstrom, double wavelength) =>
        perAngstrom * (Checked(wavelength) * wavelength / LightSpeed * Microjansky);

    /// <summary>f_λ = f_ν c / λ².</summary>
    /// <param name="flux">µJy.</param>
    /// <param name="wavelength">Å, positive; of a band, its pivot wavelength.</param>
    /// <returns>erg/s/cm²/Å.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The wavelength is not a positive number.</exception>
    public static double ToPerAngstrom(double flux, double wavelength) =>
        flux / (Checked(wavelength) * wavelength / LightSpeed * Microjansky);

    static double Checked(double wavelength) => wavelength > 0 && double.IsFinite(wavelength) ? wavelength
        : throw new ArgumentOutOfRangeException(nameof(wavelength), wavelength,
            "A wavelength must be a positive number of Angstrom.");
}
