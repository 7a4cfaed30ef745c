using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Tests;

public class VolumeDensityTests
{
    [Fact]
    public void The_density_of_the_whole_volume_adds_up_to_one()
    {
        // The same everywhere on the sky, so that the volume is shells of 4 pi r². Shells of 0.1 Mpc are 1/100 sigma.
        var tile = TileDistance.Normalised(100, 10);
        var layer = (double value) => Enumerable.Repeat(value, 12).ToArray();
        var map = SkyMap.Flat(layer(1 / 12.0), new DistanceLayers(layer(tile.Mu), layer(tile.Sigma), layer(tile.Norm)));
        Assert.Equal(tile, map.DistanceOf(7));
        var sum = 0.0;
        for (var r = 0.05; r < 250; r += 0.1)
            sum += map.VolumeDensityAt(33, -44, r) * 4 * Math.PI * r * r * 0.1;
        Assert.Equal(1, sum, 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.VolumeDensityAt(33, -44, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.DistanceOf(12));
    }

    [Fact]
    public void A_map_without_distances_says_so() =>
        Assert.Throws<InvalidOperationException>(() => SkyMap.Flat(Enumerable.Repeat(1 / 12.0, 12).ToArray()).DistanceOf(0));
}
