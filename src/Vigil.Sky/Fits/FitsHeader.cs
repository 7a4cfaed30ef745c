using System.Collections;
using System.Globalization;

namespace Vigil.Sky.Fits;

/// <summary>The cards of one HDU, in the order of the file, and the values of its keywords.</summary>
/// <remarks>
/// FITS Standard 4.0 (2018), section 4. Values are parsed when they are asked for, so a malformed card does no harm to who
/// does not need it. Of a keyword that occurs more than once the first card counts; <see cref="Repeated"/> names them.
/// </remarks>
public sealed class FitsHeader : IReadOnlyList<FitsCard>
{
    readonly List<FitsCard> cards = [];
    readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> repeated = [];

    /// <summary>An empty header, to be filled for a <see cref="FitsWriter"/>.</summary>
    public FitsHeader()
    {
    }

    internal FitsHeader(int hdu) => Hdu = hdu;

    /// <summary>Number of the HDU in its file, which messages name; -1 for a header made by hand.</summary>
    public int Hdu { get; } = -1;

    /// <summary>How many cards there are, END and the cards of continued strings not counted.</summary>
    public int Count => cards.Count;

    /// <summary>The card at a place, from 0.</summary>
    public FitsCard this[int index] => cards[index];

    /// <summary>Keywords that occur more than once with different values.</summary>
    public IReadOnlyList<string> Repeated => repeated;

    /// <summary>The first card of a keyword, whatever the case of its letters; null when there is none.</summary>
    /// <param name="keyword">A keyword of the HIERARCH convention is given without that word.</param>
    public FitsCard? Find(string keyword) => places.TryGetValue(keyword, out var place) ? cards[place] : null;

    /// <summary>Whether a keyword is there with a value.</summary>
    public bool Contains(string keyword) => Find(keyword) is { Value: not null };

    /// <summary>All lines of a commentary keyword, such as HISTORY.</summary>
    public IEnumerable<string> Commentary(string keyword) =>
        cards.Where(card => card.IsCommentary && card.Keyword == keyword).Select(card => card.Comment);

    /// <summary>A string value without its trailing spaces, or <paramref name="missing"/> where there is no value.</summary>
    /// <exception cref="FitsException">The value is not a string.</exception>
    public string? GetString(string keyword, string? missing) =>
        Find(keyword) is not { Value: { } text } card ? missing
            : card.IsString ? text
            : throw Refused(keyword, $"the value {text} should be a string in quotes.");

    /// <summary>A string value that must be there.</summary>
    /// <exception cref="FitsException">It is missing or no string.</exception>
    public string GetString(string keyword) => GetString(keyword, null) ?? throw Missing(keyword);

    /// <summary>A whole number, or <paramref name="missing"/> where there is no value.</summary>
    /// <exception cref="FitsException">The value is no whole number of 64 bits.</exception>
    public long GetInt64(string keyword, long missing) => TryInt64(keyword) ?? missing;

    /// <summary>A whole number that must be there.</summary>
    /// <exception cref="FitsException">It is missing or no whole number of 64 bits.</exception>
    public long GetInt64(string keyword) => TryInt64(keyword) ?? throw Missing(keyword);

    /// <summary>A number, or <paramref name="missing"/> where there is no value.</summary>
    /// <exception cref="FitsException">The value is no finite number.</exception>
    public double GetDouble(string keyword, double missing) => TryDouble(keyword) ?? missing;

    /// <summary>A number that must be there.</summary>
    /// <exception cref="FitsException">It is missing or no finite number.</exception>
    public double GetDouble(string keyword) => TryDouble(keyword) ?? throw Missing(keyword);

    /// <summary>A logical value, or <paramref name="missing"/> where there is no value.</summary>
    /// <exception cref="FitsException">The value is neither T nor F.</exception>
    public bool GetBoolean(string keyword, bool missing) => Find(keyword) switch
    {
        { Value: "T", IsString: false } => true,
        { Value: "F", IsString: false } => false,
        { Value: { } text } => throw Refused(keyword, $"the value {text} should be T or F, without quotes."),
        _ => missing,
    };

