namespace Vigil.Sky.Imaging;

/// <summary>
/// Tells stars from galaxies by their width alone, which every detection has: all stars of a frame have the same.
/// </summary>
/// <remarks>
/// The width of the stars is that at which the well-measured widths lie closest. A point-spread function tells more:
/// <see cref="StarLikeness"/>.
/// </remarks>
static class StarLocus
{
    // Logarithm of the width over the stars', half way to the smallest galaxy that StarLikeness looks for.
    const double Divide = 0.08;

    // By so much the widths of a frame's bright stars differ: the seeing over the frame, and where a pixel cuts the star.
    const double Intrinsic = 0.03;

    // A width is as well known as a place (in simulated stars from signal over noise 10 on, within a quarter); known better than
    // this it tells the stars' width.
    const double WellKnown = 0.03;

    // So many tell it; of more only some are asked. Fewer than the least do not.
    const int Enough = 1000, Least = 5;

    /// <summary>Fills StarLike: near 1 for a star, near 0 for a galaxy, near 0.5 for what is too faint to tell.</summary>
    /// <param name="detections">
    /// Those that are saturated, cut or have bad pixels stay NaN, and all where few stars are bright.
    /// </param>
    public static void Classify(Detection[] detections)
    {
        const DetectionFlaws bad = DetectionFlaws.Saturated | DetectionFlaws.Edge | DetectionFlaws.ApertureCut |
            DetectionFlaws.BadPixels;
        var known = Array.FindAll(detections,
            d => (d.Flags & (bad | DetectionFlaws.Blended)) == 0 && Error(d) < WellKnown && d.Fwhm > 0);
        if (known.Length < Least)
            return;
        var step = (known.Length - 1) / Enough + 1;
        var widths = new double[(known.Length - 1) / step + 1];
        for (var i = 0; i < widths.Length; i++)
            widths[i] = Math.Log(known[i * step].Fwhm);
        Array.Sort(widths);
        var star = ModeOf(widths);
        foreach (var d in detections)
        {
            var (width, err) = (Math.Log(d.Fwhm) - star, Error(d));
            if ((d.Flags & bad) == 0 && double.IsFinite(width) && double.IsFinite(err))
                d.StarLike = StarLikeness.Below((Divide - width) / Math.Sqrt(err * err + Intrinsic * Intrinsic));
        }
    }

    // Of the width's logarithm.
    static double Error(Detection d) =>
        DetectionKernel.GaussianFwhm * Math.Sqrt((d.XErr * d.XErr + d.YErr * d.YErr) / 2) / d.Fwhm;

    /// <summary>Where sorted values lie closest.</summary>
    /// <remarks>
    /// The middle of the shortest interval that holds half of the values, and half of those, and so on: mode by half samples,
    /// D. R. Bickel and R. Fruehwirth 2006, Comput. Stat. Data Anal. 50, 3500.
    /// </remarks>
    public static double ModeOf(ReadOnlySpan<double> sorted)
    {
        while (sorted.Length > 3)
        {
            var (half, best) = ((sorted.Length + 1) / 2, 0);
            for (var i = 1; i + half <= sorted.Length; i++)
                if (sorted[i + half - 1] - sorted[i] < sorted[best + half - 1] - sorted[best])
                    best = i;
            sorted = sorted.Slice(best, half);
        }
        return sorted[sorted.Length / 2];
    }
}
