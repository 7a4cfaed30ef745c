namespace Vigil.Sky.Photometry;

/// <summary>Ascending wavelengths, of a spectrum or a bandpass.</summary>
static class WavelengthGrid
{
    /// <exception cref="ArgumentException">There are fewer than two, or they are not positive, finite and ascending.</exception>
    public static void Check(ReadOnlySpan<double> wavelength)
    {
        if (wavelength.Length < 2)
            throw new ArgumentException($"At least two wavelengths are needed, got {wavelength.Length}.", nameof(wavelength));
        for (var i = 0; i < wavelength.Length; i++)
            if (!(wavelength[i] > (i == 0 ? 0 : wavelength[i - 1]) && double.IsFinite(wavelength[i])))
                throw new ArgumentException(
                    $"wavelength[{i}] = {wavelength[i]}: wavelengths must be positive numbers of Angstrom in ascending order.",
                    nameof(wavelength));
    }

    /// <summary>How many of the wavelengths are smaller than one.</summary>
    public static int Place(ReadOnlySpan<double> wavelength, double one)
    {
        var index = wavelength.BinarySearch(one);
        return index < 0 ? ~index : index;
    }
}
