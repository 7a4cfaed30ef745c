using System.IO.Compression;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>A catalogue of one frame's stars, made elsewhere: positions and instrumental magnitudes, no pixels.</summary>
/// <remarks>
/// <para>
/// Read are SExtractor's ASCII_HEAD, text whose first line names its columns, the bare seven columns of ccdphot (NUMBER
/// ALPHA_J2000 DELTA_J2000 XWIN_IMAGE YWIN_IMAGE MAG_AUTO MAGERR_AUTO), and FITS binary and ASCII tables, FITS_LDAC among
/// them, of which all tables with the columns are joined; each also in gzip.
/// </para>
/// <para>
/// Wanted are ALPHA_J2000 and DELTA_J2000 in degrees and the first complete pair of MAG_BEST, MAG_AUTO, MAG_APER and its error
/// MAGERR_*; of a vector the first element. Rows without a usable position, magnitude or error are left out and counted.
/// </para>
/// </remarks>
public sealed class InstrumentalCatalog
{
    /// <summary>The NUMBER by which ccdphot marks the target of interest.</summary>
    public const int TargetNumber = 999999;

    /// <summary>Fainter magnitudes are not measurements: SExtractor writes 99.</summary>
    public const double FaintestMag = 50;

    /// <summary>Errors beyond this say nothing; real files hold 60000.</summary>
    public const double LargestMagErr = 1;

    // A catalogue of a million rows with a hundred columns fits.
    const long MostBytes = 1L << 30;
    const int MostRows = 5_000_000;

    static readonly string[] magnitudes = ["BEST", "AUTO", "APER"];

    readonly List<InstrumentalStar> stars = [];

    InstrumentalCatalog(string magColumn) => MagColumn = magColumn;

    /// <summary>The stars with a usable position, magnitude and error, in the order of the file.</summary>
    public IReadOnlyList<InstrumentalStar> Stars => stars;

    /// <summary>
    /// The star whose NUMBER marks it as the target of interest; it is one of <see cref="Stars"/>. Null where there is none, or
    /// where it was left out.
    /// </summary>
    public InstrumentalStar? Target { get; private set; }

    /// <summary>The column that the magnitudes are from, such as MAG_AUTO.</summary>
    public string MagColumn { get; }

    /// <summary>Rows of the file, those left out among them.</summary>
    public int RowCount { get; private set; }

    /// <summary>
    /// Rows left out because position, magnitude or error is no finite number, or the position is none on the sky.
    /// </summary>
    public int NotFinite { get; private set; }

    /// <summary>Rows left out because the magnitude is beyond <see cref="FaintestMag"/>.</summary>
    public int TooFaint { get; private set; }

    /// <summary>Rows left out because the error is beyond <see cref="LargestMagErr"/>, or negative.</summary>
    public int TooUncertain { get; private set; }

