namespace Vigil.Sky.Imaging;

/// <summary>
/// Fits a point-spread function to many stars at once: those that touch each other as a group, all others taken away from the
/// image before; again until nothing changes.
/// </summary>
/// <remarks>
/// After P. B. Stetson 1987, PASP 99, 191 (NSTAR, ALLSTAR). In a group the unknowns are flux and place of each star (Gauss and
/// Newton's steps); pixels count by the inverse of their variance as the model has it, so that a flux near zero is not biased.
/// What is left of the sky is the median of the residuals around a group. Each pass computes all groups from the same image:
/// the result does not depend on the number of threads.
/// </remarks>
sealed class PsfFitter
{
    // A fit reaches so many FWHM from a star: within it is 99.9 % of what a Gaussian's pixels can tell of its flux.
    const double FitFwhms = 1.5;

    // More unknowns at once cost more than the coupling of farther stars is worth; it is found by going on.
    internal const int MostInGroup = 12;

    const int MostPasses = 12;

    // The first passes: fluxes only, then places too; nobody is done before.
    const int LeastPasses = 3;

    // A step of less than this part of the error ends the fit.
    const double Settled = 0.02;

    // Pixels from which the rest of the sky is taken: enough that its error adds little to the star's.
    const int SkyPixels = 600;

    readonly ResidualImage image;
    readonly Background background;
    readonly PsfModel model;
    readonly double gain;
    readonly int threads;
    readonly double withinFit; // of a star's light

    public PsfFitter(ResidualImage image, Background background, PsfModel model, double gain, int threads) =>
        (this.image, this.background, this.model, this.gain, this.threads, withinFit) = (image, background, model, gain, threads,
            model.ApertureFraction(Math.Max(FitFwhms * model.Fwhm, 2), (image.Width + 1) / 2.0, (image.Height + 1) / 2.0));

    /// <summary>Radius of the pixels that a fit uses.</summary>
    public double FitRadius => Math.Max(FitFwhms * model.Fwhm, 2);

