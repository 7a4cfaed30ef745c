namespace Vigil;

/// <summary>Vigil cannot start or go on; the message tells the operator what is wrong and what to do, in one line.</summary>
sealed class StartupError : Exception
{
    public StartupError(string message) : base(message)
    {
    }

    public StartupError(string message, Exception cause) : base(message, cause)
    {
    }
}
