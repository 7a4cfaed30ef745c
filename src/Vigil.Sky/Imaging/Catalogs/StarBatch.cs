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

    /// <summary>An empty one with room for so many stars, in every column.</summary>
    public static StarBatch Of(int capacity)
    {
        var batch = new StarBatch
        {
            Ra = new double[capacity],
            Dec = new double[capacity],
            Ids = new long[capacity],
            PmRa = new float[capacity],
            PmDec = new float[capacity],
            Flags = new byte[capacity],
        };
        for (var band = 0; band < CatalogMagnitudes.Count; band++)
            (batch.Mag[band], batch.MagErr[band]) = (new float[capacity], new float[capacity]);
        return batch;
    }

    /// <summary>Adds a star, which was checked, to one that <see cref="Of"/> has made.</summary>
    public void Add(in CatalogStar star)
    {
        var at = Count++;
        (Ra[at], Dec[at], Ids![at]) = (star.Ra, star.Dec, star.Id);
        (PmRa![at], PmDec![at], Flags![at]) = (star.PmRa, star.PmDec, (byte)star.Flags);
        for (var band = 0; band < CatalogMagnitudes.Count; band++)
            (Mag[band]![at], MagErr[band]![at]) = (star.Mag[band], star.MagErr[band]);
    }

    /// <summary>Refuses a star with a number that a catalogue cannot hold; its epoch is not looked at.</summary>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public static void Check(in CatalogStar star)
    {
        if (!(star.Ra is >= 0 and < 360) || !(star.Dec is >= -90 and <= 90))
            throw new ArgumentException(
                $"A star is at ({star.Ra}, {star.Dec}): ra must be in [0, 360), dec in [-90, 90] degrees.");
        if (star.Id < 0)
            throw new ArgumentException($"A star has the id {star.Id}: ids are 0 or more.");
        if (Math.Abs(star.PmRa) > VcatNumbers.MaxPm || Math.Abs(star.PmDec) > VcatNumbers.MaxPm)
            throw new ArgumentException(
                $"A star moves by ({star.PmRa}, {star.PmDec}) mas/yr; at most {VcatNumbers.MaxPm} can be true.");
        if ((int)star.Flags is < 0 or > byte.MaxValue)
            throw new ArgumentException($"A star has the flags {(int)star.Flags}: they are in [0, 255].");
        for (var band = 0; band < CatalogMagnitudes.Count; band++)
            if (star.Mag[band] is < (float)VcatNumbers.MinMag or > (float)VcatNumbers.MaxMag
                || star.MagErr[band] is < 0 or > (float)VcatNumbers.MaxMagErr)
                throw new ArgumentException($"A star has {(CatalogBand)band} = {star.Mag[band]} +- {star.MagErr[band]}: " +
                    $"magnitudes are in [{VcatNumbers.MinMag}, {VcatNumbers.MaxMag}], " +
                    $"their errors in [0, {VcatNumbers.MaxMagErr}].");
    }
}