    /// <summary>Sets a keyword to a string; strings longer than a card are continued on the next.</summary>
    /// <exception cref="ArgumentException">The keyword or the text holds characters that FITS does not allow.</exception>
    public void Set(string keyword, string value, string comment = "")
    {
        FitsCards.CheckText(value);
        Set(new FitsCard(FitsCards.CheckedKeyword(keyword), value.TrimEnd(' '), true, FitsCards.CheckText(comment)));
    }

    /// <summary>Sets a keyword to a whole number.</summary>
    /// <exception cref="ArgumentException">The keyword is none that FITS allows.</exception>
    public void Set(string keyword, long value, string comment = "") =>
        SetBare(keyword, value.ToString(CultureInfo.InvariantCulture), comment);

    /// <summary>Sets a keyword to a number, with as many digits as give back the same double.</summary>
    /// <exception cref="ArgumentException">
    /// The number is NaN or infinite, which a header cannot hold, or the keyword is wrong.
    /// </exception>
    public void Set(string keyword, double value, string comment = "")
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value,
                $"{keyword} must be a finite number: a FITS header has no other. Leave the keyword out.");
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        SetBare(keyword, text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0", comment);
    }

    /// <summary>Sets a keyword to true or false.</summary>
    /// <exception cref="ArgumentException">The keyword is none that FITS allows.</exception>
    public void Set(string keyword, bool value, string comment = "") => SetBare(keyword, value ? "T" : "F", comment);

    /// <summary>Adds lines of commentary under COMMENT or HISTORY; long text is cut into cards.</summary>
    /// <exception cref="ArgumentException">Another keyword, or characters that FITS does not allow.</exception>
    public void AddCommentary(string keyword, string text)
    {
        if (keyword is not ("COMMENT" or "HISTORY"))
            throw new ArgumentException($"Commentary stands under COMMENT or HISTORY, not {keyword}.", nameof(keyword));
        FitsCards.CheckText(text);
        for (var start = 0; start == 0 || start < text.Length; start += FitsCards.CommentaryWidth)
            Add(new FitsCard(keyword, null, false,
                text.Substring(start, Math.Min(FitsCards.CommentaryWidth, text.Length - start))));
    }

    /// <inheritdoc/>
    public IEnumerator<FitsCard> GetEnumerator() => cards.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Appends a card as it stands in a file.</summary>
    internal void Add(FitsCard card)
    {
        if (!card.IsCommentary && !places.TryAdd(card.Keyword, cards.Count) &&
            cards[places[card.Keyword]] is var first && (first.Value, first.IsString) != (card.Value, card.IsString) &&
            !repeated.Contains(card.Keyword))
            repeated.Add(card.Keyword);
        cards.Add(card);
    }

    /// <summary>A value of the file's structure, where two different values cannot be reconciled.</summary>
    internal long Mandatory(string keyword) => repeated.Contains(keyword, StringComparer.OrdinalIgnoreCase)
        ? throw Refused(keyword, "it occurs twice with different values, so the data's size is unknown. Remove the wrong card.")
        : GetInt64(keyword);

    /// <summary>A mandatory value that must lie in a range.</summary>
    internal long Mandatory(string keyword, long least, long most) =>
        Mandatory(keyword) is var value && value >= least && value <= most
        ? value
        : throw Refused(keyword, $"{value} is outside [{least}, {most}]. The header is corrupt.");

    internal FitsException Refused(string keyword, string problem, Exception? inner = null) =>
        new(problem, Hdu, keyword, inner: inner);

    FitsException Missing(string keyword) =>
        Refused(keyword, "it is missing, or has no value, and is needed here. Add it to the header.");

    long? TryInt64(string keyword) => Find(keyword) switch
    {
        { Value: { } text, IsString: false } when
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        { Value: { } text } => throw Refused(keyword, $"the value {text} should be a whole number of 64 bits."),
        _ => null,
    };

    double? TryDouble(string keyword) => Find(keyword) switch
    {
        { Value: { } text, IsString: false } when FitsCards.TryNumber(text, out var number) => number,
        { Value: { } text } => throw Refused(keyword, $"the value {text} should be a finite number."),
        _ => null,
    };

    void SetBare(string keyword, string value, string comment) =>
        Set(new FitsCard(FitsCards.CheckedKeyword(keyword), value, false, FitsCards.CheckText(comment)));

    void Set(FitsCard card)
    {
        if (places.TryGetValue(card.Keyword, out var place))
            cards[place] = card;
        else
            Add(card);
    }
}
