namespace Vigil.Sky;

/// <summary>Positions in memory, arranged so that those near a direction are found at once.</summary>
/// <remarks>
/// The part of the sky where they are, be it all or one field, is cut into zones of declination, and a zone into cells of about
/// three positions; a cone meets one or two runs of cells in each zone (J. Gray et al. 2006, "The Zones Algorithm",
/// arXiv:cs/0701171). A position takes 22 bytes.
/// What is found does not depend on the arrangement: poles and right ascension 0 are like any other place. Instances do not
/// change and may be shared by threads.
/// </remarks>
public sealed class PositionIndex
{
    const double PositionsPerCell = 3;

    readonly double southEnd, northEnd, westEnd, width; // of the part of the sky: degrees
    readonly double zonesPerDegree, widthsPerDegree;
    readonly int[] firstCell;   // of each zone, and the end
    readonly int[] cellStart;   // of each cell, in the arrays below, and the end
    readonly double[] ra, dec;  // degrees
    readonly int[] given;       // the index under which each was given

    /// <summary>An index of N positions.</summary>
    /// <param name="ra">Right ascensions: degrees, any finite value, shape (N).</param>
    /// <param name="dec">Declinations: degrees, in [-90, 90], shape (N).</param>
    /// <exception cref="ArgumentException">
    /// The spans differ in length, or a position is none; the message tells which.
    /// </exception>
    public PositionIndex(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec)
    {
        if (ra.Length != dec.Length)
            throw new ArgumentException($"ra and dec must have one length, got {ra.Length} and {dec.Length}.");
        for (var i = 0; i < ra.Length; i++)
            if (!double.IsFinite(ra[i]) || !(dec[i] is >= -90 and <= 90))
                throw new ArgumentException(
                    $"Position {i} is ({ra[i]}, {dec[i]}): ra must be a finite number and dec in [-90, 90] degrees.");

        (southEnd, northEnd, westEnd, width) = Box(ra, dec);
        var height = northEnd - southEnd;
        // Square cells, unless the box is narrower than they would be.
        var breadth = Math.Max(width * double.RadiansToDegrees(Sin(northEnd) - Sin(southEnd)) / height, 1e-9); // mean
        var side = Math.Sqrt(breadth * height * PositionsPerCell / Math.Max(ra.Length, 1));
        side = side > height ? breadth * PositionsPerCell / ra.Length : side > breadth
            ? height * PositionsPerCell / ra.Length : side;
        var zones = (int)Math.Clamp(Math.Ceiling(height / side), 1, 20_000);
        (zonesPerDegree, widthsPerDegree) = (zones / height, 1 / width);
        firstCell = new int[zones + 1];
        for (var zone = 0; zone < zones; zone++)
        {
            var middle = (zone + 0.5) / zonesPerDegree + southEnd;
            firstCell[zone + 1] = firstCell[zone] + (int)Math.Max(1, width * Math.Cos(double.DegreesToRadians(middle)) / side);
        }

        // Counting sort by cell; within a cell the order stays.
        var cells = new int[ra.Length];
        cellStart = new int[firstCell[zones] + 2];
        for (var i = 0; i < ra.Length; i++)
        {
            var zone = Zone(dec[i]);
            cells[i] = firstCell[zone] + Cell(Sphere.NormalizeRa(ra[i] - westEnd), firstCell[zone + 1] - firstCell[zone]);
            cellStart[cells[i] + 2]++;
        }
        for (var cell = 2; cell < cellStart.Length; cell++)
            cellStart[cell] += cellStart[cell - 1];
        (this.ra, this.dec, given) = (new double[ra.Length], new double[ra.Length], new int[ra.Length]);
        for (var i = 0; i < ra.Length; i++)
        {
            var at = cellStart[cells[i] + 1]++; // so that each start moves to where it belongs
            (this.ra[at], this.dec[at], given[at]) = (Sphere.NormalizeRa(ra[i]), dec[i], i);
        }
    }

    /// <summary>How many positions there are, N.</summary>
    public int Count => given.Length;

