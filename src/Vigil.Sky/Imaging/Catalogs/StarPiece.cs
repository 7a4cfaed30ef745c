using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>Some consecutive rows of a table of stars, from the bytes of the file to numbers in our units.</summary>
sealed class StarPiece
{
    // 2.5 / ln 10: the error of a magnitude for a relative error of the flux.
    const double MagPerRelativeError = 1.0857362047581294;

    /// <summary>Epochs this near, in years, are one: single precision keeps so much of 2016.0.</summary>
    public const double EpochTolerance = 2e-4;

    /// <summary>Magnitudes so far from zero are how tables say that there is none: 99.99, -99, 999.</summary>
    const double NoMagnitude = 90;

    readonly IReadOnlyList<StarColumn> columns;
    readonly double? givenEpoch;
    readonly double assumedEpoch;
    readonly bool isPanStarrs;
    bool[] isBad = [];

    /// <param name="columns">What is read.</param>
    /// <param name="epoch">That the user gives.</param>
    /// <param name="assumed">The epoch where neither the user nor the table gives one.</param>
    /// <param name="isPanStarrs">Whether g r i z are Pan-STARRS's.</param>
    public StarPiece(IReadOnlyList<StarColumn> columns, double? epoch, double assumed, bool isPanStarrs)
    {
        (this.columns, givenEpoch, assumedEpoch, this.isPanStarrs) = (columns, epoch, assumed, isPanStarrs);
        Values = new double[columns.Count][];
        Values.AsSpan().Fill([]);
    }

    /// <summary>What was read of a file of text or of FITS.</summary>
    public byte[] Bytes { get; set; } = [];
    public int Start { get; set; }
    public int Length { get; set; }

    /// <summary>Rows that were read.</summary>
    public int Count { get; set; }
    /// <summary>Lines that were read, of text files; otherwise as the rows.</summary>
    public int Lines { get; set; }
    /// <summary>By column; NaN where there is none. The column of ids is in <see cref="Ids"/>.</summary>
    public double[][] Values { get; }
    public long[] Ids { get; private set; } = [];
    /// <summary>The line of each row in the piece.</summary>
    public int[] LineOf { get; private set; } = [];
    public List<BadStar> Bad { get; } = [];
    /// <summary>The rows that can be used, in our units.</summary>
    public StarBatch Stars { get; } = new();
    /// <summary>Their epoch; NaN where there are no rows.</summary>
    public double Epoch { get; private set; }

    /// <summary>A bit for each band: whether errors are whole magnitudes, as hundredths look that were not scaled.</summary>
    public uint WholeErrors { get; private set; }
    /// <summary>A bit for each band: whether errors are not whole.</summary>
    public uint FractionalErrors { get; private set; }

    /// <summary>Room for what is made of the stars.</summary>
    public byte[] Rows { get; set; } = [];
    public long[] Keys { get; set; } = [];
    public ulong Seen { get; set; }

    public void Clear()
    {
        (Count, Lines, WholeErrors, FractionalErrors) = (0, 0, 0, 0);
        Bad.Clear();
    }

    /// <summary>Makes room for so many rows.</summary>
    public void Reserve(int rows)
    {
        if (rows <= LineOf.Length)
            return;
        rows = Math.Max(rows, 2 * LineOf.Length);
        var lines = LineOf;
        Array.Resize(ref lines, rows);
        LineOf = lines;
        for (var k = 0; k < columns.Count; k++)
            if (columns[k].Quantity == StarQuantity.Id)
            {
                var ids = Ids;
                Array.Resize(ref ids, rows);
                Ids = ids;
            }
            else
            {
                Array.Resize(ref Values[k], rows);
            }
    }

    /// <summary>Notes what is wrong with a row.</summary>
    public void Refuse(int row, string column, string value, string why) =>
        Bad.Add(new(row, LineOf[row], $"{column} = {(value == "" ? "nothing" : value)}: {why}"));

