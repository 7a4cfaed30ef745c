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
/// Wanted are ALPHA_J2000 and DELTA_J2000, or RA and DEC, in degrees, and the first complete pair of MAG_BEST, MAG_AUTO,
/// MAG_APER, FLUX_AUTO, FLUX_APER, MAG and FLUX and its error, MAGERR or FLUXERR with the same ending; of a vector the first
/// element. Rows without a usable position, magnitude or error are left out and counted.
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

    static readonly (string Ra, string Dec)[] positions = [("ALPHA_J2000", "DELTA_J2000"), ("RA", "DEC")];

    static readonly (string Value, string Err)[] magnitudes =
    [
        ("MAG_BEST", "MAGERR_BEST"), ("MAG_AUTO", "MAGERR_AUTO"), ("MAG_APER", "MAGERR_APER"), ("FLUX_AUTO", "FLUXERR_AUTO"),
        ("FLUX_APER", "FLUXERR_APER"), ("MAG", "MAGERR"), ("FLUX", "FLUXERR"),
    ];

    static readonly (string X, string Y)[] places = [("XWIN_IMAGE", "YWIN_IMAGE"), ("X_IMAGE", "Y_IMAGE"), ("X", "Y")];

    // The columns to take; of a place on the frame, empty names where it is not told.
    readonly record struct Layout(string Ra, string Dec, string Mag, string MagErr, string X, string Y);

    readonly List<InstrumentalStar> stars = [];
    readonly bool isFlux;

    InstrumentalCatalog(string magColumn) => (MagColumn, isFlux) = (magColumn, magColumn.StartsWith('F'));

    /// <summary>The stars with a usable position, magnitude and error, in the order of the file.</summary>
    public IReadOnlyList<InstrumentalStar> Stars => stars;

    /// <summary>
    /// The star whose NUMBER marks it as the target of interest; it is one of <see cref="Stars"/>. Null where there is none, or
    /// where it was left out.
    /// </summary>
    public InstrumentalStar? Target { get; private set; }

    /// <summary>The column that the magnitudes are from, such as MAG_AUTO or FLUX_AUTO.</summary>
    public string MagColumn { get; }

    /// <summary>Rows of the file, those left out among them.</summary>
    public int RowCount { get; private set; }

    /// <summary>
    /// Rows left out because position, magnitude or error is no finite number, or the position is none on the sky; a flux of 0
    /// or less has no magnitude.
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
        var layout = LayoutOf(table.Has) ?? throw Missing(table.Columns);
        var catalog = new InstrumentalCatalog(layout.Mag);
        var (ra, dec) = (table.IndexOf(layout.Ra), table.IndexOf(layout.Dec));
        var (mag, magErr) = (table.IndexOf(layout.Mag), table.IndexOf(layout.MagErr));
        var (x, y) = (table.IndexOf(layout.X), table.IndexOf(layout.Y));
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
            if (LayoutOf(Has, catalog?.MagColumn) is not { } layout)
                continue;
            catalog ??= new InstrumentalCatalog(layout.Mag);
            if (table.RowCount > MostRows - catalog.RowCount)
                throw TooManyRows();
            catalog.AddAll(FirstOf(table, "NUMBER"), FirstOf(table, layout.Ra), FirstOf(table, layout.Dec),
                FirstOf(table, layout.Mag), FirstOf(table, layout.MagErr), FirstOf(table, layout.X), FirstOf(table, layout.Y),
                FirstOf(table, "FLAGS"));

            bool Has(string name) => table.TryFind(name, out var column) && column.ValuesPerRow > 0;
        }
        return catalog ?? throw Missing(seen);
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
        if (isFlux)
            (mag, magErr) = mag > 0 ? (-2.5 * Math.Log10(mag), 2.5 / Math.Log(10) * magErr / mag) : (double.NaN, double.NaN);
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

    // The first complete pairs of position and of magnitude, which may be fixed by a table before.
    static Layout? LayoutOf(Func<string, bool> has, string? magnitude = null)
    {
        var position = Array.Find(positions, pair => has(pair.Ra) && has(pair.Dec));
        var brightness = Array.Find(magnitudes, pair =>
            (magnitude is null || pair.Value == magnitude) && has(pair.Value) && has(pair.Err));
        if (position.Ra is null || brightness.Value is null)
            return null;
        var (x, y) = Array.Find(places, pair => has(pair.X) && has(pair.Y));
        return new Layout(position.Ra, position.Dec, brightness.Value, brightness.Err, x ?? "", y ?? "");
    }

    static FrameException Missing(IReadOnlyCollection<string> present)
    {
        const int MostNamed = 60;
        var named = string.Join(", ", present.Distinct().Take(MostNamed))
            + (present.Distinct().Count() > MostNamed ? ", ..." : "");
        return new FrameException("The catalogue needs the columns ALPHA_J2000 and DELTA_J2000 (or RA and DEC; degrees) and one "
            + "pair of MAG_BEST, MAG_AUTO, MAG_APER and its error MAGERR_..., or FLUX_AUTO, FLUX_APER and FLUXERR_...; "
            + (present.Count == 0 ? "it has none that can be read." : $"it has {named}."));
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
