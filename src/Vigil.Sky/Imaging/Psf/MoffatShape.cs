namespace Vigil.Sky.Imaging;

/// <summary>
/// An elliptical profile of integral 1 between a Gaussian and wide wings: (1 + γ q)^(-1/γ) with q = Xx x² + 2 Xy x y + Yy y².
/// </summary>
/// <param name="Xx">1 / pixel².</param>
/// <param name="Xy">1 / pixel².</param>
/// <param name="Yy">1 / pixel².</param>
/// <param name="Gamma">γ = 1 / β of A. F. J. Moffat 1969, A&amp;A 3, 455; 0 is a Gaussian.</param>
readonly record struct MoffatShape(double Xx, double Xy, double Yy, double Gamma)
{
    /// <summary>How many derivatives there are: by place (x, y), Xx, Xy, Yy, γ.</summary>
    public const int Slopes = 6;

    /// <summary>β of 1.67; the light of wider wings has no sensible sum.</summary>
    public const double MostGamma = 0.6;

    // Below it (1 + γ q)^(-1/γ) is written as a series.
    const double TinyGamma = 1e-4;

    double Determinant => Xx * Yy - Xy * Xy;

    /// <summary>Whether it is a profile at all.</summary>
    public bool IsValid => Xx > 0 && Yy > 0 && Determinant > 1e-6 * Xx * Yy && Gamma is >= 0 and <= MostGamma;

    /// <summary>A Gaussian of given second moments, with wings.</summary>
    public static MoffatShape FromMoments(double xx, double xy, double yy, double gamma)
    {
        var determinant = xx * yy - xy * xy;
        return new(0.5 * yy / determinant, -0.5 * xy / determinant, 0.5 * xx / determinant, gamma);
    }

    /// <summary>The part of the light beyond a radius (of an ellipse's mean): 1 at 0.</summary>
    public double Beyond(double radius)
    {
        var q = radius * radius * Math.Sqrt(Determinant);
        return Math.Exp((Gamma - 1) * Exponent(q));
    }

    /// <summary>The part of the light in a pixel whose centre is at an offset from the star.</summary>
    public double InPixel(double dx, double dy)
    {
        var (nodes, weights) = Rule(dx, dy);
        var sum = 0.0;
        for (var j = 0; j < nodes.Length; j++)
            for (var i = 0; i < nodes.Length; i++)
            {
                var (x, y) = (dx + nodes[i], dy + nodes[j]);
                sum += weights[i] * weights[j] * Math.Exp(-Exponent(Xx * x * x + 2 * Xy * x * y + Yy * y * y));
            }
        return sum * Scale;
    }

    /// <summary>Likewise, and its derivatives.</summary>
    /// <param name="slopes">Receives <see cref="Slopes"/>; the first two by the star's place.</param>
    public double InPixel(double dx, double dy, Span<double> slopes)
    {
        slopes.Clear();
        var (nodes, weights) = Rule(dx, dy);
        var (sum, half) = (0.0, 0.5 / Determinant);
        for (var j = 0; j < nodes.Length; j++)
            for (var i = 0; i < nodes.Length; i++)
            {
                var (x, y) = (dx + nodes[i], dy + nodes[j]);
                var q = Xx * x * x + 2 * Xy * x * y + Yy * y * y;
                var exponent = Exponent(q);
                var value = weights[i] * weights[j] * Math.Exp(-exponent);
                var part = value / (1 + Gamma * q);
                sum += value;
                slopes[0] += 2 * part * (Xx * x + Xy * y);
                slopes[1] += 2 * part * (Xy * x + Yy * y);
                slopes[2] += value * Yy * half - part * x * x;
                slopes[3] += -2 * (value * Xy * half + part * x * y);
                slopes[4] += value * Xx * half - part * y * y;
                // The derivative of the exponent; near γ = 0 the first terms of its series.
                slopes[5] += value * (-1 / (1 - Gamma) + (Gamma > TinyGamma
                    ? exponent / Gamma - q / (Gamma * (1 + Gamma * q)) : q * q * (0.5 - Gamma * q * 2 / 3)));
            }
        foreach (ref var slope in slopes)
            slope *= Scale;
        return sum * Scale;
    }

    // Gauss and Legendre's points in a pixel: as many as the profile's width asks for, so that a star's pixels are good to 1e-4
    // of the brightest.
    (double[] Nodes, double[] Weights) Rule(double dx, double dy)
    {
        var inverse = Math.Sqrt(Determinant); // 1 / pixel², of the squared radius where the profile has fallen to 1/e
        return inverse < 0.02 ? (one, oneWeight)
            : inverse < 0.2 || (dx * dx + dy * dy) * inverse > 4 ? (two, twoWeights) : (three, threeWeights);
    }

    static readonly double[] one = [0], oneWeight = [1];
    static readonly double[] two = [-0.28867513459481287, 0.28867513459481287], twoWeights = [0.5, 0.5]; // 1 / sqrt(12)
    static readonly double[] three = [-0.3872983346207417, 0, 0.3872983346207417]; // sqrt(3/5) / 2
    static readonly double[] threeWeights = [5 / 18.0, 8 / 18.0, 5 / 18.0];

    double Scale => Math.Sqrt(Determinant) * (1 - Gamma) / Math.PI;

    double Exponent(double q) => Gamma > TinyGamma ? Math.Log(1 + Gamma * q) / Gamma : q * (1 - 0.5 * Gamma * q);
}
