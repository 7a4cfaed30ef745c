namespace Vigil.Sky.Fits;

/// <summary>What an HDU holds.</summary>
public enum FitsHduKind
{
    /// <summary>An array of pixels, maybe of none: a primary HDU or an IMAGE extension.</summary>
    Image,

    /// <summary>A BINTABLE extension.</summary>
    BinaryTable,

    /// <summary>A TABLE extension, whose rows are text.</summary>
    AsciiTable,

    /// <summary>A BINTABLE extension whose rows are the compressed tiles of an image.</summary>
    CompressedImage,

    /// <summary>Anything else, such as random groups: its header can be read, and its data are passed over.</summary>
    Other,
}
