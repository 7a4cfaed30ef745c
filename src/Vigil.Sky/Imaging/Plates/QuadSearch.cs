using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Finds a frame on the sky by the shapes of fours of stars.</summary>
/// <remarks>
/// After D. Lang et al. 2010, AJ 139, 1782: the brightest stars of each part of the sky, as dense as the brightest detections
/// of the frame would be if its pixel scale were known, make fours with their neighbours; where one has the shape of four
/// detections, the other stars around must agree, too. Scales are tried in steps of two, then with more stars.
/// </remarks>
sealed class QuadSearch
{
    // Whether a shape is worth a closer look: ln of how much more stars agree than would by chance.
    const double QuickOdds = 4;

    // Whether a place that its few brightest stars leave open is looked at with all of the catalogue.
    const double OpenOdds = -20;

    readonly FrameStars frame;
    readonly IStarCatalog catalog;
    readonly double epoch;
    readonly double accepted;
    readonly CancellationToken ct;
    readonly PlateEvidence evidence;
    readonly Dictionary<int, QuadTable> tables = [];
    readonly BrightStars bright;
    readonly Dictionary<(Cone, Effort), (double Scale, int Stars)> exhausted = [];
    double[] px = [], py = [];
    int[] near = new int[1024];
    long patternsLeft;

    /// <param name="frame">The detections.</param>
    /// <param name="catalog">Where to look for them.</param>
    /// <param name="epoch">Of the frame: Julian year.</param>
    /// <param name="accepted">The natural logarithm of the odds that a place needs.</param>
    /// <param name="mostPatterns">After how many patterns the search is given up.</param>
    /// <param name="ct">Ends the search.</param>
    public QuadSearch(FrameStars frame, IStarCatalog catalog, double epoch, double accepted, long mostPatterns,
        CancellationToken ct)
    {
        (this.frame, this.catalog, this.epoch, this.accepted, this.ct) = (frame, catalog, epoch, accepted, ct);
        patternsLeft = mostPatterns;
        (evidence, bright) = (new PlateEvidence(frame), new BrightStars(catalog, epoch));
    }

    /// <summary>Effort: how many detections, catalogue stars in a frame's area, neighbours of each.</summary>
    readonly record struct Effort(int Detections, double Stars, int Neighbours, double ScaleOffset);

    // The second and third also lie between the scales of the first.
    static readonly Effort[] efforts = [new(24, 14, 6, 0), new(36, 20, 6, 0.5), new(36, 14, 8, 0), new(44, 28, 8, 0.5),
        new(44, MostStars, 10, 0)];

    const double MostStars = 40;

    /// <summary>The place with the most significant agreement that was met.</summary>
    public PlateTry? Best { get; private set; }

    /// <summary>Whether the search was given up for the number of patterns.</summary>
    public bool GaveUp => patternsLeft <= 0;

    /// <summary>How many stars of the catalogue were looked at.</summary>
    public long StarsSeen { get; private set; }

    /// <summary>Searches cones.</summary>
    /// <param name="cones">Where the frame's centre may be.</param>
    /// <param name="least">The smallest pixel scale: arcsec.</param>
    /// <param name="most">The largest.</param>
    /// <param name="prior">What is possible at all.</param>
    /// <param name="quick">Whether to make the first effort only.</param>
    /// <returns>World coordinates good to some pixels, or null.</returns>
    public PlateTry? Find(IReadOnlyList<Cone> cones, double least, double most, PlatePrior prior, bool quick)
    {
        foreach (var effort in quick ? efforts.AsSpan(0, 1) : efforts)
        {
            if (!tables.TryGetValue(effort.Detections, out var table))
                tables[effort.Detections] = table = new QuadTable(frame, effort.Detections);
            foreach (var scale in Scales(least, most, effort.ScaleOffset))
                foreach (var cone in cones)
                {
                    if (GaveUp)
                        return null;
                    if (Find(table, effort, cone, scale, least, most, prior) is { } found)
                        return found;
                }
        }
        return null;
    }

    // Steps of two from the middle outwards.
    static IEnumerable<double> Scales(double least, double most, double offset)
    {
        var middle = Math.Sqrt(least * most);
        // Each serves scales within a factor of √2, and a little more.
        var steps = (int)Math.Ceiling(Math.Log2(most / middle) - 0.6);
        if (offset == 0)
            yield return middle;
        for (var step = 1; step <= Math.Max(steps, offset > 0 ? 1 : 0); step++)
        {
            // The larger first: fewer stars.
            yield return middle * Math.Pow(2, step - offset);
            yield return middle / Math.Pow(2, step - offset);
        }
    }