    /// <summary>The positions within an angle of a direction; the rim belongs to the cone.</summary>
    /// <param name="ra">Right ascension of the axis: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees, in [-90, 90].</param>
    /// <param name="radius">Degrees, in [0, 180].</param>
    /// <param name="found">Receives the indices of the positions, in no particular order, as far as there is room.</param>
    /// <returns>How many there are; more than <paramref name="found"/> holds, when it is too small.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <remarks>
    /// Separations are good to 1e-13 degrees, from 90 degrees on to 2e-12, from 179 on to 2e-6; a position so near the rim may be
    /// on either side. Allocates nothing.
    /// </remarks>
    public int Cone(double ra, double dec, double radius, Span<int> found)
    {
        var sink = new IndexSink { Found = found };
        Search(ra, dec, new ConeRadius(radius), ref sink);
        return sink.Count;
    }

    /// <summary>All pairs of M positions and the positions of the index that are within an angle of each other.</summary>
    /// <param name="ra">Right ascensions: degrees, any finite value, shape (M).</param>
    /// <param name="dec">Declinations: degrees, in [-90, 90], shape (M).</param>
    /// <param name="radius">Degrees, in [0, 180]; pairs just so far apart belong to it.</param>
    /// <param name="matches">
    /// The pairs are added to it, in the order of the M positions; it allocates only where it grows.
    /// </param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public void CrossMatch(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, double radius, List<PositionMatch> matches) =>
        CrossMatch(0, ra, dec, radius, matches);

