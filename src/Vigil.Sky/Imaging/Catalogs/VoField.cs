using System.Buffers.Binary;
using System.Globalization;
using System.Xml;

namespace Vigil.Sky.Imaging;

/// <summary>A FIELD of a VOTable.</summary>
/// <param name="Name">Its name, or its ID where it has none.</param>
/// <param name="Unit">Empty where it has none.</param>
/// <param name="Type">The datatype.</param>
/// <param name="Width">Bytes of one element in binary form; 0 for bits.</param>
/// <param name="Count">How many elements a row has; -1 where the row says so itself.</param>
/// <param name="Null">What stands for no value; null where nothing does.</param>
/// <param name="System">The ID of its coordinate system.</param>
sealed record VoField(string Name, string Unit, string Type, int Width, int Count, string? Null, string? System)
{
    /// <summary>Reads the element that the reader stands on, to its end.</summary>
    /// <exception cref="FrameException">It makes no sense.</exception>
    public static VoField Read(XmlReader xml, string table)
    {
        var (name, type) = (xml.GetAttribute("name") ?? xml.GetAttribute("ID") ?? "", xml.GetAttribute("datatype") ?? "");
        var (unit, size, system) = (xml.GetAttribute("unit") ?? "", xml.GetAttribute("arraysize"), xml.GetAttribute("ref"));
        string? none = null;
        if (!xml.IsEmptyElement)
        {
            using var inner = xml.ReadSubtree();
            while (inner.Read())
                if (inner is { NodeType: XmlNodeType.Element, LocalName: "VALUES" })
                    none = inner.GetAttribute("null") ?? none;
        }
        var width = type switch
        {
            "bit" => 0,
            "boolean" or "unsignedByte" or "char" => 1,
            "short" or "unicodeChar" => 2,
            "int" or "float" => 4,
            "long" or "double" or "floatComplex" => 8,
            "doubleComplex" => 16,
            _ => throw new FrameException($"{table}: the column {name} has the datatype '{type}', which VOTable does not know."),
        };
        return new(name, unit, type, width, Elements(size, name, table), none, system);
    }

    static int Elements(string? size, string name, string table)
    {
        if (string.IsNullOrWhiteSpace(size))
            return 1;
        if (size.Contains('*', StringComparison.Ordinal))
            return -1;
        var product = 1L;
        foreach (var axis in size.Split('x'))
            product = int.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                && product * length <= 1 << 24
                ? product * length
                : throw new FrameException(
                    $"{table}: the column {name} has the arraysize '{size}', which is no size of up to 2^24 elements.");
        return (int)product;
    }

    /// <summary>Whether a row has one number.</summary>
    public bool IsNumber => Count == 1 && Type is "unsignedByte" or "short" or "int" or "long" or "float" or "double";

    /// <summary>Whether a row has one bit.</summary>
    public bool IsBit => Type == "bit" && Count == 1;

    /// <summary>Whether a row has text, or a letter for yes and no.</summary>
    public bool IsText => Type is "char" or "boolean" or "unicodeChar";

    /// <summary>A whole number in binary form; not for float and double.</summary>
    public long Whole(ReadOnlySpan<byte> bytes) => Type switch
    {
        "unsignedByte" => bytes[0],
        "short" => BinaryPrimitives.ReadInt16BigEndian(bytes),
        "int" => BinaryPrimitives.ReadInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadInt64BigEndian(bytes),
    };

    /// <summary>A number in binary form; NaN where it stands for no value.</summary>
    public double Number(ReadOnlySpan<byte> bytes) => Type switch
    {
        "float" => BinaryPrimitives.ReadSingleBigEndian(bytes),
        "double" => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        _ => Whole(bytes) is var whole && IsNull(whole) ? double.NaN : whole,
    };

    /// <summary>Whether a whole number stands for no value.</summary>
    public bool IsNull(long whole) =>
        Null is not null && long.TryParse(Null, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var none)
            && none == whole;
}
