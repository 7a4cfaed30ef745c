namespace Vigil.Sky.Skymaps;

/// <summary>
/// What a map says about distance in each tile: the probability density of a distance r in a tile is
/// norm r² exp(-(r - mu)² / (2 sigma²)) / (√(2 π) sigma).
/// </summary>
/// <param name="Mu">DISTMU: Mpc, shape (tiles); infinite where a tile says nothing about distance.</param>
/// <param name="Sigma">DISTSIGMA: Mpc, shape (tiles).</param>
/// <param name="Norm">DISTNORM: Mpc⁻², shape (tiles).</param>
/// <remarks>
/// L. P. Singer et al. 2016, ApJL 829, L15, doi:10.3847/2041-8205/829/1/L15, equation 2. The arrays are not copied here: leave
/// those of a map alone.
/// </remarks>
public sealed record DistanceLayers(double[] Mu, double[] Sigma, double[] Norm);
