using System.Runtime.CompilerServices;

namespace Vigil.Sky.Imaging;

/// <summary>One number for each <see cref="CatalogBand"/>; NaN where there is none.</summary>
[InlineArray(Count)]
public struct CatalogMagnitudes
{
    /// <summary>How many bands there are.</summary>
    public const int Count = 13;

    float first;

    /// <summary>The number of a band.</summary>
    public float this[CatalogBand band]
    {
        readonly get => this[(int)band];
        set => this[(int)band] = value;
    }

    /// <summary>No number in any band.</summary>
    public static CatalogMagnitudes None
    {
        get
        {
            var none = new CatalogMagnitudes();
            ((Span<float>)none).Fill(float.NaN);
            return none;
        }
    }
}
