using Vigil.Sky.Fits;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>World coordinates fitted to pairs of detections and stars.</summary>
/// <remarks>
/// Least squares in the plane that touches the sky at the middle of the frame; the errors of the detections count, and a common
/// one is added in quadrature so that the residuals are as large as they should be. Pairs beyond four standard deviations are
/// left out. Of several models that is taken which the stars ask for: the likelihood of a mixture of pairs and coincidences, less
/// what more parameters gain by chance (G. Schwarz 1978, Ann. Statist. 6, 461, doi:10.1214/aos/1176344136).
/// </remarks>
sealed class PlateFit
{
    const int MostSteps = 12;
    const double Clip = 4;

    // ln of the odds that a richer model must bring: decisive, on Jeffreys' scale, is 4.6.
    const double RicherModel = 5;

    const int ChoosingStars = 1500;

    // The median of the square of a distance whose two coordinates have unit variance.
    const double MedianSquare = 2 * 0.6931471805599453;

    PlateFit()
    {
    }

    /// <summary>What was fitted.</summary>
    public PlateModel Model { get; private init; }

    /// <summary>The cards of the solution.</summary>
    public required FitsHeader Cards { get; init; }

    /// <summary>What they mean.</summary>
    public required Wcs Wcs { get; init; }

    /// <summary>The stars that were compared with the detections.</summary>
    public required ReferenceStars References { get; init; }

    /// <summary>Indices of the detections in the frame's order.</summary>
    public required int[] Detections { get; init; }

    /// <summary>Indices of the stars they are, among the references.</summary>
    public required int[] Stars { get; init; }

    /// <summary>Residuals of the two coordinates: arcsec.</summary>
    public required (double Xi, double Eta)[] Residuals { get; init; }

    /// <summary>Of a coordinate, freedom of the fit allowed for: arcsec.</summary>
    public double Rms { get; private init; }

    /// <summary>The same for the best linear fit to the same pairs.</summary>
    public double RmsLinear { get; private init; }

    /// <summary>Error of each coordinate of the frame's centre: arcsec.</summary>
    public double CentreErr { get; private init; }

    /// <summary>The error of a coordinate that all detections have in common: pixels.</summary>
    public double Sigma { get; private init; }

    // The error of the solution in the worst corner: pixels.
    double CornerErr { get; init; }
    double LogLikelihood { get; init; }
    int Parameters { get; init; }

    double Criterion => LogLikelihood - Parameters * Math.Log(2 * Detections.Length) / 2;

    /// <summary>The best solution near a start.</summary>
    /// <param name="frame">All detections that may be stars.</param>
    /// <param name="stars">All stars that the frame may show.</param>
    /// <param name="start">World coordinates that are good to a few pixels.</param>
    /// <param name="sigma">Their error: pixels.</param>
    /// <param name="given">Coordinates whose scale, rotation and distortions may be kept, or null.</param>
    /// <param name="maxOrder">Of distortions, 1 for none.</param>
    /// <returns>Null where fewer than three pairs are left.</returns>
    public static PlateFit? Best(FrameStars frame, ReferenceStars stars, Wcs start, double sigma, Wcs? given, int maxOrder)
    {
        // The model is chosen by some of the stars; all of them tell its numbers.
        var few = InFrame(frame, stars, start, ChoosingStars);
        var all = InFrame(frame, stars, start, 3 * frame.Count + 100);
        var (best, keeps) = ((PlateFit?)null, false);
        ReadOnlySpan<(PlateModel Model, bool KeepsGiven)> models =
        [
            (PlateModel.Shift, true), (PlateModel.Similarity, true), (PlateModel.Similarity, false), (PlateModel.Linear, false),
            (PlateModel.Sip2, false), (PlateModel.Sip3, false), (PlateModel.Sip4, false),
        ];
        foreach (var (model, keepsGiven) in models)
        {
            if (keepsGiven && given is null || Order(model) > maxOrder || best?.Detections.Length < LeastPairs(model))
                continue;
            var fitter = new Fitter(frame, few, keepsGiven ? given : null, model);
            var fit = fitter.Converge(best?.Wcs ?? start, best?.Sigma ?? sigma);
            // A polynomial that runs away where there are no stars is no solution for the whole frame.
            if (fit is not null && (best is null || fit.Criterion > best.Criterion + RicherModel &&
                (model < PlateModel.Linear || fit.CornerErr < Math.Max(0.5, 2 * fit.Sigma))))
                (best, keeps) = (fit, keepsGiven);
        }
        if (best is null || all.Count == few.Count)
            return best;
        return new Fitter(frame, all, keeps ? given : null, best.Model).Converge(best.Wcs, best.Sigma) ?? best;
    }

