using System.Buffers;
using System.Collections.Concurrent;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Stars in a table as others publish it: CSV and its kin (ECSV, tabs, VizieR's text), FITS tables and FITS_LDAC, VOTable; any of
/// them in gzip. Columns are known by their usual names.
/// </summary>
/// <remarks>
/// The stream is read once from its position to its end, a piece at a time. A magnitude of 90 or more (or -90 or less) is none,
/// as tables write 99.99; errors of magnitudes that are zero, negative or above 6.5 are none either. One thread at a time.
/// </remarks>
public abstract class StarTable : IDisposable
{
    const int ReasonsKept = 10;

    // White space and the byte order mark of UTF-8.
    static readonly SearchValues<byte> beforeText = SearchValues.Create(
        [(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0xEF, 0xBB, 0xBF]);

    readonly ConcurrentBag<StarPiece> pieces = [];
    readonly List<string> notes = [];
    readonly List<string> reasons = [];
    IReadOnlyList<StarColumn> columns = [];
    double assumedEpoch = 2000;
    bool isPanStarrs;
    uint wholeErrors, fractionalErrors;

    private protected StarTable(string name, StarTableOptions options) => (Name, Options) = (name, options);

    /// <summary>What the table is called in messages, such as the name of its file.</summary>
    public string Name { get; }

    /// <summary>What it is: CSV, FITS table, VOTable.</summary>
    public abstract string Format { get; }

    /// <summary>The bands that it has columns of.</summary>
    public IReadOnlyList<CatalogBand> Bands =>
        [.. columns.Where(column => column.Quantity == StarQuantity.Mag).Select(column => column.Band).Order()];

    /// <summary>Whether it has columns of proper motions.</summary>
    public bool HasProperMotions => columns.Any(column => column.Quantity == StarQuantity.PmRa);

    /// <summary>What was taken for granted of it, in sentences for the user.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>When its stars are where it says, Julian year; NaN before the first was read.</summary>
    public double Epoch { get; private set; } = double.NaN;

    /// <summary>Rows read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows left out so far; 0 unless <see cref="StarTableOptions.SkipBad"/>.</summary>
    public long Skipped { get; private set; }

    /// <summary>Why the first of them were left out.</summary>
    public IReadOnlyList<string> SkippedReasons => reasons;

    /// <summary>
    /// Whether the service that made the table says that it left out rows, for there were too many; known once all rows are read.
    /// </summary>
    public virtual bool IsCut => false;

    private protected StarTableOptions Options { get; }

    private protected IReadOnlyList<StarColumn> Columns => columns;

    /// <summary>What a row is called in messages.</summary>
    private protected virtual string RowWord => "row";

    /// <summary>Opens a table, whatever its format; reads no further than the names of its columns.</summary>
    /// <param name="stream">From its position to its end; the table closes it.</param>
    /// <param name="name">What to call it in messages, such as the name of its file.</param>
    /// <param name="options">How its columns are to be understood, where their names do not tell.</param>
    /// <exception cref="FrameException">It is no table of stars, or it is broken; the message says what to do.</exception>
    /// <exception cref="FitsException">It is a broken FITS file.</exception>
    public static StarTable Open(Stream stream, string name, StarTableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        options ??= new();
        try
        {
            var origin = stream.CanSeek ? stream.Position : 0;
            var text = new ForwardStream(stream, name);
            if (text.Peek(2) is [0x1F, 0x8B]) // RFC 1952
                text = new ForwardStream(new UnpackingStream(text), name);
            var start = text.Peek(ForwardStream.PeekBytes);
            if (start.IsEmpty)
                throw new FrameException($"{name} is empty. A table of stars has the names of its columns and rows of numbers.");
            if (start.StartsWith("SIMPLE  ="u8))
            {
                if (!stream.CanSeek)
                    return new FitsStarTable(text, name, options);
                stream.Position = origin; // the reader unpacks by itself, and seeks where it can
                return new FitsStarTable(stream, name, options);
            }
            if (start.IndexOf((byte)0) >= 0)
                throw new FrameException(
                    $"{name} is no table that can be read: CSV, ECSV, FITS and VOTable can, each also in gzip.");
            var first = start.IndexOfAnyExcept(beforeText);
            return first >= 0 && start[first] == '<' ? new VoStarTable(text, name, options)
                : new CsvStarTable(text, name, options);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The stars of the table, one after the other.</summary>
    /// <exception cref="FrameException">
    /// A row cannot be used or the table is broken; the message names row, column and value.
    /// </exception>
    /// <exception cref="FitsException">The FITS file is broken.</exception>
    public IEnumerable<CatalogStar> Read()
    {
        foreach (var piece in Pieces(1, _ => { }, CancellationToken.None))
        {
            var stars = piece.Stars;
            for (var i = 0; i < stars.Count; i++)
            {
                var star = new CatalogStar
                {
                    Ra = stars.Ra[i],
                    Dec = stars.Dec[i],
                    Epoch = piece.Epoch,
                    Id = stars.Ids?[i] ?? 0,
                    PmRa = stars.PmRa?[i] ?? float.NaN,
                    PmDec = stars.PmDec?[i] ?? float.NaN,
                    Flags = (CatalogStarFlaws)(stars.Flags?[i] ?? 0),
                };
                CatalogMagnitudes mags = CatalogMagnitudes.None, errs = mags;
                for (var band = 0; band < CatalogMagnitudes.Count; band++)
                    (mags[band], errs[band]) = (stars.Mag[band]?[i] ?? float.NaN, stars.MagErr[band]?[i] ?? float.NaN);
                (star.Mag, star.MagErr) = (mags, errs);
                yield return star;
            }
        }
    }

    /// <summary>Reads the table to its end and keeps nothing: whether every row can be used, and how many there are.</summary>
    /// <param name="threads">How many may work, at least 1.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="FrameException">As for <see cref="Read"/>.</exception>
    /// <exception cref="FitsException">The FITS file is broken.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Check(int threads = 1, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        foreach (var _ in Pieces(threads, _ => { }, ct))
        {
            // Rows and Skipped are counted on the way.
        }
    }

    /// <summary>Says which columns there are; to be called by the formats once they know.</summary>
    /// <param name="all">Their names and units.</param>
    /// <param name="epochOf">The epoch that the table states elsewhere for the column of right ascensions, or null.</param>
    private protected void SetColumns(IReadOnlyList<(string Name, string Unit)> all, Func<StarColumn, double?>? epochOf = null)
    {
        columns = StarColumns.Find(Name, all, Options, notes);
        if (Bands.Count == 0)
            notes.Add("No column is known as a magnitude. Name it, such as --column V=NAME. There are: " +
                $"{StarColumns.List(all)}.");
        isPanStarrs = (Options.IsPanStarrs ?? PanStarrs.IsKnownBy(all))
            && Bands.Any(band => band is CatalogBand.SdssG or CatalogBand.SdssR or CatalogBand.SdssI or CatalogBand.SdssZ);
        if (isPanStarrs)
            notes.Add(PanStarrs.Note);
        if (Options.Epoch is not null || columns.Any(column => column.Quantity == StarQuantity.Epoch))
            return;
        var position = columns.First(column => column.Quantity == StarQuantity.Ra);
        var ra = position.Name;
        if (epochOf?.Invoke(position) is { } stated)
        {
            assumedEpoch = stated;
            return;
        }
        var isGaia = Has("phot_g_mean_mag") || ra == "RA_ICRS" && Has("Gmag");
        assumedEpoch = Has("GaiaDR2") ? 2015.5 : isGaia ? 2016 : 2000;
        notes.Add($"The table does not say when its stars were there; {assumedEpoch:F1} is assumed. " +
            "If it is another year: --epoch YEAR.");

        bool Has(string name) => all.Any(column => column.Name == name);
    }

    /// <summary>
    /// Reads the next piece of the stream and returns what makes numbers of it, on any thread; null at the end.
    /// </summary>
    private protected abstract Action? Next(StarPiece piece);

    /// <summary>Reads the table piece by piece, some of them at once, and hands them out in their order.</summary>
    /// <param name="threads">How many pieces to work on at once.</param>
    /// <param name="work">What to do with each piece, on any thread.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The pieces; each is used again after the next was asked for.</returns>
    internal IEnumerable<StarPiece> Pieces(int threads, Action<StarPiece> work, CancellationToken ct)
    {
        var line = 0L;
        var underway = new Queue<(StarPiece Piece, Task Work)>();
        try
        {
            for (var atEnd = false; ;)
            {
                ct.ThrowIfCancellationRequested();
                while (!atEnd && underway.Count <= (threads > 1 ? threads : 0))
                {
                    var piece = pieces.TryTake(out var used) ? used : new(columns, Options.Epoch, assumedEpoch, isPanStarrs);
                    piece.Clear();
                    if (Next(piece) is not { } parse)
                    {
                        atEnd = true;
                        break;
                    }
                    underway.Enqueue((piece, threads > 1 ? Task.Run(Make, CancellationToken.None) : Now(Make)));

                    void Make()
                    {
                        parse();
                        piece.Convert();
                        work(piece);
                    }
                }
                if (underway.Count == 0)
                    break;
                var (made, task) = underway.Peek();
                task.GetAwaiter().GetResult();
                underway.Dequeue();
                Account(made, line);
                line += made.Lines;
                yield return made;
                pieces.Add(made);
            }
        }
        finally
        {
            foreach (var (_, task) in underway)
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne(); // it reads what may be closed next; its outcome is moot
        }
        foreach (var column in columns)
            if (column.Quantity == StarQuantity.MagErr && (wholeErrors >> (int)column.Band & 1) != 0
                && (fractionalErrors >> (int)column.Band & 1) == 0)
                notes.Add($"The errors of {column.Name} are all whole magnitudes. If they are hundredths: " +
                    $"--column e_{StarColumns.KeyOf(column.Band)}={column.Name}*0.01");
        if (Rows == 0 && !Options.MayBeEmpty)
            throw new FrameException($"{Name} has no rows.");
    }

    static Task Now(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    void Account(StarPiece piece, long line)
    {
        if (piece.Bad.Count > 0 && !Options.SkipBad)
            throw new FrameException($"{Name}, {Where(piece.Bad[0])}. Correct it, or leave such rows out: --skip-bad");
        for (var i = 0; i < piece.Bad.Count; i++)
        {
            if (i > 0 && piece.Bad[i].Row == piece.Bad[i - 1].Row)
                continue;
            Skipped++;
            if (reasons.Count < ReasonsKept)
                reasons.Add($"{Name}, {Where(piece.Bad[i])}.");
        }
        Rows += piece.Count;
        wholeErrors |= piece.WholeErrors;
        fractionalErrors |= piece.FractionalErrors;
        if (piece.Stars.Count == 0)
            return;
        if (double.IsNaN(Epoch))
            Epoch = piece.Epoch;
        else if (Math.Abs(piece.Epoch - Epoch) >= StarPiece.EpochTolerance)
            throw new FrameException(
                $"{Name} has stars of {piece.Epoch} after stars of {Epoch}; a catalogue has one epoch. Import them apart.");

        string Where(BadStar bad) => $"{RowWord} {FirstLine + line + bad.Line}: {bad.Problem}";
    }

    /// <summary>The number of the first row in messages.</summary>
    private protected virtual long FirstLine => 1;

    /// <summary>Closes the stream.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the stream.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
