namespace Vigil.Sky.Imaging;

/// <summary>A column of a .vcat file; docs/vcat.md gives the meaning of its bytes.</summary>
/// <param name="Kind">What its numbers are.</param>
/// <param name="Band">The band of magnitudes and their errors; otherwise the first.</param>
/// <param name="Width">Bytes of a number.</param>
/// <param name="Offset">Sum of the widths of the columns before it.</param>
readonly record struct VcatColumn(VcatColumnKind Kind, CatalogBand Band, int Width, int Offset);
