using System.Collections;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Finds the traces of cosmic rays, and hot pixels, in a single frame by their edges, which are sharper than any star's.
/// </summary>
/// <remarks>
/// Laplacian edge detection: P. G. van Dokkum 2001, PASP 113, 1420, doi:10.1086/323894. A pixel is hit where the Laplacian, taken
/// on pixels of half the size so that no edge hides behind the next, is many times the noise, and larger than a star's pixels
/// would give it: by how much, a point-spread function tells, if there is one, so that sharp stars are spared. The raw mosaic of
/// a colour camera has such edges everywhere: make one image of one colour of it first.
/// </remarks>
public static class CosmicRays
{
    // Signal over noise of the Laplacian that a hit needs, and that its neighbours need.
    const double Sigmas = 5, NeighbourSigmas = 2.5;

    // Laplacian over fine structure of a hit, without a point-spread function: van Dokkum's 5 for undersampled stars, halved as
    // our Laplacian is half of his.
    const double UsualContrast = 2.5;

    // With one: so many times the most that a star shows at any place within a pixel.
    const double ContrastMargin = 1.5;

    // Where a star's own fine structure is all noise, contrast says nothing.
    const double MostContrast = 50;

    const int MostRounds = 4;

    /// <summary>Finds the pixels that were hit.</summary>
    /// <param name="frame">The frame; it is not changed.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="gain">Electrons in a unit of the frame; 0 where unknown: sources then have the sky's noise.</param>
    /// <param name="model">The frame's point-spread function; null where there is none.</param>
    /// <returns>For each pixel, row by row, whether it was hit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is negative or not finite.</exception>
    public static BitArray Find(Frame frame, Background background, double gain = 0, PsfModel? model = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(background);
        if (!(gain >= 0 && double.IsFinite(gain)))
            throw new ArgumentOutOfRangeException(nameof(gain), gain, "The gain must be 0 (unknown) or more.");
        var image = new ResidualImage(frame, background, double.PositiveInfinity);
        var contrast = model is null ? UsualContrast : Math.Max(1, ContrastMargin * StarContrast(model));
        var hit = new BitArray(frame.Pixels.Length);
        var work = new Work(image, background, gain);
        // In each round the hits found before are filled, which bares the flanks of a thick trace.
        List<int>? near = null;
        for (var round = 0; round < MostRounds && contrast < MostContrast; round++)
        {
            var found = new List<int>();
            if (near is null)
                for (var at = 0; at < image.Pixels.Length; at++)
                    Judge(at);
            else
                foreach (var at in near)
                    Judge(at);
            if (found.Count == 0)
                break;
            foreach (var at in found)
                hit[at] = true;
            near = work.Fill(found, hit);

            void Judge(int at)
            {
                if (!hit[at] && work.IsHit(at, Sigmas, contrast))
                    found.Add(at);
            }
        }
        work.Grow(hit, NeighbourSigmas, contrast);
        return hit;
    }

    /// <summary>Marks the detections whose light is for the most part in pixels that were hit.</summary>
    /// <param name="hit">What <see cref="Find"/> has found.</param>
    /// <param name="frame">The same frame.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="detections">Get <see cref="DetectionFlaws.CosmicRay"/>.</param>
    /// <returns>How many were marked.</returns>
    /// <exception cref="ArgumentException">The hits are of a frame of another size.</exception>
    public static int Mark(BitArray hit, Frame frame, Background background, IReadOnlyList<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(hit);
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(background);
        ArgumentNullException.ThrowIfNull(detections);
        if (hit.Length != frame.Pixels.Length)
            throw new ArgumentException($"There are {hit.Length} pixels, the frame has {frame.Pixels.Length}.", nameof(hit));
        var marked = 0;
        foreach (var detection in detections)
        {
            var hasIso = double.IsFinite(detection.XIso + detection.YIso);
            var (x, y) = hasIso ? (detection.XIso, detection.YIso) : (detection.X, detection.Y);
            if (!double.IsFinite(x + y))
                continue;
            // About the area above the threshold; of a long trace, its middle.
            var reach = Math.Clamp(Math.Sqrt(detection.Area / Math.PI), 1.5, 10);
            var (inHits, all) = (0.0, 0.0);
            var box = PixelBox.Around(x, y, reach, frame.Width, frame.Height);
            var level = background.Level(x, y);
            for (var i = 0; i < box.Count; i++)
            {
                var (column, row) = (box.Left + i % box.Width, box.Bottom + i / box.Width);
                var value = frame.Pixels[row * frame.Width + column] - level;
                if (!(value > 0) || double.Hypot(column + 1 - x, row + 1 - y) > reach)
                    continue;
                all += value;
                inHits += hit[row * frame.Width + column] ? value : 0;
            }
            if (inHits > 0.5 * all)
            {
                detection.Flags |= DetectionFlaws.CosmicRay;
                marked++;
            }
        }
        return marked;
    }

    // The most that the Laplacian of a noiseless star has of its fine structure, wherever in a pixel it stands.
    static double StarContrast(PsfModel model)
    {
        const int half = 7, side = 2 * half + 1;
        var most = 0.0;
        var pixels = new float[side * side];
        for (var phase = 0; phase < 25; phase++)
        {
            var (x, y) = ((phase % 5 - 2) / 5.0, (phase / 5 - 2) / 5.0);
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (float)model.At(i % side - half - x, i / side - half - y, 0, 0);
            var stamp = new PixelView(pixels, side, side);
            // The brightest pixel and those beside it: farther out nothing is sharp.
            for (var at = 0; at < 9; at++)
            {
                var (column, row) = (half - 1 + at % 3, half - 1 + at / 3);
                most = Math.Max(most, Laplacian(stamp, column, row) / stamp.FineStructure(column, row));
            }
        }
        return double.IsNaN(most) ? double.PositiveInfinity : most;
    }

