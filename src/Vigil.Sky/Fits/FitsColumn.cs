using System.Globalization;

namespace Vigil.Sky.Fits;

/// <summary>What the header says of one column.</summary>
public sealed record FitsColumn
{
    /// <summary>Place among the columns, the first being 0 (TTYPE1).</summary>
    public required int Index { get; init; }

    /// <summary>TTYPEn; empty where it is missing.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The letter of TFORMn. Binary tables: L logical, X bit, B I J K integers of 8 (unsigned), 16, 32 and 64 bits, A text,
    /// E D float and double, C M complex of these, P Q arrays of variable length. ASCII tables: A text, I integer, F E D real.
    /// </summary>
    public required char Type { get; init; }

    /// <summary>How many elements of <see cref="Type"/> a row has; characters for A, 0 or 1 for P and Q.</summary>
    public required int Repeat { get; init; }

    /// <summary>For P and Q, the letter of the arrays' elements; otherwise <see cref="Type"/>.</summary>
    public required char ElementType { get; init; }

    /// <summary>Bytes from the start of a row.</summary>
    public required long Offset { get; init; }

    /// <summary>Bytes in a row.</summary>
    public required long Width { get; init; }

    /// <summary>TUNITn; empty where it is missing.</summary>
    public string Unit { get; init; } = "";

    /// <summary>TSCALn: a value is <see cref="Zero"/> + Scale * what is stored.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>TZEROn.</summary>
    public double Zero { get; init; }

    /// <summary>TNULLn of integers in a binary table: the stored number that stands for no value.</summary>
    public long? Null { get; init; }

    /// <summary>TNULLn of an ASCII table: the text that stands for no value.</summary>
    public string? NullText { get; init; }

    /// <summary>TDIMn, the axis that varies fastest first; empty where it is missing.</summary>
    public IReadOnlyList<int> Dimensions { get; init; } = [];

    /// <summary>How many numbers a row has: <see cref="Repeat"/>, twice that for complex ones, whose parts alternate.</summary>
    public int ValuesPerRow => ElementType is 'C' or 'M' ? 2 * Repeat : Repeat;

    internal FitsScaling Scaling => new(Scale, Zero, Null);

    /// <summary>The letter of plain numbers (B I J K E D) behind a letter; null for text, bits and logicals.</summary>
    internal static char? NumberType(char type) => type switch
    {
        'B' or 'I' or 'J' or 'K' or 'E' or 'D' => type,
        'C' => 'E',
        'M' => 'D',
        _ => null,
    };

    /// <summary>Bytes of so many elements of a type.</summary>
    internal static long Bytes(char type, long count) => type switch
    {
        'X' => (count + 7) / 8,
        'L' or 'B' or 'A' => count,
        'I' => 2 * count,
        'J' or 'E' => 4 * count,
        'M' or 'Q' => 16 * count,
        _ => 8 * count, // K D C P
    };

    /// <summary>Column n (from 1) of a binary table, at an offset in the row.</summary>
    internal static FitsColumn Binary(FitsHeader header, int n, long offset)
    {
        var key = $"TFORM{n}";
        var form = header.GetString(key).Trim();
        var digits = form.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var repeat = 1;
        if (digits < 0 || digits > 0 &&
            !int.TryParse(form.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out repeat))
            throw header.Refused(key, $"'{form}' is no format of a binary column, such as 1D or 16A.");
        var type = char.ToUpperInvariant(form[digits]);
        if (!"LXBIJKAEDCMPQ".Contains(type, StringComparison.Ordinal))
            throw header.Refused(key, $"'{form}' is of the unknown type {type}; known are L X B I J K A E D C M P Q.");
        var element = type;
        if (type is 'P' or 'Q')
        {
            element = form.Length > digits + 1 ? char.ToUpperInvariant(form[digits + 1]) : ' ';
            if (!"LXBIJKAEDCM".Contains(element, StringComparison.Ordinal) || repeat > 1)
                throw header.Refused(key, $"'{form}' is no array of variable length, such as 1PE(20).");
        }
        var isWhole = element is 'B' or 'I' or 'J' or 'K';
        var isNumber = NumberType(element) is not null;
        var column = new FitsColumn
        {
            Index = n - 1,
            Name = header.GetString($"TTYPE{n}", "")!,
            Type = type,
            Repeat = repeat,
            ElementType = element,
            Offset = offset,
            Width = Bytes(type, repeat),
            Unit = header.GetString($"TUNIT{n}", "")!,
            Scale = isNumber ? header.GetDouble($"TSCAL{n}", 1) : 1,
            Zero = isNumber ? header.GetDouble($"TZERO{n}", 0) : 0,
            Null = isWhole && header.Contains($"TNULL{n}") ? header.GetInt64($"TNULL{n}") : null,
        };
        return header.Contains($"TDIM{n}") ? column with { Dimensions = Shape(header, $"TDIM{n}", column) } : column;
    }

    /// <summary>Column n (from 1) of an ASCII table.</summary>
    internal static FitsColumn Ascii(FitsHeader header, int n, long rowWidth)
    {
        var key = $"TFORM{n}";
        var form = header.GetString(key).Trim().ToUpperInvariant();
        var point = form.IndexOf('.', StringComparison.Ordinal);
        if (form.Length < 2 || !"AIFED".Contains(form[0], StringComparison.Ordinal) || !int.TryParse(
            form.AsSpan(1, (point < 0 ? form.Length : point) - 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out var width))
            throw header.Refused(key, $"'{form}' is no format of an ASCII column, such as A8, I6 or F10.4.");
        var start = header.Mandatory($"TBCOL{n}", 1, int.MaxValue) - 1;
        if (start + width > rowWidth)
            throw header.Refused($"TBCOL{n}", $"the column ends at byte {start + width} of a row, which has only {rowWidth}.");
        var isNumber = form[0] != 'A';
        return new FitsColumn
        {
            Index = n - 1,
            Name = header.GetString($"TTYPE{n}", "")!,
            Type = form[0],
            Repeat = isNumber ? 1 : width,
            ElementType = form[0],
            Offset = start,
            Width = width,
            Unit = header.GetString($"TUNIT{n}", "")!,
            Scale = isNumber ? header.GetDouble($"TSCAL{n}", 1) : 1,
            Zero = isNumber ? header.GetDouble($"TZERO{n}", 0) : 0,
            NullText = header.GetString($"TNULL{n}", null)?.Trim(),
        };
    }

    static int[] Shape(FitsHeader header, string key, FitsColumn column)
    {
        var text = header.GetString(key).Trim();
        var parts = text is ['(', .., ')'] ? text[1..^1].Split(',') : [];
        var shape = new int[parts.Length];
        long product = 1;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out shape[i]))
                throw header.Refused(key, $"'{text}' is no shape such as (4,3).");
            product = Math.Min(product * shape[i], int.MaxValue);
        }
        // Section 7.3.2: the shape may be smaller than the column, never larger.
        return shape.Length > 0 && (column.Type is 'P' or 'Q' || product <= column.Repeat) ? shape
            : throw header.Refused(key, $"the shape '{text}' needs more elements than the {column.Repeat} of a row.");
    }
}
