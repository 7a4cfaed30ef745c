namespace Vigil.Sky.Fits;

/// <summary>What comparing an HDU with its DATASUM and CHECKSUM has shown.</summary>
public enum FitsChecksum
{
    /// <summary>The header has neither of the two.</summary>
    Absent,

    /// <summary>Those that are there agree with the bytes.</summary>
    Good,

    /// <summary>The bytes have changed since the sums were written.</summary>
    Bad,
}