    // The brightest stars that are in the frame or just beside it.
    static ReferenceStars InFrame(FrameStars frame, ReferenceStars stars, Wcs wcs, int most)
    {
        var margin = 0.02 * frame.HalfDiagonal;
        var chosen = new List<int>();
        for (var j = 0; j < stars.Count && chosen.Count < most; j++)
        {
            var (x, y) = wcs.SkyToPixel(stars.Ra[j], stars.Dec[j]);
            if (x > -margin && x < frame.Width + margin && y > -margin && y < frame.Height + margin)
                chosen.Add(j);
        }
        return stars.Select(chosen);
    }

    /// <summary>The linear solution of given pairs, as a start; null where they do not tell.</summary>
    public static Wcs? Linear(FrameStars frame, ReferenceStars stars, TangentPlane plane,
        IReadOnlyList<(int Detection, int Star)> pairs, bool isMirrored)
    {
        var sums = new PixelMapSums();
        var sign = isMirrored ? 1 : -1;
        var (centreX, centreY) = frame.Centre;
        foreach (var (detection, star) in pairs)
        {
            var (xi, eta) = plane.Project(stars.Direction[star]);
            if (double.IsFinite(xi))
                sums.Add(sign * (frame.X[detection] - centreX), frame.Y[detection] - centreY, xi, eta, 1);
        }
        if ((pairs.Count < 6 ? sums.Similarity() : sums.Affine() ?? sums.Similarity()) is not { } map)
            return null;
        var cards = PlateCards.Make(frame.Width, frame.Height, (x, y) =>
        {
            var (xi, eta) = map.Apply(sign * (x - centreX), y - centreY);
            return plane.Deproject(xi, eta);
        }, order: 1);
        return cards is null ? null : Wcs.From(cards);
    }

    static int Order(PlateModel model) => model switch
    {
        PlateModel.Sip2 => 2,
        PlateModel.Sip3 => 3,
        PlateModel.Sip4 => 4,
        _ => 1,
    };

    static int LeastPairs(PlateModel model) => model switch
    {
        PlateModel.Shift => 2,
        PlateModel.Similarity => 3,
        PlateModel.Linear => 5,
        var distorted => 3 * PlanePolynomial.Terms(Order(distorted)),
    };

    static int ParametersOf(PlateModel model) => model switch
    {
        PlateModel.Shift => 2,
        PlateModel.Similarity => 4,
        var other => 2 * PlanePolynomial.Terms(Order(other)),
    };

    /// <summary>Fits one model again and again, until the pairs stay.</summary>
    sealed class Fitter(FrameStars frame, ReferenceStars stars, Wcs? given, PlateModel model)
    {
        readonly PixelGrid grid = frame.First(frame.Count);
        int[] detections = [], found = [];

