using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class EllipseTests
{
    [Theory]
    // The documented accuracy: 0.3 % of a circle's area, 1 % of an ellipse's, where the half axes exceed 2 pixels.
    [InlineData(2.1, 2.1, 0, 0.003)]
    [InlineData(5, 5, 0, 0.003)]
    [InlineData(12.34, 12.34, 0, 0.003)]
    [InlineData(8, 2.2, 0, 0.01)]
    [InlineData(8, 2.2, 37, 0.01)]
    [InlineData(30, 6, -65, 0.01)]
    public void Shares_add_up_to_the_area(double a, double b, double theta, double tolerance)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(theta));
        double a2 = 1 / (a * a), b2 = 1 / (b * b);
        double cxx = cos * cos * a2 + sin * sin * b2, cyy = sin * sin * a2 + cos * cos * b2, cxy = 2 * sin * cos * (a2 - b2);
        var random = new Random(1);
        for (var trial = 0; trial < 20; trial++)
        {
            double x = random.NextDouble(), y = random.NextDouble(), area = 0;
            for (var j = -35; j <= 35; j++)
                for (var i = -35; i <= 35; i++)
                    area += Ellipse.Share(i - x, j - y, cxx, cyy, cxy, 1);
            Assert.Equal(1, area / (Math.PI * a * b), tolerance);
        }
    }

    [Fact]
    public void A_share_is_between_0_and_1()
    {
        for (var dx = -4.0; dx <= 4; dx += 0.03)
            for (var radius = 0.1; radius < 4; radius += 0.3)
                Assert.InRange(Ellipse.Share(dx, 0.4, 1, 1, 0, radius), 0, 1);
        Assert.InRange(Ellipse.Share(0, 0, 1, 1, 0, 3), 1, 1);
    }
}
