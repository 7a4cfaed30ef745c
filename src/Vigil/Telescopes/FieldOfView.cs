using System.Globalization;
using System.Text.RegularExpressions;
using System.Text.Json.Nodes;

namespace Vigil.Telescopes;

/// <summary>
/// The outline of what an instrument sees, from a DS9 region file drawn around (0, 0): boxes, circles, ellipses and polygons in
/// degrees. Placed at a field's centre by rotating the sphere, so it is right at the poles, too.
/// </summary>
sealed partial class FieldOfView
{
    /// <summary>Corners that stand for a circle.</summary>
    const int CircleCorners = 36;

    // Enough for the CCDs of any camera that exists.
    const int MostShapes = 1000, MostNumbers = 10_000;

    readonly List<(double Ra, double Dec)[]> outlines = [];

    FieldOfView(string region) => Region = region;

    /// <summary>The region file.</summary>
    public string Region { get; }

    /// <summary>One line for people, such as "Rectangle [width, height]: (2, 2)".</summary>
    public string Summary { get; private set; } = "";

    /// <summary>A circle around the centre; its radius in degrees.</summary>
    public static FieldOfView Circle(double radius) =>
        Parse(string.Create(CultureInfo.InvariantCulture,
            $"# Region file format: DS9 astropy/regions\nicrs\ncircle(0.00000000,0.00000000,{radius:F8})\n"));

    /// <summary>A rectangle around the centre; its sides in degrees.</summary>
    public static FieldOfView Rectangle(double width, double height) => Parse(string.Create(CultureInfo.InvariantCulture,
        $"# Region file format: DS9 astropy/regions\nicrs\nbox(0.00000000,0.00000000,{width:F8},{height:F8},0.00000000)\n"));

    /// <exception cref="BadInput">There is no shape in it, or one cannot be read.</exception>
    public static FieldOfView Parse(string region)
    {
        var view = new FieldOfView(region);
        foreach (Match shape in Shape().Matches(region))
        {
            if (view.outlines.Count >= MostShapes)
                throw new BadInput($"field_region has more than {MostShapes} shapes.", "field_region");
            view.Add(shape.Groups["name"].Value.ToLowerInvariant(), Numbers(shape));
        }
        return view.outlines.Count > 0 ? view
            : throw new BadInput("field_region has no box, circle, ellipse or polygon; it must be a DS9 region file in degrees.",
                "field_region");
    }

    void Add(string shape, double[] n)
    {
        if (outlines.Count > 0)
            Summary = $"{outlines.Count + 1} shapes";
        switch (shape)
        {
            case "circle" when n.Length == 3:
                outlines.Add(Ellipse(n[0], n[1], n[2], n[2], 0));
                break;
            case "ellipse" when n.Length is 4 or 5:
                outlines.Add(Ellipse(n[0], n[1], n[2], n[3], n.ElementAtOrDefault(4)));
                break;
            case "box" when n.Length is 4 or 5:
                var (w, h) = (n[2] / 2, n[3] / 2);
                outlines.Add([.. new[] { (-w, -h), (w, -h), (w, h), (-w, h) }.Select(c =>
                    Turned(n[0], n[1], c, n.ElementAtOrDefault(4)))]);
                break;
            case "polygon" when n.Length >= 6 && n.Length % 2 == 0:
                outlines.Add([.. n.Chunk(2).Select(c => (c[0], c[1]))]);
                break;
            default:
                throw new BadInput($"field_region has a {shape} with {n.Length} numbers.", "field_region");
        }
        if (outlines.Count == 1)
            Summary = shape switch
            {
                "circle" => string.Create(CultureInfo.InvariantCulture, $"Circle [radius]: {n[2]:0.0###}"),
                "box" => string.Create(CultureInfo.InvariantCulture,
                    $"Rectangle [width, height]: ({n[2]:0.0###}, {n[3]:0.0###})"),
                "ellipse" => string.Create(CultureInfo.InvariantCulture, $"Ellipse [axes]: ({n[2]:0.0###}, {n[3]:0.0###})"),
                _ => string.Create(CultureInfo.InvariantCulture, $"Polygon [corners]: {n.Length / 2}"),
            };
    }

    static (double, double)[] Ellipse(double x, double y, double a, double b, double angle) =>
        [.. Enumerable.Range(0, CircleCorners).Select(i => Turned(x, y,
            (a * Math.Cos(i * Math.Tau / CircleCorners), b * Math.Sin(i * Math.Tau / CircleCorners)), angle))];

