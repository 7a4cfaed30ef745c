namespace Vigil.Sky.Imaging;

/// <summary>Consecutive pixels of a row above the threshold; pixels are counted from 0.</summary>
/// <param name="Y">Their row.</param>
/// <param name="Start">The first of them.</param>
/// <param name="End">One beyond the last.</param>
/// <param name="Values">Where their filtered values are in the segmentation's list.</param>
readonly record struct Run(int Y, int Start, int End, int Values)
{
    public int Length => End - Start;
}
