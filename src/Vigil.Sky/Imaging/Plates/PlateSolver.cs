using System.Globalization;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Finds where on the sky a frame is, by the stars in it.</summary>
/// <remarks>
/// <para>
/// The frame's own coordinates are tried first; then star patterns are looked for around them, around a position that is given,
/// or all over the catalogue. A pattern is four stars (D. Lang et al. 2010, AJ 139, 1782, doi:10.1088/0004-6256/139/5/1782); half
/// of the detections may be spurious, and pixel scale, rotation and parity need not be known. A place is accepted when a million
/// to one speaks for it, the number of places that were possible counted in. The coordinates are then fitted to all stars, with
/// distortions where the stars ask for them.
/// </para>
/// <para>The same input gives the same solution; there is no clock and no chance in it.</para>
/// </remarks>
public static class PlateSolver
{
    /// <summary>The natural logarithm of the odds from which a place is accepted: a million to one.</summary>
    public const double AcceptedLogOdds = 13.815510557964274;

    // Fewer detections make no pattern: four make one, and all of its degrees of freedom are spent on finding the place.
    const int LeastForPattern = 5;
    const int LeastToVerify = 3;
    const int LeastSide = 16; // pixels: there is no room for patterns

    // More detections add nothing to a solution that has as many.
    const int MostDetections = 20_000;

    // The frame's own coordinates are right, or inexact, or wrong. So far may they be off to be called right and inexact: shift,
    // in pixels and as part of the frame's size; turn, radians; natural logarithm of the scale. One is as likely as the other.
    const double RightShift = 20;
    const double RightTurn = 0.02;
    const double RightLogScale = 0.01;
    const double InexactShift = 0.25;
    const double InexactTurn = 0.07;
    const double InexactLogScale = 0.04;

    // Pixel scales that are searched when nothing is known of them: a large telescope's to a wide lens', arcsec; the frame must
    // fit into a plane.
    const double LeastScale = 0.1;
    const double MostScale = 120;
    const double WidestFrame = 40;

    // Where coordinates of a header are wrong, the telescope still pointed somewhere there: degrees, or so many frames.
    const double RepairRadius = 2;
    const double RepairFrames = 3;

    /// <summary>Solves a frame.</summary>
    /// <param name="detections">
    /// What was extracted from it; those marked as traces of cosmic rays are left aside. Places, their errors and fluxes count.
    /// </param>
    /// <param name="width">Of the frame, pixels.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="catalog">
    /// Reference stars. Without magnitudes they are not found by patterns, but good coordinates are verified.
    /// </param>
    /// <param name="epoch">When the frame was taken: Julian year; NaN leaves stars where the catalogue has them.</param>
    /// <param name="wcs">The coordinates that the frame's header has; null where it has none.</param>
    /// <param name="hints">What else is known.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="ArgumentException">A hint or a size is outside its range.</exception>
    /// <exception cref="FrameException">The catalogue is broken, or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    /// <remarks>
    /// A frame of 2000 x 2000 with 5000 stars takes some tenths of a second with a position good to a few degrees, some seconds
    /// without one in 50 square degrees.
    /// </remarks>
    public static PlateSolution Solve(IReadOnlyList<Detection> detections, int width, int height, IStarCatalog catalog,
        double epoch, Wcs? wcs = null, PlateHints? hints = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(detections);
        var (x, y, err, flux) = (new double[detections.Count], new double[detections.Count], new double[detections.Count],
            new double[detections.Count]);
        for (var i = 0; i < x.Length; i++)
        {
            var detection = detections[i];
            var isCosmic = (detection.Flags & DetectionFlaws.CosmicRay) != 0;
            x[i] = isCosmic ? double.NaN : double.IsNaN(detection.X) ? detection.XIso : detection.X;
            y[i] = double.IsNaN(detection.Y) ? detection.YIso : detection.Y;
            err[i] = Math.Sqrt((detection.XErr * detection.XErr + detection.YErr * detection.YErr) / 2);
            flux[i] = !double.IsNaN(detection.FluxAuto) ? detection.FluxAuto
                : !double.IsNaN(detection.FluxIso) ? detection.FluxIso : detection.FluxPsf;
        }
        return Solve(x, y, err, flux, width, height, catalog, epoch, wcs, hints, ct);
    }

