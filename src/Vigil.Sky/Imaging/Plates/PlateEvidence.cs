namespace Vigil.Sky.Imaging;

/// <summary>
/// Tells whether detections lie where a catalogue's stars should be: pairs them, finds the small correction that makes them
/// agree, and weighs the agreement against chance.
/// </summary>
/// <remarks>
/// <para>
/// After D. Lang et al. 2010, AJ 139, 1782, doi:10.1088/0004-6256/139/5/1782, section 2.3, with the unknowns integrated out.
/// Two stories of the N brightest detections are compared. Either they lie anywhere in the frame of A pixels; or each is, with
/// an unknown probability, one of the R catalogue stars of the frame, off by a normal error of σ. If k of them are, at distances
/// r, the second story is the more likely one by
/// </para>
/// <para>Π [1 / (ρ 2πσ²) exp(-r²/2σ²)] / ((N + 1) C(N, k))</para>
/// <para>
/// where ρ = R / A, or the density of the other stars around where that is higher: coincidences are common in a cluster. The
/// divisor is the integral over the unknown probability. The position of the frame, its rotation and its scale were fitted; what
/// a fit makes of chance is taken back by the ratio of the volume of the fit's errors to that of all that was possible
/// (<see cref="PlatePrior"/>), which is also the number of independent tries of the search, whatever way it went.
/// </para>
/// </remarks>
sealed class PlateEvidence
{
    // Detections are never better placed than this, pixels: undersampling, catalogue errors, proper motions.
    const double LeastSigma = 0.05;
    const double MostSigma = 10;

    // How far aspect ratio and skew of real optics may be from a square: either way.
    const double ShearRange = 0.1;

    const int MostSteps = 15;

    readonly FrameStars frame;
    double[] px = [], py = [];                  // of the references within reach
    int[] reference = [];                       // their indices
    readonly List<(int Detection, int Place, double Square)> pairs = [];
    int[] pairOf = [];                          // of each detection: its place in the pairs, or -1

    public PlateEvidence(FrameStars frame) => this.frame = frame;

    /// <summary>How the correction may change the places of the stars.</summary>
    enum Freedom
    {
        /// <summary>Shift, turn, scale.</summary>
        Similarity = 4,
        /// <summary>Aspect ratio and skew, too.</summary>
        Affine = 6,
    }

    /// <summary>Natural logarithm of the odds that this is the frame's place; the higher the better.</summary>
    public double LogOdds { get; private set; }

    /// <summary>How many detections agree with a star.</summary>
    public int Matches { get; private set; }

    /// <summary>How many would by chance.</summary>
    public double Chance { get; private set; }

    /// <summary>How many detections were looked at.</summary>
    public int Looked { get; private set; }

    /// <summary>Standard deviation of a coordinate of what agrees: pixels.</summary>
    public double Sigma { get; private set; }

    /// <summary>From where a star was predicted to where it is.</summary>
    public PixelMap Map { get; private set; }

    /// <summary>Detections, and the indices of the stars they agree with.</summary>
    public List<(int Detection, int Star)> Pairs { get; } = [];

    /// <summary>Weighs a prediction.</summary>
    /// <param name="x">Where the catalogue's stars should be, FITS pixels, the brightest first: shape (R).</param>
    /// <param name="y">Likewise; NaN where a star has no place.</param>
    /// <param name="detections">How many detections are looked at.</param>
    /// <param name="map">A first correction.</param>
    /// <param name="radius">How wrong a place may be after it: pixels.</param>
    /// <param name="pixelScale">Arcsec.</param>
    /// <param name="prior">What else was possible.</param>
    public void Weigh(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int detections, PixelMap map, double radius,
        double pixelScale, PlatePrior prior)
    {
        var grid = frame.First(detections);
        Looked = grid.Count;
        (LogOdds, Matches, Map, Sigma, Chance) = (double.NegativeInfinity, 0, map, radius, 0);
        Pairs.Clear();
        var count = Gather(x, y, map, radius, Looked);
        if (count == 0 || Looked == 0)
            return;
        foreach (var freedom in (ReadOnlySpan<Freedom>)[Freedom.Similarity, Freedom.Affine])
        {
            if (freedom == Freedom.Affine && Matches < 6)
                break;
            var (fitted, sigma) = freedom == Freedom.Similarity ? Fit(grid, count, map, radius / 2, radius, freedom)
                : Fit(grid, count, Map, Sigma, 4 * Sigma, freedom);
            Assign(grid, count, fitted, 4 * sigma);
            var odds = LogOddsOf(count, fitted, sigma, freedom, pixelScale, prior);
            if (odds <= LogOdds && Matches > 0)
                continue;
            (LogOdds, Matches, Map, Sigma) = (odds, pairs.Count, fitted, sigma);
            Chance = Looked * count * Math.PI * 16 * sigma * sigma / frame.Area;
            Pairs.Clear();
            foreach (var (detection, place, _) in pairs)
                Pairs.Add((detection, reference[place]));
        }
    }

    // The brightest references that the frame should show: somewhat more than there are detections, as both lists have gaps.
    int Gather(ReadOnlySpan<double> x, ReadOnlySpan<double> y, PixelMap map, double margin, int detections)
    {
        if (px.Length < x.Length)
            (px, py, reference) = (new double[x.Length], new double[x.Length], new int[x.Length]);
        if (pairOf.Length < frame.Count)
            pairOf = new int[frame.Count];
        var most = detections + detections / 2 + 10;
        var (count, inside) = (0, 0);
        for (var j = 0; j < x.Length && inside < most; j++)
        {
            var (mx, my) = map.Apply(x[j], y[j]);
            // Those just beyond the edge may be in it after the correction.
            if (!(mx > 0.5 - margin && mx < frame.Width + 0.5 + margin && my > 0.5 - margin && my < frame.Height + 0.5 + margin))
                continue;
            inside += frame.Holds(mx, my) ? 1 : 0;
            (px[count], py[count], reference[count]) = (x[j], y[j], j);
            count++;
        }
        return inside == 0 ? 0 : count;
    }

