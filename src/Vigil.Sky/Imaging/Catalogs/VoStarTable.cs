using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Xml;

namespace Vigil.Sky.Imaging;

/// <summary>Stars in a VOTable, whose rows are elements (TABLEDATA) or bytes (BINARY, BINARY2).</summary>
/// <remarks>
/// F. Ochsenbein et al. 2019, VOTable 1.4, IVOA Recommendation. A document type is passed over and nothing outside the file is
/// fetched.
/// </remarks>
sealed class VoStarTable : StarTable
{
    const int PieceRows = 4096, LongestText = 1024;

    readonly Stream stream;
    readonly XmlReader xml;
    readonly List<VoField> fields = [];
    readonly int[] columnOf; // of a field: its place among the wanted columns, or -1
    readonly VoBytes? bytes;
    readonly byte[]? mask;   // of BINARY2: a bit for each field that has no value
    readonly byte[] buffer = new byte[4 * LongestText];
    readonly char[] text = new char[LongestText];
    long rows;
    bool atEnd;
    bool isCut;

    public VoStarTable(Stream stream, string name, StarTableOptions options) : base(name, options)
    {
        this.stream = stream;
        try
        {
            xml = XmlReader.Create(stream, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Ignore,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
            });
            xml.MoveToContent();
            if (xml.LocalName != "VOTABLE")
                throw new FrameException($"{name} is XML, but no VOTable: its element is {xml.LocalName}. " +
                    "Tables of stars are CSV, FITS or VOTable.");
            var form = FindTable();
            columnOf = new int[fields.Count];
            columnOf.AsSpan().Fill(-1);
            for (var k = Columns.Count; k-- > 0;)
                columnOf[Columns[k].Index] = k;
            if (form == "TABLEDATA")
                return;
            mask = form == "BINARY2" ? new byte[(fields.Count + 7) / 8] : null;
            if (!xml.ReadToDescendant("STREAM", xml.NamespaceURI) || xml.GetAttribute("href") is not null
                || xml.GetAttribute("encoding") is not (null or "base64"))
                throw new FrameException($"{name}: its rows are elsewhere or packed in a way that is not known. " +
                    "Ask for a VOTable with TABLEDATA.");
            foreach (var column in Columns)
                if (fields[column.Index] is { IsNumber: false, IsText: false, IsBit: false } or { Type: "unicodeChar" }
                    or { Type: "boolean", Count: not 1 })
                    throw new FrameException($"{name}: the column {column.Name} has no one number a row " +
                        $"({fields[column.Index].Type}[{fields[column.Index].Count}]). Name another with --column.");
            bytes = new(xml);
        }
        catch (XmlException e)
        {
            throw Broken(e);
        }
    }

    public override string Format => "VOTable";

    public override bool IsCut => isCut;

    /// <summary>Goes to the rows of the first table that has positions; returns the element that holds them.</summary>
    string FindTable()
    {
        FrameException? refused = null;
        var epochs = new Dictionary<string, double>();
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            switch (xml.LocalName)
            {
                case "INFO" or "PARAM":
                    ReadInfo();
                    break;
                case "COOSYS":
                    var text = (xml.GetAttribute("epoch") ?? "").TrimStart('J', ' ');
                    if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var year)
                        && year is > 1000 and < 3000)
                        epochs[xml.GetAttribute("ID") ?? ""] = year;
                    break;
                case "TABLE":
                    fields.Clear();
                    break;
                case "FIELD":
                    if (fields.Count == 4096)
                        throw new FrameException($"{Name} has a table of more than 4096 columns; a table of stars has none.");
                    fields.Add(VoField.Read(xml, Name));
                    break;
                case "FITS":
                    throw new FrameException($"{Name} holds a FITS file in a VOTable. Ask for the FITS file, or for TABLEDATA.");
                case "TABLEDATA" or "BINARY" or "BINARY2":
                    try
                    {
                        SetColumns([.. fields.Select(field => (field.Name, field.Unit))],
                            ra => fields[ra.Index].System is { } system && epochs.TryGetValue(system, out var own) ? own
                                : epochs.Count == 1 ? epochs.Values.Single() : null);
                        return xml.LocalName;
                    }
                    catch (FrameException e)
                    {
                        refused ??= e; // another table of the file may do
                        xml.Skip();
                    }
                    break;
                default:
                    break;
            }
        }
        throw refused ?? new FrameException($"{Name} is a VOTable without rows.");
    }

    // Data Access Layer Interface 1.1, section 4.4.1: QUERY_STATUS is OK, ERROR with what is wrong in the element, or OVERFLOW
    // behind the table. Simple Cone Search 1.03, section 2.3: an INFO or a PARAM called Error has what is wrong as its value.
    void ReadInfo()
    {
        var (name, value) = (xml.GetAttribute("name"), xml.GetAttribute("value"));
        var isError = xml.LocalName == "INFO" && name == "QUERY_STATUS" && value == "ERROR";
        isCut |= xml.LocalName == "INFO" && name == "QUERY_STATUS" && value == "OVERFLOW";
        if (!isError && !"Error".Equals(name, StringComparison.OrdinalIgnoreCase))
            return;
        var what = !isError ? value ?? "" : xml.IsEmptyElement || !xml.Read() || !xml.HasValue ? "" : xml.Value.Trim();
        throw new FrameException($"{Name}: the service refused the question: {(what.Length > 500 ? what[..500] : what)}");
    }

    FrameException Broken(Exception e) => new($"{Name} is broken: {e.Message} Fetch the file again.", e);

    private protected override Action? Next(StarPiece piece)
    {
        if (atEnd)
            return null;
        piece.Reserve(PieceRows);
        try
        {
            while (piece.Count < PieceRows && (bytes is null ? ReadElements(piece) : ReadBytes(piece)))
            {
                piece.Count++;
                rows++;
            }
            piece.Lines = piece.Count;
            if (piece.Count < PieceRows)
            {
                atEnd = true;
                while (xml.Read()) // to the end, for what is said behind the table, and to know that it is whole
                    if (xml is { NodeType: XmlNodeType.Element, LocalName: "INFO" })
                        ReadInfo();
            }
        }
        catch (Exception e) when (e is XmlException or FormatException)
        {
            throw Broken(e);
        }
        return piece.Count == 0 ? null : () => { };
    }

    // Whether there was another TR.
    bool ReadElements(StarPiece piece)
    {
        do
        {
            if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "TABLEDATA"
                || xml is { LocalName: "TABLEDATA", IsEmptyElement: true }
                || !xml.Read())
                return false;
        }
        while (xml.NodeType != XmlNodeType.Element || xml.LocalName != "TR");
        var row = piece.Count;
        piece.LineOf[row] = row;
        var field = 0;
        if (!xml.IsEmptyElement)
            while (xml.Read() && xml.NodeType != XmlNodeType.EndElement)
            {
                if (xml.NodeType != XmlNodeType.Element)
                    continue;
                var length = ReadText();
                if (field < fields.Count && columnOf[field] is >= 0 and var k)
                    Take(piece, row, k, fields[field], length);
                field++;
            }
        for (var rest = field; rest < fields.Count; rest++)
            if (columnOf[rest] is >= 0 and var k)
                Take(piece, row, k, fields[rest], 0);
        if (field != fields.Count)
            piece.Refuse(row, "the row", $"{field} cells", $"the table has {fields.Count} columns");
        return true;
    }

    // The text of a cell; the reader is left on its last node. What is too long is cut, and no number.
    int ReadText()
    {
        var length = 0;
        if (xml.IsEmptyElement)
            return 0;
        while (xml.Read() && xml.NodeType != XmlNodeType.EndElement)
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                for (int got; (got = xml.ReadValueChunk(text, length, text.Length - length)) > 0;)
                    length = Math.Min(length + got, text.Length - 1);
            else if (xml.NodeType == XmlNodeType.Element)
                xml.Skip();
        return length;
    }

    void Take(StarPiece piece, int row, int k, VoField field, int length)
    {
        var characters = text.AsSpan(0, length).Trim();
        if (field.Null is not null && characters.SequenceEqual(field.Null))
            characters = [];
        var cell = buffer.AsSpan(0, Encoding.UTF8.GetBytes(characters, buffer));
        if (TextValue.Read(cell, piece, row, k, Columns[k]) is { } why)
            piece.Refuse(row, field.Name, characters.ToString(), why);
    }

    // Whether there was another row.
    bool ReadBytes(StarPiece piece)
    {
        var row = piece.Count;
        piece.LineOf[row] = row;
        if (!bytes!.More())
            return false;
        if (mask is not null)
            bytes.ReadExactly(mask);
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            long count = field.Count;
            if (count < 0)
            {
                bytes.ReadExactly(buffer.AsSpan(0, 4));
                count = BinaryPrimitives.ReadInt32BigEndian(buffer);
                if (count < 0)
                    throw new FrameException($"{Name} is broken: row {rows + 1} has {count} elements in column {field.Name}. " +
                        "Fetch the file again.");
            }
            var length = field.Width == 0 ? (count + 7) / 8 : count * field.Width;
            var isNull = mask is not null && (mask[i / 8] & (0x80 >> (i % 8))) != 0;
            if (columnOf[i] is var k && k < 0 || length > LongestText)
            {
                bytes.Skip(length);
                if (k >= 0)
                    piece.Refuse(row, field.Name, $"{length} bytes", "this is no number");
                continue;
            }
            var cell = buffer.AsSpan(0, (int)length);
            bytes.ReadExactly(cell);
            Take(piece, row, k, field, isNull ? [] : cell);
        }
        return true;
    }

    void Take(StarPiece piece, int row, int k, VoField field, ReadOnlySpan<byte> cell)
    {
        var isId = Columns[k].Quantity == StarQuantity.Id;
        if (cell.IsEmpty || field.IsText)
        {
            var end = cell.IndexOf((byte)0);
            cell = (end < 0 ? cell : cell[..end]).Trim(" ?"u8); // of a boolean, ? is no value
            if (TextValue.Read(cell, piece, row, k, Columns[k]) is { } why)
                piece.Refuse(row, field.Name, Encoding.UTF8.GetString(cell), why);
        }
        else if (!isId)
        {
            // A single bit is the highest of its byte; astropy 5 writes a lower one. The others are zero.
            piece.Values[k][row] = field.IsBit ? Math.Min(cell[0], (byte)1) : field.Number(cell);
        }
        else if (field.Type is "float" or "double")
        {
            throw new FrameException($"{Name}: the ids of column {field.Name} are floating point, which loses their digits. " +
                "Leave them out: --column id=");
        }
        else
        {
            var id = field.Whole(cell);
            piece.Ids[row] = field.IsNull(id) ? 0 : id;
            if (piece.Ids[row] < 0)
                piece.Refuse(row, field.Name, $"{id}", TextValue.IdRule);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        xml.Dispose();
        stream.Dispose();
    }
}