        public PlateFit? Converge(Wcs start, double sigma)
        {
            var (wcs, pixelScale) = (start, start.PixelScale);
            var (centreX, centreY) = frame.Centre;
            var isMirrored = IsMirrored(start);
            var inside = 0;
            // So wide that a tenth of the stars would find a detection by chance: no wider is any help at the beginning.
            var wide = Math.Min(5, Math.Sqrt(0.1 * frame.Area / (Math.PI * Math.Max(1, frame.Count))));
            Solved? solved = null;
            for (var step = 0; step < MostSteps; step++)
            {
                var radius = step < 2 ? Math.Max(Clip * sigma, wide) : 0;
                var (pairedDetections, pairedStars, shown) = Pair(wcs, radius, sigma);
                inside = step == 0 ? shown : inside;
                if (pairedDetections.Length < Math.Max(LeastPairs(model), 3))
                    return null;
                if (step > 2 && pairedDetections.AsSpan().SequenceEqual(detections) && pairedStars.AsSpan().SequenceEqual(found))
                    break;
                (detections, found) = (pairedDetections, pairedStars);
                if (Solve(wcs, isMirrored, sigma, robust: step < 2) is not { } next)
                    return null;
                solved = next;
                (wcs, sigma) = (Wcs.From(next.Cards), next.Sigma);
            }
            return solved is null ? null : Result(solved, wcs, Math.Max(inside, detections.Length));
        }

        // Stars and their nearest detections, one to one.
        (int[], int[], int Shown) Pair(Wcs wcs, double radius, double sigma)
        {
            var pairOf = new int[frame.Count];
            pairOf.AsSpan().Fill(-1);
            var squares = new double[frame.Count];
            var shown = 0;
            for (var j = 0; j < stars.Count; j++)
            {
                var (x, y) = wcs.SkyToPixel(stars.Ra[j], stars.Dec[j]);
                if (!frame.Holds(x, y))
                    continue;
                shown++;
                var i = grid.Nearest(x, y, radius > 0 ? radius : MostRadius(sigma), out var square);
                if (i < 0 || radius == 0 && square > Clip * Clip * (sigma * sigma + frame.Err[i] * frame.Err[i]))
                    continue;
                if (pairOf[i] < 0 || square < squares[i])
                    (pairOf[i], squares[i]) = (j, square);
            }
            var paired = Enumerable.Range(0, frame.Count).Where(i => pairOf[i] >= 0).ToArray();
            return (paired, Array.ConvertAll(paired, i => pairOf[i]), shown);
        }

        // Faint detections have errors of their own, which are below a pixel if they are of any use.
        static double MostRadius(double sigma) => Clip * double.Hypot(sigma, 1);

        sealed record Solved(FitsHeader Cards, TangentPlane Plane, double[] U, double[] V, double[] Weights,
            (double Xi, double Eta)[] Residuals, double Sigma, double CentreU, double CentreV);

        Solved? Solve(Wcs wcs, bool isMirrored, double sigma, bool robust)
        {
            var (centreX, centreY) = frame.Centre;
            var size = frame.HalfDiagonal;
            var pixel = double.DegreesToRadians(wcs.PixelScale / 3600);
            var count = detections.Length;
            var (u, v, xi, eta) = (new double[count], new double[count], new double[count], new double[count]);
            var weights = new double[count];
            var residuals = new (double Xi, double Eta)[count];
            var (ra, dec) = wcs.PixelToSky(centreX, centreY);
            // The plane goes to where the fit has the centre; it moves little, so twice is enough.
            for (var pass = 0; ; pass++)
            {
                var plane = new TangentPlane(ra, dec);
                for (var i = 0; i < count; i++)
                {
                    var detection = detections[i];
                    (u[i], v[i]) = Input(frame.X[detection], frame.Y[detection]);
                    (xi[i], eta[i]) = plane.Project(stars.Direction[found[i]]);
                    weights[i] = 1 / (Square(pixel) * (sigma * sigma + Square(frame.Err[detection])));
                }
                if (Fit(u, v, xi, eta, weights, isMirrored) is not { } fitted)
                    return null;
                var (centreU, centreV) = Input(centreX, centreY);
                var (offXi, offEta) = fitted.At(centreU, centreV);
                (ra, dec) = plane.Deproject(offXi, offEta);
                if (pass < 2)
                    continue;

                for (var i = 0; i < count; i++)
                {
                    var (atXi, atEta) = fitted.At(u[i], v[i]);
                    residuals[i] = (atXi - xi[i], atEta - eta[i]);
                }
                var cards = PlateCards.Make(frame.Width, frame.Height, (x, y) =>
                {
                    var (inU, inV) = Input(x, y);
                    var (atXi, atEta) = fitted.At(inU, inV);
                    return plane.Deproject(atXi, atEta);
                }, given is null ? Order(model) : null);
                return cards is null ? null
                    : new(cards, plane, u, v, weights, residuals, CommonError(residuals, pixel, robust), centreU, centreV);

                (double, double) Input(double x, double y)
                {
                    if (given is null)
                        return ((x - centreX) / size, (y - centreY) / size);
                    var (atRa, atDec) = given.PixelToSky(x, y);
                    return double.IsFinite(atRa) ? plane.Project(UnitVector.From(atRa, atDec)) : (double.NaN, double.NaN);
                }
            }
        }