    /// <summary>Reads a catalogue.</summary>
    /// <param name="stream">A file, from the stream's current position to its end; it need not seek, and is left open.</param>
    /// <exception cref="FrameException">
    /// It is no catalogue, lacks columns, is cut off, is too large, or its positions say that it was made without a plate
    /// solution; the message says which columns there are and which are wanted.
    /// </exception>
    /// <exception cref="FitsException">A FITS file is broken.</exception>
    public static InstrumentalCatalog Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var start = new byte[6];
        var source = stream.CanSeek ? stream : Copy(stream);
        var got = Peek(source, start);
        if (got >= 2 && start[0] == 0x1F && start[1] == 0x8B)
        {
            try
            {
                using var gzip = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
                source = Copy(gzip);
            }
            catch (InvalidDataException e)
            {
                throw new FrameException("The catalogue's gzip is broken. Fetch the file again.", e);
            }
            got = Peek(source, start);
        }
        if (got == 0)
            throw new FrameException("The catalogue is empty. Check that the file was written and sent whole.");
        var catalog = start.AsSpan(0, got).SequenceEqual("SIMPLE"u8) ? FromFits(source) : FromText(source);
        catalog.CheckSolved();
        return catalog;
    }

    static InstrumentalCatalog FromText(Stream stream)
    {
        using var table = new CatalogText(stream);
        var kind = Kind(table.Has) ?? throw Missing(table.Columns);
        var catalog = new InstrumentalCatalog($"MAG_{kind}");
        var (ra, dec) = (table.IndexOf("ALPHA_J2000"), table.IndexOf("DELTA_J2000"));
        var (mag, magErr) = (table.IndexOf($"MAG_{kind}"), table.IndexOf($"MAGERR_{kind}"));
        var (x, y) = Place(table.Has) is var (xName, yName) ? (table.IndexOf(xName), table.IndexOf(yName)) : (-1, -1);
        var (number, flags) = (table.IndexOf("NUMBER"), table.IndexOf("FLAGS"));
        while (table.Next())
            catalog.Add(table[number], table[ra], table[dec], table[mag], table[magErr], table[x], table[y], table[flags]);
        return catalog;
    }

    static InstrumentalCatalog FromFits(Stream stream)
    {
        using var fits = new FitsReader(stream, leaveOpen: true);
        InstrumentalCatalog? catalog = null;
        var seen = new List<string>();
        foreach (var hdu in fits.Hdus)
        {
            if (hdu.Kind is not (FitsHduKind.BinaryTable or FitsHduKind.AsciiTable) || hdu.Name == "LDAC_IMHEAD")
                continue;
            var table = hdu.Table();
            seen.AddRange(table.Columns.Select(column => column.Name));
            // The first table with all columns says which magnitudes; a later one joins if it has the same.
            if (Kind(name => Has(name) && (catalog is null || !IsMagnitude(name) || IsOf(catalog, name))) is not { } kind)
                continue;
            catalog ??= new InstrumentalCatalog($"MAG_{kind}");
            if (table.RowCount > MostRows - catalog.RowCount)
                throw TooManyRows();
            var (x, y) = Place(Has) ?? ("", "");
            catalog.AddAll(FirstOf(table, "NUMBER"), FirstOf(table, "ALPHA_J2000"), FirstOf(table, "DELTA_J2000"),
                FirstOf(table, $"MAG_{kind}"), FirstOf(table, $"MAGERR_{kind}"), FirstOf(table, x), FirstOf(table, y),
                FirstOf(table, "FLAGS"));

            bool Has(string name) => table.TryFind(name, out var column) && column.ValuesPerRow > 0;
        }
        return catalog ?? throw Missing(seen);

        static bool IsMagnitude(string name) => name.StartsWith("MAG", StringComparison.Ordinal);

        static bool IsOf(InstrumentalCatalog catalog, string name) =>
            name.EndsWith(catalog.MagColumn[3..], StringComparison.Ordinal);
    }

    // The first element of each row of a column; NaN where there is no such column.
    static double[] FirstOf(FitsTable table, string name)
    {
        const int RowsAtOnce = 4096;
        var values = new double[table.RowCount];
        if (!table.TryFind(name, out var column) || column.ValuesPerRow == 0)
        {
            Array.Fill(values, double.NaN);
            return values;
        }
        var perRow = column.ValuesPerRow;
        if (perRow > MostRows / RowsAtOnce)
            throw new FrameException($"{name} has {perRow} values a row. Save the table with the aperture that is wanted.");
        var some = new double[perRow * Math.Min(RowsAtOnce, values.Length)];
        for (var at = 0; at < values.Length; at += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, values.Length - at);
            table.Read(name, some.AsSpan(0, count * perRow), at);
            for (var i = 0; i < count; i++)
                values[at + i] = some[i * perRow];
        }
        return values;
    }

    void AddAll(double[] number, double[] ra, double[] dec, double[] mag, double[] magErr, double[] x, double[] y, double[] flags)
    {
        for (var i = 0; i < ra.Length; i++)
            Add(number[i], ra[i], dec[i], mag[i], magErr[i], x[i], y[i], flags[i]);
    }

    void Add(double number, double ra, double dec, double mag, double magErr, double x, double y, double flags)
    {
        if (RowCount == MostRows)
            throw TooManyRows();
        RowCount++;
        if (!double.IsFinite(ra + dec + mag + magErr) || Math.Abs(ra) > 360 || Math.Abs(dec) > 90)
        {
            NotFinite++;
        }
        else if (mag > FaintestMag)
        {
            TooFaint++;
        }
        else if (magErr is > LargestMagErr or < 0)
        {
            TooUncertain++;
        }
        else
        {
            var star = new InstrumentalStar(ra < 0 ? (ra + 360) % 360 : ra % 360, dec, mag, magErr, x, y, Known(flags));
            stars.Add(star);
            // In a catalogue so long the number may be no mark but the next one.
            if (number == TargetNumber && RowCount != TargetNumber)
                Target = star;
        }
    }

    // SExtractor's bits and ours; those of another program mean something else.
    static DetectionFlaws Known(double flags) => flags is >= 0 and <= int.MaxValue
        ? (DetectionFlaws)((int)flags & (0xFF | (int)DetectionFlaws.CosmicRay)) : DetectionFlaws.None;

    void CheckSolved()
    {
        if (stars.Count > 1 && stars.TrueForAll(star => star.Ra == stars[0].Ra && star.Dec == stars[0].Dec))
            throw new FrameException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"All {stars.Count} rows have ALPHA_J2000 {stars[0].Ra} and DELTA_J2000 {stars[0].Dec}: the catalogue was ") +
                "made of a frame without a plate solution. Solve the frame first, then make the catalogue again.");
    }

    // The magnitudes to take: the first complete pair where the position is there, too.
    static string? Kind(Func<string, bool> has) => has("ALPHA_J2000") && has("DELTA_J2000")
        ? Array.Find(magnitudes, kind => has($"MAG_{kind}") && has($"MAGERR_{kind}")) : null;

    static (string X, string Y)? Place(Func<string, bool> has) =>
        has("XWIN_IMAGE") && has("YWIN_IMAGE") ? ("XWIN_IMAGE", "YWIN_IMAGE")
        : has("X_IMAGE") && has("Y_IMAGE") ? ("X_IMAGE", "Y_IMAGE") : null;

    static FrameException Missing(IReadOnlyCollection<string> present)
    {
        const int MostNamed = 60;
        var named = string.Join(", ", present.Distinct().Take(MostNamed)) + (present.Distinct().Count() > MostNamed ? ", ..." : "");
        return new FrameException("The catalogue needs the columns ALPHA_J2000 and DELTA_J2000 (degrees) and one pair of " +
            "MAG_BEST and MAGERR_BEST, MAG_AUTO and MAGERR_AUTO, or MAG_APER and MAGERR_APER; " +
            (present.Count == 0 ? "it has none that can be read." : $"it has {named}."));
    }

    static FrameException TooManyRows() => new($"The catalogue has more than {MostRows} rows. Give one frame's stars only.");

    static int Peek(Stream stream, Span<byte> start)
    {
        var at = stream.Position;
        var got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = at;
        return got;
    }

    static MemoryStream Copy(Stream stream)
    {
        var copy = new MemoryStream();
        var piece = new byte[1 << 16];
        for (int got; (got = stream.Read(piece)) > 0; copy.Write(piece, 0, got))
            if (copy.Length + got > MostBytes)
                throw new FrameException($"The catalogue has more than {MostBytes} bytes. Give one frame's stars only.");
        copy.Position = 0;
        return copy;
    }
}
