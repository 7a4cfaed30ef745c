namespace Vigil.Sky;

/// <summary>A text or file that should describe a part of the sky does not; the message says where and why.</summary>
public sealed class MocFormatException : FormatException
{
    public MocFormatException(string message)
        : base(message)
    {
    }

    public MocFormatException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