    /// <summary>Fits; the stars are taken away from the image.</summary>
    public void Fit(IReadOnlyList<PsfStar> stars)
    {
        foreach (var star in stars)
            star.Noise = background.Noise(star.X, star.Y);
        var groups = Groups(stars);
        var done = new bool[groups.Count];
        var steps = new PsfStar[groups.Count][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        for (var pass = 0; pass < MostPasses; pass++)
        {
            Parallel.For(0, groups.Count, parallel, () => new Work(), (g, _, work) =>
            {
                steps[g] = done[g] ? [] : Step(groups[g], pass, work);
                return work;
            }, _ => { });
            var changed = false;
            for (var g = 0; g < groups.Count; g++)
            {
                if (done[g])
                    continue;
                done[g] = pass >= LeastPasses && IsSettled(groups[g], steps[g]);
                changed |= !done[g];
                for (var i = 0; i < steps[g].Length; i++)
                    Change(groups[g][i], steps[g][i]);
            }
            if (!changed)
                break;
        }
        Parallel.For(0, groups.Count, parallel, () => new Work(), (g, _, work) =>
        {
            Finish(groups[g], work);
            return work;
        }, _ => { });
    }

    /// <summary>Gives a star back to the image, or takes it away (a negative flux gives).</summary>
    public void Subtract(double x, double y, double flux, double noise)
    {
        if (flux == 0)
            return;
        var reach = model.ReachOf(flux, 0.02 * noise); // what is left is lost in the noise
        var box = PixelBox.Around(x, y, reach, image.Width, image.Height);
        if (box.IsEmpty)
            return;
        var values = new double[box.Count];
        model.Add(x, y, flux, box, values, [], []);
        image.Subtract(box, values);
    }

    /// <summary>
    /// The flux of a star at a place where the image holds nothing but noise, and its error; the image is not changed.
    /// </summary>
    public (double Flux, double Err, double Covered) Empty(double x, double y)
    {
        PsfStar[] group = [new(x, y) { IsFixed = true, Noise = background.Noise(x, y) }];
        var work = new Work();
        var next = Step(group, 1, work)[0];
        (group[0].Background, group[0].BackgroundErr) = (next.Background, next.BackgroundErr);
        Finish(group, work);
        return (next.Flux, group[0].FluxErr, group[0].Covered);
    }

    /// <summary>The error that the flux of the first star of a group would have, were it 0 and the others as they are.</summary>
    public double ErrorAtZero(PsfStar[] group)
    {
        var zero = new PsfStar(group[0].X, group[0].Y)
        {
            IsFixed = true,
            Noise = group[0].Noise,
            Background = group[0].Background,
            BackgroundErr = group[0].BackgroundErr,
        };
        Finish([zero, .. group.AsSpan(1)], new Work());
        return zero.FluxErr;
    }

    void Change(PsfStar star, PsfStar next)
    {
        Subtract(star.X, star.Y, -star.Flux, star.Noise);
        (star.X, star.Y, star.Flux, star.IsFixed) = (next.X, next.Y, next.Flux, next.IsFixed);
        (star.Background, star.BackgroundErr, star.FluxErr) = (next.Background, next.BackgroundErr, next.FluxErr);
        Subtract(star.X, star.Y, star.Flux, star.Noise);
    }

    static bool IsSettled(PsfStar[] group, PsfStar[] steps)
    {
        for (var i = 0; i < group.Length; i++)
        {
            var (star, next) = (group[i], steps[i]);
            var err = next.FluxErr;
            if (double.IsNaN(err))
                continue;
            // A place is known to about the star's width times error / flux, and a star is a pixel wide or more.
            var shift = double.Hypot(next.X - star.X, next.Y - star.Y) * Math.Abs(next.Flux);
            if (Math.Abs(next.Flux - star.Flux) > Settled * err || shift > Settled * err || next.IsFixed != star.IsFixed)
                return false;
        }
        return true;
    }

    // Stars whose fits share pixels, as friends of friends; a group that is too large is cut at shorter distances.
    List<PsfStar[]> Groups(IReadOnlyList<PsfStar> stars)
    {
        var groups = new List<PsfStar[]>();
        var (x, y) = (new double[stars.Count], new double[stars.Count]);
        for (var i = 0; i < stars.Count; i++)
            (x[i], y[i]) = (stars[i].X, stars[i].Y);
        var grid = new PixelGrid(x, y, image.Width, image.Height);
        var group = new int[stars.Count]; // 0 where not yet known
        var (near, members, queue) = (new List<int>(), new List<int>(), new Queue<int>());
        var number = 0;
        for (var first = 0; first < stars.Count; first++)
        {
            if (group[first] != 0)
                continue;
            for (var link = FitRadius; ; link *= 0.8)
            {
                members.Clear();
                number++;
                Join(first);
                while (queue.TryDequeue(out var star))
                {
                    grid.Near(x[star], y[star], link, near);
                    foreach (var other in near)
                        if (group[other] == 0)
                            Join(other);
                }
                // At last stars on one spot are left: cut them by their order.
                if (members.Count <= MostInGroup || link < 0.1)
                    break;
                foreach (var star in members)
                    group[star] = 0;
            }
            members.Sort();
            foreach (var part in members.Chunk(MostInGroup))
                groups.Add(Array.ConvertAll(part, star => stars[star]));

            void Join(int star)
            {
                group[star] = number;
                members.Add(star);
                queue.Enqueue(star);
            }
        }
        return groups;
    }

    // What one thread needs again and again.
    sealed class Work
    {
        public double[] Data = [], Light = [], Weights = [];
        public readonly PixelBox[] Boxes = new PixelBox[MostInGroup];
        public readonly double[][] Values = New(), SlopesX = New(), SlopesY = New();
        public readonly NormalEquations Equations = new();
        public readonly double[] Sky = new double[SkyPixels];
        public readonly double[] Steps = new double[3 * MostInGroup], ByBackground = new double[3 * MostInGroup];

        public void Reserve(int pixels, int pixelsOfStar, int stars)
        {
            if (Data.Length < pixels)
                (Data, Light, Weights) = (new double[2 * pixels], new double[2 * pixels], new double[2 * pixels]);
            for (var i = 0; i < stars; i++)
                if (Values[i].Length < pixelsOfStar)
                    (Values[i], SlopesX[i], SlopesY[i]) =
                        (new double[pixelsOfStar], new double[pixelsOfStar], new double[pixelsOfStar]);
        }

        static double[][] New() => [.. Enumerable.Repeat(Array.Empty<double>(), MostInGroup)];
    }

    PixelBox Box(PsfStar[] group, double reach) => PixelBox.Between(group.Min(star => star.X) - reach,
        group.Max(star => star.X) + reach, group.Min(star => star.Y) - reach, group.Max(star => star.Y) + reach,
        image.Width, image.Height);

    // One step of a group; returns the stars as they should become.
    PsfStar[] Step(PsfStar[] group, int pass, Work work)
    {
        var next = Array.ConvertAll(group, star => new PsfStar(star.StartX, star.StartY)
        {
            X = star.X,
            Y = star.Y,
            Flux = star.Flux,
            IsFixed = star.IsFixed,
            Noise = star.Noise,
        });
        // The residuals' level settles sooner than the stars do.
        var (sky, skyErr) = pass is 1 or 3 or 6 ? Sky(group, work) : (group[0].Background, group[0].BackgroundErr);
        foreach (var star in next)
            (star.Background, star.BackgroundErr) = (sky, skyErr);
        var places = new int[group.Length]; // of a star's flux among the unknowns; its place follows if it is free
        var unknowns = 0;
        for (var i = 0; i < group.Length; i++)
        {
            places[i] = unknowns;
            unknowns += pass > 0 && IsFree(group[i]) ? 3 : 1;
        }
        if (!Equations(group, places, unknowns, sky, work) || !work.Equations.TrySolve(work.Steps))
            return next; // bad pixels, or stars on one spot: they stay as they are
        for (var i = 0; i < group.Length; i++)
        {
            var (star, at) = (next[i], places[i]);
            star.Flux += work.Steps[at];
            star.FluxErr = Math.Sqrt(work.Equations.Covariance(at, at));
            if ((i + 1 < group.Length ? places[i + 1] : unknowns) == at + 1)
                continue;
            var (dx, dy) = (work.Steps[at + 1], work.Steps[at + 2]);
            var most = 0.3 * model.Fwhm; // farther the linear step means nothing
            var shrink = Math.Min(1, most / double.Hypot(dx, dy));
            (star.X, star.Y) = (star.X + shrink * dx, star.Y + shrink * dy);
            // A star that runs away follows a neighbour or a blemish.
            if (double.Hypot(star.X - star.StartX, star.Y - star.StartY) > Math.Max(1, 0.6 * model.Fwhm) || !(star.Flux > 0))
                (star.X, star.Y, star.IsFixed) = (star.StartX, star.StartY, true);
        }
        return next;

        // Without light a place is not to be had.
        static bool IsFree(PsfStar star) => !star.IsFixed && star.Flux > 3 * star.FluxErr;
    }

    // Errors and chi square of a group as it stands.
    void Finish(PsfStar[] group, Work work)
    {
        var places = new int[group.Length];
        var unknowns = 0;
        for (var i = 0; i < group.Length; i++)
        {
            places[i] = unknowns;
            unknowns += !group[i].IsFixed && group[i].Flux > 3 * group[i].FluxErr ? 3 : 1;
        }
        var isGood = Equations(group, places, unknowns, group[0].Background, work) && work.Equations.TrySolve(work.Steps);
        for (var i = 0; i < group.Length; i++)
        {
            var star = group[i];
            (star.FluxErr, star.Chi2) = (double.NaN, double.NaN);
            if (!isGood)
                continue;
            // How the flux follows the sky's level, and through it the sky's error.
            var bySky = 0.0;
            for (var k = 0; k < unknowns; k++)
                bySky += work.Equations.Covariance(places[i], k) * work.ByBackground[k];
            star.FluxErr = Math.Sqrt(work.Equations.Covariance(places[i], places[i]) + Math.Pow(bySky * star.BackgroundErr, 2));
            Judge(star, group, i, work);
        }
    }

    // The reduced chi square of a star's pixels and how much of its light they have, from what Equations left behind.
    void Judge(PsfStar star, PsfStar[] group, int index, Work work)
    {
        var (box, all) = (work.Boxes[index], Box(group, FitRadius));
        var (chi2, count, covered) = (0.0, 0, 0.0);
        for (var at = 0; at < box.Count; at++)
        {
            var (x, y) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
            var inGroup = (y - all.Bottom) * all.Width + x - all.Left;
            if (Square(x + 1 - star.X, y + 1 - star.Y) > Square(FitRadius, 0) || work.Weights[inGroup] == 0)
                continue;
            covered += work.Values[index][at];
            chi2 += work.Data[inGroup] * work.Data[inGroup] * work.Weights[inGroup];
            count++;
        }
        star.Covered = covered / withinFit;
        star.Chi2 = count > 3 ? chi2 / (count - 3) : double.NaN;
    }

    static double Square(double dx, double dy) => dx * dx + dy * dy;

    double Variance(double noise, double light) =>
        noise * noise + (gain > 0 ? Math.Max(light, 0) / gain : 0) + Math.Pow(model.ProfileError * light, 2);

    // Sets up the equations; leaves the group's residuals and weights, and each star's box and parts of light, in the work.
    bool Equations(PsfStar[] group, int[] places, int unknowns, double sky, Work work)
    {
        var all = Box(group, FitRadius);
        if (all.IsEmpty)
            return false;
        var side = 2 * (int)Math.Ceiling(FitRadius) + 1;
        work.Reserve(all.Count, side * side, group.Length);
        var data = work.Data.AsSpan(0, all.Count);
        var light = work.Light.AsSpan(0, all.Count);
        var weights = work.Weights.AsSpan(0, all.Count);
        image.Read(all, data);
        light.Clear();
        weights.Clear();
        for (var i = 0; i < group.Length; i++)
        {
            var star = group[i];
            var box = work.Boxes[i] = PixelBox.Around(star.X, star.Y, FitRadius, image.Width, image.Height);
            if (box.IsEmpty)
                return false;
            var values = work.Values[i].AsSpan(0, box.Count);
            var slopesX = work.SlopesX[i].AsSpan(0, box.Count);
            var slopesY = work.SlopesY[i].AsSpan(0, box.Count);
            values.Clear();
            slopesX.Clear();
            slopesY.Clear();
            model.Add(star.X, star.Y, 1, box, values, slopesX, slopesY);
            for (var at = 0; at < values.Length; at++)
                (slopesX[at], slopesY[at]) = (star.Flux * slopesX[at], star.Flux * slopesY[at]);
            for (int row = 0, at = 0; row < box.Height; row++)
                for (var inGroup = (box.Bottom + row - all.Bottom) * all.Width + box.Left - all.Left; at < (row + 1) * box.Width;
                    at++, inGroup++)
                {
                    light[inGroup] += star.Flux * values[at];
                    // For now a mark: within the radius of a star.
                    if (Square(box.Left + 1 + at % box.Width - star.X, box.Bottom + 1 + row - star.Y) <= FitRadius * FitRadius)
                        weights[inGroup] = 1;
                }
        }
        var noise = group[0].Noise;
        var used = 0;
        for (var at = 0; at < data.Length; at++)
        {
            data[at] -= sky;
            weights[at] = weights[at] == 0 || double.IsNaN(data[at]) ? 0 : 1 / Variance(noise, light[at]);
            used += weights[at] > 0 ? 1 : 0;
            if (weights[at] == 0)
                data[at] = 0; // NaN times nothing is not nothing
        }
        var equations = work.Equations;
        equations.Reset(unknowns);
        Array.Clear(work.ByBackground);
        for (var i = 0; i < group.Length; i++)
        {
            AddStar(i, places[i], Count(i), all, work);
            for (var j = 0; j <= i; j++)
                AddPair(i, j, places[i], places[j], Count(i), Count(j), all, work);
        }
        return used > unknowns;

        int Count(int i) => (i + 1 < group.Length ? places[i + 1] : unknowns) - places[i];
    }

    // A star's products with the residuals, and with the sky.
    static void AddStar(int star, int place, int unknowns, PixelBox all, Work work)
    {
        var box = work.Boxes[star];
        double[] values = work.Values[star], slopesX = work.SlopesX[star], slopesY = work.SlopesY[star];
        double v = 0, x = 0, y = 0, skyV = 0, skyX = 0, skyY = 0;
        for (int row = 0, at = 0; row < box.Height; row++)
            for (var inGroup = (box.Bottom + row - all.Bottom) * all.Width + box.Left - all.Left; at < (row + 1) * box.Width;
                at++, inGroup++)
            {
                var weight = work.Weights[inGroup];
                var weighted = weight * work.Data[inGroup];
                (v, x, y) = (v + weighted * values[at], x + weighted * slopesX[at], y + weighted * slopesY[at]);
                (skyV, skyX, skyY) = (skyV + weight * values[at], skyX + weight * slopesX[at], skyY + weight * slopesY[at]);
            }
        ReadOnlySpan<double> products = [v, x, y], sky = [skyV, skyX, skyY];
        products[..unknowns].CopyTo(work.Equations.Vector[place..]);
        sky[..unknowns].CopyTo(work.ByBackground.AsSpan(place));
    }

    // The products of two stars with each other, where both have light.
    static void AddPair(int one, int two, int placeOne, int placeTwo, int unknownsOne, int unknownsTwo, PixelBox all, Work work)
    {
        var (a, b) = (work.Boxes[one], work.Boxes[two]);
        var (left, right) = (Math.Max(a.Left, b.Left), Math.Min(a.Left + a.Width, b.Left + b.Width));
        var (bottom, top) = (Math.Max(a.Bottom, b.Bottom), Math.Min(a.Bottom + a.Height, b.Bottom + b.Height));
        if (left >= right || bottom >= top)
            return;
        double[] va = work.Values[one], xa = work.SlopesX[one], ya = work.SlopesY[one];
        double[] vb = work.Values[two], xb = work.SlopesX[two], yb = work.SlopesY[two];
        double vv = 0, vx = 0, vy = 0, xv = 0, xx = 0, xy = 0, yv = 0, yx = 0, yy = 0;
        for (var row = bottom; row < top; row++)
        {
            var inGroup = (row - all.Bottom) * all.Width + left - all.Left;
            var (i, j) = ((row - a.Bottom) * a.Width + left - a.Left, (row - b.Bottom) * b.Width + left - b.Left);
            for (var end = i + right - left; i < end; i++, j++, inGroup++)
            {
                var weight = work.Weights[inGroup];
                var (v, x, y) = (weight * va[i], weight * xa[i], weight * ya[i]);
                (vv, vx, vy) = (vv + v * vb[j], vx + v * xb[j], vy + v * yb[j]);
                (xv, xx, xy) = (xv + x * vb[j], xx + x * xb[j], xy + x * yb[j]);
                (yv, yx, yy) = (yv + y * vb[j], yx + y * xb[j], yy + y * yb[j]);
            }
        }
        ReadOnlySpan<double> block = [vv, vx, vy, xv, xx, xy, yv, yx, yy];
        var matrix = work.Equations.Matrix;
        for (var i = 0; i < unknownsOne; i++)
            for (var j = 0; j < unknownsTwo; j++)
                if (placeTwo + j <= placeOne + i)
                    matrix[(placeOne + i) * work.Equations.Parameters + placeTwo + j] = block[3 * i + j];
    }

    // The median of the residuals around a group, and its error.
    (double Level, double Err) Sky(PsfStar[] group, Work work)
    {
        var inner = model.Fwhm; // where the model's error shows
        var box = Box(group, Math.Max(4 * model.Fwhm, 12));
        var stride = Math.Max(1, box.Count / SkyPixels + 1);
        while (stride > 1 && box.Width % stride == 0)
            stride++; // not column by column
        var count = 0;
        for (var at = 0; at < box.Count && count < SkyPixels; at += stride)
        {
            var (x, y) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
            var value = image.Pixels[y * image.Width + x];
            if (float.IsNaN(value))
                continue;
            var isInner = false;
            foreach (var star in group)
                isInner |= (x + 1 - star.X) * (x + 1 - star.X) + (y + 1 - star.Y) * (y + 1 - star.Y) < inner * inner;
            if (!isInner)
                work.Sky[count++] = value;
        }
        if (count < 20)
            return (0, 0); // too few to be better than the background's mesh
        // The median of n normal values has the error sqrt(pi / 2 n) of one.
        return (Selection.Median(work.Sky.AsSpan(0, count)), group[0].Noise * Math.Sqrt(Math.PI / (2 * count)));
    }
}
