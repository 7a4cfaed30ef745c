using System.Text.Json;

namespace Vigil.Sky;

/// <summary>
/// Polygons on the sky as GeoJSON writes those on the Earth: right ascension for longitude, declination for latitude.
/// </summary>
public static class GeoJsonRegions
{
    /// <summary>The coverage of a GeoJSON text.</summary>
    /// <param name="json">
    /// Polygon, MultiPolygon, GeometryCollection, Feature or FeatureCollection; rings after the first of a polygon are holes.
    /// Positions are [ra, dec] in degrees, ra in [-360, 360].
    /// </param>
    /// <param name="order">The finest order to use, in [0, 29].</param>
    /// <param name="rule">Which pixels count.</param>
    /// <exception cref="MocFormatException">The text is no GeoJSON of polygons, or a polygon is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    /// <remarks>
    /// Sides are great circles, and a ring's inside is the smaller part of the sphere, whichever way it runs (RFC 7946, section
    /// 3.1.6, has straight lines on a map and a rule for the way).
    /// </remarks>
    public static Moc ToMoc(string json, int order, CoverRule rule = CoverRule.Touching)
    {
        Healpix.CheckedOrder(order);
        try
        {
            using var document = JsonDocument.Parse(json);
            var all = new RegionMoc(order, rule);
            Read(document.RootElement, all, order, rule);
            return all.ToMoc();
        }
        catch (JsonException e)
        {
            throw new MocFormatException($"The text is not JSON: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new MocFormatException(e.Message, e);
        }
    }

    static void Read(JsonElement element, RegionMoc all, int order, CoverRule rule)
    {
        var type = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var name)
            && name.ValueKind == JsonValueKind.String ? name.GetString()!
                : throw new MocFormatException("A GeoJSON object has a type.");
        switch (type)
        {
            case "FeatureCollection":
                foreach (var feature in List(element, "features"))
                    Read(feature, all, order, rule);
                break;
            case "GeometryCollection":
                foreach (var geometry in List(element, "geometries"))
                    Read(geometry, all, order, rule);
                break;
            case "Feature":
                if (!element.TryGetProperty("geometry", out var own))
                    throw new MocFormatException("A Feature has a geometry.");
                Read(own, all, order, rule);
                break;
            case "Polygon":
                all.Add(Polygon(List(element, "coordinates"), order, rule));
                break;
            case "MultiPolygon":
                foreach (var polygon in List(element, "coordinates"))
                    all.Add(Polygon(Items(polygon, "a polygon"), order, rule));
                break;
            default:
                throw new MocFormatException(
                    $"A {(type.Length > 30 ? "geometry" : type)} covers no part of the sky; polygons do.");
        }
    }

    static Moc Polygon(JsonElement.ArrayEnumerator rings, int order, CoverRule rule)
    {
        var (polygon, isFirst) = (new RegionMoc(order, rule), true);
        foreach (var ring in rings)
        {
            var (ra, dec) = (new List<double>(), new List<double>());
            foreach (var position in Items(ring, "a ring"))
            {
                if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2
                    || Degrees(position[0]) is not { } longitude
                    || Degrees(position[1]) is not { } latitude)
                    throw new MocFormatException(
                        "A position is [ra, dec] in degrees, with ra in [-360, 360] and dec in [-90, 90].");
                ra.Add(longitude);
                dec.Add(latitude);
            }
            var region = new SkyPolygon(ra.ToArray(), dec.ToArray());
            if (isFirst)
                polygon.Add(region);
            else
                polygon.Take(region);
            isFirst = false;
        }
        return isFirst ? throw new MocFormatException("A polygon has at least one ring.") : polygon.ToMoc();
    }

    static double? Degrees(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var degrees) && Math.Abs(degrees) <= 360 ? degrees
            : null;

    static JsonElement.ArrayEnumerator List(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) ? Items(list, name)
            : throw new MocFormatException($"The list '{name}' is missing.");

    static JsonElement.ArrayEnumerator Items(JsonElement list, string what) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray() : throw new MocFormatException($"A list was expected for {what}, got {list.ValueKind}.");
}