    /// <summary>The same for N detections as plain numbers.</summary>
    /// <param name="x">FITS pixels, shape (N); those outside the frame, or NaN, are left aside.</param>
    /// <param name="y">Likewise.</param>
    /// <param name="err">Error of a coordinate, pixels; NaN where it is not known, or empty.</param>
    /// <param name="flux">In any unit; only the order counts.</param>
    /// <param name="width">Of the frame, pixels.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="catalog">Reference stars.</param>
    /// <param name="epoch">When the frame was taken: Julian year.</param>
    /// <param name="wcs">The coordinates that the frame's header has; null where it has none.</param>
    /// <param name="hints">What else is known.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="ArgumentException">The spans differ in length; a hint or a size is outside its range.</exception>
    /// <exception cref="FrameException">The catalogue is broken, or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public static PlateSolution Solve(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> err,
        ReadOnlySpan<double> flux, int width, int height, IStarCatalog catalog, double epoch, Wcs? wcs = null,
        PlateHints? hints = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (x.Length != y.Length || x.Length != flux.Length || !err.IsEmpty && x.Length != err.Length)
            throw new ArgumentException(
                $"x, y, err and flux must have one length, got {x.Length}, {y.Length}, {err.Length} and {flux.Length}.");
        hints ??= new PlateHints();
        hints.Check();
        if (err.IsEmpty)
        {
            var unknown = new double[x.Length];
            unknown.AsSpan().Fill(double.NaN);
            err = unknown;
        }
        return new Work(new FrameStars(x, y, err, flux, width, height, MostDetections), catalog, epoch, hints, ct).Solve(wcs);
    }

    sealed class Work(FrameStars frame, IStarCatalog catalog, double epoch, PlateHints hints, CancellationToken ct)
    {
        readonly QuadSearch search = new(frame, catalog, epoch, AcceptedLogOdds, hints.MostPatterns, ct);
        PlateTry? verified;

        public PlateSolution Solve(Wcs? wcs)
        {
            if (Math.Min(frame.Width, frame.Height) < LeastSide)
                return None($"A frame of {frame.Width} x {frame.Height} pixels is too small to be recognised; " +
                    $"{LeastSide} x {LeastSide} is the least.");
            if (frame.Count < LeastToVerify)
                return TooFew("");
            if (Usable(wcs) is { } usable)
            {
                if (Verify(usable) is { } solution)
                    return solution;
            }
            else
                wcs = null;
            if (frame.Count < LeastForPattern)
                return TooFew(wcs is null ? "" : ", and they are not where the header's coordinates say");

            var places = new List<Place>();
            var (least, most) = Scales(wcs);
            if (wcs is not null)
            {
                var (ra, dec) = wcs.PixelToSky(frame.Centre.X, frame.Centre.Y);
                var radius = Math.Max(RepairRadius, RepairFrames * 2 * frame.HalfDiagonal * wcs.PixelScale / 3600);
                places.Add(new(PlateMethod.Repaired, [new(ra, dec, Math.Min(radius, 90))],
                    $"within {Text(radius)} degrees of the header's {Position(ra, dec)}"));
            }
            if (hints is { Ra: { } hintRa, Dec: { } hintDec })
                places.Add(new(PlateMethod.Hint, [new(Sphere.NormalizeRa(hintRa), hintDec, hints.Radius)],
                    $"within {Text(hints.Radius)} degrees of {Position(hintRa, hintDec)}"));
            if (places.Count == 0 || hints.SearchEverywhere)
                places.Add(new(PlateMethod.Blind, Everywhere(), "anywhere in the catalogue"));

            foreach (var place in places)
            {
                var prior = Prior(place, least, most);
                if (search.Find(place.Cones, least, most, prior, quick: false) is { } found &&
                    Finish(found, place.Method, null, prior) is { } solution)
                    return solution;
            }
            return None(Refusal(places, least, most));
        }

        sealed record Place(PlateMethod Method, IReadOnlyList<Cone> Cones, string Where);

        // Positions of other frames than ICRS and FK5 J2000, which differ by less than 0.1", are of no use here, nor are those of
        // a frame that does not fit into a plane.
        Wcs? Usable(Wcs? wcs)
        {
            if (wcs is null || wcs.Frame is not ("ICRS" or "FK5") || wcs is { Frame: "FK5", Equinox: not (null or 2000) })
                return null;
            var (ra, dec) = wcs.PixelToSky(frame.Centre.X, frame.Centre.Y);
            if (!double.IsFinite(ra) || !(Math.Abs(PlateSolution.Axes(wcs, frame.Centre).Determinant) > 0))
                return null;
            foreach (var (right, up) in (ReadOnlySpan<(int, int)>)[(0, 0), (0, 1), (1, 0), (1, 1)])
            {
                var (cornerRa, cornerDec) = wcs.PixelToSky(0.5 + right * frame.Width, 0.5 + up * frame.Height);
                if (!double.IsFinite(cornerRa) || Sphere.Separation(ra, dec, cornerRa, cornerDec) > WidestFrame)
                    return null;
            }
            return wcs;
        }

        PlateSolution? Verify(Wcs wcs)
        {
            var stars = Around(wcs);
            if (stars.Count == 0)
                return null;
            var most = Math.Max(frame.Width, frame.Height) * InexactShift;
            var evidence = new PlateEvidence(frame);
            foreach (var (map, prior) in (ReadOnlySpan<(PixelMap, PlatePrior)>)[
                (PixelMap.Identity, new(Area(RightShift), RightTurn, RightLogScale, 1)),
                (Vote(wcs, stars, most), new(Area(most), InexactTurn, InexactLogScale, 1))])
            {
                // Half of the odds for each.
                var half = prior with { Area = 2 * prior.Area };
                if (PlateTry.Weigh(evidence, frame, stars, wcs, map, VoteBin * 2, half) is not { } tried)
                    continue;
                if (verified is null || tried.LogOdds > verified.LogOdds)
                    verified = tried;
                if (tried.LogOdds >= AcceptedLogOdds && Finish(tried, PlateMethod.Refined, wcs, half) is { } solution)
                    return solution;
            }
            return null;

            double Area(double shift) => Math.Pow(2 * shift * wcs.PixelScale / 3600, 2);
        }

        const double VoteBin = 4; // pixels

        // The commonest difference between detections and predicted stars.
        PixelMap Vote(Wcs wcs, ReferenceStars stars, double most)
        {
            const int brightest = 150;
            var (x, y) = (new double[stars.Count], new double[stars.Count]);
            wcs.SkyToPixel(stars.Ra, stars.Dec, x, y);
            var bins = (int)(2 * most / VoteBin) + 3;
            var votes = new int[bins * bins];
            var inside = 0;
            for (var j = 0; j < stars.Count && inside < brightest; j++)
            {
                if (!frame.Holds(x[j], y[j]))
                    continue;
                inside++;
                for (var i = 0; i < Math.Min(frame.Count, brightest); i++)
                {
                    var (dx, dy) = (frame.X[i] - x[j] + most, frame.Y[i] - y[j] + most);
                    if (dx >= 0 && dx < 2 * most && dy >= 0 && dy < 2 * most)
                        votes[(int)(dy / VoteBin) * bins + (int)(dx / VoteBin)]++;
                }
            }
            // A peak may lie on the corner of four bins.
            var (best, at) = (-1, 0);
            for (var row = 0; row < bins - 1; row++)
                for (var column = 0; column < bins - 1; column++)
                {
                    var bin = row * bins + column;
                    var sum = votes[bin] + votes[bin + 1] + votes[bin + bins] + votes[bin + bins + 1];
                    if (sum > best)
                        (best, at) = (sum, bin);
                }
            return PixelMap.Shift((at % bins + 1) * VoteBin - most, (at / bins + 1) * VoteBin - most);
        }

        (double Least, double Most) Scales(Wcs? wcs)
        {
            var widest = WidestFrame * 3600 / Math.Max(frame.Width, frame.Height);
            if ((hints.PixelScale ?? wcs?.PixelScale) is { } scale)
                return (scale / hints.ScaleFactor / 1.001, scale * hints.ScaleFactor * 1.001);
            return (LeastScale, Math.Max(2 * LeastScale, Math.Min(MostScale, widest)));
        }

        PlatePrior Prior(Place place, double least, double most)
        {
            var area = place.Cones.Sum(cone => 360 * 180 / Math.PI * (1 - Math.Cos(double.DegreesToRadians(Math.Min(180,
                cone.Radius + frame.HalfDiagonal * Math.Sqrt(least * most) / 3600)))));
            return new(Math.Min(area, 41253), 2 * Math.PI, Math.Max(Math.Log(most / least), 0.01), 2);
        }

        // The catalogue's sky as cones: one if that is not much more, else one around every coarse cell.
        List<Cone> Everywhere()
        {
            var coverage = catalog.Coverage;
            var (x, y, z) = (0.0, 0.0, 0.0);
            var directions = new List<UnitVector>();
            foreach (var (ra, dec) in Cells(coverage, FineOrder))
            {
                directions.Add(UnitVector.From(ra, dec));
                (x, y, z) = (x + directions[^1].X, y + directions[^1].Y, z + directions[^1].Z);
            }
            if (directions.Count == 0)
                return [];
            var (centreRa, centreDec) = new UnitVector(x, y, z).ToDegrees();
            var centre = UnitVector.From(centreRa, centreDec);
            var chord = Math.Sqrt(directions.Max(centre.ChordSquared));
            var radius = double.RadiansToDegrees(2 * Math.Asin(Math.Min(1, chord / 2))) + CornerOf(FineOrder);
            if (radius < 30 && Math.PI * radius * radius < 2 * directions.Count * AreaOf(FineOrder))
                return [new(centreRa, centreDec, radius)];
            return [.. Cells(coverage, TileOrder).Select(cell => new Cone(cell.Ra, cell.Dec, CornerOf(TileOrder)))];
        }

        const int FineOrder = 6; // 55'
        const int TileOrder = 4; // 3.7 degrees

        // From a cell's centre to its farthest corner, degrees: less than the side of a square of its area, even near the poles.
        static double CornerOf(int order) => Math.Sqrt(AreaOf(order));

        static double AreaOf(int order) => Healpix.PixelArea(order) * (180 / Math.PI) * (180 / Math.PI);

        // The cells of an order that a coverage touches.
        static IEnumerable<(double Ra, double Dec)> Cells(Moc coverage, int order)
        {
            foreach (var range in coverage.AtOrder(order).Ranges.ToArray())
            {
                var shift = 2 * (Healpix.MaxOrder - order);
                for (var cell = range.First >> shift; cell < range.End >> shift; cell++)
                    yield return Healpix.Centre(order, cell);
            }
        }

        PlateSolution? Finish(PlateTry found, PlateMethod method, Wcs? given, PlatePrior prior)
        {
            var stars = Around(found.Wcs);
            if (PlateFit.Best(frame, stars, found.Wcs, found.Sigma, given, hints.MaxSipOrder) is not { } fit)
                return null;
            if (given is not null && Moved(given, fit.Wcs) <= 1)
                method = PlateMethod.Verified;
            // It was found with few stars; all of them say how sure it is.
            var weighed = PlateTry.Weigh(new PlateEvidence(frame), frame, stars, fit.Wcs, PixelMap.Identity, 4 * fit.Sigma,
                prior);
            var (_, yEast, yNorth) = PlateSolution.Axes(fit.Wcs, frame.Centre);
            var (ra, dec) = fit.Wcs.PixelToSky(frame.Centre.X, frame.Centre.Y);
            var matches = new PlateMatch[fit.Detections.Length];
            for (var i = 0; i < matches.Length; i++)
                matches[i] = new(frame.Index[fit.Detections[i]], fit.References.Stars[fit.Stars[i]],
                    double.Hypot(fit.Residuals[i].Xi, fit.Residuals[i].Eta));
            Array.Sort(matches, (a, b) => a.Detection.CompareTo(b.Detection));
            var how = method switch
            {
                PlateMethod.Verified => "the header's coordinates hold",
                PlateMethod.Refined => "the header's coordinates, corrected",
                PlateMethod.Repaired => "the header's coordinates were wrong; found by star patterns around them",
                PlateMethod.Hint => "found by star patterns around the position given",
                _ => "found by star patterns all over the catalogue",
            };
            var reason = $"{matches.Length} stars of {catalog.Name} match, rms {Text(fit.Rms)}\": {how}.";
            return new PlateSolution(method, reason, fit.Cards, fit.Wcs)
            {
                Ra = ra,
                Dec = dec,
                CentreErr = fit.CentreErr,
                PixelScale = fit.Wcs.PixelScale,
                Rotation = Sphere.NormalizeRa(double.RadiansToDegrees(Math.Atan2(yEast, yNorth))),
                IsMirrored = PlateSolution.IsMirroredAt(fit.Wcs, frame.Centre),
                SipOrder = (int)fit.Cards.GetInt64("A_ORDER", 1),
                Matches = matches,
                Rms = fit.Rms,
                RmsLinear = fit.RmsLinear,
                LogOdds = Math.Max(found.LogOdds, weighed?.LogOdds ?? double.NegativeInfinity),
            };
        }

        // How far corners and centre go from one to the other, pixels.
        double Moved(Wcs from, Wcs to)
        {
            var most = 0.0;
            foreach (var (right, up) in (ReadOnlySpan<(double, double)>)[(0.5, 0.5), (0, 0), (0, 1), (1, 0), (1, 1)])
            {
                var (ra, dec) = from.PixelToSky(0.5 + right * frame.Width, 0.5 + up * frame.Height);
                var (toRa, toDec) = to.PixelToSky(0.5 + right * frame.Width, 0.5 + up * frame.Height);
                most = Math.Max(most, Sphere.Separation(ra, dec, toRa, toDec) * 3600 / to.PixelScale);
            }
            return most;
        }

        // The stars that a frame of these coordinates may show.
        ReferenceStars Around(Wcs wcs)
        {
            var found = new List<CatalogStar>();
            var (ra, dec) = wcs.PixelToSky(frame.Centre.X, frame.Centre.Y);
            var scale = 3600 * Math.Sqrt(Math.Abs(PlateSolution.Axes(wcs, frame.Centre).Determinant));
            catalog.Cone(ra, dec, Math.Min(80, 1.1 * frame.HalfDiagonal * scale / 3600), found);
            return new ReferenceStars(found, epoch);
        }

        string Refusal(List<Place> places, double least, double most)
        {
            var where = string.Join(" or ", places.Select(place => place.Where));
            if (search.StarsSeen < LeastForPattern)
                return $"{catalog.Name} has {Count((int)search.StarsSeen, "star").ToLowerInvariant()} {where}: nothing to compare the frame " +
                    "with. Give a catalogue that covers the field, or another position.";
            // Would it fit with another pixel scale?
            if (!search.GaveUp && (hints.PixelScale is not null || places.Any(place => place.Method == PlateMethod.Repaired)))
            {
                foreach (var (from, to) in ((double, double)[])[(Math.Max(least / 12, 0.02), least), (most, most * 12)])
                    foreach (var place in places)
                        if (place.Method != PlateMethod.Blind && from < to &&
                            search.Find(place.Cones, from, to, Prior(place, from, to), quick: true) is { } other)
                            return $"The pixel scale is wrong: the frame matches {catalog.Name} with " +
                                $"{Text(other.Wcs.PixelScale)}\" per pixel, outside the {Text(least)}\" to {Text(most)}\" that " +
                                "were given. Correct the scale, or its factor of uncertainty.";
            }
            var remedy = search.GaveUp
                ? $"The search was given up after {Whole(hints.MostPatterns)} patterns: give a position, a pixel scale, or both."
                : "Check position and pixel scale, or search a larger radius.";
            var best = search.Best is { } found && !(found.LogOdds < verified?.LogOdds) ? found : verified;
            var tried = best is null ? "no pattern of its stars is like one of the catalogue's"
                : $"the best try matches {best.Matches} of {best.Looked} stars, where chance gives {Text(best.Chance)}";
            return $"The frame was not recognised {where} with pixels of {Text(least)}\" to {Text(most)}\": {tried}. {remedy}";
        }

        PlateSolution None(string reason) => new(PlateMethod.None, reason, null, null)
        {
            LogOdds = Math.Max(search.Best?.LogOdds ?? double.NegativeInfinity, verified?.LogOdds ?? double.NegativeInfinity),
        };

        PlateSolution TooFew(string more) => None(
            $"{Count(frame.Count, "star")} in the frame: too few to be recognised, which needs {LeastForPattern} or more{more}" +
            ". Lower the detection threshold, or expose longer.");

        static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{(count == 0 ? "No" : Text(count))} {what}s";

        static string Text(double value) =>
            value.ToString(Math.Abs(value) is >= 1000 or 0 ? "0" : "G3", CultureInfo.InvariantCulture);

        static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

        static string Position(double ra, double dec) =>
            string.Create(CultureInfo.InvariantCulture, $"ra {ra:0.###}, dec {dec:+0.###;-0.###;0}");
    }
}
