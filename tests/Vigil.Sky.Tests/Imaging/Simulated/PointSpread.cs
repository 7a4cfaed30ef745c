namespace Vigil.Sky.Tests.Imaging;

/// <summary>How a frame shows a point of light: a surface brightness whose integral is 1, by pixels from its centre.</summary>
sealed class PointSpread
{
    readonly Func<double, double, double> density;

    PointSpread(double core, double reach, Func<double, double, double> density) =>
        (Core, Reach, this.density) = (core, reach, density);

    /// <summary>Within this many pixels of the centre it changes fast; pixels are integrated finely there.</summary>
    public double Core { get; }

    /// <summary>Beyond this many pixels is less than 1e-6 of its light, or, with wide wings, nobody looks.</summary>
    public double Reach { get; }

    /// <summary>Light per square pixel at an offset from the centre.</summary>
    public double At(double dx, double dy) => density(dx, dy);

    /// <summary>A Gaussian, round or not.</summary>
    /// <param name="fwhm">Full width at half maximum along the major axis: pixels.</param>
    /// <param name="axisRatio">Minor over major axis, in (0, 1].</param>
    /// <param name="theta">Of the major axis, from x towards y: degrees.</param>
    public static PointSpread Gaussian(double fwhm, double axisRatio = 1, double theta = 0)
    {
        var (a, (sin, cos)) = (Sigma(fwhm), Math.SinCos(double.DegreesToRadians(theta)));
        var b = a * axisRatio;
        return new(5.5 * a, 5.5 * a, (dx, dy) =>
        {
            var (u, v) = ((cos * dx + sin * dy) / a, (cos * dy - sin * dx) / b);
            return Math.Exp(-0.5 * (u * u + v * v)) / (2 * Math.PI * a * b);
        });
    }

    /// <summary>A. F. J. Moffat 1969, A&amp;A 3, 455: the seeing's core with wide wings.</summary>
    /// <param name="fwhm">Full width at half maximum: pixels.</param>
    /// <param name="beta">Exponent of the wings; 2.5 to 4.8 in real frames.</param>
    public static PointSpread Moffat(double fwhm, double beta = 3)
    {
        var alpha = fwhm / (2 * Math.Sqrt(Math.Pow(2, 1 / beta) - 1));
        return new(5 * fwhm, 30 * fwhm, (dx, dy) =>
            (beta - 1) / (Math.PI * alpha * alpha) * Math.Pow(1 + (dx * dx + dy * dy) / (alpha * alpha), -beta));
    }

    /// <summary>A Gaussian drawn along a line: the telescope did not follow.</summary>
    /// <param name="fwhm">Of the Gaussian: pixels.</param>
    /// <param name="length">Of the line: pixels.</param>
    /// <param name="theta">Of the line, from x towards y: degrees.</param>
    public static PointSpread Trail(double fwhm, double length, double theta)
    {
        var (a, (sin, cos)) = (Sigma(fwhm), Math.SinCos(double.DegreesToRadians(theta)));
        var steps = (int)Math.Ceiling(2 * length / a) + 1; // Gaussians half a sigma apart add up to a smooth line
        return new(5.5 * a + length / 2, 5.5 * a + length / 2, (dx, dy) =>
        {
            var (u, v, sum) = (cos * dx + sin * dy, cos * dy - sin * dx, 0.0);
            for (var i = 0; i < steps; i++)
            {
                var along = (u - length * ((i + 0.5) / steps - 0.5)) / a;
                sum += Math.Exp(-0.5 * along * along);
            }
            return sum / steps * Math.Exp(-0.5 * v * v / (a * a)) / (2 * Math.PI * a * a);
        });
    }

    /// <summary>The ring that a reflector out of focus makes, with soft edges.</summary>
    /// <param name="outer">Radius of the ring: pixels.</param>
    /// <param name="inner">Radius of its hole: pixels.</param>
    /// <param name="softness">Width of the edges: pixels.</param>
    public static PointSpread Donut(double outer, double inner, double softness = 1)
    {
        double Edge(double r, double at) => 1 / (1 + Math.Exp((r - at) / softness));
        double Ring(double r) => Edge(r, outer) - Edge(r, inner);
        var reach = outer + 16 * softness;
        var total = 0.0;
        const double step = 0.01;
        for (var r = step / 2; r < reach; r += step)
            total += 2 * Math.PI * r * step * Ring(r);
        return new(reach, reach, (dx, dy) => Ring(double.Hypot(dx, dy)) / total);
    }

    static double Sigma(double fwhm) => fwhm / Math.Sqrt(8 * Math.Log(2));
}
