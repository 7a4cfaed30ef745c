using System.Diagnostics.CodeAnalysis;

namespace Vigil.Sky.Imaging;

/// <summary>How a frame shows a star: the part of its light in each pixel around it.</summary>
/// <remarks>
/// <para>
/// An elliptical profile between a Gaussian and Moffat's, integrated over pixels and fitted to the frame's own stars, plus a
/// table of what their mean has beyond it: P. B. Stetson 1987, PASP 99, 191, doi:10.1086/131977; the table is one of whole
/// pixels' light, as in J. Anderson and I. R. King 2000, PASP 112, 1360, doi:10.1086/316632. Where the stars show it, the shape
/// changes linearly over the frame. Light beyond <see cref="Radius"/> is reckoned by the profile's wings, so that a flux is the
/// whole light of a star. May be shared by threads.
/// </para>
/// </remarks>
public sealed class PsfModel
{
    readonly PsfTable table;
    readonly PsfTable? slopeX, slopeY;
    readonly int width, height;
    readonly double[] profile; // of the table, by distance: the most that a pixel there or farther has of the light

    internal PsfModel(int width, int height, PsfTable table, PsfTable? slopeX, PsfTable? slopeY, MoffatShape core, int stars,
        double profileError, double scaleError)
    {
        (this.width, this.height, this.table, this.slopeX, this.slopeY) = (width, height, table, slopeX, slopeY);
        (Core, StarCount, ProfileError, ScaleError) = (core, stars, profileError, scaleError);
        profile = Profile();
        // The area above half of the peak and its moments: the width of any shape, a ring's too.
        var (half, step) = (profile[0] / 2, 1.0 / (4 * table.PerPixel));
        var reach = (int)Math.Ceiling((Array.FindIndex(profile, value => value < half) is > 0 and var end ? end : Radius) / step);
        double sum = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        for (var j = -reach; j <= reach; j++)
            for (var i = -reach; i <= reach; i++)
                if (table.At(i * step, j * step) >= half)
                {
                    (sum, x, y) = (sum + 1, x + i, y + j);
                    (xx, xy, yy) = (xx + i * (double)i, xy + i * (double)j, yy + j * (double)j);
                }
        (xx, xy, yy) = (xx / sum - x * x / (sum * sum), xy / sum - x * y / (sum * sum), yy / sum - y * y / (sum * sum));
        Fwhm = 2 * step * Math.Sqrt(sum / Math.PI);
        var (mean, difference) = ((xx + yy) / 2, double.Hypot((xx - yy) / 2, xy));
        Ellipticity = 1 - Math.Sqrt((mean - difference) / (mean + difference));
        Theta = double.RadiansToDegrees(0.5 * Math.Atan2(2 * xy, xx - yy));
    }

    /// <summary>Full width at half maximum in the middle of the frame, pixels: of a circle of equal area.</summary>
    public double Fwhm { get; }

    /// <summary>1 - minor / major axis at half maximum: 0 for a circle.</summary>
    public double Ellipticity { get; }

    /// <summary>Angle of the major axis from x towards y: degrees in (-90, 90].</summary>
    public double Theta { get; }

    /// <summary>Beyond it the model is 0: pixels.</summary>
    public int Radius => table.Radius;

    /// <summary>Of how many stars it is made.</summary>
    public int StarCount { get; }

    /// <summary>Whether the shape changes over the frame.</summary>
    public bool Varies => slopeX is not null;

    /// <summary>By which part of itself the model's pixels miss the stars' beyond noise: 0.01 is good.</summary>
    public double ProfileError { get; }

    /// <summary>
    /// The error of the whole light of a star as the model has it, in parts of it: all fluxes of the frame share it, and a zero
    /// point of the same fluxes takes it out.
    /// </summary>
    public double ScaleError { get; }

    /// <summary>The analytic part, without the table.</summary>
    internal MoffatShape Core { get; }

