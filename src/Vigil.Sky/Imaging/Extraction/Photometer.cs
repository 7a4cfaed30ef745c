namespace Vigil.Sky.Imaging;

/// <summary>Measures segments one at a time. It has work space: one for each thread.</summary>
/// <remarks>
/// Pixels of other sources and pixels without a value are replaced by those on the other side of the centre, or by the
/// background where these are no better. Windowed centroids as in the SExtractor manual: the weight is a Gaussian of the
/// source's own width, and each round moves by twice the weighted mean offset.
/// </remarks>
sealed class Photometer(Frame frame, Background background, ExtractionOptions options, Segmentation segmentation,
    int[] firstSegments, int[] owners, double leastNoise)
{
    /// <summary>Kron's radius is the mean radius within so many times the isophotal A and B.</summary>
    const double KronReach = 6;

    /// <summary>The centroid's window is cut at so many sigma, where the weight is 3e-4.</summary>
    const double WindowReach = 4;

    const int MaxRounds = 30;

    /// <summary>Rounds in which the window still changes.</summary>
    const int WidthRounds = 8;

    /// <summary>The window on the core of a star, in units of the window on the whole.</summary>
    const double CoreWindow = 0.7;

    const double LastShift = 1e-4;

    enum Pixel : byte { Free, Own, Other, NoValue, Outside }

    // The window: pixels above the background and whose they are, pixel (x, y) of the frame at (y - bottom) * width + x - left.
    float[] above = [];
    Pixel[] state = [];
    float[] weights = [];
    int left, bottom, width, height;
    bool hasNoValue;

    public Detection Measure(Segment segment, int number)
    {
        var (cxx, cyy, cxy) = Ellipse.Coefficients(segment);
        var aperture = options.ApertureDiameters.Count == 0 ? 0 : options.ApertureDiameters.Max() / 2;
        var reach = Math.Max(KronReach, options.MinKronRadius);
        Load(segment, number, reach, aperture + 2);
        var detection = new Detection
        {
            XIso = segment.X + 1,
            YIso = segment.Y + 1,
            Area = segment.Area,
            A = segment.A,
            B = segment.B,
            Theta = double.RadiansToDegrees(segment.Theta),
        };
        if (segment.Blended)
            detection.Flags |= DetectionFlaws.Blended;
        Isophote(segment, detection);

        var noise = Math.Max(background.Noise(segment.X + 1, segment.Y + 1), leastNoise);
        Centre(segment, detection, noise);
        double x = detection.X - 1, y = detection.Y - 1;
        detection.Background = background.Level(detection.X, detection.Y);
        detection.Noise = noise;

        var kron = KronRadius(segment.X, segment.Y, cxx, cyy, cxy);
        detection.KronRadius = Math.Max(options.KronFactor * kron, options.MinKronRadius);
        if (detection.KronRadius > reach)
            Load(segment, number, detection.KronRadius, aperture + 2);
        var auto = Sum(segment.X, segment.Y, cxx, cyy, cxy, detection.KronRadius);
        (detection.FluxAuto, detection.FluxAutoErr) = (auto.Flux, Error(auto, noise));
        if (auto.Spoilt > 0.1 * auto.Area)
            detection.Flags |= DetectionFlaws.Crowded;
        if (auto.IsCut)
            detection.Flags |= DetectionFlaws.ApertureCut;

        var count = options.ApertureDiameters.Count;
        if (count > 0)
        {
            (detection.FluxAper, detection.FluxAperErr) = (new double[count], new double[count]);
            for (var i = 0; i < count; i++)
            {
                var sum = Sum(x, y, 1, 1, 0, options.ApertureDiameters[i] / 2);
                (detection.FluxAper[i], detection.FluxAperErr[i]) = (sum.Flux, Error(sum, noise));
                if (sum.IsCut)
                    detection.Flags |= DetectionFlaws.ApertureCut;
            }
        }
        return detection;
    }

    double Error((double Flux, double Area, double Spoilt, bool IsCut) sum, double noise) => Error(sum.Flux, sum.Area, noise);

    double Error(double flux, double area, double noise) =>
        Math.Sqrt(area * noise * noise + (options.Gain > 0 ? Math.Max(flux, 0) / options.Gain : 0));

    /// <summary>Cuts out the window that an ellipse of so many A and B, and a circle, fit into.</summary>
    void Load(Segment segment, int number, double radius, double circle)
    {
        var reachX = Math.Max(radius * Math.Sqrt(segment.Xx), circle);
        var reachY = Math.Max(radius * Math.Sqrt(segment.Yy), circle);
        left = Math.Min(segment.Left, (int)Math.Floor(segment.X - reachX));
        bottom = Math.Min(segment.Bottom, (int)Math.Floor(segment.Y - reachY));
        left = Math.Max(left, -frame.Width);
        bottom = Math.Max(bottom, -frame.Height);
        width = Math.Min(Math.Max(segment.Right, (int)Math.Ceiling(segment.X + reachX)), 2 * frame.Width) + 1 - left;
        height = Math.Min(Math.Max(segment.Top, (int)Math.Ceiling(segment.Y + reachY)), 2 * frame.Height) + 1 - bottom;
        var size = checked(width * height);
        if (above.Length < size)
        {
            above = new float[size];
            state = new Pixel[size];
        }
        state.AsSpan(0, size).Clear();
        int firstX = Math.Max(left, 0), endX = Math.Min(left + width, frame.Width);
        hasNoValue = firstX > left || endX < left + width || bottom < 0 || bottom + height > frame.Height;
        var hasOther = false;
        for (var y = bottom; y < bottom + height; y++)
        {
            var row = (y - bottom) * width;
            if (y < 0 || y >= frame.Height)
            {
                state.AsSpan(row, width).Fill(Pixel.Outside);
                continue;
            }
            state.AsSpan(row, firstX - left).Fill(Pixel.Outside);
            state.AsSpan(row + endX - left, left + width - endX).Fill(Pixel.Outside);
            var pixels = above.AsSpan(row + firstX - left, endX - firstX);
            background.Subtract(frame.Pixels.AsSpan(y * frame.Width + firstX, endX - firstX), firstX, y, pixels);
            for (var k = 0; k < pixels.Length; k++)
                if (float.IsNaN(pixels[k]))
                {
                    state[row + firstX - left + k] = Pixel.NoValue;
                    hasNoValue = true;
                }
            hasOther |= Mark(y, firstX, endX, number);
        }
        if (hasNoValue || hasOther)
            Replace(segment);
    }

    /// <summary>Marks the pixels of a row that belong to this source and to others; whether there are others.</summary>
    bool Mark(int y, int firstX, int endX, int number)
    {
        var hasOther = false;
        var (first, end) = segmentation.Within(y, firstX, endX);
        for (var i = first; i < end; i++)
        {
            var region = segmentation.Regions[i];
            if (region < 0)
                continue;
            var run = segmentation.Runs[i];
            int from = Math.Max(run.Start, firstX), to = Math.Min(run.End, endX);
            var at = (y - bottom) * width - left;
            for (var x = from; x < to; x++)
            {
                var isOwn = owners[firstSegments[region] + segmentation.Labels[run.Values + x - run.Start]] == number;
                state[at + x] = isOwn ? Pixel.Own : Pixel.Other;
                hasOther |= !isOwn;
            }
        }
        return hasOther;
    }

    void Replace(Segment segment)
    {
        // Twice the centre, to the nearest pixel.
        int twiceX = (int)Math.Round(2 * segment.X) - 2 * left, twiceY = (int)Math.Round(2 * segment.Y) - 2 * bottom;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var i = y * width + x;
                if (state[i] < Pixel.Other)
                    continue;
                int mirrorX = twiceX - x, mirrorY = twiceY - y;
                above[i] = mirrorX >= 0 && mirrorX < width && mirrorY >= 0 && mirrorY < height &&
                    state[mirrorY * width + mirrorX] < Pixel.Other ? above[mirrorY * width + mirrorX] : 0;
            }
    }

    void Isophote(Segment segment, Detection detection)
    {
        double sum = 0, peak = double.NegativeInfinity;
        var area = 0;
        for (var y = Math.Max(bottom, 0); y < Math.Min(bottom + height, frame.Height); y++)
            for (int x = Math.Max(left, 0), row = (y - bottom) * width - left; x < Math.Min(left + width, frame.Width); x++)
            {
                if (state[row + x] != Pixel.Own)
                    continue;
                double value = above[row + x];
                sum += value;
                area++;
                peak = Math.Max(peak, value);
                if (frame.Pixels[y * frame.Width + x] >= options.Saturation)
                    detection.Flags |= DetectionFlaws.Saturated;
                if (hasNoValue && IsBesideNoValue(x, y))
                    detection.Flags |= DetectionFlaws.BadPixels;
            }
        var noise = Math.Max(background.Noise(segment.X + 1, segment.Y + 1), leastNoise);
        (detection.FluxIso, detection.FluxIsoErr, detection.Peak) = (sum, Error(sum, area, noise), peak);
        if (segment.Left == 0 || segment.Bottom == 0 || segment.Right == frame.Width - 1 || segment.Top == frame.Height - 1)
            detection.Flags |= DetectionFlaws.Edge;
    }

    bool IsBesideNoValue(int x, int y)
    {
        for (var ny = Math.Max(y - 1, 0); ny <= Math.Min(y + 1, frame.Height - 1); ny++)
            for (var nx = Math.Max(x - 1, 0); nx <= Math.Min(x + 1, frame.Width - 1); nx++)
                if (!(Math.Abs(frame.Pixels[ny * frame.Width + nx]) <= Background.Limit))
                    return true;
        return false;
    }

    /// <summary>
    /// The windowed centroid, its error, and the width. The window takes the width of what it sees: a Gaussian of sigma s seen
    /// through a Gaussian window of sigma w has the variance m = 1 / (1/s² + 1/w²) along each axis.
    /// </summary>
    void Centre(Segment segment, Detection detection, double noise)
    {
        var ofMoments = Math.Sqrt((segment.Xx + segment.Yy) / 2);
        double x = segment.X, y = segment.Y, sigma = ofMoments;
        (double Flux, double X, double Y, double R2) seen = default;
        var isGood = false;
        for (var round = 0; round < MaxRounds; round++)
        {
            seen = Weigh(x, y, sigma);
            if (!(seen.Flux > 0))
                break;
            double dx = 2 * seen.X / seen.Flux, dy = 2 * seen.Y / seen.Flux;
            x += dx;
            y += dy;
            double fromX = x - segment.X, fromY = y - segment.Y;
            if (!(fromX * fromX + fromY * fromY < segment.A * segment.A))
                break;
            isGood = dx * dx + dy * dy < LastShift * LastShift;
            if (isGood)
                break;
            if (round < WidthRounds)
                sigma = Width(seen.R2 / seen.Flux, sigma, ofMoments);
        }
        if (!isGood)
        {
            (x, y) = (segment.X, segment.Y);
            seen = Weigh(x, y, sigma);
        }
        (detection.X, detection.Y) = (x + 1, y + 1);
        (detection.XErr, detection.YErr) = CentreErrors(x, y, sigma, noise, seen.Flux > 0 ? seen.Flux : detection.FluxIso);
        // The wings of a star are wider than a Gaussian's: for the width at half maximum, look at the core.
        var core = Weigh(x, y, CoreWindow * sigma);
        detection.Fwhm = DetectionKernel.GaussianFwhm *
            (core.Flux > 0 ? Width(core.R2 / core.Flux, CoreWindow * sigma, sigma) : sigma);
    }

    /// <summary>Sigma of a Gaussian that shows a mean squared radius through a window; within a factor of 2 of a guess.</summary>
    static double Width(double meanR2, double window, double guess)
    {
        var variance = 1 / (2 / meanR2 - 1 / (window * window));
        return meanR2 > 0 && variance > 0 ? Math.Clamp(Math.Sqrt(variance), 0.5 * guess, 2 * guess) : guess;
    }

    /// <summary>Sums within the window: weight times value, also times offsets from its centre and squared radius.</summary>
    (double Flux, double X, double Y, double R2) Weigh(double x, double y, double sigma)
    {
        var (firstX, firstY, endX, endY) = Window(x, y, sigma);
        double sum = 0, sumX = 0, sumY = 0, sumR2 = 0;
        for (var j = firstY; j < endY; j++)
        {
            double row = 0, rowX = 0, rowXx = 0;
            for (var i = firstX; i < endX; i++)
            {
                double part = weights[i - firstX] * above[j * width + i], dx = i + left - x;
                row += part;
                rowX += part * dx;
                rowXx += part * dx * dx;
            }
            double weight = weights[endX - firstX + j - firstY], dy = j + bottom - y;
            sum += weight * row;
            sumX += weight * rowX;
            sumY += weight * row * dy;
            sumR2 += weight * (rowXx + row * dy * dy);
        }
        return (sum, sumX, sumY, sumR2);
    }

    (double X, double Y) CentreErrors(double x, double y, double sigma, double noise, double flux)
    {
        var (firstX, firstY, endX, endY) = Window(x, y, sigma);
        double varianceX = 0, varianceY = 0, perElectron = options.Gain > 0 ? 1 / options.Gain : 0;
        for (var j = firstY; j < endY; j++)
            for (var i = firstX; i < endX; i++)
            {
                double weight = weights[i - firstX] * weights[endX - firstX + j - firstY];
                double dx = i + left - x, dy = j + bottom - y;
                var variance = weight * weight * (noise * noise + perElectron * Math.Max(above[j * width + i], 0));
                varianceX += variance * dx * dx;
                varianceY += variance * dy * dy;
            }
        return (2 * Math.Sqrt(varianceX) / flux, 2 * Math.Sqrt(varianceY) / flux);
    }

    /// <summary>The pixels of the window about a place, and their weights along x, then along y.</summary>
    (int FirstX, int FirstY, int EndX, int EndY) Window(double x, double y, double sigma)
    {
        var reach = WindowReach * sigma;
        var firstX = Math.Max((int)Math.Ceiling(x - reach) - left, 0);
        var firstY = Math.Max((int)Math.Ceiling(y - reach) - bottom, 0);
        var endX = Math.Max(Math.Min((int)Math.Floor(x + reach) - left + 1, width), firstX);
        var endY = Math.Max(Math.Min((int)Math.Floor(y + reach) - bottom + 1, height), firstY);
        var count = endX - firstX + endY - firstY;
        if (weights.Length < count)
            weights = new float[count];
        var scale = -0.5 / (sigma * sigma);
        for (var i = firstX; i < endX; i++)
            weights[i - firstX] = (float)Math.Exp(scale * (i + left - x) * (i + left - x));
        for (var j = firstY; j < endY; j++)
            weights[endX - firstX + j - firstY] = (float)Math.Exp(scale * (j + bottom - y) * (j + bottom - y));
        return (firstX, firstY, endX, endY);
    }

    /// <summary>Kron's first moment Σ r I / Σ I, r in units of A and B; 0 where noise leaves none.</summary>
    double KronRadius(double x, double y, double cxx, double cyy, double cxy)
    {
        double sum = 0, moment = 0;
        for (var j = 0; j < height; j++)
            for (var i = 0; i < width; i++)
            {
                double dx = i + left - x, dy = j + bottom - y;
                var r2 = cxx * dx * dx + cyy * dy * dy + cxy * dx * dy;
                if (r2 > KronReach * KronReach)
                    continue;
                double value = above[j * width + i];
                sum += value;
                moment += Math.Sqrt(r2) * value;
            }
        return sum > 0 && moment > 0 ? Math.Min(moment / sum, KronReach) : 0;
    }

    /// <summary>
    /// Sum within an ellipse, its area, how much of that neighbours and pixels without a value take, and whether such pixels or
    /// the edge of the frame take any.
    /// </summary>
    (double Flux, double Area, double Spoilt, bool IsCut) Sum(double x, double y, double cxx, double cyy, double cxy,
        double radius)
    {
        var determinant = cxx * cyy - 0.25 * cxy * cxy;
        double reachX = radius * Math.Sqrt(cyy / determinant) + 1, reachY = radius * Math.Sqrt(cxx / determinant) + 1;
        var firstX = Math.Max((int)Math.Floor(x - reachX) - left, 0);
        var firstY = Math.Max((int)Math.Floor(y - reachY) - bottom, 0);
        var lastX = Math.Min((int)Math.Ceiling(x + reachX) - left, width - 1);
        var lastY = Math.Min((int)Math.Ceiling(y + reachY) - bottom, height - 1);
        // Pixels whose middle is nearer than this are wholly inside, farther than that wholly outside: half a diagonal at most.
        var half = Math.Sqrt(0.5) * Math.Sqrt(0.5 * (cxx + cyy + Math.Sqrt((cxx - cyy) * (cxx - cyy) + cxy * cxy)));
        double inside = Math.Max(radius - half, 0), outside = radius + half;
        double sum = 0, area = 0, spoilt = 0;
        var isCut = false;
        for (var j = firstY; j <= lastY; j++)
            for (var i = firstX; i <= lastX; i++)
            {
                double dx = i + left - x, dy = j + bottom - y;
                var r2 = cxx * dx * dx + cyy * dy * dy + cxy * dx * dy;
                if (r2 >= outside * outside)
                    continue;
                var share = r2 < inside * inside ? 1 : Ellipse.Share(dx, dy, cxx, cyy, cxy, radius);
                var at = j * width + i;
                sum += share * above[at];
                area += share;
                spoilt += state[at] is Pixel.Other or Pixel.NoValue ? share : 0;
                isCut |= state[at] >= Pixel.NoValue && share > 0;
            }
        return (sum, area, spoilt, isCut);
    }
}
