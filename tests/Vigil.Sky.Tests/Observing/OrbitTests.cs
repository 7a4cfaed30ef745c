using FsCheck.Fluent;
using Vigil.Sky.Observing;

namespace Vigil.Sky.Tests.Observing;

public class OrbitTests
{
    [Theory]
    // J. Meeus, Astronomical Algorithms, 2nd ed., chapters 34 and 35: q, e, days from perihelion; distance from the Sun, printed
    // to 1e-6.
    [InlineData(1.487469, 1, 112.5642, 2.133911)] // example 34.a, comet Stonehouse
    [InlineData(0.921326, 1, 138.4783, 2.364192)]
    [InlineData(0.1, 0.987, 254.9, 4.063777)]
    [InlineData(0.123456, 0.99997, -30.47, 0.965053)]
    [InlineData(3.363943, 1.05731, 1237.1, 10.668551)]
    [InlineData(0.5871018, 0.9672746, 20, 0.729116)]
    [InlineData(0.5871018, 0.9672746, 0, 0.5871018)]
    public void Distances_match_Meeus(double q, double e, double days, double distance) =>
        Assert.Equal(distance, new Orbit(q, e, 10, 20, 30, 60000).FromSun(60000 + days).Length, 6e-7);

    [Fact]
    public void Enckes_comet_stands_where_Meeus_has_it()
    {
        // Example 33.b: 1990-10-06 0h TD; ra 158.558965, dec 19.158495 of J2000.0. His axes and Sun are good to 1e-5 au: 2".
        var comet = Orbit.Ellipse(2.2091404, 0.8502196, 11.94524, 334.75006, 186.23352, 0, 48192.54502);
        var (ra, dec) = comet.At(48170).ToDegrees();
        Assert.Equal(0, Sphere.Separation(158.558965, 19.158495, ra, dec), 2 / 3600.0);
    }