    // Expectation and maximisation: how likely each pair is one, then the map and its errors from those that are.
    (PixelMap Map, double Sigma) Fit(PixelGrid grid, int count, PixelMap map, double sigma, double radius, Freedom freedom)
    {
        var part = 0.5;
        var sums = new PixelMapSums();
        for (var step = 0; step < MostSteps; step++)
        {
            Assign(grid, count, map, Math.Min(radius, Math.Max(4 * sigma, 1.5)));
            if (pairs.Count < 2)
                break;
            var chance = (1 - part) * grid.Count / frame.Area;
            var (weight, squares) = (0.0, 0.0);
            sums.Clear();
            foreach (var (detection, place, square) in pairs)
            {
                var likely = part * Math.Exp(-square / (2 * sigma * sigma)) / (2 * Math.PI * sigma * sigma);
                var p = likely / (likely + chance);
                weight += p;
                squares += p * square;
                sums.Add(px[place], py[place], frame.X[detection], frame.Y[detection], p);
            }
            // Two coordinates a pair, less those that the fit has used up.
            var used = (int)freedom;
            var next = Math.Clamp(Math.Sqrt(squares / Math.Max(2 * weight - used, weight / 2)), LeastSigma, MostSigma);
            part = Math.Clamp(weight / count, 0.01, 0.99);
            var fitted = freedom == Freedom.Affine ? sums.Affine() : sums.Similarity();
            var done = step > 2 && Math.Abs(next - sigma) < 1e-3 * sigma;
            sigma = next;
            if (fitted is not { } better)
                break;
            map = better;
            if (done)
                break;
        }
        return (map, sigma);
    }

    // Each star with the detection nearest to it; a detection keeps the nearest star.
    void Assign(PixelGrid grid, int count, PixelMap map, double radius)
    {
        pairs.Clear();
        pairOf.AsSpan(0, grid.Count).Fill(-1);
        for (var place = 0; place < count; place++)
        {
            var (x, y) = map.Apply(px[place], py[place]);
            var detection = grid.Nearest(x, y, radius, out var square);
            if (detection < 0)
                continue;
            if (pairOf[detection] is >= 0 and var other)
            {
                if (square < pairs[other].Square)
                    pairs[other] = (detection, place, square);
                continue;
            }
            pairOf[detection] = pairs.Count;
            pairs.Add((detection, place, square));
        }
    }

    double LogOddsOf(int count, PixelMap map, double sigma, Freedom freedom, double pixelScale, PlatePrior prior)
    {
        var k = pairs.Count;
        if (k < 2)
            return double.NegativeInfinity;
        var (variance, inside) = (sigma * sigma, 0);
        for (var place = 0; place < count; place++)
        {
            var (x, y) = map.Apply(px[place], py[place]);
            inside += frame.Holds(x, y) ? 1 : 0;
        }
        var density = Math.Max(inside, k) / frame.Area;
        // Around a star: a circle in which three others are expected.
        var around = 3 / (Math.PI * density);
        var (sum, meanX, meanY) = (0.0, 0.0, 0.0);
        foreach (var (detection, place, square) in pairs)
        {
            var near = -1; // the star itself does not count
            for (var other = 0; other < count; other++)
            {
                var (dx, dy) = (px[other] - px[place], py[other] - py[place]);
                near += dx * dx + dy * dy < around ? 1 : 0;
            }
            sum -= Math.Log(2 * Math.PI * variance * Math.Max(density, near / (Math.PI * around))) + square / (2 * variance);
            (meanX, meanY) = (meanX + frame.X[detection] / k, meanY + frame.Y[detection] / k);
        }
        sum -= Math.Log(Looked + 1) + LogChoose(Looked, k);

        // The volume of the fit's errors over that of what was possible, dimension by dimension; never above 1.
        var spread = 0.0;
        foreach (var (detection, _, _) in pairs)
            spread += Square(frame.X[detection] - meanX) + Square(frame.Y[detection] - meanY);
        var areaPixels = prior.Area * Square(3600 / pixelScale);
        sum += Math.Min(0, Math.Log(2 * Math.PI * variance / k / areaPixels));
        var angle = Math.Sqrt(2 * Math.PI * variance / spread); // width of the errors of turn and of the logarithm of scale
        sum += Math.Min(0, Math.Log(angle / prior.Turn)) + Math.Min(0, Math.Log(angle / prior.LogScale));
        if (freedom == Freedom.Affine)
            sum += 2 * Math.Min(0, Math.Log(angle / (2 * ShearRange)));
        sum -= Math.Log(prior.Parities);
        // σ was fitted, too, and so was the choice between the two freedoms made.
        sum += Math.Min(0, Math.Log(Math.Sqrt(2 * Math.PI / (4.0 * k)) / Math.Log(MostSigma / LeastSigma))) - Math.Log(2);
        return sum;
    }

    // ln C(n, k) by summing logarithms: n is some hundreds.
    static double LogChoose(int n, int k)
    {
        var sum = 0.0;
        for (var i = 1; i <= Math.Min(k, n - k); i++)
            sum += Math.Log((double)(n - i + 1) / i);
        return sum;
    }

    static double Square(double value) => value * value;
}
