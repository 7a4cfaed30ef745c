using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class ConstellationTests
{
    [Fact]
    public void Positions_lie_where_astropy_has_them() => Assert.All(Rows("constellations.csv"), row =>
        Assert.Equal(row[2], Constellation.At(Number(row[0]), Number(row[1]))));

    [Theory]
    // Where everybody looks for them; and SN 1987A.
    [InlineData(37.9546, 89.2641, "Ursa Minor")] // Polaris
    [InlineData(88.7929, 7.4071, "Orion")] // Betelgeuse
    [InlineData(10.6847, 41.2688, "Andromeda")] // M 31
    [InlineData(266.4168, -29.0078, "Sagittarius")] // Sgr A*
    [InlineData(83.8667, -69.2697, "Dorado")]
    [InlineData(-120, 26.7147, "Corona Borealis")]
    [InlineData(360, -90, "Octans")]
    public void Famous_objects_lie_in_their_constellations(double ra, double dec, string name) =>
        Assert.Equal(name, Constellation.At(ra, dec));

    [Fact]
    public void All_eighty_eight_are_there_and_there_is_no_gap()
    {
        var found = new HashSet<string>();
        for (var dec = -90.0; dec <= 90; dec++)
            for (var ra = 0.0; ra < 360; ra++)
                found.Add(Constellation.At(ra, dec));
        Assert.Equal(88, found.Count);
    }

    [Fact]
    public void A_declination_beyond_the_pole_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Constellation.At(0, 91));
}
