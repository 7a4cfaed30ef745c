namespace Vigil.Sky.Imaging;

/// <summary>A column of a table of stars that a catalogue wants.</summary>
/// <param name="Quantity">What it says.</param>
/// <param name="Band">Of a magnitude, its error or a flux; otherwise the first.</param>
/// <param name="Index">Its place in the table, from 0.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="Scale">By which its numbers are multiplied to be in our units.</param>
readonly record struct StarColumn(StarQuantity Quantity, CatalogBand Band, int Index, string Name, double Scale);
