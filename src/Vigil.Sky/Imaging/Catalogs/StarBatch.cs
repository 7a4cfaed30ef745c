namespace Vigil.Sky.Imaging;

/// <summary>Some stars, column by column, on their way into a catalogue; the numbers were checked.</summary>
sealed class StarBatch
{
    /// <summary>How many stars; the arrays may be longer.</summary>
    public int Count { get; set; }

    /// <summary>Degrees in [0, 360).</summary>
    public double[] Ra { get; set; } = [];
    /// <summary>Degrees in [-90, 90].</summary>
    public double[] Dec { get; set; } = [];
    /// <summary>0 where a star has none; null where none has.</summary>
    public long[]? Ids { get; set; }
    /// <summary>mas/yr, with cos dec; NaN where unknown; null where all are.</summary>
    public float[]? PmRa { get; set; }
    /// <summary>mas/yr; NaN where unknown; null where all are.</summary>
    public float[]? PmDec { get; set; }
    /// <summary><see cref="CatalogStarFlaws"/>; null where no star has any.</summary>
    public byte[]? Flags { get; set; }
    /// <summary>By band; NaN where unknown; null where all are.</summary>
    public float[]?[] Mag { get; } = new float[]?[CatalogMagnitudes.Count];
    /// <summary>By band; NaN where unknown; null where all are.</summary>
    public float[]?[] MagErr { get; } = new float[]?[CatalogMagnitudes.Count];
}
