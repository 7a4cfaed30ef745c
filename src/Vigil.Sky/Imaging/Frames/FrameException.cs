namespace Vigil.Sky.Imaging;

/// <summary>
/// A frame, a catalogue or a table of stars cannot be used. The message is written for the observer: what is wrong, with which
/// file or value, and what to do.
/// </summary>
public sealed class FrameException : Exception
{
    /// <summary>What is wrong, and what to do.</summary>
    public FrameException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
