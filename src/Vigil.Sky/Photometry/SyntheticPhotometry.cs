namespace Vigil.Sky.Photometry;

/// <summary>What bands would measure of spectra that share their wavelengths.</summary>
/// <remarks>
/// The AB flux in a band is ∫ f T λ dλ / (c ∫ T / λ dλ), as a photon counter has it (M. S. Bessell and S. Murphy 2012, PASP 124,
/// 140, equation A12). It is linear in the samples of the spectrum: the integrals are made once, for weights, and each spectrum
/// costs a product with them. They are exact for a spectrum and a bandpass that are linear between their samples; nothing is
/// resampled. Instances may be shared by threads.
/// </remarks>
public sealed class SyntheticPhotometry
{
    readonly int samples;
    readonly (int First, double[] Weights)[] bands;

    /// <summary>Prepares bands for spectra on some wavelengths.</summary>
    /// <param name="wavelength">Å, positive and ascending, shape (N), N at least 2.</param>
    /// <param name="bandpasses">Shape (B).</param>
    /// <exception cref="ArgumentException">The wavelengths are not positive and ascending.</exception>
    public SyntheticPhotometry(ReadOnlySpan<double> wavelength, params ReadOnlySpan<Bandpass> bandpasses)
    {
        WavelengthGrid.Check(wavelength);
        samples = wavelength.Length;
        bands = new (int, double[])[bandpasses.Length];
        for (var b = 0; b < bands.Length; b++)
            bands[b] = Weights(wavelength, bandpasses[b]);
    }

    /// <summary>Fluxes of M spectra in the bands.</summary>
    /// <param name="spectra">erg/s/cm²/Å, shape (M, N), spectrum after spectrum.</param>
    /// <param name="flux">
    /// Receives µJy, shape (M, B). NaN where the wavelengths do not cover the band, or a sample in the band is NaN.
    /// </param>
    /// <exception cref="ArgumentException">A span has another length than its shape.</exception>
    public void Fluxes(ReadOnlySpan<double> spectra, Span<double> flux)
    {
        if (spectra.Length % samples != 0 || spectra.Length / samples * bands.Length != flux.Length)
            throw new ArgumentException($"spectra must be of {samples} samples each and flux have room for "
                + $"{bands.Length} bands a "
                + $"spectrum, got {spectra.Length} samples and room for {flux.Length}.");
        var at = 0;
        for (; !spectra.IsEmpty; spectra = spectra[samples..])
            foreach (var (first, weights) in bands)
                flux[at++] = weights.Length == 0 ? double.NaN : VectorMath.Dot(spectra.Slice(first, weights.Length), weights);
    }

    /// <summary>AB magnitudes of M spectra in the bands.</summary>
    /// <param name="spectra">erg/s/cm²/Å, shape (M, N), spectrum after spectrum.</param>
    /// <param name="mag">Receives AB magnitudes, shape (M, B); NaN also where the flux is not positive.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape.</exception>
    public void Magnitudes(ReadOnlySpan<double> spectra, Span<double> mag)
    {
        Fluxes(spectra, mag);
        AbMagnitude.FromFlux(mag, mag);
    }

    // None where the band reaches beyond the wavelengths.
    static (int First, double[] Weights) Weights(ReadOnlySpan<double> wavelength, Bandpass band)
    {
        // Samples that are zero at the ends of a curve need no spectrum.
        var (start, end) = (0, band.Wavelength.Length);
        while (band.Transmission[start] == 0 && band.Transmission[start + 1] == 0)
            start++;
        while (band.Transmission[end - 1] == 0 && band.Transmission[end - 2] == 0)
            end--;
        var curve = band.Wavelength[start..end];
        var transmission = band.Transmission[start..end];
        if (curve[0] < wavelength[0] || curve[^1] > wavelength[^1])
            return (0, []);

        var first = Math.Max(WavelengthGrid.Place(wavelength, curve[0]) - 1, 0);
        var weights = new double[WavelengthGrid.Place(wavelength, curve[^1]) + 1 - first];
        var unit = FluxDensity.Microjansky / (FluxDensity.LightSpeed * band.IntegralOverWavelength);
        for (int i = first, j = 0; j < curve.Length - 1;)
        {
            // The next piece on which both are linear; f T λ is a cubic on it, for which Simpson's rule is exact.
            var (from, to) = (Math.Max(wavelength[i], curve[j]), Math.Min(wavelength[i + 1], curve[j + 1]));
            if (to > from)
            {
                var (cell, span) = (wavelength[i + 1] - wavelength[i], curve[j + 1] - curve[j]);
                for (var node = 0; node <= 2; node++)
                {
                    var at = node == 1 ? (from + to) / 2 : node == 0 ? from : to;
                    var t = transmission[j] + (transmission[j + 1] - transmission[j]) * ((at - curve[j]) / span);
                    var weight = (to - from) * (node == 1 ? 4 : 1) / 6 * t * at * unit;
                    var x = (at - wavelength[i]) / cell;
                    weights[i - first] += weight * (1 - x);
                    weights[i + 1 - first] += weight * x;
                }
            }
            if (wavelength[i + 1] <= curve[j + 1] && i + 2 < wavelength.Length)
                i++;
            else
                j++;
        }
        return (first, weights);
    }
}
