namespace Vigil.Sky.Tests.Imaging;

/// <summary>A star of a <see cref="SimulatedFrame"/>.</summary>
/// <param name="X">FITS pixels: 1 is the centre of the first.</param>
/// <param name="Y">FITS pixels.</param>
/// <param name="Flux">All its light, ADU, before clouds and vignetting.</param>
readonly record struct SimulatedStar(double X, double Y, double Flux)
{
    /// <summary>Stars strewn at random over a frame; each step of 2.5 mag fainter has 10^(2.5 slope) times as many.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="count">How many.</param>
    /// <param name="faintest">ADU.</param>
    /// <param name="brightest">ADU.</param>
    /// <param name="seed">The same seed strews the same stars.</param>
    /// <param name="slope">Of log10 of the numbers, per magnitude; some 0.3 in the Galaxy.</param>
    /// <param name="margin">No star is nearer to the edge: pixels.</param>
    public static SimulatedStar[] Field(int width, int height, int count, double faintest, double brightest, int seed,
        double slope = 0.3, double margin = 0)
    {
        var random = new Random(seed);
        var stars = new SimulatedStar[count];
        var span = 2.5 * Math.Log10(brightest / faintest);
        for (var i = 0; i < count; i++)
        {
            var x = 0.5 + margin + (width - 2 * margin) * random.NextDouble();
            var y = 0.5 + margin + (height - 2 * margin) * random.NextDouble();
            // Numbers grow as 10^(slope mag): the inverse of that distribution, counted from the bright end.
            var mag = Math.Log10(1 + random.NextDouble() * (Math.Pow(10, slope * span) - 1)) / slope;
            stars[i] = new SimulatedStar(x, y, brightest * Math.Pow(10, -0.4 * mag));
        }
        return stars;
    }
}
