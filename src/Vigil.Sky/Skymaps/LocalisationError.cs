namespace Vigil.Sky.Skymaps;

/// <summary>A systematic error of positions: a core and a tail, each a normal distribution on the sphere.</summary>
/// <param name="Core">Radius that holds 68.3 % of the core: degrees, at least 0.</param>
/// <param name="CoreFraction">The part of events in the core, in [0, 1].</param>
/// <param name="Tail">Radius that holds 68.3 % of the tail: degrees, at least 0.</param>
public sealed record LocalisationError(double Core, double CoreFraction, double Tail)
{
    /// <summary>Fermi GBM: 3.7 degrees, but for a tenth of the bursts 14 degrees.</summary>
    /// <remarks>V. Connaughton et al. 2015, ApJS 216, 32, doi:10.1088/0067-0049/216/2/32.</remarks>
    public static LocalisationError FermiGbm { get; } = new(3.7, 0.9, 14);
}
