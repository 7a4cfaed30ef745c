namespace Vigil.Sky;

/// <summary>Receives the pixels of a cover, in ascending order.</summary>
interface IPixelSink
{
    /// <param name="order">Of the pixels.</param>
    /// <param name="first">The index of the first of four: a multiple of four.</param>
    /// <param name="mask">Bit k: pixel first + k belongs to the cover. Never zero.</param>
    void Add(int order, long first, uint mask);
}