    /// <summary>Makes a model of a frame's stars.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="detections">What was found in it; isolated stars below saturation are used.</param>
    /// <param name="options">What is known of the detector.</param>
    /// <param name="model">The model; null where the stars do not give one.</param>
    /// <param name="reason">Why there is none, for the observer; empty where there is one.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static bool TryMake(Frame frame, Background background, IReadOnlyList<Detection> detections, PsfOptions options,
        [NotNullWhen(true)] out PsfModel? model, out string reason)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(background);
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new PsfBuilder(frame, background, detections, options).TryMake(out model, out reason);
    }

    /// <summary>The part of a star's light in the pixel at an offset from it.</summary>
    /// <param name="dx">The pixel's centre minus the star's place: pixels.</param>
    /// <param name="dy">Likewise.</param>
    /// <param name="x">The star's place, FITS pixels, on which the shape may depend.</param>
    /// <param name="y">Likewise.</param>
    public double At(double dx, double dy, double x, double y)
    {
        var value = table.At(dx, dy);
        if (slopeX is not null)
            value += Across(x) * slopeX.At(dx, dy) + Up(y) * slopeY!.At(dx, dy);
        return value;
    }

    /// <summary>The part of a star's light within a circle around it; times a total flux, what an aperture holds.</summary>
    /// <param name="radius">Pixels, positive; beyond <see cref="Radius"/> the profile's wings are reckoned with.</param>
    /// <param name="x">The star's place, FITS pixels, on which the shape may depend.</param>
    /// <param name="y">Likewise.</param>
    public double ApertureFraction(double radius, double x, double y)
    {
        if (!(radius > 0))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "A radius must be positive, in pixels.");
        if (radius >= Radius)
            return 1 - Core.Beyond(radius);
        // The sum over a fine grid of offsets, whose cells the circle cuts.
        var step = 1.0 / Math.Max(5 * table.PerPixel, 20 / radius);
        var reach = (int)Math.Ceiling(radius / step);
        var sum = 0.0;
        for (var j = -reach; j <= reach; j++)
            for (var i = -reach; i <= reach; i++)
                if (i * i + j * j <= radius * radius / (step * step))
                    sum += At(i * step, j * step, x, y);
        return sum * step * step;
    }

    /// <summary>The part of a star's light in a pixel, in the middle of the frame.</summary>
    internal double InTheMiddle(double dx, double dy) => table.At(dx, dy);

    /// <summary>Adds a star's light in the pixels of a box, and its derivatives by the star's place.</summary>
    /// <param name="x">The star's place, FITS pixels.</param>
    /// <param name="y">Likewise.</param>
    /// <param name="flux">What to multiply them with.</param>
    /// <param name="box">The pixels.</param>
    /// <param name="values">Shape (box.Count).</param>
    /// <param name="slopesX">Empty where derivatives are not wanted; added to, likewise.</param>
    /// <param name="slopesY">Likewise.</param>
    internal void Add(double x, double y, double flux, PixelBox box, Span<double> values, Span<double> slopesX,
        Span<double> slopesY)
    {
        var (dx, dy) = (box.Left + 1 - x, box.Bottom + 1 - y);
        table.Add(dx, dy, box.Width, flux, values, slopesX, slopesY);
        if (slopeX is not null)
        {
            slopeX.Add(dx, dy, box.Width, flux * Across(x), values, slopesX, slopesY);
            slopeY!.Add(dx, dy, box.Width, flux * Up(y), values, slopesX, slopesY);
        }
    }

    /// <summary>How far from a star its pixels have more than a level: whole pixels, at most the table's radius.</summary>
    internal int ReachOf(double flux, double level)
    {
        var reach = Radius;
        while (reach > 1 && Math.Abs(flux) * profile[reach - 1] < level)
            reach--;
        return reach;
    }

    /// <summary>The sum of the squares of a star's parts in pixels, in the middle of the frame.</summary>
    internal double SumOfSquares(double x, double y)
    {
        var sum = 0.0;
        var (fx, fy) = (x - Math.Floor(x), y - Math.Floor(y));
        var reach = Math.Min(Radius, (int)Math.Ceiling(3 * Fwhm));
        for (var j = -reach; j <= reach; j++)
            for (var i = -reach; i <= reach; i++)
                sum += Math.Pow(At(i - fx, j - fy, x, y), 2);
        return sum;
    }

    /// <summary>A table of a function of this model's, such as its blur by a galaxy.</summary>
    internal PsfTable Transformed(Func<PsfModel, double, double, double> function)
    {
        var count = 2 * Radius * table.PerPixel + 1;
        var values = new double[count * count];
        for (var i = 0; i < values.Length; i++)
            values[i] = function(this, (double)(i % count) / table.PerPixel - Radius,
                (double)(i / count) / table.PerPixel - Radius);
        return new PsfTable(Radius, table.PerPixel, values);
    }

    double Across(double x) => (2 * x - width - 1) / width;

    double Up(double y) => (2 * y - height - 1) / height;

    // The greatest value at each whole radius and beyond.
    double[] Profile()
    {
        var most = new double[Radius + 1];
        var reach = Radius * table.PerPixel;
        for (var j = -reach; j <= reach; j++)
            for (var i = -reach; i <= reach; i++)
            {
                var (dx, dy) = ((double)i / table.PerPixel, (double)j / table.PerPixel);
                ref var here = ref most[Math.Min(Radius, (int)double.Hypot(dx, dy))];
                here = Math.Max(here, Math.Abs(table.At(dx, dy)));
            }
        for (var radius = Radius - 1; radius >= 0; radius--)
            most[radius] = Math.Max(most[radius], most[radius + 1]);
        return most;
    }
}