    // Equations 4 to 7 of the paper, written for a whole pixel: each quarter has two neighbours in its own pixel and two outside;
    // negative ones do not count. Divided so that a single bright pixel has its own value.
    static double Laplacian(in PixelView view, int x, int y)
    {
        double here = view[x, y], left = view[x - 1, y], right = view[x + 1, y], down = view[x, y - 1], up = view[x, y + 1];
        var sum = Math.Max(0, 2 * here - left - down) + Math.Max(0, 2 * here - right - down) +
            Math.Max(0, 2 * here - left - up) + Math.Max(0, 2 * here - right - up);
        return sum / 8;
    }

    // Pixels with values taken on beyond the edge.
    readonly struct PixelView(float[] pixels, int width, int height)
    {
        public double this[int x, int y]
        {
            get
            {
                var value = pixels[Math.Clamp(y, 0, height - 1) * width + Math.Clamp(x, 0, width - 1)];
                return float.IsNaN(value) ? 0 : value; // the sky
            }
        }

        /// <summary>What a median of 3 x 3 keeps and one of 7 x 7 of it takes away: stars, not hits.</summary>
        public double FineStructure(int x, int y)
        {
            Span<double> small = stackalloc double[49];
            for (var i = 0; i < 49; i++)
                small[i] = Median3(x + i % 7 - 3, y + i / 7 - 3);
            var middle = small[24];
            small.Sort();
            return middle - small[24];
        }

        public double Median3(int x, int y)
        {
            Span<double> nine = stackalloc double[9];
            for (var i = 0; i < 9; i++)
                nine[i] = this[x + i % 3 - 1, y + i / 3 - 1];
            nine.Sort();
            return nine[4];
        }
    }

    sealed class Work(ResidualImage image, Background background, double gain)
    {
        readonly float[] noise = new float[image.Width];
        int noiseRow = -1;

        PixelView View => new(image.Pixels, image.Width, image.Height);

        public bool IsHit(int at, double sigmas, double contrast)
        {
            var value = image.Pixels[at];
            var (x, y) = (at % image.Width, at / image.Width);
            var sky = Noise(x, y);
            // Most pixels are but sky: their Laplacian cannot be large.
            if (!(value > 0.5 * sigmas * sky))
                return false;
            var view = View;
            var laplacian = Laplacian(view, x, y);
            if (laplacian < sigmas * sky)
                return false;
            // The median of 5 x 5 is what is there without a hit; its photons make noise, too.
            Span<double> around = stackalloc double[25];
            for (var i = 0; i < 25; i++)
                around[i] = view[x + i % 5 - 2, y + i / 5 - 2];
            around.Sort();
            var light = gain > 0 ? Math.Max(0, around[12]) / gain : 0;
            var variance = sky * sky + light;
            if (laplacian < sigmas * Math.Sqrt(variance))
                return false;
            // What a smooth source adds to the Laplacian: its median around.
            for (var i = 0; i < 25; i++)
                around[i] = Laplacian(view, x + i % 5 - 2, y + i / 5 - 2);
            around.Sort();
            if (laplacian - around[12] < sigmas * Math.Sqrt(variance))
                return false;
            var fine = Math.Max(view.FineStructure(x, y), 0.5 * sky); // noise has some always
            return laplacian > contrast * fine;
        }

        // Puts what is around into the pixels that were hit; returns the pixels near them.
        public List<int> Fill(List<int> found, BitArray hit)
        {
            var near = new SortedSet<int>();
            var values = new float[found.Count];
            Span<double> around = stackalloc double[25];
            for (var k = 0; k < found.Count; k++)
            {
                var (x, y) = (found[k] % image.Width, found[k] / image.Width);
                var count = 0;
                for (var i = 0; i < 25; i++)
                {
                    var (column, row) = (x + i % 5 - 2, y + i / 5 - 2);
                    if (column < 0 || row < 0 || column >= image.Width || row >= image.Height)
                        continue;
                    var other = row * image.Width + column;
                    near.Add(other);
                    if (!hit[other] && !float.IsNaN(image.Pixels[other]))
                        around[count++] = image.Pixels[other];
                }
                around[..count].Sort();
                values[k] = count > 0 ? (float)around[count / 2] : 0;
            }
            for (var k = 0; k < found.Count; k++)
                image.Pixels[found[k]] = values[k];
            return [.. near];
        }

        // Neighbours of hits need less to be hit, too.
        public void Grow(BitArray hit, double sigmas, double contrast)
        {
            var added = new List<int>();
            for (var at = 0; at < hit.Length; at++)
            {
                if (!hit[at])
                    continue;
                var (x, y) = (at % image.Width, at / image.Width);
                for (var i = 0; i < 9; i++)
                {
                    var (column, row) = (x + i % 3 - 1, y + i / 3 - 1);
                    if (column < 0 || row < 0 || column >= image.Width || row >= image.Height)
                        continue;
                    var other = row * image.Width + column;
                    if (!hit[other] && IsHit(other, sigmas, contrast))
                        added.Add(other);
                }
            }
            foreach (var at in added)
                hit[at] = true;
        }

        double Noise(int x, int y)
        {
            if (noiseRow != y)
                background.NoiseRow(1, y + 1, noise);
            noiseRow = y;
            return noise[x];
        }
    }
}
