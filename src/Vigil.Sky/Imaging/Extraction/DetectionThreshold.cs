namespace Vigil.Sky.Imaging;

/// <summary>What a filtered pixel must exceed.</summary>
/// <param name="Sigmas">Times the noise of an unfiltered pixel.</param>
/// <param name="Local">Whether the noise is that of the place, or the frame's median.</param>
/// <param name="LeastNoise">The noise is at least that of reading out the pixel.</param>
readonly record struct DetectionThreshold(double Sigmas, bool Local, double LeastNoise)
{
    public double At(Background background, double x, double y) =>
        Sigmas * Math.Max(Local ? background.Noise(x + 1, y + 1) : background.GlobalNoise, LeastNoise);

    public void Row(Background background, int y, Span<float> thresholds)
    {
        if (!Local)
        {
            thresholds.Fill((float)At(background, 0, y));
            return;
        }
        background.NoiseRow(1, y + 1, thresholds);
        foreach (ref var threshold in thresholds)
            threshold = (float)(Sigmas * Math.Max(threshold, LeastNoise));
    }
}