        PlanePolynomial? Fit(double[] u, double[] v, double[] xi, double[] eta, double[] weights, bool isMirrored)
        {
            if (model >= PlateModel.Linear)
                return PlanePolynomial.Fit(Order(model), u, v, xi, eta, weights);
            // Coordinates of the sky have the sky's parity already.
            var sign = given is null && !isMirrored ? -1 : 1;
            var sums = new PixelMapSums();
            var (weight, offXi, offEta) = (0.0, 0.0, 0.0);
            for (var i = 0; i < u.Length; i++)
            {
                sums.Add(sign * u[i], v[i], xi[i], eta[i], weights[i]);
                weight += weights[i];
                offXi += weights[i] * (xi[i] - u[i]);
                offEta += weights[i] * (eta[i] - v[i]);
            }
            if (model == PlateModel.Shift)
                return new(1, [offXi / weight, 1, 0], [offEta / weight, 0, 1]);
            return sums.Similarity() is { } map ? new(1, [map.C, sign * map.A, map.B], [map.F, sign * map.D, map.E]) : null;
        }

        // The error of a coordinate, pixels, that all detections have besides their own, such that the residuals are as large as
        // they should be.
        double CommonError((double Xi, double Eta)[] residuals, double pixel, bool robust)
        {
            var freedom = Math.Max(1, 2 * residuals.Length - ParametersOf(model));
            var squares = Array.ConvertAll(residuals, r => (r.Xi * r.Xi + r.Eta * r.Eta) / (pixel * pixel));
            var ratios = new double[squares.Length];
            var (low, high) = (0.0, squares.Max() + 1e-12); // of its square
            for (var step = 0; step < 60; step++)
            {
                var middle = (low + high) / 2;
                for (var i = 0; i < ratios.Length; i++)
                    ratios[i] = squares[i] / (middle + Square(frame.Err[detections[i]]));
                var sum = robust && ratios.Length >= 10 ? 2 * ratios.Length * Robust.Median(ratios) / MedianSquare : ratios.Sum();
                var excess = sum / freedom;
                (low, high) = excess > 1 ? (middle, high) : (low, middle);
            }
            // Simulated frames without noise would have none.
            return Math.Max(Math.Sqrt(high), 1e-4);
        }

