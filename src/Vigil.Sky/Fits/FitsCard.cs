namespace Vigil.Sky.Fits;

/// <summary>One record of a header: a keyword with its value, or a line of commentary.</summary>
/// <param name="Keyword">
/// In upper case, at most 8 characters; longer and with spaces when the card follows the HIERARCH convention, whose first
/// word is left out. Empty for a blank card.
/// </param>
/// <param name="Value">
/// The text of the value; without quotes, trailing spaces and continuation marks when it is a string. Null when the card
/// has no value: commentary, or a keyword whose value is undefined.
/// </param>
/// <param name="IsString">Whether the value stood in quotes.</param>
/// <param name="Comment">The comment after the slash, or the whole text of commentary.</param>
public sealed record FitsCard(string Keyword, string? Value, bool IsString, string Comment)
{
    /// <summary>Whether this is a line of text (COMMENT, HISTORY, blank), which may occur any number of times.</summary>
    public bool IsCommentary => Keyword is "COMMENT" or "HISTORY" or "" or "CONTINUE";
}
