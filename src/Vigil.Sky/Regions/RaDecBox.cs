using System.Globalization;

namespace Vigil.Sky;

/// <summary>All positions between two meridians and two parallels; with every right ascension, a zone.</summary>
public sealed class RaDecBox : ISkyRegion
{
    readonly UnitVector[] corners; // west south, west north, east south, east north

    /// <summary>A box from its sides; east of <paramref name="raWest"/> and west of <paramref name="raEast"/>.</summary>
    /// <param name="raWest">Degrees in [0, 360].</param>
    /// <param name="raEast">Degrees in [0, 360]; less than <paramref name="raWest"/> for a box across RA 0.</param>
    /// <param name="decSouth">Degrees in [-90, 90].</param>
    /// <param name="decNorth">Degrees in [-90, 90], more than <paramref name="decSouth"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">The box has no area. For all right ascensions, give 0 and 360.</exception>
    public RaDecBox(double raWest, double raEast, double decSouth, double decNorth)
    {
        CheckRa(raWest, nameof(raWest));
        CheckRa(raEast, nameof(raEast));
        CheckDec(decSouth, nameof(decSouth));
        CheckDec(decNorth, nameof(decNorth));
        if (raWest == raEast || decSouth >= decNorth)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"A box from ra {raWest} to {raEast} and dec {decSouth} to {decNorth} has no area. ") +
                "Give decSouth < decNorth, and 0 and 360 for all right ascensions.");
        (RaWest, RaEast, DecSouth, DecNorth) = (raWest, raEast, decSouth, decNorth);
        RaWidth = raEast > raWest ? raEast - raWest : raEast - raWest + 360;
        corners = [UnitVector.From(raWest, decSouth), UnitVector.From(raWest, decNorth),
            UnitVector.From(raEast, decSouth), UnitVector.From(raEast, decNorth)];
        if (RaWidth is <= 180 or 360)
            Caps = new CapIntersection([.. Sides()]);
    }

    /// <summary>The western side: degrees.</summary>
    public double RaWest { get; }

    /// <summary>The eastern side: degrees.</summary>
    public double RaEast { get; }

    /// <summary>The southern side: degrees.</summary>
    public double DecSouth { get; }

    /// <summary>The northern side: degrees.</summary>
    public double DecNorth { get; }

    /// <summary>From the western side eastwards to the eastern one: degrees in (0, 360].</summary>
    public double RaWidth { get; }

    internal CapIntersection? Caps { get; }

    /// <summary>All positions between two declinations.</summary>
    /// <param name="decSouth">Degrees in [-90, 90].</param>
    /// <param name="decNorth">Degrees in [-90, 90], more than <paramref name="decSouth"/>.</param>
    /// <exception cref="ArgumentException">A declination is outside its range, or the zone has no area.</exception>
    public static RaDecBox Zone(double decSouth, double decNorth) => new(0, 360, decSouth, decNorth);

    /// <inheritdoc/>
    public bool Contains(UnitVector direction)
    {
        var (ra, dec) = direction.ToDegrees();
        return dec >= DecSouth && dec <= DecNorth && Eastwards(ra) <= RaWidth;
    }

    /// <inheritdoc/>
    public double BorderDistance(UnitVector direction)
    {
        var (ra, dec) = direction.ToDegrees();
        // The nearest point of a parallel is on the meridian of the direction, where that crosses the box.
        var nearest = double.PositiveInfinity;
        if (Eastwards(ra) <= RaWidth)
            nearest = Math.Min(
                DecSouth == -90 ? nearest : double.DegreesToRadians(Math.Abs(dec - DecSouth)),
                DecNorth == 90 ? nearest : double.DegreesToRadians(Math.Abs(dec - DecNorth)));
        if (RaWidth == 360)
            return nearest;
        for (var side = 0; side < 2; side++)
        {
            var away = double.DegreesToRadians(Math.Abs(Math.IEEERemainder(ra - (side == 0 ? RaWest : RaEast), 360)));
            var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
            // The foot of the perpendicular to the side's great circle, when it lies on the side.
            var foot = double.RadiansToDegrees(Math.Atan2(sinDec, cosDec * Math.Cos(away)));
            nearest = foot >= DecSouth && foot <= DecNorth
                ? Math.Min(nearest, Math.Asin(Math.Min(1, cosDec * Math.Sin(away))))
                : Math.Min(nearest, Math.Min(Angle(direction, corners[2 * side]), Angle(direction, corners[2 * side + 1])));
        }
        return nearest;
    }

    IEnumerable<CapIntersection.Cap> Sides()
    {
        if (DecSouth > -90)
            yield return new(new UnitVector(0, 0, 1), double.DegreesToRadians(90 - DecSouth));
        if (DecNorth < 90)
            yield return new(new UnitVector(0, 0, -1), double.DegreesToRadians(90 + DecNorth));
        if (RaWidth == 360)
            yield break;
        yield return new(UnitVector.From(RaWest + 90, 0), Math.PI / 2);
        yield return new(UnitVector.From(RaEast - 90, 0), Math.PI / 2);
    }

    double Eastwards(double ra) => ra >= RaWest ? ra - RaWest : ra - RaWest + 360;

    static double Angle(UnitVector a, UnitVector b) => 2 * Math.Asin(Math.Min(1, Math.Sqrt(a.ChordSquared(b)) / 2));

    static void CheckRa(double ra, string name)
    {
        if (!(ra is >= 0 and <= 360))
            throw new ArgumentOutOfRangeException(name, ra, "A side of a box must be at a right ascension in [0, 360] degrees.");
    }

    static void CheckDec(double dec, string name)
    {
        if (!(dec is >= -90 and <= 90))
            throw new ArgumentOutOfRangeException(name, dec, "A side of a box must be at a declination in [-90, 90] degrees.");
    }
}
