namespace Vigil.Sky.Imaging;

/// <summary>How the zero point is found among stars some of which are wrong.</summary>
public enum ZeroPointMethod
{
    /// <summary>
    /// The most likely zero point of a mixture: stars that scatter about it, and outliers (D. W. Hogg, J. Bovy and D. Lang 2010,
    /// arXiv:1008.4686, section 3). Each star counts as far as it is likely to belong to the first.
    /// </summary>
    Mixture,

    /// <summary>
    /// The observers' custom: the nearest reference star to each star, 3 sigma clipping about the median until nothing changes,
    /// the mean weighted by 1 / (err² + 0.01²). Its scatter is the standard deviation of what is left, errors of measurement
    /// included.
    /// </summary>
    Clipped,
}