    /// <summary>Checks the numbers, brings them to our units, and leaves out the rows that cannot be used.</summary>
    public void Convert()
    {
        var stars = Stars;
        stars.Count = Count;
        if (stars.Ra.Length < Count)
            (stars.Ra, stars.Dec) = (new double[LineOf.Length], new double[LineOf.Length]);
        stars.Ids = columns.Any(column => column.Quantity == StarQuantity.Id) ? Ids : null;
        if (stars.Flags is not null)
            stars.Flags.AsSpan().Clear();
        Epoch = Count == 0 ? double.NaN : givenEpoch ?? assumedEpoch;
        for (var k = 0; k < columns.Count; k++)
        {
            var column = columns[k];
            var values = Values[k].AsSpan(0, column.Quantity == StarQuantity.Id ? 0 : Count);
            switch (column.Quantity)
            {
                case StarQuantity.Ra: ConvertRa(column, values); break;
                case StarQuantity.Dec: ConvertDec(column, values); break;
                case StarQuantity.PmRa: ConvertPm(column, values, stars.PmRa = Room(stars.PmRa)); break;
                case StarQuantity.PmDec: ConvertPm(column, values, stars.PmDec = Room(stars.PmDec)); break;
                case StarQuantity.Epoch: CheckEpoch(column, values); break;
                case StarQuantity.Variable: ConvertFlag(values, CatalogStarFlaws.Variable); break;
                case StarQuantity.Blended: ConvertFlag(values, CatalogStarFlaws.Blended); break;
                case StarQuantity.Extended: ConvertFlag(values, CatalogStarFlaws.Extended); break;
                case StarQuantity.Flags: ConvertFlags(column, values); break;
                case StarQuantity.Mag:
                    ConvertMag(column, values, stars.Mag[(int)column.Band] = Room(stars.Mag[(int)column.Band]));
                    break;
                case StarQuantity.MagErr or StarQuantity.FluxOverError or StarQuantity.FluxError:
                    ConvertError(column, values, stars.MagErr[(int)column.Band] = Room(stars.MagErr[(int)column.Band]));
                    break;
                default: break; // ids are ready, fluxes are used with their errors
            }
        }
        // A motion along one axis alone is none.
        if (stars.PmRa is not null && stars.PmDec is not null)
            for (var i = 0; i < Count; i++)
                if (float.IsNaN(stars.PmRa[i]) || float.IsNaN(stars.PmDec[i]))
                    (stars.PmRa[i], stars.PmDec[i]) = (float.NaN, float.NaN);
        if (isPanStarrs)
            PanStarrs.ToSdss(stars);
        if (Bad.Count > 0)
            LeaveOutBad();
    }

    float[] Room(float[]? array) => array is not null && array.Length >= Count ? array : new float[LineOf.Length];

