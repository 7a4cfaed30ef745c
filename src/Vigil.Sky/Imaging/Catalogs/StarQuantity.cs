namespace Vigil.Sky.Imaging;

/// <summary>What a column of a table says of a star.</summary>
enum StarQuantity
{
    Id,
    Ra,
    Dec,
    PmRa,
    PmDec,
    Epoch,
    /// <summary>Whether it is <see cref="CatalogStarFlaws.Variable"/>, and so on.</summary>
    Variable,
    Blended,
    Extended,
    /// <summary><see cref="CatalogStarFlaws"/> as a number.</summary>
    Flags,
    Mag,
    MagErr,
    /// <summary>Flux over its error, from which the error of the magnitude follows.</summary>
    FluxOverError,
    Flux,
    FluxError,
}
