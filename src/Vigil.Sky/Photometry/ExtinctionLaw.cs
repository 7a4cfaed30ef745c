namespace Vigil.Sky.Photometry;

/// <summary>How interstellar dust dims light of one wavelength relative to another, on average in the Galaxy.</summary>
public enum ExtinctionLaw
{
    /// <summary>
    /// E. L. Fitzpatrick 1999, PASP 111, 63: 910 to 60000 Å. What Schlafly and Finkbeiner's map of dust asks for.
    /// </summary>
    Fitzpatrick1999,

    /// <summary>J. A. Cardelli, G. C. Clayton and J. S. Mathis 1989, ApJ 345, 245: 1000 to 33333 Å.</summary>
    CardelliClaytonMathis1989,

    /// <summary>
    /// J. E. O'Donnell 1994, ApJ 422, 158, from 3030 to 9091 Å, and Cardelli et al. beside it: 1000 to 33333 Å.
    /// </summary>
    ODonnell1994,
}
