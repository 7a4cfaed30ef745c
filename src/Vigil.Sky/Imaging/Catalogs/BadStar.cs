namespace Vigil.Sky.Imaging;

/// <summary>A row of a table that cannot be used.</summary>
/// <param name="Row">Its place in the piece, from 0.</param>
/// <param name="Line">Its line in the piece, from 0; of tables without lines the same as the row.</param>
/// <param name="Problem">The column, what it says, and why that cannot be.</param>
readonly record struct BadStar(int Row, int Line, string Problem);
