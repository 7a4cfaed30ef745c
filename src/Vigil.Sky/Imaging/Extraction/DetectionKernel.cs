namespace Vigil.Sky.Imaging;

/// <summary>The convolution before detection: the same weights along rows and along columns, their sum 1.</summary>
static class DetectionKernel
{
    static readonly float[] pyramid = [0.25f, 0.5f, 0.25f];

    /// <summary>Weights from the middle's left to its right, an odd number of them.</summary>
    /// <param name="fwhm">Of a Gaussian, cut at three sigma; 0 for none; null for the pyramid 1 2 1.</param>
    public static float[] Of(double? fwhm)
    {
        if (fwhm is not { } width)
            return pyramid;
        var sigma = width / GaussianFwhm;
        var reach = (int)Math.Ceiling(3 * sigma);
        var weights = new double[2 * reach + 1];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = sigma == 0 ? 1 : Math.Exp(-0.5 * (i - reach) * (i - reach) / (sigma * sigma));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => (float)(w / sum));
    }

    /// <summary>FWHM of a Gaussian over its sigma: 2 sqrt(2 ln 2).</summary>
    public const double GaussianFwhm = 2.3548200450309493;
}