    void ConvertRa(StarColumn column, ReadOnlySpan<double> values)
    {
        var ra = Stars.Ra;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] * column.Scale;
            if (value is >= 0 and < 360)
                ra[i] = value;
            else if (value is >= -360 and <= 360)
                ra[i] = Sphere.NormalizeRa(value);
            else
                RefusePosition(i, column, values[i], "a right ascension is in [0, 360) degrees");
        }
    }

    void ConvertDec(StarColumn column, ReadOnlySpan<double> values)
    {
        var dec = Stars.Dec;
        for (var i = 0; i < values.Length; i++)
        {
            dec[i] = values[i] * column.Scale;
            if (!(dec[i] is >= -90 and <= 90))
                RefusePosition(i, column, values[i], "a declination is in [-90, 90] degrees");
        }
    }

    void RefusePosition(int row, StarColumn column, double value, string range)
    {
        (Stars.Ra[row], Stars.Dec[row]) = (0, 0);
        if (double.IsNaN(value))
            Refuse(row, column.Name, "", "a star needs a position");
        else
            Refuse(row, column.Name, Text(value), range);
    }

    void ConvertPm(StarColumn column, ReadOnlySpan<double> values, float[] to)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] * column.Scale;
            to[i] = (float)value;
            if (!double.IsNaN(value) && !(Math.Abs(value) <= VcatNumbers.MaxPm))
                Refuse(i, column.Name, Text(values[i]), "a star does not move so fast; proper motions are in mas/yr");
        }
    }

    void CheckEpoch(StarColumn column, ReadOnlySpan<double> values)
    {
        if (values.Length > 0 && givenEpoch is null && values[0] is > 1000 and < 3000)
            Epoch = values[0];
        for (var i = 0; i < values.Length; i++)
            if (!(Math.Abs(values[i] - Epoch) < EpochTolerance))
                Refuse(i, column.Name, Text(values[i]),
                    $"the other stars are of {Text(Epoch)}, and a catalogue has one epoch (Julian year)");
    }

    void ConvertFlag(ReadOnlySpan<double> values, CatalogStarFlaws flaw)
    {
        var flags = Flags();
        for (var i = 0; i < values.Length; i++)
            if (values[i] > 0)
                flags[i] |= (byte)flaw;
    }

    void ConvertFlags(StarColumn column, ReadOnlySpan<double> values)
    {
        var flags = Flags();
        for (var i = 0; i < values.Length; i++)
            if (values[i] is >= 0 and <= byte.MaxValue && values[i] == Math.Floor(values[i]))
                flags[i] |= (byte)values[i];
            else if (!double.IsNaN(values[i]))
                Refuse(i, column.Name, Text(values[i]), "flags are whole numbers in [0, 255]");
    }

    byte[] Flags() => Stars.Flags = Stars.Flags is { } flags && flags.Length >= Count ? flags : new byte[LineOf.Length];

    void ConvertMag(StarColumn column, ReadOnlySpan<double> values, float[] to)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] * column.Scale;
            to[i] = Math.Abs(values[i]) >= NoMagnitude ? float.NaN : (float)value;
            if (!float.IsNaN(to[i]) && !(value is >= VcatNumbers.MinMag and <= VcatNumbers.MaxMag))
                Refuse(i, column.Name, Text(values[i]), $"magnitudes are in [{VcatNumbers.MinMag}, {VcatNumbers.MaxMag}]");
        }
    }

    // An error of zero, below it or beyond what a file keeps says nothing.
    void ConvertError(StarColumn column, ReadOnlySpan<double> values, float[] to)
    {
        var flux = column.Quantity == StarQuantity.FluxError
            ? Values[columns.Index().First(c => c.Item.Quantity == StarQuantity.Flux && c.Item.Band == column.Band).Index] : [];
        var (anyWhole, anyFraction) = (false, false);
        for (var i = 0; i < values.Length; i++)
        {
            var err = column.Quantity switch
            {
                StarQuantity.FluxOverError => MagPerRelativeError / values[i],
                StarQuantity.FluxError => MagPerRelativeError * values[i] / flux[i],
                _ => values[i] * column.Scale,
            };
            to[i] = err is > 0 and <= VcatNumbers.MaxMagErr ? (float)err : float.NaN;
            var isWhole = to[i] == Math.Floor(to[i]);
            (anyWhole, anyFraction) = (anyWhole | isWhole, anyFraction | (!isWhole && !float.IsNaN(to[i])));
        }
        WholeErrors |= (anyWhole ? 1u : 0) << (int)column.Band;
        FractionalErrors |= (anyFraction ? 1u : 0) << (int)column.Band;
    }

    void LeaveOutBad()
    {
        if (isBad.Length < Count)
            isBad = new bool[LineOf.Length];
        isBad.AsSpan().Clear();
        foreach (var bad in Bad)
            isBad[bad.Row] = true;
        Bad.Sort((one, other) => one.Row.CompareTo(other.Row));
        var stars = Stars;
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (isBad[i])
                continue;
            (stars.Ra[kept], stars.Dec[kept]) = (stars.Ra[i], stars.Dec[i]);
            if (stars.Ids is { } ids)
                ids[kept] = ids[i];
            if (stars.Flags is { } flags)
                flags[kept] = flags[i];
            Keep(stars.PmRa, i);
            Keep(stars.PmDec, i);
            for (var band = 0; band < CatalogMagnitudes.Count; band++)
            {
                Keep(stars.Mag[band], i);
                Keep(stars.MagErr[band], i);
            }
            kept++;
        }
        stars.Count = kept;

        void Keep(float[]? array, int i)
        {
            if (array is not null)
                array[kept] = array[i];
        }
    }

    static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
