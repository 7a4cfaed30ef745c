using System.Xml;

namespace Vigil.Sky.Imaging;

/// <summary>The bytes of a VOTable's STREAM element, which are in base64.</summary>
/// <param name="xml">It stands on the element.</param>
sealed class VoBytes(XmlReader xml)
{
    readonly byte[] buffer = new byte[1 << 16];
    int from, to;

    /// <summary>Whether there is another byte.</summary>
    public bool More()
    {
        if (from == to)
            (from, to) = (0, xml.ReadElementContentAsBase64(buffer, 0, buffer.Length));
        return from < to;
    }

    /// <exception cref="FormatException">There are not so many.</exception>
    public void ReadExactly(Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            Require();
            var count = Math.Min(into.Length, to - from);
            buffer.AsSpan(from, count).CopyTo(into);
            from += count;
            into = into[count..];
        }
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            Require();
            var passed = (int)Math.Min(count, to - from);
            from += passed;
            count -= passed;
        }
    }

    void Require()
    {
        if (!More())
            throw new FormatException("the last row is not complete.");
    }
}