    /// <summary>The same, with several threads.</summary>
    /// <param name="ra">Right ascensions: degrees, any finite value, shape (M).</param>
    /// <param name="dec">Declinations: degrees, in [-90, 90], shape (M).</param>
    /// <param name="radius">Degrees, in [0, 180].</param>
    /// <param name="threads">At least 1.</param>
    /// <returns>The pairs, in the order of the M positions.</returns>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public List<PositionMatch> CrossMatch(ReadOnlyMemory<double> ra, ReadOnlyMemory<double> dec, double radius, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        RequireOneLength(ra.Length, dec.Length);
        CheckRadius(radius);
        for (var i = 0; i < ra.Length; i++) // before threads start: an exception from within them would be wrapped
            _ = (Sphere.NormalizeRa(ra.Span[i]), Sphere.CheckedDec(dec.Span[i]));
        // Several parts a thread, for the sky is not equally dense.
        var parts = new List<PositionMatch>[Math.Min(4 * threads, Math.Max(ra.Length, 1))];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            var (from, to) = ((int)((long)ra.Length * part / parts.Length), (int)((long)ra.Length * (part + 1) / parts.Length));
            CrossMatch(from, ra.Span[from..to], dec.Span[from..to], radius, parts[part] = []);
        });
        var matches = new List<PositionMatch>(parts.Sum(part => part.Count));
        foreach (var part in parts)
            matches.AddRange(part);
        return matches;
    }

    void CrossMatch(int first, ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, double radius, List<PositionMatch> matches)
    {
        RequireOneLength(ra.Length, dec.Length);
        CheckRadius(radius);
        var cone = new ConeRadius(radius);
        var sink = new MatchSink { Matches = matches };
        for (var i = 0; i < ra.Length; i++)
        {
            sink.Query = first + i;
            Search(ra[i], dec[i], cone, ref sink);
        }
    }

    interface ISink
    {
        /// <param name="haversine">sin² of half the separation.</param>
        void Add(int index, double haversine);
    }

    ref struct IndexSink : ISink
    {
        public Span<int> Found;
        public int Count;

        public void Add(int index, double haversine)
        {
            if (Count < Found.Length)
                Found[Count] = index;
            Count++;
        }
    }

    struct MatchSink : ISink
    {
        public List<PositionMatch> Matches;
        public int Query;

        public readonly void Add(int index, double haversine) =>
            Matches.Add(new PositionMatch(Query, index, double.RadiansToDegrees(2 * ArcSine(Math.Sqrt(haversine)))));
    }

    void Search<TSink>(double ra, double dec, in ConeRadius radius, ref TSink sink) where TSink : ISink, allows ref struct
    {
        var cone = new ConeTest(ra, dec, radius);
        ra = Sphere.NormalizeRa(ra);

        // The box around the cone; it is a little larger, for rounding. Around a pole it goes all the way.
        const double rounding = 1e-9;
        var (south, north) = (dec - radius.Degrees - rounding, dec + radius.Degrees + rounding);
        var halfWidth = south <= -90 || north >= 90 ? 180
            : double.RadiansToDegrees(ArcSine(radius.Sine / cone.CosDec)) + rounding / cone.CosDec;
        if (north < southEnd || south > northEnd)
            return;
        // From the box's western edge eastwards; what goes beyond a turn comes in again at the other end.
        var middle = Sphere.NormalizeRa(ra - westEnd);
        var (west, east) = (middle - halfWidth, middle + halfWidth);
        for (int zone = Zone(south), last = Zone(north); zone <= last; zone++)
        {
            var (first, end) = (firstCell[zone], firstCell[zone + 1]);
            if (halfWidth >= 180)
            {
                Scan(first, end - 1, cone, ref sink);
                continue;
            }
            var cells = end - first;
            var (from, to) = west <= width && east >= 0 ? (Cell(west, cells), Cell(east, cells)) : (0, -1);
            var (againFrom, againTo) = east >= 360 ? (0, Cell(east - 360, cells))
                : west + 360 <= width ? (Cell(west + 360, cells), cells - 1) : (0, -1);
            if (from <= againTo && againFrom <= to)
                Scan(first, end - 1, cone, ref sink); // both ends meet in a cell, which counts once
            else
            {
                if (from <= to)
                    Scan(first + from, first + to, cone, ref sink);
                if (againFrom <= againTo)
                    Scan(first + againFrom, first + againTo, cone, ref sink);
            }
        }
    }

    // The part of the sky in which the positions are: from south to north, and from a western edge eastwards. Degrees.
    static (double South, double North, double West, double Width) Box(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec)
    {
        if (ra.IsEmpty)
            return (-90, 90, 0, 360);
        const double least = 1e-6; // so that a single position has a box, too
        var (south, north) = (90.0, -90.0);
        Span<bool> occupied = stackalloc bool[3600]; // tenths of a degree
        for (var i = 0; i < ra.Length; i++)
        {
            (south, north) = (Math.Min(south, dec[i]), Math.Max(north, dec[i]));
            occupied[Math.Min((int)(10 * Sphere.NormalizeRa(ra[i])), 3599)] = true;
        }
        var first = occupied.IndexOf(true);
        var (gapEnd, gap, last) = (first, 0, occupied.LastIndexOf(true) - 3600);
        for (var bin = first; bin < 3600; bin++)
        {
            if (!occupied[bin])
                continue;
            if (bin - last > gap)
                (gapEnd, gap) = (bin, bin - last);
            last = bin;
        }
        // East of the widest gap.
        var (west, width) = (gapEnd / 10.0, 0.0);
        var nearest = 360.0;
        foreach (var one in ra)
        {
            var along = Sphere.NormalizeRa(one - west);
            (nearest, width) = (Math.Min(nearest, along), Math.Max(width, along));
        }
        (south, north) = (Math.Max(south - least, -90), Math.Min(north + least, 90));
        // A position on the very edge would be put a turn away by rounding.
        return width > 180 ? (south, north, 0, 360)
            : (south, north, Sphere.NormalizeRa(west + nearest - least), width - nearest + 2 * least);
    }

    void Scan<TSink>(int firstCell, int lastCell, in ConeTest cone, ref TSink sink) where TSink : ISink, allows ref struct
    {
        var (from, to) = (cellStart[firstCell], cellStart[lastCell + 1]);
        for (var i = from; i < to; i++)
            if (cone.Contains(ra[i], dec[i], out var haversine))
                sink.Add(given[i], haversine);
    }

    int Zone(double dec) => Math.Clamp((int)((dec - southEnd) * zonesPerDegree), 0, firstCell.Length - 2);

    // From degrees east of the western edge.
    int Cell(double along, int cells) => Math.Clamp((int)(along * widthsPerDegree * cells), 0, cells - 1);

    // Of small numbers by the series: the first term left out is below 1e-18 of it. Of numbers above 1 as of 1.
    static double ArcSine(double x)
    {
        var square = x * x;
        return square > 1e-5 ? Math.Asin(Math.Min(x, 1))
            : x * (1 + square * (1.0 / 6 + square * (3.0 / 40 + square * (15.0 / 336))));
    }

    static double Sin(double degrees) => Math.Sin(double.DegreesToRadians(degrees));

    static void CheckRadius(double radius)
    {
        if (!(radius is >= 0 and <= 180))
            throw new ArgumentOutOfRangeException(nameof(radius), radius,
                "A radius must be in [0, 180] degrees. If it is in arcsec, divide by 3600.");
    }

    static void RequireOneLength(int ra, int dec)
    {
        if (ra != dec)
            throw new ArgumentException($"ra and dec must have one length, got {ra} and {dec}.");
    }
}
