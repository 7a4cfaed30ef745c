namespace Vigil.Sky;

/// <summary>A text or file that should describe a part of the sky does not; the message says where and why.</summary>
public sealed class MocFormatException : FormatException
{
    /// <summary>With a sentence that says where and why.</summary>
    public MocFormatException(string message)
        : base(message)
    {
    }

    /// <summary>The same, with what was thrown before.</summary>
    public MocFormatException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
