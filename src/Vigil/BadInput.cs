namespace Vigil;

/// <summary>A user's mistake. The message is written for that user: what was wrong, what was given, what to do.</summary>
/// <param name="field">The name of the offending field or parameter, where there is one.</param>
class BadInput(string message, string? field = null) : Exception(message)
{
    public string? Field { get; } = field;
}

/// <summary>The row is not there, or not for this viewer: to a stranger the two read the same.</summary>
sealed class NotFound(string message) : BadInput(message);

/// <summary>The viewer may see the row, or use the endpoint, but not do this.</summary>
sealed class Forbidden(string message) : BadInput(message);

/// <summary>Something of that name or identity is already there.</summary>
sealed class AlreadyThere(string message, string? field = null) : BadInput(message, field);