    PlateTry? Find(QuadTable table, Effort effort, Cone cone, double scale, double least, double most, PlatePrior prior)
    {
        ct.ThrowIfCancellationRequested();
        var side = scale / 3600;
        var frameArea = frame.Area * side * side;
        var density = effort.Stars / frameArea;
        var around = frame.HalfDiagonal * side;
        // Of a frame centred on the rim, half is enough. Smaller scales are asked for soon.
        var wide = cone with { Radius = Math.Min(180, cone.Radius + around / 2) };
        var smaller = Math.Max(1, scale / Math.Max(least, scale / 4));
        var stars = bright.Of(wide, density, MostStars * smaller * smaller / frameArea);
        StarsSeen = Math.Max(StarsSeen, stars.Count);
        if (stars.Count < 4)
            return null;
        // A catalogue that has no more stars has the same for every smaller scale.
        if (exhausted.TryGetValue((cone, effort), out var last) && last.Scale > scale && last.Stars == stars.Count)
            return null;
        exhausted[(cone, effort)] = (scale, stars.Count);
        // Where there are fewer, neighbours are farther.
        density = Math.Clamp(stars.Count / (Math.PI * wide.Radius * wide.Radius), density / 8, density);

        var index = new PositionIndex(stars.Ra, stars.Dec);
        var k = effort.Neighbours;
        var radius = Math.Min(40, Math.Sqrt((k + 4) / (Math.PI * density)));
        Span<double> x = stackalloc double[4];
        Span<double> y = stackalloc double[4];
        var (nearX, nearY, distance) = (new double[k], new double[k], new double[k]);
        var neighbours = new int[k];
        for (var pivot = 0; pivot < stars.Count && !GaveUp; pivot++)
        {
            if (pivot % 1000 == 0)
                ct.ThrowIfCancellationRequested();
            var plane = new TangentPlane(stars.Ra[pivot], stars.Dec[pivot]);
            var count = Around(index, stars.Ra[pivot], stars.Dec[pivot], radius);
            // The nearest few, by insertion.
            var kept = 0;
            for (var i = 0; i < count; i++)
            {
                var star = near[i];
                if (star == pivot)
                    continue;
                var (xi, eta) = plane.Project(stars.Direction[star]);
                var square = xi * xi + eta * eta;
                if (!(kept < k || square < distance[k - 1]))
                    continue;
                var at = kept < k ? kept++ : k - 1;
                for (; at > 0 && distance[at - 1] > square; at--)
                    (distance[at], nearX[at], nearY[at], neighbours[at]) =
                        (distance[at - 1], nearX[at - 1], nearY[at - 1], neighbours[at - 1]);
                (distance[at], nearX[at], nearY[at], neighbours[at]) = (square, xi, eta, star);
            }
            (x[0], y[0]) = (0, 0);
            patternsLeft -= kept * (kept - 1) * (kept - 2) / 6;
            for (var c = 2; c < kept; c++)
                for (var b = 1; b < c; b++)
                    for (var a = 0; a < b; a++)
                    {
                        (x[1], y[1], x[2], y[2], x[3], y[3]) = (nearX[a], nearY[a], nearX[b], nearY[b], nearX[c], nearY[c]);
                        var shape = Quad.Of(x, y);
                        if (!(shape.Square > 0))
                            continue;
                        foreach (var candidate in table.Candidates(shape))
                        {
                            if (!table.Agrees(candidate, shape))
                                continue;
                            var found = Look(table[candidate], shape, x, y, plane, stars, index, cone, least, most, effort,
                                prior);
                            if (found is not null)
                                return found;
                        }
                    }
        }
        return null;
    }

