namespace Vigil.Sky.Photometry;

/// <summary>A bandpass.</summary>
public sealed class Band
{
    internal Band(string name, double wavelength, IReadOnlyDictionary<string, double> zeroPoints) =>
        (Name, Wavelength, Colour, ZeroPoints) = (name, wavelength, BandColour.At(wavelength), zeroPoints);

    /// <summary>Lower case, as in sncosmo: <c>ztfg</c>, <c>gaia::g</c>.</summary>
    public string Name { get; }

    /// <summary>Effective wavelength, Angstrom.</summary>
    public double Wavelength { get; }

    /// <summary>Whether its measurements are radio fluxes, which nobody gives as magnitudes: longer than 1 mm.</summary>
    public bool IsRadio => Wavelength > 1e7;

    /// <summary>
    /// Colour for plots, <c>#rrggbb</c>: roughly what the eye would say, and bands of like wavelength look alike.
    /// </summary>
    public string Colour { get; }

    /// <summary>Its transmission curve; null where no openly licensed one is known to us.</summary>
    public Bandpass? Transmission => Bands.Transmission(Name);

    /// <summary>By magnitude system: the AB magnitude of an object of magnitude zero in it.</summary>
    internal IReadOnlyDictionary<string, double> ZeroPoints { get; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
