using Vigil.Sky.Scheduling;
using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Tests.Scheduling;

public class FieldTilesTests
{
    // Tiles of orders 4 to 7, finer towards (40, 10), with a gaussian of 8 degrees about it.
    static SkyMap Map()
    {
        var (uniq, density) = (new List<long>(), new List<double>());
        for (var ipix = 0L; ipix < Healpix.PixelCount(4); ipix++)
            Divide(4, ipix);
        return SkyMap.FromTiles(uniq.ToArray(), density.ToArray(), normalise: true);

        void Divide(int order, long ipix)
        {
            var (ra, dec) = Healpix.Centre(order, ipix);
            var distance = Sphere.Separation(40, 10, ra, dec);
            if (order < 7 && distance < 60 >> (order - 4))
            {
                for (var child = 0; child < 4; child++)
                    Divide(order + 1, 4 * ipix + child);
                return;
            }
            uniq.Add(ipix + (4L << (2 * order)));
            density.Add(Math.Exp(-distance * distance / 128));
        }
    }

    static ISkyRegion[] Fields() =>
    [
        SkyPolygon.Rectangle(40, 10, 7, 7), SkyPolygon.Rectangle(45, 12, 7, 7), SkyPolygon.Rectangle(25, -8, 7, 7),
        new Cone(44, 3, 5),
        new Cone(220, -10, 20), new Cone(40, 10, 0.01),
    ];

    [Fact]
    public void Tiles_of_a_field_hold_the_probability_that_the_map_has_in_it()
    {
        var (map, fields) = (Map(), Fields());
        var tiles = FieldTiles.Of(map, fields);
        Assert.Equal(fields.Length, tiles.OfField.Count);
        for (var i = 0; i < fields.Length; i++)
        {
            // By the map's own walk, which with order 0 asks for the centres of tiles, too; sums differ in their order.
            Assert.Equal(map.ProbabilityIn(fields[i], order: 0), tiles.OfField[i].Sum(tile => tiles.Probability[tile]), 1e-12);
            Assert.Equal(tiles.OfField[i].Count, tiles.OfField[i].Distinct().Count());
        }
        Assert.NotEmpty(tiles.OfField[0].Intersect(tiles.OfField[1]));
    }

    [Fact]
    public void A_sky_map_is_scheduled()
    {
        var tiles = FieldTiles.Of(Map(), Fields());
        (double Ra, double Dec)[] centres = [(40, 10), (45, 12), (25, -8), (44, 3), (220, -10), (40, 10)];
        var schedule = Scheduler.Plan(new ScheduleRequest
        {
            PixelProbability = tiles.Probability,
            Fields = [.. centres.Select((centre, i) =>
                new ScheduleField($"f{i}", centre.Ra, centre.Dec, tiles.OfField[i], [new(60000, 60001)]))],
            Filters = [new("ztfr", 30)],
            Nights = [new(60000, 60000 + 150 / 86400.0)],
            Slew = new SlewModel { DegreesPerSecond = 2 },
            ReadoutSeconds = 10,
        });
        // Four visits fit, one of them far on the other side of the sky does not pay its slew.
        Assert.Equal(["f0", "f1", "f2", "f3"], schedule.Visits.Select(visit => visit.Id).Order());
        Assert.True(schedule.IsOptimal);
        var union = Enumerable.Range(0, 4).SelectMany(i => tiles.OfField[i]).Distinct().Sum(tile => tiles.Probability[tile]);
        Assert.Equal(union, schedule.Probability, 1e-12);
    }
}