    PlateTry? Look(in QuadTable.Entry entry, in Quad shape, ReadOnlySpan<double> x, ReadOnlySpan<double> y, TangentPlane plane,
        ReferenceStars stars, PositionIndex index, Cone cone, double least, double most, Effort effort, PlatePrior prior)
    {
        var arcsec = Math.Sqrt(shape.Square / entry.Shape.Square) * (3600 * 180 / Math.PI);
        if (arcsec < least || arcsec > most)
            return null;
        var (centreX, centreY) = frame.Centre;
        var sign = entry.IsMirrored ? 1 : -1;
        var sums = new PixelMapSums();
        for (var role = 0; role < 4; role++)
        {
            var (detection, star) = (entry.Detection(role), shape.Star(role));
            sums.Add(x[star], y[star], sign * (frame.X[detection] - centreX), frame.Y[detection] - centreY, 1);
        }
        if (sums.Similarity() is not { } toFrame)
            return null;
        // The frame's centre on the sky: where the map gives (0, 0).
        var square = toFrame.A * toFrame.A + toFrame.D * toFrame.D;
        var (ra, dec) = plane.Deproject(-(toFrame.A * toFrame.C + toFrame.D * toFrame.F) / square,
            -(toFrame.A * toFrame.F - toFrame.D * toFrame.C) / square);
        var around = frame.HalfDiagonal * arcsec / 3600;
        if (Sphere.Separation(cone.Ra, cone.Dec, ra, dec) > cone.Radius + around / 4)
            return null;

        // Do the other stars around agree? The farther from the four, the wronger their places may be.
        var count = Around(index, ra, dec, Math.Min(around, 80));
        if (px.Length < count)
            (px, py) = (new double[2 * count], new double[2 * count]);
        var grid = frame.First(effort.Detections);
        var size = Math.Sqrt(entry.Shape.Square);
        var tolerance = Math.Max(3, entry.Err * size / 2);
        var (expected, agreeing, shown) = (0.0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            var (xi, eta) = plane.Project(stars.Direction[near[i]]);
            var (u, v) = toFrame.Apply(xi, eta);
            var (atX, atY) = (centreX + sign * u, centreY + v);
            (px[i], py[i]) = (atX, atY);
            if (!frame.Holds(atX, atY))
                continue;
            shown++;
            var wrong = tolerance * (1 + double.Hypot(atX - frame.X[entry.First], atY - frame.Y[entry.First]) / size);
            expected += Math.PI * wrong * wrong * grid.Count / frame.Area;
            agreeing += grid.Nearest(atX, atY, wrong, out _) >= 0 ? 1 : 0;
        }
        // The four themselves agree always.
        var more = agreeing - 4;
        if (more < 1 || more * Math.Log(more / expected) - (more - expected) < QuickOdds || more < expected)
            return null;

        // The brightest first, as the weighing wants them: the index gives them in no order.
        near.AsSpan(0, count).Sort();
        for (var i = 0; i < count; i++)
        {
            var (xi, eta) = plane.Project(stars.Direction[near[i]]);
            var (u, v) = toFrame.Apply(xi, eta);
            (px[i], py[i]) = (centreX + sign * u, centreY + v);
        }
        evidence.Weigh(px.AsSpan(0, count), py.AsSpan(0, count), effort.Detections, PixelMap.Identity, 2 * tolerance, arcsec,
            prior);
        if (evidence.LogOdds < OpenOdds)
            return null;
        var pairs = evidence.Pairs.ConvertAll(pair => (pair.Detection, near[pair.Star]));
        if (PlateFit.Linear(frame, stars, new TangentPlane(ra, dec), pairs, entry.IsMirrored) is not { } wcs)
            return null;
        var open = new PlateTry(wcs, evidence.LogOdds, evidence.Matches, evidence.Chance, evidence.Looked, evidence.Sigma);
        if (open.LogOdds < accepted)
            open = Reconsider(wcs, open, prior);
        if (Best is null || open.LogOdds > Best.LogOdds)
            Best = open;
        return open.LogOdds >= accepted ? open : null;
    }

    // The same place with more detections and all stars of the catalogue.
    PlateTry Reconsider(Wcs wcs, PlateTry open, PlatePrior prior)
    {
        var (ra, dec) = wcs.PixelToSky(frame.Centre.X, frame.Centre.Y);
        var found = new List<CatalogStar>();
        catalog.Cone(ra, dec, Math.Min(80, 1.1 * frame.HalfDiagonal * wcs.PixelScale / 3600), found);
        var stars = new ReferenceStars(found, epoch);
        return PlateTry.Weigh(evidence, frame, stars, wcs, PixelMap.Identity, Math.Max(3, 4 * open.Sigma), prior) is { } better &&
            better.LogOdds > open.LogOdds ? better : open;
    }

    // Fills the buffer with the stars near a place.
    int Around(PositionIndex index, double ra, double dec, double radius)
    {
        var count = index.Cone(ra, dec, radius, near);
        if (count <= near.Length)
            return count;
        near = new int[2 * count];
        return index.Cone(ra, dec, radius, near);
    }
}