        PlateFit Result(Solved solved, Wcs wcs, int inside)
        {
            var pixel = double.DegreesToRadians(wcs.PixelScale / 3600);
            var arcsec = double.RadiansToDegrees(1) * 3600;
            var count = detections.Length;
            var freedom = Math.Max(1, 2 * count - ParametersOf(model));
            var weights = new double[count];
            var (chi2, sum, log) = (0.0, 0.0, 0.0);
            var part = Math.Clamp((double)count / inside, 0.01, 0.99);
            var chance = (1 - part) * frame.Count / frame.Area;
            for (var i = 0; i < count; i++)
            {
                var variance = Square(solved.Sigma) + Square(frame.Err[detections[i]]);
                weights[i] = 1 / (variance * pixel * pixel);
                var square = Square(solved.Residuals[i].Xi) + Square(solved.Residuals[i].Eta);
                sum += square;
                chi2 += square * weights[i];
                log += Math.Log(part * Math.Exp(-square * weights[i] / 2) / (2 * Math.PI * variance) + chance);
            }
            log += (inside - count) * Math.Log(chance);
            var scatter = Math.Sqrt(Math.Max(chi2 / freedom, 1e-12));
            double ErrorAt(double u, double v) => scatter * Math.Sqrt(model switch
            {
                PlateModel.Shift => 1 / weights.Sum(),
                PlateModel.Similarity => VarianceOfSimilarity(solved, weights, u, v),
                _ => PlanePolynomial.Variance(Order(model), solved.U, solved.V, weights, u, v),
            });
            var corner = 0.0;
            if (given is null)
                foreach (var (right, up) in (ReadOnlySpan<(int, int)>)[(-1, -1), (-1, 1), (1, -1), (1, 1)])
                {
                    var (u, v) = (right * frame.Width / 2 / frame.HalfDiagonal, up * frame.Height / 2 / frame.HalfDiagonal);
                    corner = Math.Max(corner, ErrorAt(u, v));
                }
            return new PlateFit
            {
                Model = model,
                Cards = solved.Cards,
                Wcs = wcs,
                References = stars,
                Detections = detections,
                Stars = found,
                Residuals = Array.ConvertAll(solved.Residuals, r => (r.Xi * arcsec, r.Eta * arcsec)),
                Rms = Math.Sqrt(sum / freedom) * arcsec,
                RmsLinear = RmsOfLinear(solved) * arcsec,
                CentreErr = ErrorAt(solved.CentreU, solved.CentreV) * arcsec,
                Sigma = solved.Sigma,
                CornerErr = corner / pixel,
                LogLikelihood = log,
                Parameters = ParametersOf(model),
            };
        }

        double RmsOfLinear(Solved solved)
        {
            var (centreX, centreY) = frame.Centre;
            var (u, v) = (Array.ConvertAll(detections, i => (frame.X[i] - centreX) / frame.HalfDiagonal),
                Array.ConvertAll(detections, i => (frame.Y[i] - centreY) / frame.HalfDiagonal));
            var (xi, eta) = (new double[u.Length], new double[u.Length]);
            for (var i = 0; i < u.Length; i++)
                (xi[i], eta[i]) = solved.Plane.Project(stars.Direction[found[i]]);
            if (u.Length < 4 || PlanePolynomial.Fit(1, u, v, xi, eta, solved.Weights) is not { } linear)
                return double.NaN;
            var sum = 0.0;
            for (var i = 0; i < u.Length; i++)
            {
                var (atXi, atEta) = linear.At(u[i], v[i]);
                sum += Square(atXi - xi[i]) + Square(atEta - eta[i]);
            }
            return Math.Sqrt(sum / (2 * u.Length - 6));
        }

        static double VarianceOfSimilarity(Solved solved, double[] weights, double u, double v)
        {
            var (weight, meanU, meanV, spread) = (weights.Sum(), 0.0, 0.0, 0.0);
            for (var i = 0; i < weights.Length; i++)
                (meanU, meanV) = (meanU + weights[i] * solved.U[i] / weight, meanV + weights[i] * solved.V[i] / weight);
            for (var i = 0; i < weights.Length; i++)
                spread += weights[i] * (Square(solved.U[i] - meanU) + Square(solved.V[i] - meanV));
            return 1 / weight + (Square(u - meanU) + Square(v - meanV)) / spread;
        }

        bool IsMirrored(Wcs wcs) => PlateSolution.IsMirroredAt(wcs, frame.Centre);

        static double Square(double value) => value * value;
    }
}
