using System.Globalization;

namespace Vigil.Sky;

/// <summary>Regions as the image viewer DS9 writes them.</summary>
public static class Ds9Regions
{
    /// <summary>The coverage of a text of regions.</summary>
    /// <param name="text">
    /// Lines or parts between semicolons such as <c>fk5; circle(202.47,47.2,10')</c>. Shapes: circle, ellipse, box, polygon,
    /// annulus; a minus before one takes it from the others. Systems: icrs, fk5 (j2000), fk4 (b1950), galactic, ecliptic. Sizes
    /// are degrees, or have ", ', d or r behind them; right ascensions with colons or letters are hours.
    /// </param>
    /// <param name="order">The finest order to use, in [0, 29].</param>
    /// <param name="rule">Which pixels count.</param>
    /// <exception cref="MocFormatException">
    /// The text cannot be understood, or has a shape without area; the message names the line.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    /// <remarks>
    /// A box is bounded by great circles, as the sides of a camera's field; the angle of a box or an ellipse turns its width and
    /// first radius from west towards north, as on an image with north up and east left.
    /// </remarks>
    public static Moc ToMoc(string text, int order, CoverRule rule = CoverRule.Touching)
    {
        Healpix.CheckedOrder(order);
        var regions = new RegionMoc(order, rule);
        string? system = null;
        var lines = text.Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            var comment = lines[line].IndexOf('#', StringComparison.Ordinal);
            var code = comment < 0 ? lines[line] : lines[line][..comment];
            foreach (var part in code.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                try
                {
                    Read(part, ref system, regions);
                }
                catch (Exception e) when (e is ArgumentException or FormatException)
                {
                    throw new MocFormatException($"Line {line + 1}, '{Shown(part)}': {e.Message}", e);
                }
        }
        return regions.ToMoc();
    }

    static void Read(string part, ref string? system, RegionMoc regions)
    {
        var words = part.TrimStart('+', '-').Split(['(', ')', ',', ' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length == 0 ? "" : words[0].ToLowerInvariant();
        switch (name)
        {
            case "global":
                return;
            case "icrs" or "fk5" or "j2000" or "fk4" or "b1950" or "galactic" or "ecliptic":
                system = name;
                return;
            case "image" or "physical" or "linear" or "amplifier" or "detector":
                throw new FormatException($"{name} coordinates are of an image, not of the sky. Save the regions as icrs.");
        }
        var numbers = words[Math.Min(1, words.Length)..];
        var shape = Shape(name, numbers, system
            ?? throw new FormatException("No system of coordinates was named before, such as icrs."));
        var takes = part[0] == '-';
        foreach (var (region, isHole) in shape)
            if (takes != isHole)
                regions.Take(region);
            else
                regions.Add(region);
    }

    static (ISkyRegion Region, bool IsHole)[] Shape(string name, string[] n, string system)
    {
        switch (name)
        {
            case "circle" when n.Length == 3:
                var (ra, dec) = Position(n[0], n[1], system);
                return [(Cone.FromDegrees(ra, dec, Size(n[2])), false)];
            case "ellipse" when n.Length is 4 or 5:
                (ra, dec) = Position(n[0], n[1], system);
                var (first, second) = (Size(n[2]), Size(n[3]));
                var angle = Turned(ra, dec, n.Length == 5 ? Angle(n[4]) : 0, system);
                return first >= second
                    ? [(new SkyEllipse(ra, dec, first, second, angle + 90), false)]
                    : [(new SkyEllipse(ra, dec, second, first, angle), false)];
            case "box" when n.Length is 4 or 5:
                (ra, dec) = Position(n[0], n[1], system);
                return [(SkyPolygon.Rectangle(
                    ra, dec, Size(n[2]), Size(n[3]), Turned(ra, dec, n.Length == 5 ? Angle(n[4]) : 0, system)), false)];
            case "polygon" when n.Length >= 6 && n.Length % 2 == 0:
                var corners = Enumerable.Range(0, n.Length / 2).Select(i => Position(n[2 * i], n[2 * i + 1], system)).ToArray();
                return [(new SkyPolygon([.. corners.Select(c => c.Ra)], [.. corners.Select(c => c.Dec)]), false)];
            case "annulus" when n.Length >= 4:
                (ra, dec) = Position(n[0], n[1], system);
                var (inner, outer) = (Size(n[2]), Size(n[^1]));
                if (inner >= outer)
                    throw new FormatException("The radii of an annulus must grow.");
                // Its hole would take from what others add; a ring is what lies in the outer cone and beyond the inner one.
                return [(new SkyAnnulus(Cone.FromDegrees(ra, dec, outer), inner), false)];
            case "circle" or "ellipse" or "box" or "polygon" or "annulus":
                throw new FormatException($"{n.Length} numbers are not what a {name} has.");
            case "point" or "line" or "vector" or "text" or "ruler" or "compass" or "projection" or "segment":
                throw new FormatException($"A {name} covers no part of the sky. Leave it out.");
            default:
                throw new FormatException(
                    "This is no shape (circle, ellipse, box, polygon, annulus) or system (icrs, fk5, fk4, galactic, ecliptic).");
        }
    }

    static (double Ra, double Dec) Position(string first, string second, string system)
    {
        if (system is "galactic" or "ecliptic")
        {
            var (longitude, latitude) = (Size(first), Size(second));
            return system == "galactic" ? Galactic.ToIcrs(longitude, latitude) : Ecliptic.ToIcrs(longitude, latitude);
        }
        var (ra, dec) = (Sexagesimal.ParseRa(first), Sexagesimal.ParseDec(second));
        return system switch
        {
            "fk5" or "j2000" => Fk5.ToIcrs(ra, dec),
            "fk4" or "b1950" => Fk4.ToIcrs(ra, dec),
            _ => (ra, dec),
        };
    }

    // A position angle of the system as one of ICRS: by the direction of the system's north there.
    static double Turned(double ra, double dec, double angle, string system)
    {
        if (system is "icrs" or "fk5" or "j2000")
            return angle; // the frames are turned by 0.02 arcsec
        var pole = system switch
        {
            "galactic" => Galactic.ToIcrs(0, 90),
            "ecliptic" => Ecliptic.ToIcrs(0, 90),
            _ => Fk4.ToIcrs(0, 90),
        };
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(pole.Ra - ra));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
        var tanPole = Math.Tan(double.DegreesToRadians(pole.Dec));
        return angle + double.RadiansToDegrees(double.IsFinite(tanPole) ? Math.Atan2(sin, cosDec * tanPole - sinDec * cos) : 0);
    }

    static double Angle(string text) => Number(text.TrimEnd('d', '°'));

    static double Size(string text) => text[^1] switch
    {
        '"' => Number(text[..^1]) / 3600,
        '\'' => Number(text[..^1]) / 60,
        'd' or '°' => Number(text[..^1]),
        'r' => double.RadiansToDegrees(Number(text[..^1])),
        _ => Number(text),
    };

    static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new FormatException($"'{Shown(text)}' is no number.");

    static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
