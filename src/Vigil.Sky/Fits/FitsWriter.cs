using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Vigil.Sky.Fits;

/// <summary>Writes a FITS file: images and binary tables, one HDU after the other, with checksums.</summary>
/// <remarks>
/// FITS Standard 4.0 (2018). The stream need not seek. A file that begins with a table gets an empty primary HDU before it.
/// The writer holds no more than a piece of the data, and leaves the stream open.
/// </remarks>
public sealed class FitsWriter
{
    const int PieceBytes = 1 << 16;

    static readonly string[] Structural =
    [
        "SIMPLE", "XTENSION", "BITPIX", "NAXIS", "EXTEND", "PCOUNT", "GCOUNT", "TFIELDS", "THEAP", "BSCALE", "BZERO", "BLANK",
        "CHECKSUM", "DATASUM", "GROUPS", "ZIMAGE", "ZTABLE",
    ];

    readonly Stream stream;
    int written;

    /// <param name="stream">Receives the file from its current position on.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    public FitsWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
            throw new ArgumentException("The stream cannot be written. Open it for writing.", nameof(stream));
        this.stream = stream;
    }

    /// <summary>Writes an image: the primary HDU if it is the first, otherwise an extension.</summary>
    /// <param name="pixels">In the order of the file, the first axis fastest.</param>
    /// <param name="axes">Length of each axis, NAXIS1 first; empty for an HDU without data.</param>
    /// <param name="header">
    /// More cards. Those of the file's structure (SIMPLE, BITPIX, NAXISn, BZERO, CHECKSUM and such) are ours and are left out.
    /// </param>
    /// <typeparam name="T">An integer of 8 to 64 bits, float or double.</typeparam>
    /// <exception cref="ArgumentException">
    /// The axes do not hold so many pixels, or <typeparamref name="T"/> is another type.
    /// </exception>
    public void WriteImage<T>(ReadOnlySpan<T> pixels, ReadOnlySpan<int> axes, FitsHeader? header = null)
        where T : unmanaged, INumber<T>
    {
        FitsNumbers.CheckType<T>();
        var product = axes.Length == 0 ? 0L : 1;
        foreach (var axis in axes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis, nameof(axes));
            product = Math.Min(product * axis, long.MaxValue / int.MaxValue);
        }
        if (product != pixels.Length || axes.Length > 999)
            throw new ArgumentException($"The axes hold {product} pixels, there are {pixels.Length}.", nameof(axes));
        var cards = new FitsHeader();
        if (written == 0)
            cards.Set("SIMPLE", true, "conforms to the FITS standard");
        else
            cards.Set("XTENSION", "IMAGE", "image extension");
        cards.Set("BITPIX", FitsStored.BitPix<T>());
        cards.Set("NAXIS", axes.Length);
        for (var i = 0; i < axes.Length; i++)
            cards.Set(Key("NAXIS", i), axes[i]);
        if (written == 0)
        {
            cards.Set("EXTEND", true, "extensions may follow");
        }
        else
        {
            cards.Set("PCOUNT", 0);
            cards.Set("GCOUNT", 1);
        }
        if (FitsStored.Zero<T>() is not 0 and var zero)
        {
            cards.Set("BSCALE", 1.0);
            cards.Set("BZERO", zero, "integers of the other signedness");
        }
        AddTo(cards, header);

        var size = Unsafe.SizeOf<T>();
        var piece = new byte[PieceBytes];
        var sum = 0u;
        // Twice over the data: first for the sum, which stands before them.
        for (var at = 0; at < pixels.Length; at += PieceBytes / size)
            sum = FitsChecksums.Add(sum, Encoded(pixels, at));
        WriteHeader(cards, sum);
        for (var at = 0; at < pixels.Length; at += PieceBytes / size)
            stream.Write(Encoded(pixels, at));
        Pad((long)pixels.Length * size);

        ReadOnlySpan<byte> Encoded(ReadOnlySpan<T> pixels, int at)
        {
            var part = pixels.Slice(at, Math.Min(PieceBytes / size, pixels.Length - at));
            FitsStored.Encode(part, piece);
            return piece.AsSpan(0, part.Length * size);
        }
    }

    /// <summary>Writes a binary table.</summary>
    /// <param name="columns">One or more, of equal numbers of rows.</param>
    /// <param name="header">More cards, such as EXTNAME; those of the table's structure are ours and are left out.</param>
    /// <exception cref="ArgumentException">
    /// No columns, more than 999, of different lengths, or of a shape that does not fit.
    /// </exception>
    public void WriteTable(IReadOnlyList<FitsColumnData> columns, FitsHeader? header = null)
    {
        if (columns.Count is 0 or > 999)
            throw new ArgumentException($"A table has 1 to 999 columns, not {columns.Count}.", nameof(columns));
        var rows = columns[0].RowCount;
        if (columns.FirstOrDefault(column => column.RowCount != rows) is { } other)
            throw new ArgumentException($"{other.Name} has {other.RowCount} rows, {columns[0].Name} has {rows}.",
                nameof(columns));
        if (written == 0)
            WriteImage<byte>([], []);

        var heaps = new long[columns.Count + 1];
        for (var i = 0; i < columns.Count; i++)
            heaps[i + 1] = heaps[i] + columns[i].HeapBytes;
        var width = columns.Sum(column => column.Width);
        var cards = new FitsHeader();
        cards.Set("XTENSION", "BINTABLE", "binary table");
        cards.Set("BITPIX", 8);
        cards.Set("NAXIS", 2);
        cards.Set("NAXIS1", width, "bytes in a row");
        cards.Set("NAXIS2", rows, "rows");
        cards.Set("PCOUNT", heaps[^1], "bytes of the heap");
        cards.Set("GCOUNT", 1);
        cards.Set("TFIELDS", columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            cards.Set(Key("TTYPE", i), column.Name);
            cards.Set(Key("TFORM", i), column.Form);
            if (column.Unit is { } unit)
                cards.Set(Key("TUNIT", i), unit);
            if (column.Zero is not 0 and var zero)
            {
                cards.Set(Key("TSCAL", i), 1.0);
                cards.Set(Key("TZERO", i), zero);
            }
            if (column.Null is { } absent)
                cards.Set(Key("TNULL", i), absent);
            if (column.Dimensions is { } shape)
                cards.Set(Key("TDIM", i), $"({string.Join(',', shape)})");
        }
        AddTo(cards, header);

        var sum = 0u;
        ForPieces(bytes => sum = FitsChecksums.Add(sum, bytes));
        WriteHeader(cards, sum);
        ForPieces(bytes => stream.Write(bytes));
        Pad(rows * width + heaps[^1]);

        // The table's bytes in pieces whose length, but for the last, is a multiple of four.
        void ForPieces(Action<ReadOnlySpan<byte>> use)
        {
            var piece = new byte[Math.Max(PieceBytes, 4 * width)];
            var filled = 0;
            for (long row = 0; row < rows; row++)
            {
                var into = Room(width);
                for (int i = 0, at = 0; i < columns.Count; at += columns[i++].Width)
                    columns[i].Encode(row, into.Slice(at, columns[i].Width), heaps[i]);
            }
            foreach (var column in columns)
                column.EncodeHeap(bytes =>
                {
                    for (var at = 0; at < bytes.Length;)
                    {
                        var count = Math.Min(bytes.Length - at, PieceBytes / 2);
                        bytes.Slice(at, count).CopyTo(Room(count));
                        at += count;
                    }
                });
            use(piece.AsSpan(0, filled));

            Span<byte> Room(int count)
            {
                if (filled + count > piece.Length)
                {
                    var whole = filled & ~3;
                    use(piece.AsSpan(0, whole));
                    piece.AsSpan(whole, filled - whole).CopyTo(piece);
                    filled -= whole;
                }
                filled += count;
                return piece.AsSpan(filled - count, count);
            }
        }
    }

    static string Key(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{index + 1}");

    static void AddTo(FitsHeader cards, FitsHeader? header)
    {
        foreach (var card in header ?? [])
            if (card.IsCommentary || !cards.Contains(card.Keyword) && !IsStructural(card.Keyword))
                cards.Add(card);
    }

    static bool IsStructural(string keyword) => Structural.Contains(keyword) ||
        keyword.TrimEnd([.. "0123456789"]) is "NAXIS" or "TTYPE" or "TFORM" or "TSCAL" or "TZERO" or
            "TNULL" or "TBCOL" or "TDIM";

    void WriteHeader(FitsHeader cards, uint dataSum)
    {
        cards.Set("DATASUM", dataSum.ToString(CultureInfo.InvariantCulture), "sum of the data's words");
        cards.Set("CHECKSUM", new string('0', 16), "makes the sum of all words zero");
        var bytes = Bytes(cards);
        cards.Set("CHECKSUM", FitsChecksums.Encode(FitsChecksums.Add(dataSum, FitsChecksums.Add(0u, bytes))),
            "makes the sum of all words zero");
        stream.Write(Bytes(cards));
        written++;
    }

    static byte[] Bytes(FitsHeader cards)
    {
        var lines = new List<byte[]>(cards.Count + 1);
        foreach (var card in cards)
            FitsCards.Write(card, lines);
        lines.Add(Encoding.ASCII.GetBytes("END".PadRight(FitsCards.Size)));
        var blocks = (lines.Count * FitsCards.Size + FitsReader.Block - 1) / FitsReader.Block;
        var bytes = new byte[blocks * FitsReader.Block];
        bytes.AsSpan().Fill((byte)' ');
        for (var i = 0; i < lines.Count; i++)
            lines[i].CopyTo(bytes, i * FitsCards.Size);
        return bytes;
    }

    void Pad(long bytes) => stream.Write(new byte[(int)((FitsReader.Block - bytes % FitsReader.Block) % FitsReader.Block)]);
}
