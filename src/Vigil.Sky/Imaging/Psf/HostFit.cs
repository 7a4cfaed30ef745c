namespace Vigil.Sky.Imaging;

/// <summary>
/// A star upon light that changes around it, as a galaxy's does: the star's flux along with a polynomial in x and y.
/// </summary>
/// <remarks>
/// The star and the polynomial are fitted together, in a window that is a little larger than the star, at rising degree as long
/// as the pixels want it. How the flux changes with the degree, and how badly the pixels are matched, is part of its error.
/// </remarks>
sealed class HostFit(ResidualImage image, PsfModel model, double gain)
{
    // Radius of the window: as far out as the star's light is told from the polynomial's, in FWHM; and at least so many pixels.
    const double WindowFwhms = 2.2, LeastWindow = 6;

    const int MostDegree = 4;

    // About the sharp middle of a galaxy pixels are left out.
    const double HiddenFwhms = 0.8;

    // χ² must fall by so much per unknown of a higher degree.
    const double GainPerUnknown = 4;

    // A star so many sigma bright finds its own place.
    const double Movable = 10;

    const int Rounds = 4;

    readonly NormalEquations equations = new();

    /// <summary>What is found; the error of the flux covers that of the model of the host.</summary>
    public readonly record struct Result(double X, double Y, double Flux, double Err, double Sky, double Chi2, int Degree);

    /// <summary>Fits at the degree that the pixels want; 0 is a flat sky.</summary>
    /// <param name="x">FITS pixels; the star is in the image.</param>
    /// <param name="y">FITS pixels.</param>
    /// <param name="noise">Of a pixel of the sky.</param>
    /// <param name="hidden">Places about which pixels are not used: the sharp middles of galaxies.</param>
    /// <param name="isFree">Whether the place may be improved.</param>
    /// <returns>Null where too few pixels have a value.</returns>
    public Result? Fit(double x, double y, double noise, IReadOnlyList<(double X, double Y)> hidden, bool isFree)
    {
        var window = Math.Max(WindowFwhms * model.Fwhm, LeastWindow);
        var box = PixelBox.Around(x, y, window, image.Width, image.Height);
        if (box.IsEmpty)
            return null;
        var data = new double[box.Count];
        image.Read(box, data);
        for (var at = 0; at < data.Length; at++)
        {
            var (px, py) = (box.Left + 1 + at % box.Width, box.Bottom + 1 + at / box.Width);
            if (double.Hypot(px - x, py - y) > window ||
                hidden.Any(place => double.Hypot(px - place.X, py - place.Y) < HiddenFwhms * model.Fwhm))
                data[at] = double.NaN;
        }
        var pixels = data.Count(value => !double.IsNaN(value));
        var fits = new List<(Result Fit, double Chi2)>();
        for (var degree = 0; degree <= MostDegree && 2 * Terms(degree) < pixels; degree++)
            if (At(degree, x, y, noise, window, box, data, isFree) is { } fit)
                fits.Add(fit);
            else
                break;
        if (fits.Count == 0)
            return null;
        var best = 0;
        for (var degree = 1; degree < fits.Count; degree++)
            if (fits[best].Chi2 - fits[degree].Chi2 > GainPerUnknown * (Terms(degree) - Terms(best)))
                best = degree;
        var host = fits[best].Fit;
        // What one degree more, or less, would say is as good a guess: half of the way to either.
        var (more, less) = (best + 1 < fits.Count ? Math.Abs(fits[best + 1].Fit.Flux - host.Flux) : 0,
            best > 1 ? Math.Abs(fits[best - 1].Fit.Flux - host.Flux) : 0);
        var unsure = best == 0 ? 0 : Math.Max(more, less) / 2;
        return host with { Err = double.Hypot(host.Err * Math.Sqrt(Math.Max(1, host.Chi2)), unsure) };
    }

    static int Terms(int degree) => (degree + 1) * (degree + 2) / 2;

    (Result, double)? At(int degree, double x, double y, double noise, double window, PixelBox box, double[] data, bool isFree)
    {
        var (startX, startY, flux, err, terms) = (x, y, 0.0, double.NaN, Terms(degree));
        double[] star = new double[box.Count], slopesX = new double[box.Count], slopesY = new double[box.Count];
        var (smooth, slopes, found) = (new double[box.Count], new double[3 + terms], new double[3 + terms]);
        var (chi2, count, sky) = (0.0, 0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(star);
            Array.Clear(slopesX);
            Array.Clear(slopesY);
            model.Add(x, y, 1, box, star, slopesX, slopesY);
            var own = isFree && round > 0 && flux > Movable * err ? 3 : 1; // flux, and place
            equations.Reset(own + terms);
            for (var at = 0; at < data.Length; at++)
            {
                if (double.IsNaN(data[at]))
                    continue;
                slopes[0] = star[at];
                if (own == 3)
                    (slopes[1], slopes[2]) = (flux * slopesX[at], flux * slopesY[at]);
                Powers(degree, box, at, startX, startY, window, slopes.AsSpan(own, terms));
                equations.Add(slopes.AsSpan(0, own + terms), data[at], 1 / Variance(noise, flux * star[at], smooth[at], round));
            }
            if (!equations.TrySolve(found.AsSpan(0, own + terms)))
                return null;
            (flux, err) = (found[0], Math.Sqrt(equations.Covariance(0, 0)));
            if (own == 3)
            {
                var most = 0.2 * model.Fwhm;
                (x, y) = (x + Math.Clamp(found[1], -most, most), y + Math.Clamp(found[2], -most, most));
                // What runs away follows the host.
                if (double.Hypot(x - startX, y - startY) > 0.5 * model.Fwhm)
                    (x, y, isFree) = (startX, startY, false);
            }
            (chi2, count) = (0, 0);
            for (var at = 0; at < data.Length; at++)
            {
                Powers(degree, box, at, startX, startY, window, slopes.AsSpan(own, terms));
                smooth[at] = 0;
                for (var k = 0; k < terms; k++)
                    smooth[at] += found[own + k] * slopes[own + k];
                if (double.IsNaN(data[at]))
                    continue;
                var off = data[at] - flux * star[at] - smooth[at];
                if (own == 3)
                    off -= found[1] * flux * slopesX[at] + found[2] * flux * slopesY[at];
                chi2 += off * off / Variance(noise, flux * star[at], smooth[at], 1);
                count++;
            }
            sky = found[own];
        }
        return (new Result(x, y, flux, err, sky, chi2 / Math.Max(1, count - 1 - terms), degree), chi2);
    }

    double Variance(double noise, double light, double smooth, int round) => noise * noise + (round == 0 ? 0
        : (gain > 0 ? Math.Max(light + smooth, 0) / gain : 0) + Math.Pow(model.ProfileError * light, 2));

    // 1, u, v, u², uv, ... in units of the window, about the star's first place.
    static void Powers(int degree, PixelBox box, int at, double x, double y, double window, Span<double> into)
    {
        var (u, v) = ((box.Left + 1 + at % box.Width - x) / window, (box.Bottom + 1 + at / box.Width - y) / window);
        var k = 0;
        for (var power = 0; power <= degree; power++)
            for (var j = 0; j <= power; j++)
                into[k++] = Math.Pow(u, power - j) * Math.Pow(v, j);
    }
}