    [Fact]
    public void Two_bodies_keep_their_energy_and_Keplers_equation() =>
        Prop.ForAll(Gen.Choose(1, 5000).SelectMany(_ => Gen.Choose(0, 3000), (q, e) => (Q: q / 1000.0, E: e / 1000.0))
            .SelectMany(_ => Gen.Choose(-2_000_000, 2_000_000), (shape, t) => (shape.Q, shape.E, Days: t / 100.0)).ToArbitrary(),
                orbit =>
        {
            var body = new Orbit(orbit.Q, orbit.E, 33, 44, 55, 50000);
            var place = body.FromSun(50000 + orbit.Days);
            const double step = 0.01;
            // a step that is small beside the time it takes past perihelion
            var slow = 1 / Math.Max(1, 0.1 / Math.Pow(orbit.Q, 1.5));
            var velocity = 1 / (2 * step * slow) * (body.FromSun(50000 + orbit.Days + step * slow) - body.FromSun(50000
                + orbit.Days - step * slow));
            const double gauss = 0.01720209895;
            var energy = velocity.Dot(velocity) / 2 - gauss * gauss / place.Length;
            var expected = -gauss * gauss * (1 - orbit.E) / orbit.Q / 2;
            Assert.Equal(expected, energy, 2e-5 * gauss * gauss / orbit.Q); // of the difference quotient
            if (orbit.E < 0.99)
            {
                // r = a (1 - e cos E) and M = E - e sin E.
                var a = orbit.Q / (1 - orbit.E);
                var m = Math.IEEERemainder(gauss * orbit.Days / (a * Math.Sqrt(a)), 2 * Math.PI);
                var anomaly = m;
                for (var i = 0; i < 200; i++)
                    anomaly = double.Lerp(anomaly, m + orbit.E * Math.Sin(anomaly), 0.5);
                for (var i = 0; i < 3; i++)
                    anomaly -= (anomaly - orbit.E * Math.Sin(anomaly) - m) / (1 - orbit.E * Math.Cos(anomaly));
                Assert.Equal(a * (1 - orbit.E * Math.Cos(anomaly)), place.Length, 1e-9 * a);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lines_of_the_MPC_are_read()
    {
        // A line as in MPCORB.DAT, of (1) Ceres.
        var line = "00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512"
            + "  0 E2024-V47  7330 125 1801-2024 0.80 M-v 30k MPCLINUX   4000      (1) Ceres              20241101";
        var ceres = MpcElements.ParseMinorPlanet(line);
        Assert.Equal(("(1) Ceres", 3.34, 0.15, false), (ceres.Name, ceres.AbsoluteMagnitude!.Value, ceres.Slope, ceres.IsComet));
        Assert.Equal(2.7660512 * (1 - 0.0794013), ceres.PerihelionDistance, 1e-12);
        // At the epoch, 2025-05-05, it is where its mean anomaly says: aphelion was half a turn from perihelion.
        Assert.InRange(ceres.FromSun(60800).Length, 2.55, 2.99);
        Assert.Equal(0, (ceres.FromSun(60800) - Orbit.Ellipse(2.7660512, 0.0794013, 10.58780, 80.25221, 73.27343, 188.70269,
            60800).FromSun(60800)).Length, 1e-12);
        // A line as in CometEls.txt, of 1P/Halley.
        var comet = MpcElements.ParseComet("0001P         1986 02  8.9989  0.574900  0.967817  112.2413   59.1115  161.9605"
            + "  20230913   5.5  3.2  1P/Halley                                                98, 1083");
        Assert.Equal(("1P/Halley", 5.5, 3.2, true), (comet.Name, comet.AbsoluteMagnitude!.Value, comet.Slope, comet.IsComet));
        Assert.Equal((0.5749, 0.967817, 161.9605), (comet.PerihelionDistance, comet.Eccentricity, comet.Inclination));
        Assert.Equal(46469.9989, comet.Perihelion, 1e-9); // JD 2446470.5 is 1986-02-09 0h
        Assert.Equal(5.5 + 5 * Math.Log10(comet.At(46470).Length)
            // light 15 minutes later
            + 2.5 * 3.2 * Math.Log10(comet.FromSun(46470).Length), comet.Magnitude(46470)!.Value, 0.001);
    }

    [Fact]
    public void Magnitudes_follow_H_and_G()
    {
        // At opposition and phase angle 0 V = H + 5 log (r delta); at 20 degrees the formula has 1.074 mag less with G 0.15 (by
        // hand from Bowell et al. 1989: phi1 = exp(-3.33 tan(10 deg)^0.63), phi2 = exp(-1.87 tan(10 deg)^1.22)).
        var tan = Math.Tan(Math.PI / 18);
        var fainter = -2.5 * Math.Log10(0.85 * Math.Exp(-3.33 * Math.Pow(tan, 0.63)) + 0.15 * Math.Exp(-1.87 * Math.Pow(tan,
            1.22)));
        var orbit = Orbit.Ellipse(2.77, 0, 0, 0, 0, 100, 60000) with { AbsoluteMagnitude = 3.34 };
        for (var mjd = 60000.0; mjd < 61000; mjd += 1)
        {
            var (place, sun) = (orbit.At(mjd), orbit.At(mjd) + Earth.At(mjd).FromSun);
            var angle = double.RadiansToDegrees(Math.Acos(sun.Dot(place) / sun.Length / place.Length));
            if (Math.Abs(angle - 20) < 0.2)
                Assert.Equal(3.34 + 5 * Math.Log10(place.Length * sun.Length) + fainter, orbit.Magnitude(mjd)!.Value, 0.01);
        }
        Assert.Null(new Orbit(1, 1, 0, 0, 0, 0).Magnitude(60000));
    }

    [Theory]
    [InlineData("00001    3.34  0.15 K2575", "The semimajor axis, columns 93 to 103, is missing in '00001    3.34  0.15 K2575'.")]
    [InlineData("", "The semimajor axis, columns 93 to 103, is missing in ''.")]
    [InlineData("00001    3.34  0.15 K25X5 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512",
        "The epoch, columns 21 to 25, must be a packed date such as K2555, got 'K25X5'.")]
    [InlineData("00001    3.34  0.15 K252V 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512",
        "There is no day 2025-2-31.")]
    [InlineData("00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.5878o  0.0794013  0.21424651   2.7660512",
        "The inclination, columns 60 to 68, must be a number, got '10.5878o'.")]
    public void Broken_lines_are_refused(string line, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => MpcElements.ParseMinorPlanet(line)).Message);

    [Fact]
    public void Elements_out_of_range_are_refused()
    {
        Assert.StartsWith("The eccentricity of an ellipse must be in [0, 1).",
            Assert.Throws<FormatException>(() => MpcElements.ParseMinorPlanet(
            "00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  1.0794013  0.21424651   2.7660512")).Message,
                StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => MpcElements.ParseComet("0001P         1986 02"));
        Assert.Throws<FormatException>(() => MpcElements.ParseComet(
            "0001P         1986 02 31.9989  0.574900  0.967817  112.2413   59.1115  161.9605"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Orbit(0, 1, 0, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Orbit(1, -1, 0, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Orbit(1, 1, double.NaN, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Orbit(1, 1, 0, 0, 0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Ellipse(0, 0, 0, 0, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Orbit(1, 1, 0, 0, 0, 0).FromSun(double.NaN));
    }

    [Fact]
    public void A_body_that_passed_fast_and_long_ago_is_far_out_on_its_asymptote()
    {
        // Vis viva: at infinity the speed is k sqrt((e - 1) / q); what the Sun still holds back is below 1e-3 of it.
        const double gauss = 0.01720209895;
        var (q, e, days) = (0.004, 2.902, 13945.09);
        var place = new Orbit(q, e, 33, 44, 55, 50000).FromSun(50000 - days);
        var expected = gauss * Math.Sqrt((e - 1) / q) * days;
        Assert.Equal(expected, place.Length, 1e-3 * expected);
    }
}
