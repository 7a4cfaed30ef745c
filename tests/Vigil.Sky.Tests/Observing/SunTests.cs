using Vigil.Sky.Observing;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Observing;

public class SunTests
{
    [Fact]
    public void The_Sun_matches_astropy() => Assert.All(Rows("sun.csv"), row =>
    {
        var (ra, dec) = Sun.Position(Vigil.Sky.Time.TimeScale.TtToUtc(Number(row[0])));
        Assert.Equal(0, Sphere.Separation(ra, dec, Number(row[1]), Number(row[2])), 0.05 / 3600); // the documented error
    });
}
