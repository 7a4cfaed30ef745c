using System.Globalization;
using System.Runtime.InteropServices;
using Vigil.Sky.Fits;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>From a frame to the magnitude of a target: header, sources, place on the sky, zero point.</summary>
/// <remarks>
/// Every stage that fails says why, and what was reached before is kept. The same frame gives the same result, for any number of
/// threads.
/// </remarks>
public static class FramePhotometry
{
    // In noise of the sky the best aperture is some 1.4 FWHM across; a wider one loses little and does not mind when the seeing
    // changes over the frame. S. B. Howell 1989, PASP 101, 616.
    const double ApertureFwhm = 2.5;

    // Diameters that are measured, of which the one nearest to the above is taken: 1.2 from one to the next.
    static readonly double[] apertures = [4, 4.8, 5.8, 6.9, 8.3, 10, 12, 14, 17, 21, 25, 30, 36];

    // Pixels: stars that are narrower look like cosmic rays. The same goes for what interpolation makes of a mosaic.
    const double SharpFwhm = 2;

    // Where the header has no date, proper motions are not applied: Gaia's epoch.
    const double UnknownEpoch = 2016;

    // So many sigma make a detection.
    const double Sure = 5;

    // Fewer sources are no crowd, and make no good point-spread function.
    const int LeastCrowd = 50;

    // A catalogue of no more than so many square degrees is searched through when the pointing leads to nothing.
    const double SmallCatalogue = 60;

    /// <summary>Finds and measures the sources of a frame, and its place on the sky; the magnitudes are left out.</summary>
    /// <inheritdoc cref="Measure"/>
    public static FrameMeasurement Solve(Frame frame, IStarCatalog catalog, FramePhotometryOptions? options = null,
        CancellationToken ct = default) => new Work(frame, catalog, options ?? new(), ct).Run(FrameStage.Solved);

