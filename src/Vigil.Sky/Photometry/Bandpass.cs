namespace Vigil.Sky.Photometry;

/// <summary>
/// The share of photons of each wavelength that is counted: linear between samples, zero beyond the first and the last.
/// </summary>
/// <remarks>
/// Only ratios matter, so that curves relative to their peak do as well as throughputs. A curve that is given for energy, as
/// older ones are, must be divided by the wavelength first.
/// </remarks>
public sealed class Bandpass
{
    readonly double[] wavelength, transmission;

    /// <summary>A bandpass from samples.</summary>
    /// <param name="wavelength">Å, positive and ascending, shape (N), N at least 2.</param>
    /// <param name="transmission">Not negative and not all zero, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length, or a value is outside its range.</exception>
    public Bandpass(ReadOnlySpan<double> wavelength, ReadOnlySpan<double> transmission)
    {
        if (wavelength.Length != transmission.Length)
            throw new ArgumentException(
                $"wavelength and transmission must have one length, got {wavelength.Length} and {transmission.Length}.");
        WavelengthGrid.Check(wavelength);
        var largest = 0.0;
        for (var i = 0; i < transmission.Length; i++)
        {
            if (!(transmission[i] >= 0 && double.IsFinite(transmission[i])))
                throw new ArgumentException($"transmission[{i}] = {transmission[i]} must be a number of at least 0.",
                    nameof(transmission));
            largest = Math.Max(largest, transmission[i]);
        }
        if (largest == 0)
            throw new ArgumentException("The transmission is zero everywhere. Check the column that was read.",
                nameof(transmission));
        (this.wavelength, this.transmission) = (wavelength.ToArray(), transmission.ToArray());

        double all = 0, times = 0, over = 0;
        for (var i = 1; i < wavelength.Length; i++)
        {
            var (from, to, low, high) = (wavelength[i - 1], wavelength[i], transmission[i - 1], transmission[i]);
            var (step, slope) = (to - from, (high - low) / (to - from));
            all += step * (low + high) / 2;
            times += step * (from * (2 * low + high) + to * (low + 2 * high)) / 6;
            over += high - low + (low - slope * from) * Math.Log(to / from);
        }
        (EffectiveWavelength, PivotWavelength, IntegralOverWavelength) = (times / all, Math.Sqrt(times / over), over);
    }

    /// <summary>A bandpass that counts all between two wavelengths, in Å.</summary>
    /// <exception cref="ArgumentException">The wavelengths are not positive and ascending.</exception>
    public static Bandpass TopHat(double from, double to) => new([from, to], [1, 1]);

    /// <summary>Of the samples: Å, ascending.</summary>
    public ReadOnlySpan<double> Wavelength => wavelength;

    /// <summary>Of the samples: the share that is counted.</summary>
    public ReadOnlySpan<double> Transmission => transmission;

    /// <summary>
    /// Mean wavelength of the photons of a spectrum with as many photons at each wavelength, ∫ T λ dλ / ∫ T dλ: Å.
    /// </summary>
    public double EffectiveWavelength { get; }

    /// <summary>
    /// √(∫ T λ dλ / ∫ T / λ dλ): where the mean flux densities by wavelength and by frequency belong together: Å.
    /// </summary>
    public double PivotWavelength { get; }

    /// <summary>∫ T / λ dλ.</summary>
    internal double IntegralOverWavelength { get; }

    /// <summary>The transmission at a wavelength in Å.</summary>
    public double At(double angstrom)
    {
        if (!(angstrom >= wavelength[0] && angstrom <= wavelength[^1]))
            return 0;
        var i = Math.Clamp(WavelengthGrid.Place(wavelength, angstrom), 1, wavelength.Length - 1);
        var x = (angstrom - wavelength[i - 1]) / (wavelength[i] - wavelength[i - 1]);
        return transmission[i - 1] * (1 - x) + transmission[i] * x;
    }
}
