namespace Vigil.Sky.Imaging;

/// <summary>What the numbers of a column of a .vcat file are.</summary>
enum VcatColumnKind : byte
{
    RaHigh = 1,
    RaLow = 2,
    DecHigh = 3,
    DecLow = 4,
    Id = 5,
    PmRa = 6,
    PmDec = 7,
    Flags = 8,
    Mag = 9,
    MagErr = 10,
}