    /// <summary>Measures a frame.</summary>
    /// <param name="frame">It is not changed.</param>
    /// <param name="catalog">Reference stars.</param>
    /// <param name="options">Null for the usual, without a target.</param>
    /// <param name="ct">Ends it between two stages, and within the search for the frame's place.</param>
    /// <exception cref="FrameException">The catalogue is broken, or cannot be reached.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static FrameMeasurement Measure(Frame frame, IStarCatalog catalog, FramePhotometryOptions? options = null,
        CancellationToken ct = default) => new Work(frame, catalog, options ?? new(), ct).Run(FrameStage.Calibrated);

    sealed class Work
    {
        readonly IStarCatalog catalog;
        readonly FramePhotometryOptions options;
        readonly CancellationToken ct;
        readonly FrameMeasurement result;
        Frame frame;
        double gain, saturation, noiseScale = 1;
        ForcedPhotometry? forced;

        public Work(Frame frame, IStarCatalog catalog, FramePhotometryOptions options, CancellationToken ct)
        {
            ArgumentNullException.ThrowIfNull(frame);
            ArgumentNullException.ThrowIfNull(catalog);
            ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
            if (options.TargetRa is null != options.TargetDec is null)
                throw new ArgumentException("A target has both ra and dec; one of them is missing.", nameof(options));
            if (options.TargetRa is { } ra && !double.IsFinite(ra))
                throw new ArgumentOutOfRangeException(nameof(options), ra, "A right ascension must be a finite number.");
            if (options.TargetDec is { } dec)
                Sphere.CheckedDec(dec);
            (this.frame, this.catalog, this.options, this.ct) = (frame, catalog, options, ct);
            result = new FrameMeasurement(frame, Exposure.From(frame.Header, options.Exposure));
        }

        public FrameMeasurement Run(FrameStage last)
        {
            Header();
            if (Extract() && Solve() && last == FrameStage.Calibrated)
                Calibrate();
            result.Said.AddRange(catalog.Notes);
            return result;
        }

        void Note(string sentence) => result.Said.Add(sentence);

        void Reach(FrameStage stage)
        {
            result.Reached = stage;
            options.Ended?.Invoke(stage);
            ct.ThrowIfCancellationRequested();
        }

        void Header()
        {
            var exposure = result.Exposure;
            result.Said.AddRange(frame.Assumptions);
            result.Said.AddRange(exposure.Problems);
            result.Said.AddRange(exposure.Assumptions);
            gain = double.IsNaN(exposure.Gain) ? 0 : exposure.Gain;
            saturation = exposure.Saturation;
            if (double.IsNaN(saturation) && SaturationLevel.Of(frame) is { } level)
            {
                saturation = level;
                Note($"Pixels of {Text(level)} and more were taken as saturated, for they pile up there.");
            }
            else if (double.IsNaN(saturation))
            {
                saturation = double.PositiveInfinity;
            }
            if (BadLines.Find(frame) is { Count: > 0 } bad)
            {
                frame = result.Frame = bad.Blanked(frame);
                Note($"Bad {bad} left out.");
            }
            Reach(FrameStage.Read);
        }

        bool Extract()
        {
            if (Flat(frame.Pixels) is { } value)
                return Failed($"All pixels have the same value, {Text(value)}: the frame shows nothing. Was the shutter closed, "
                    + "or the frame saturated all over?");
            try
            {
                if (frame.IsGreenOnly)
                    noiseScale = Math.Max(1, Math.Sqrt(2) * MosaicNoise(frame) / Background.Of(frame).GlobalNoise);
                var readNoise = double.IsNaN(result.Exposure.ReadNoise) ? 0 : result.Exposure.ReadNoise;
                result.Extraction = Extractor.Extract(frame, new ExtractionOptions
                {
                    Threshold = options.Threshold * noiseScale, ReadNoise = readNoise,
                    Gain = gain * noiseScale * noiseScale / (frame.IsGreenOnly ? 2 : 1), Saturation = saturation,
                    ApertureDiameters = apertures, Threads = options.Threads,
                });
            }
            catch (FrameException e)
            {
                return Failed(e.Message);
            }
            var detections = result.Extraction.Detections;
            if (detections.Count == 0)
                return Failed("No source stands out of the sky. Clouds, a closed shutter, too high a threshold (--threshold)?");
            if (!frame.IsMosaic && !frame.IsGreenOnly && result.Extraction.Fwhm >= SharpFwhm && detections.Any(IsSharp))
            {
                var hit = CosmicRays.Find(frame, result.Extraction.Background, gain);
                if (CosmicRays.Mark(hit, frame, result.Extraction.Background, detections) is > 0 and var marked)
                    Note($"{marked} of {detections.Count} sources are sharper than a star: cosmic rays or hot pixels, left out.");
            }
            if (2 * detections.Count(detection => (detection.Flags & DetectionFlaws.Saturated) != 0) > detections.Count)
                Note("Most sources are saturated. Is the saturation right (--saturation)?");
            Reach(FrameStage.Extracted);
            return true;
        }

        // Clearly seen, and clearly narrower than the stars: where nothing is, pixels need not be searched for hits.
        bool IsSharp(Detection detection) =>
            detection.Fwhm < 0.7 * result.Extraction!.Fwhm && detection.Peak > 10 * detection.Noise;

        // Of the green pixels of a mosaic, with noise s, the others are means of four: a sum over N pixels counts N/2 green ones
        // twice, so its variance is 2 N s², and that of the photons 2 F / gain. Neighbours in the frame look smoother than that.
        static double MosaicNoise(Frame frame)
        {
            var (most, step) = (0.0, Math.Max(1, (int)Math.Sqrt((long)frame.Width * frame.Height / 100_000)) | 1);
            foreach (var parity in (ReadOnlySpan<int>)[0, 1])
            {
                var differences = new List<double>();
                for (var y = 0; y < frame.Height - 1; y += step)
                    for (var x = (y & 1) ^ parity; x < frame.Width - 1; x += 2 * step)
                        // Diagonal neighbours are of one kind.
                        if (frame.Pixels[y * frame.Width + x] - frame.Pixels[(y + 1) * frame.Width + x + 1] is var difference
                            && !float.IsNaN(difference))
                            differences.Add(difference);
                if (differences.Count > 0)
                    most = Math.Max(most, Robust.Sigma(CollectionsMarshal.AsSpan(differences)) / Math.Sqrt(2));
            }
            return most; // the green ones; the others are smoother
        }

        bool Solve()
        {
            Wcs? wcs = null;
            if (frame.Header.Contains("CTYPE1"))
                try
                {
                    wcs = Wcs.From(frame.Header);
                }
                catch (FitsException e)
                {
                    Note($"The header's world coordinates cannot be used: {e.Message}");
                }
            PlateSolution? solution = null;
            var detections = result.Extraction!.Detections;
            foreach (var hints in Hints())
            {
                var tried = PlateSolver.Solve(detections, frame.Width, frame.Height, catalog, Epoch, wcs, hints, ct);
                // Of several failures the best try tells most.
                if (solution is null || tried.IsSolved || tried.LogOdds > solution.LogOdds)
                    solution = tried;
                if (tried.IsSolved)
                    break;
            }
            result.Solution = solution!;
            if (!solution!.IsSolved)
                return Failed(solution.Reason);
            var seeing = result.Extraction!.Fwhm * solution.PixelScale;
            result.Seeing = seeing;
            var (ra, dec) = (options.TargetRa ?? solution.Ra, options.TargetDec ?? solution.Dec);
            result.Airmass = result.Exposure.AirmassOf(ra, dec);
            result.BjdTdb = result.Exposure.BjdTdb(ra, dec);
            result.HjdUtc = result.Exposure.HjdUtc(ra, dec);
            Reach(FrameStage.Solved);
            return true;
        }

        // The pointing that was given; else the header's, then the target's place, which the telescope should have been at.
        IEnumerable<PlateHints> Hints()
        {
            if (options.Hints is { } given)
            {
                yield return given;
                yield break;
            }
            var exposure = result.Exposure;
            var scale = double.IsNaN(exposure.PixelScale) ? (double?)null : exposure.PixelScale;
            // A scale from the focal length is good to some percent, but a forgotten binning is a factor of 2 or 3.
            var basis = new PlateHints { PixelScale = scale, SearchEverywhere = catalog.Coverage.Area <= SmallCatalogue };
            var target = options.TargetRa is { } ra && options.TargetDec is { } dec ? basis with { Ra = ra, Dec = dec } : null;
            if (!double.IsNaN(exposure.Ra))
            {
                var everywhere = target is null && basis.SearchEverywhere;
                yield return basis with { Ra = exposure.Ra, Dec = exposure.Dec, SearchEverywhere = everywhere };
            }
            if (target is not null)
                yield return target;
            if (double.IsNaN(exposure.Ra) && target is null)
                yield return basis;
        }

        double Epoch => double.IsNaN(result.Exposure.MjdMid) ? UnknownEpoch : 2000 + (result.Exposure.MjdMid - 51544.5) / 365.25;

        void Calibrate()
        {
            var (extraction, wcs) = (result.Extraction!, result.Solution!.Wcs!);
            if (double.IsNaN(result.Exposure.MjdMid))
                Note($"For want of a date, stars are where they were in {Text(UnknownEpoch)}.");
            ChooseFlux();
            var detector = new PsfOptions { Gain = gain, Saturation = saturation, Threads = options.Threads };
            forced = result.Psf is { } psf ? new(frame, extraction.Background, psf, extraction.Detections, detector)
                : new(frame, extraction.Background, 2 * ApertureRadius, extraction.Detections, detector);
            var stars = new InstrumentalStar[extraction.Detections.Count];
            for (var i = 0; i < stars.Length; i++)
                stars[i] = Star(extraction.Detections[i], wcs);
            result.Stars = stars;
            var target = Locate(wcs);
            if (options.Band.Survey is { } survey && !catalog.Name.StartsWith("Gaia", StringComparison.OrdinalIgnoreCase)
                && options.Band.Allows(catalog.Name) && !string.Equals(survey, catalog.Name, StringComparison.OrdinalIgnoreCase))
                Note($"The catalogue is called {catalog.Name}; it was taken to be {survey}, which was asked for.");
            var terms = options.Terms ? TermUse.WhenNeeded : TermUse.Never;
            var calibration = Calibration.Calibrate(stars, Epoch, catalog, new CalibrationOptions
            {
                Choice = options.Band, ColourTerm = terms, Colour = options.TargetColour?.Colour, SpatialTerm = terms,
                Target = target,
            });
            result.Calibration = calibration;
            result.Said.AddRange(calibration.Notes.Select(note => note.Message));
            if (calibration.Problem is { } problem)
            {
                Failed(problem.Message);
                return;
            }
            var (x, y) = result.Target is { IsInside: true } place ? (place.X, place.Y)
                : ((frame.Width + 1) / 2.0, (frame.Height + 1) / 2.0);
            result.LimitingMag = calibration.Best!.ZeroPoint + Limit(x, y);
            if (result.Target is { IsInside: false } outside)
                result.Problem = Outside(outside);
            else
                Reach(FrameStage.Calibrated);
        }

        void ChooseFlux()
        {
            var extraction = result.Extraction!;
            result.Flux = options.Flux == FluxKind.Best ? FluxKind.Aperture : options.Flux;
            var (count, touching) = (extraction.Detections.Count, DetectionFlaws.Crowded | DetectionFlaws.Blended);
            var crowded = extraction.Detections.Count(detection => (detection.Flags & touching) != 0);
            var isCrowded = options.Flux == FluxKind.Best && count >= LeastCrowd && 3 * crowded > count;
            if (options.Flux == FluxKind.Psf || isCrowded)
            {
                var psf = new PsfOptions { Gain = gain, Saturation = saturation, Threads = options.Threads };
                if (PsfModel.TryMake(frame, extraction.Background, extraction.Detections, psf, out var model, out var reason))
                {
                    PsfPhotometry.Fit(frame, extraction.Background, model, extraction.Detections, psf);
                    StarLikeness.Measure(frame, extraction.Background, model, extraction.Detections, psf);
                    (result.Psf, result.Flux) = (model, FluxKind.Psf);
                    if (isCrowded)
                        Note($"{crowded} of {count} sources touch others, so the point-spread function was fitted.");
                }
                else
                {
                    result.Flux = FluxKind.Aperture;
                    Note($"Apertures were used, for there is no point-spread function: {reason}");
                }
            }
            if (result.Flux == FluxKind.Aperture)
                result.ApertureDiameter = apertures.MinBy(diameter => Math.Abs(Math.Log(diameter / (ApertureFwhm * Fwhm))));
        }

        double Fwhm => double.IsNaN(result.Extraction!.Fwhm) ? 4 : result.Extraction.Fwhm;

        InstrumentalStar Star(Detection detection, Wcs wcs)
        {
            var (x, y, flux, err) = result.Flux switch
            {
                // The scale that all stars share is the zero point's.
                FluxKind.Psf => (detection.XPsf, detection.YPsf, detection.FluxPsf,
                    Math.Sqrt(Math.Pow(detection.FluxPsfErr, 2) - Math.Pow(result.Psf!.ScaleError * detection.FluxPsf, 2))),
                FluxKind.Auto => (detection.X, detection.Y, detection.FluxAuto, detection.FluxAutoErr),
                _ => (detection.X, detection.Y, detection.FluxAper[Aperture], detection.FluxAperErr[Aperture]),
            };
            if (double.IsNaN(x) || double.IsNaN(y))
                (x, y) = (detection.X, detection.Y);
            var (ra, dec) = wcs.PixelToSky(x, y);
            return flux > 0
                ? new(ra, dec, -2.5 * Math.Log10(flux), 2.5 / Math.Log(10) * noiseScale * err / flux, x, y, detection.Flags)
                : new(ra, dec, double.NaN, double.NaN, x, y, detection.Flags);
        }

        int Aperture => Array.IndexOf(apertures, result.ApertureDiameter);

        CalibrationTarget? Locate(Wcs wcs)
        {
            if (options.TargetRa is not { } ra || options.TargetDec is not { } dec)
                return null;
            var (x, y) = wcs.SkyToPixel(ra, dec);
            var isInside = x >= 0.5 && x <= frame.Width + 0.5 && y >= 0.5 && y <= frame.Height + 0.5;
            var flags = isInside ? PlaceFlaws(x, y) : DetectionFlaws.None;
            result.Target = new FrameTarget(Sphere.NormalizeRa(ra), dec, x, y, isInside, flags);
            if (!isInside)
                return null;
            if ((flags & DetectionFlaws.BadPixels) != 0)
                Note("The target is on bad pixels: its magnitude lacks their light.");
            if ((flags & DetectionFlaws.ApertureCut) != 0)
                Note("The target is near the edge of the frame, which cuts off part of its light.");
            return new CalibrationTarget(ra, dec)
            {
                X = x, Y = y, LimitingMag = Limit(x, y), Measured = Beneath(ra, dec, x, y),
                Colour = options.TargetColour?.Value ?? double.NaN, ColourErr = options.TargetColour?.Err ?? 0,
            };
        }

        // What is wrong within the aperture around a place.
        DetectionFlaws PlaceFlaws(double x, double y)
        {
            var (radius, flags) = (ApertureRadius, DetectionFlaws.None);
            if (x - radius < 0.5 || y - radius < 0.5 || x + radius > frame.Width + 0.5 || y + radius > frame.Height + 0.5)
                flags |= DetectionFlaws.ApertureCut;
            var (low, left) = ((int)Math.Max(1, Math.Ceiling(y - radius)), (int)Math.Max(1, Math.Ceiling(x - radius)));
            for (var row = low; row <= Math.Min(frame.Height, y + radius); row++)
                for (var column = left; column <= Math.Min(frame.Width, x + radius); column++)
                {
                    var value = frame.Pixels[(row - 1) * frame.Width + column - 1];
                    if (double.Hypot(column - x, row - y) > radius)
                        continue;
                    if (float.IsNaN(value))
                        flags |= DetectionFlaws.BadPixels;
                    else if (value >= saturation)
                        flags |= DetectionFlaws.Saturated;
                }
            return flags;
        }

        double ApertureRadius => 0.5 * (double.IsNaN(result.ApertureDiameter) ? ApertureFwhm * Fwhm : result.ApertureDiameter);

        // What was not detected, in the wings of a neighbour or on a galaxy, may yet be measured where it must be; and what was,
        // on a galaxy, is measured again along with the galaxy's light.
        InstrumentalStar? Beneath(double ra, double dec, double x, double y)
        {
            var nearest = result.Extraction!.Detections.MinBy(Away)!;
            var own = Away(nearest) < Math.Max(Fwhm, 2) ? nearest : null;
            if (own is not null)
                (x, y) = double.IsFinite(own.XPsf + own.YPsf) ? (own.XPsf, own.YPsf) : (own.X, own.Y);
            if (result.Psf is null && !(result.Flux == FluxKind.Aperture && own is not null && HasGlow(own)))
                return null;
            var (model, fits) = (result.Psf, forced!);
            if (model is null)
            {
                var detector = new PsfOptions { Gain = gain, Saturation = saturation, Threads = options.Threads };
                var background = result.Extraction.Background;
                if (!PsfModel.TryMake(frame, background, result.Extraction.Detections, detector, out model, out _))
                {
                    Note("The target lies on light that changes around it, as on a galaxy, which is part of its magnitude: there "
                        + "is no point-spread function to tell them apart by.");
                    return null;
                }
                var detections = result.Extraction.Detections.Where(other => Away(other) < 15 * Fwhm).ToList();
                PsfPhotometry.Fit(frame, background, model, detections, detector);
                StarLikeness.Measure(frame, background, model, detections, detector);
                fits = new(frame, background, model, detections, detector);
            }
            var measured = fits.Measure(x, y);
            if (!(measured.Flux > Sure * noiseScale * measured.FluxErr) || own is not null && !measured.IsOnHost)
                return null;
            if (own is null)
                Note("The target was not detected by itself; the point-spread function was fitted at its place.");
            if (measured.IsOnHost)
                Note("The target lies on light that changes around it, as on a galaxy: that light was fitted along with it, and "
                    + "its error covers how well. A frame without the target would tell more surely.");
            // Of the whole star; the zero point may be that of an aperture.
            var part = result.Flux == FluxKind.Aperture ? model.ApertureFraction(ApertureRadius, x, y) : 1;
            return new(ra, dec, -2.5 * Math.Log10(part * measured.Flux),
                2.5 / Math.Log(10) * noiseScale * measured.FluxErr / measured.Flux, x, y, measured.Flags);

            double Away(Detection detection) => double.Hypot(detection.X - x, detection.Y - y);
        }

        // Whether the sky beside a source is brighter than the frame's, by what counts in its aperture and more than beside other
        // stars, whose wings shine there too.
        bool HasGlow(Detection detection)
        {
            var glow = Glow(detection);
            if (!(glow > Math.Max(2 * detection.FluxAperErr[Aperture] / detection.FluxAper[Aperture], 0.02)))
                return false;
            var others = result.Extraction!.Detections.Where(other => other.Flags == DetectionFlaws.None && other != detection)
                .OrderByDescending(other => other.FluxAper[Aperture]).Take(30).Select(Glow).Where(double.IsFinite).ToArray();
            return others.Length < 3 || glow > Robust.Median(others) + Math.Max(3 * Robust.Sigma(others), 0.02);

            double Glow(Detection of) => 1 - forced!.Measure(of.X, of.Y).Flux / of.FluxAper[Aperture];
        }

        // The instrumental magnitude of a star that is 5 sigma above the noise.
        double Limit(double x, double y)
        {
            // The scatter of empty places knows what neighbouring pixels share; where there are none, the pixels' noise must do.
            if (forced!.Limit(x, y, Sure) is { Flux: > 0, Reason: "" } limit)
                return limit.Mag;
            var noise = result.Extraction!.Background.Noise(x, y) * noiseScale;
            return -2.5 * Math.Log10(Sure * noise * Math.Sqrt(Math.PI) * ApertureRadius);
        }

        string Outside(FrameTarget target)
        {
            if (double.IsNaN(target.X))
            {
                var away = Sphere.Separation(result.Solution!.Ra, result.Solution.Dec, target.Ra, target.Dec);
                return $"The target is {Text(away)} degrees away from the frame. Check its position, and whether this is "
                    + "the right frame.";
            }
            var dx = Math.Max(Math.Max(0.5 - target.X, target.X - frame.Width - 0.5), 0);
            var dy = Math.Max(Math.Max(0.5 - target.Y, target.Y - frame.Height - 0.5), 0);
            var pixels = double.Hypot(dx, dy);
            return string.Create(CultureInfo.InvariantCulture, $"The target is outside the frame, by {pixels:0} pixels ")
                + $"({Text(pixels * result.Solution!.PixelScale / 60)}'): its place would be x = {target.X:0}, y = {target.Y:0}.";
        }

        bool Failed(string why)
        {
            result.Problem = why;
            return false;
        }

        // The value of all pixels where they have one.
        static float? Flat(float[] pixels)
        {
            var first = float.NaN;
            foreach (var value in pixels)
            {
                if (float.IsNaN(value))
                    continue;
                if (float.IsNaN(first))
                    first = value;
                else if (value != first)
                    return null;
            }
            return first;
        }

        static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