    static (double Ra, double Dec) Turned(double x, double y, (double X, double Y) corner, double angle)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(angle));
        return (x + corner.X * cos - corner.Y * sin, y + corner.X * sin + corner.Y * cos);
    }

    /// <summary>The outlines around a field's centre, each closed: GeoJSON with longitude as right ascension.</summary>
    public JsonObject ContourAt(double ra, double dec, int fieldId, string instrument) =>
        GeoJson(outlines.Select(outline => outline.Select(c => Place(c, ra, dec))), ra, dec, fieldId, instrument);

    /// <summary>One line around all outlines: their convex hull.</summary>
    public JsonObject SummaryAt(double ra, double dec, int fieldId, string instrument) =>
        GeoJson([Hull().Select(c => Place(c, ra, dec))], ra, dec, fieldId, instrument);

    static JsonObject GeoJson(IEnumerable<IEnumerable<(double Ra, double Dec)>> rings, double ra, double dec, int fieldId,
        string instrument) => new()
        {
            ["type"] = "FeatureCollection",
            ["features"] = new JsonArray(new JsonObject
            {
                ["type"] = "Feature",
                ["geometry"] = new JsonObject
                {
                    ["type"] = "MultiLineString",
                    ["coordinates"] = new JsonArray([.. rings.Select(ring =>
                {
                    var corners = ring.ToList();
                    return (JsonNode)new JsonArray([.. corners.Append(corners[0])
                        .Select(c => (JsonNode)new JsonArray(c.Ra, c.Dec))]);
                })]),
                },
            }),
            ["properties"] = new JsonObject { ["ra"] = ra, ["dec"] = dec, ["field_id"] = fieldId, ["instrument"] = instrument },
        };

    // Takes (0, 0) to the field's centre, north up.
    static (double Ra, double Dec) Place((double Ra, double Dec) corner, double ra, double dec)
    {
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(corner.Ra));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(corner.Dec));
        var (x, y, z) = (cosDec * cosRa, cosDec * sinRa, sinDec);
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(dec));
        (x, z) = (x * cos - z * sin, x * sin + z * cos);
        var lon = (double.RadiansToDegrees(Math.Atan2(y, x)) + ra) % 360;
        return (lon < 0 ? lon + 360 : lon, double.RadiansToDegrees(Math.Atan2(z, double.Hypot(x, y))));
    }

    // A. M. Andrew 1979, Inf. Proc. Lett. 9, 216 (monotone chain); the outlines are small, so the plane will do.
    List<(double Ra, double Dec)> Hull()
    {
        var corners = outlines.SelectMany(o => o).Select(c => (Ra: c.Ra > 180 ? c.Ra - 360 : c.Ra, c.Dec))
            .Distinct().Order().ToList();
        if (corners.Count < 4)
            return corners;
        var hull = new List<(double Ra, double Dec)>();
        foreach (var pass in new[] { corners, [.. corners.AsEnumerable().Reverse()] })
        {
            var start = hull.Count;
            foreach (var corner in pass)
            {
                while (hull.Count >= start + 2 && Cross(hull[^2], hull[^1], corner) <= 0)
                    hull.RemoveAt(hull.Count - 1);
                hull.Add(corner);
            }
            hull.RemoveAt(hull.Count - 1);
        }
        return hull;
    }

    static double Cross((double X, double Y) o, (double X, double Y) a, (double X, double Y) b) =>
        (a.X - o.X) * (b.Y - o.Y) - (a.Y - o.Y) * (b.X - o.X);

    static double[] Numbers(Match shape)
    {
        var texts = shape.Groups["numbers"].Value.Split([',', ' '],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (texts.Length > MostNumbers)
            throw new BadInput($"field_region has a shape of more than {MostNumbers} numbers.", "field_region");
        return [.. texts.Select(Degrees)];
    }

    // A number in degrees may carry a d, one in arcmin ', one in arcsec ".
    static double Degrees(string text)
    {
        var (number, unit) = text[^1] switch
        {
            'd' or '°' => (text[..^1], 1.0),
            '\'' => (text[..^1], 1 / 60.0),
            '"' => (text[..^1], 1 / 3600.0),
            _ => (text, 1.0)
        };
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && Math.Abs(value * unit) <= 360 ? value * unit
            : throw new BadInput($"field_region has '{(text.Length > 40 ? text[..40] : text)}' where a number of degrees, in "
                + $"[-360, 360], is expected.", "field_region");
    }

    [GeneratedRegex(@"\b(?<name>box|circle|ellipse|polygon)\s*\((?<numbers>[^)]*)\)", RegexOptions.IgnoreCase)]
    private static partial Regex Shape();
}
