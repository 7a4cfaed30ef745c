using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vigil.Sky;

/// <summary>The ASCII and JSON serialisations of coverages: MOC 2.0, sections 4.3.2 and 4.3.3.</summary>
public static class MocText
{
    /// <summary>The most pixels and ranges of pixels that a text may hold.</summary>
    public const int MaxCells = 10_000_000;

    /// <summary>A coverage as in <c>1/1-2 4 2/12-14 18 21 23 25 8/</c>: pixels and ranges of them behind each order.</summary>
    public static string ToAscii(Moc moc)
    {
        var text = new StringBuilder();
        foreach (var (order, cells) in ByOrder(moc))
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{order}/");
            for (var i = 0; i < cells.Count; i++)
            {
                var from = i;
                while (i + 1 < cells.Count && cells[i + 1] == cells[i] + 1)
                    i++;
                text.Append(from == 0 ? "" : " ").Append(cells[from]);
                if (i > from)
                    text.Append('-').Append(cells[i]);
            }
        }
        return text.ToString();
    }

    /// <summary>A coverage as in <c>{"1":[1,2,4],"2":[12,13],"8":[]}</c>: the pixels by order.</summary>
    public static string ToJson(Moc moc)
    {
        var text = new StringBuilder("{");
        foreach (var (order, cells) in ByOrder(moc))
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 1 ? "," : "")}\"{order}\":[").AppendJoin(',', cells)
                .Append(']');
        return text.Append('}').ToString();
    }

    /// <summary>Reads the ASCII serialisation.</summary>
    /// <param name="text">
    /// Separated by white space or commas; an <c>s</c> may stand before an order. The pixels may overlap and come in any
    /// sequence.
    /// </param>
    /// <returns>The coverage at the finest order named.</returns>
    /// <exception cref="MocFormatException">The text is no coverage of space, or has more than ten million pixels.</exception>
    public static Moc FromAscii(ReadOnlySpan<char> text)
    {
        var (ranges, order, finest, cells) = (new List<IpixRange>(), -1, -1, 0);
        for (var at = 0; at < text.Length;)
        {
            var letter = text[at];
            if (char.IsWhiteSpace(letter) || letter == ',')
            {
                at++;
                continue;
            }
            if (letter == 't')
                throw new MocFormatException($"At {at}: the coverage is one of time ('t'); only space can be read.");
            if (letter == 's' && order < 0)
            {
                at++;
                continue;
            }
            var number = Number(text, ref at);
            if (at < text.Length && text[at] == '/')
            {
                if (number > Healpix.MaxOrder)
                    throw new MocFormatException($"At {at}: an order must be in [0, 29], got {number}.");
                (order, at) = ((int)number, at + 1);
                finest = Math.Max(finest, order);
                continue;
            }
            if (order < 0)
                throw new MocFormatException($"At {at}: an order and '/' must come before the first pixel.");
            var last = number;
            if (at < text.Length && text[at] == '-')
            {
                at++;
                last = Number(text, ref at);
            }
            Add(ranges, order, number, last, $"At {at}", ref cells);
        }
        return finest < 0
            ? throw new MocFormatException("There is no order. The empty coverage is written with one, such as '0/'.")
            : new Moc([.. ranges], finest);
    }

    /// <summary>Reads the JSON serialisation.</summary>
    /// <returns>The coverage at the finest order named.</returns>
    /// <exception cref="MocFormatException">The text is no coverage of space, or has more than ten million pixels.</exception>
    public static Moc FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new MocFormatException(
                    $"A coverage in JSON is an object such as {{\"3\":[1,2]}}, got: {document.RootElement.ValueKind}.");
            var (ranges, finest, cells) = (new List<IpixRange>(), -1, 0);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var order)
                    || order > Healpix.MaxOrder)
                    throw new MocFormatException($"A name in a coverage is an order in [0, 29], got '{Shown(member.Name)}'.");
                if (member.Value.ValueKind != JsonValueKind.Array)
                    throw new MocFormatException($"Order {order} has no list of pixels.");
                finest = Math.Max(finest, order);
                foreach (var cell in member.Value.EnumerateArray())
                {
                    if (cell.ValueKind != JsonValueKind.Number || !cell.TryGetInt64(out var ipix))
                        throw new MocFormatException(
                            $"Order {order}: a pixel is a whole number, got {Shown(cell.GetRawText())}.");
                    Add(ranges, order, ipix, ipix, $"Order {order}", ref cells);
                }
            }
            return finest < 0
                ? throw new MocFormatException("There is no order. The empty coverage is written with one, such as {\"0\":[]}.")
                : new Moc([.. ranges], finest);
        }
        catch (JsonException e)
        {
            throw new MocFormatException($"The coverage is not JSON: {e.Message}", e);
        }
    }

    // The orders that have pixels, and last the coverage's own.
    static SortedDictionary<int, List<long>> ByOrder(Moc moc)
    {
        var byOrder = new SortedDictionary<int, List<long>> { [moc.Order] = [] };
        foreach (var (order, ipix) in moc.Cells())
        {
            if (!byOrder.TryGetValue(order, out var cells))
                byOrder[order] = cells = [];
            cells.Add(ipix);
        }
        return byOrder;
    }

    static void Add(List<IpixRange> ranges, int order, long first, long last, string where, ref int cells)
    {
        if (first < 0 || first > last || last >= Healpix.PixelCount(order))
            throw new MocFormatException(
                $"{where}: pixels of order {order} are in [0, {Healpix.PixelCount(order)}) and ascend, got {first} to {last}.");
        if (++cells > MaxCells)
            throw new MocFormatException(
                $"The coverage has more than {MaxCells} pixels and ranges. Write it at a coarser order.");
        ranges.Add(new IpixRange(Healpix.Range(order, first).First, Healpix.Range(order, last).End));
    }

    static long Number(ReadOnlySpan<char> text, ref int at)
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return long.TryParse(text[from..at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new MocFormatException($"At {from}: a whole number must come here, got '{Shown(text[from..].ToString())}'.");
    }

    static string Shown(string text) => text.Length <= 20 ? text : text[..20] + "...";
}
