namespace Vigil.Sky.Imaging;

/// <summary>Tells at which value the pixels of a frame are saturated where its header does not.</summary>
static class SaturationLevel
{
    // The pixels of stars thin out towards the brightest: a star's profile has ever fewer, and of bright stars there are few.
    // Where they pile up at the top instead, the detector was full. Bins are 2 % of the way from the sky to the brightest pixel.
    const int Bins = 50;
    const int LeastPixels = 10;
    const double Excess = 4;

    /// <summary>The lowest value of those that pile up at the top; null where they do not.</summary>
    public static double? Of(Frame frame)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in frame.Pixels)
            if (!float.IsNaN(value))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (!(high > low))
            return null;
        var counts = new int[Bins + 1];
        foreach (var value in frame.Pixels)
            if (!float.IsNaN(value))
                counts[(int)((value - (double)low) / ((double)high - low) * Bins)]++;
        counts[Bins - 1] += counts[Bins]; // the very highest
        var top = 0;
        // The pile may be some bins wide: full pixels are not quite equal after a flat field. It ends where numbers fall.
        var first = Bins - 1;
        while (first > Bins - 5 && counts[first - 1] > counts[first])
            first--;
        for (var bin = first; bin < Bins; bin++)
            top += counts[bin];
        double below = 0;
        for (var bin = first - 6; bin < first - 1; bin++)
            below += counts[bin] / 5.0;
        if (top < LeastPixels || top < Excess * Math.Max(below, 1))
            return null;
        return low + (first - 1.0) / Bins * ((double)high - low);
    }
}
