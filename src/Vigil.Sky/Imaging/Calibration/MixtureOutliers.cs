using System.Runtime.Intrinsics;

namespace Vigil.Sky.Imaging;

/// <summary>The outliers of a mixture: an exponential to both sides of a centre.</summary>
/// <param name="Fraction">Of all, in [0, 1).</param>
/// <param name="Centre">Where their density is highest: the median of all.</param>
readonly record struct MixtureOutliers(double Fraction, double Centre)
{
    /// <summary>Scale of the exponential, 3 mag in the CPCS; the same in arcsec for positions.</summary>
    public const double Scale = 3;

    /// <summary>
    /// exp(-|r| / 3) / 6. The CPCS lets the centre move with the zero point, which puts a cusp at every star's value; at rest,
    /// the likelihood is smooth and the zero point the same within a hundredth of its error.
    /// </summary>
    public double Density(double value) => Density(Vector256.Create(Math.Abs(value - Centre))).ToScalar();

    // Of distances from the centre. Beyond 60 scales nothing changes, and the density stays above zero.
    public static Vector256<double> Density(Vector256<double> distance) =>
        Vector256.Exp(Vector256.Max(distance * (-1 / Scale), Vector256.Create(-60.0))) * (1 / (2 * Scale));
}
