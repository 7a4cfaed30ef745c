using System.Globalization;

namespace Vigil.Sky;

/// <summary>
/// A polygon whose sides are great circles, convex or not. Its inside is the smaller of the two parts into which it divides
/// the sphere, whichever way its vertices run.
/// </summary>
public sealed class SkyPolygon : ISkyRegion
{
    /// <summary>The most vertices of a polygon; a check of each pair of sides is still a second's work.</summary>
    public const int MaxVertices = 10_000;

    readonly UnitVector[] vertices; // the inside is on the left
    readonly UnitVector[] normals; // of side k, from vertex k to k + 1, towards the inside
    readonly UnitVector inside, other; // two directions at right angles, the first in the polygon
    readonly bool otherInside;

    /// <summary>A polygon from its vertices.</summary>
    /// <param name="ra">Degrees, any finite values, shape (N) with N in [3, 10,000]; the last may repeat the first.</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <exception cref="ArgumentException">
    /// The spans differ in length, there are too few or too many vertices, one comes twice, a side is half a circle, sides
    /// cross, or there is no area; the message names the vertices, counted from 0.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public SkyPolygon(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec)
    {
        if (ra.Length != dec.Length)
            throw new ArgumentException($"ra and dec must have one length, got {ra.Length} and {dec.Length}.");
        var count = ra.Length;
        if (count > 1 && dec[0] == dec[^1] && Sphere.NormalizeRa(ra[0]) == Sphere.NormalizeRa(ra[^1]))
            count--;
        if (count is < 3 or > MaxVertices)
            throw new ArgumentException($"A polygon must have from 3 to {MaxVertices} different vertices, got {count}.");
        vertices = new UnitVector[count];
        for (var i = 0; i < count; i++)
            vertices[i] = UnitVector.From(Sphere.NormalizeRa(ra[i]), Sphere.CheckedDec(dec[i]));
        normals = new UnitVector[count];
        SetNormals();
        CheckSimple();

        var area = 0.0;
        for (var i = 1; i + 1 < count; i++)
            area += SignedArea(vertices[0], vertices[i], vertices[i + 1]);
        area = Math.IEEERemainder(area, 4 * Math.PI); // of the left side, up to whole spheres
        var length = 0.0;
        for (var i = 0; i < count; i++)
            length += Math.Sqrt(vertices[i].ChordSquared(vertices[Next(i)]));
        if (Math.Abs(area) <= 1e-12 * length * length) // rounding of vertices on one line is some 1e-16 of it
            throw new ArgumentException("The polygon has no area: its vertices lie on one line. Give three that do not.");
        if (area < 0)
        {
            Array.Reverse(vertices);
            SetNormals();
        }
        Area = Math.Abs(area) * (180 / Math.PI) * (180 / Math.PI);
        (inside, other) = FindInside();
        otherInside = Crossings(inside, other) % 2 == 0;
        IsConvex = true;
        for (var i = 0; i < count; i++)
            IsConvex &= Dot(normals[i], vertices[Next(Next(i))]) >= -1e-15; // a vertex may lie on a straight side
        if (IsConvex)
            Caps = new CapIntersection([.. normals.Select(normal => new CapIntersection.Cap(normal, Math.PI / 2))]);
    }

    /// <summary>Square degrees, in (0, 20626.5].</summary>
    public double Area { get; }

    /// <summary>Whether no corner points inwards.</summary>
    public bool IsConvex { get; }

    /// <summary>The vertices, anticlockwise as seen on the sky (from north by east).</summary>
    public ReadOnlySpan<UnitVector> Vertices => vertices;

    internal CapIntersection? Caps { get; }

    /// <summary>A rectangle of great circles around a position, as a camera sees it through a tangent-plane projection.</summary>
    /// <param name="ra">Right ascension of its centre: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees in [-90, 90].</param>
    /// <param name="width">From side to side through the centre, eastwards when the angle is 0: degrees, in (0, 170].</param>
    /// <param name="height">The same northwards.</param>
    /// <param name="angle">By which it is turned, north through east: degrees, any finite value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static SkyPolygon Rectangle(double ra, double dec, double width, double height, double angle = 0)
    {
        if (!(width is > 0 and <= 170))
            throw new ArgumentOutOfRangeException(nameof(width), width, "A width must be in (0, 170] degrees.");
        if (!(height is > 0 and <= 170))
            throw new ArgumentOutOfRangeException(nameof(height), height, "A height must be in (0, 170] degrees.");
        if (!double.IsFinite(angle))
            throw new ArgumentOutOfRangeException(nameof(angle), angle, "An angle must be a finite number of degrees.");
        var (right, top) = (Math.Tan(double.DegreesToRadians(width / 2)), Math.Tan(double.DegreesToRadians(height / 2)));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(Sphere.CheckedDec(dec)));
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(angle));
        Span<double> ras = stackalloc double[4], decs = stackalloc double[4];
        for (var i = 0; i < 4; i++)
        {
            var (x, y) = (i is 0 or 3 ? -right : right, i < 2 ? -top : top);
            (x, y) = (x * cos + y * sin, y * cos - x * sin);
            ras[i] = Sphere.NormalizeRa(ra) + double.RadiansToDegrees(Math.Atan2(x, cosDec - y * sinDec));
            decs[i] = double.RadiansToDegrees(Math.Atan2(sinDec + y * cosDec, double.Hypot(x, cosDec - y * sinDec)));
        }
        return new SkyPolygon(ras, decs);
    }

    /// <summary>Whether a position lies in the polygon.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public bool Contains(double ra, double dec) =>
        Contains(UnitVector.From(Sphere.NormalizeRa(ra), Sphere.CheckedDec(dec)));

    /// <inheritdoc/>
    public bool Contains(UnitVector direction)
    {
        if (Caps is not null)
            return Caps.Contains(direction);
        // Not by a way of nearly half a circle, whose course rounding would decide.
        return Dot(inside, direction) > -0.9
            ? Crossings(inside, direction) % 2 == 0
            : Crossings(other, direction) % 2 == 0 == otherInside;
    }

    /// <inheritdoc/>
    public double BorderDistance(UnitVector direction)
    {
        var nearest = 4.0; // squared chord
        for (var i = 0; i < vertices.Length; i++)
            nearest = Math.Min(nearest, SideChordSquared(i, direction));
        return 2 * Math.Asin(Math.Min(1, Math.Sqrt(nearest) / 2));
    }

    int Next(int i) => i + 1 < vertices.Length ? i + 1 : 0;

    void SetNormals()
    {
        for (var i = 0; i < vertices.Length; i++)
        {
            var (a, b) = (vertices[i], vertices[Next(i)]);
            // (a + b) x (b - a) is 2 a x b, with its digits where a and b are close.
            var sum = Plus(a, b);
            var normal = Cross(sum, To(a, b));
            if (a.ChordSquared(b) < 1e-28)
                throw new ArgumentException($"Vertices {i} and {Next(i)} of the polygon are one position. Leave one out.");
            if (Dot(sum, sum) < 1e-20)
                throw new ArgumentException(
                    $"Vertices {i} and {Next(i)} of the polygon are opposite each other. Give a vertex on the way between them.");
            normals[i] = Unit(normal);
        }
    }

    // Each pair of sides, after a look at their circumscribed spheres.
    void CheckSimple()
    {
        for (var i = 0; i < vertices.Length; i++)
        {
            var (a, b) = (vertices[i], vertices[Next(i)]);
            var reach = Math.Sqrt(a.ChordSquared(b));
            for (var j = i + 2; j < vertices.Length; j++)
            {
                var (c, d) = (vertices[j], vertices[Next(j)]);
                if (a.ChordSquared(c) < 1e-28)
                    throw new ArgumentException($"Vertices {i} and {j} of the polygon are one position: its sides touch.");
                var limit = reach + Math.Sqrt(c.ChordSquared(d));
                if (Next(j) != i && a.ChordSquared(c) <= limit * limit && Parts(i, c, d) && Parts(j, a, b)
                    && Meet(Cross(normals[i], normals[j]), Plus(a, b), Plus(c, d)))
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                        $"The polygon crosses itself: the side from vertex {i} and the side from vertex {j}. ") +
                        "Give the vertices in their sequence along the border.");
            }
        }
    }

    // Whether the great circle of a side passes between two directions.
    bool Parts(int side, UnitVector a, UnitVector b) => Dot(normals[side], a) > 0 != Dot(normals[side], b) > 0;

    // Of two sides that part each other's ends: whether they meet in one point, not one in the antipode of the other.
    static bool Meet(UnitVector crossing, UnitVector middle1, UnitVector middle2) =>
        Dot(crossing, middle1) > 0 == Dot(crossing, middle2) > 0;

    // How many sides the way from one direction to another crosses. A vertex on the way counts as left of it, so that both of
    // its sides agree.
    int Crossings(UnitVector from, UnitVector to)
    {
        var way = Cross(Plus(from, to), To(from, to));
        var crossings = 0;
        var left = Dot(way, vertices[0]) >= 0;
        for (var i = 0; i < vertices.Length; i++)
        {
            var next = Next(i);
            var nextLeft = Dot(way, vertices[next]) >= 0;
            if (left != nextLeft)
            {
                // The side crosses the way's great circle; from right to left it leaves the way's start on its left.
                var (start, end) = (Dot(normals[i], from), Dot(normals[i], to));
                if (nextLeft ? start >= 0 && end < 0 : start < 0 && end >= 0)
                    crossings++;
            }
            left = nextLeft;
        }
        return crossings;
    }

    double SideChordSquared(int i, UnitVector p)
    {
        var (a, b, normal) = (vertices[i], vertices[Next(i)], normals[i]);
        if (Dot(Cross(normal, a), p) > 0 && Dot(Cross(b, normal), p) > 0)
        {
            var sin = Dot(normal, p);
            // The squared chord of an angle by its sine, without a difference of nearly equal numbers.
            return 2 * sin * sin / (1 + Math.Sqrt(Math.Max(0, 1 - sin * sin)));
        }
        return Math.Min(a.ChordSquared(p), b.ChordSquared(p));
    }

    // Beside the middle of the longest side, half as far from it as the nearest other side; and one at right angles to that.
    (UnitVector Inside, UnitVector Other) FindInside()
    {
        var longest = 0;
        for (var i = 1; i < vertices.Length; i++)
            if (vertices[i].ChordSquared(vertices[Next(i)]) > vertices[longest].ChordSquared(vertices[Next(longest)]))
                longest = i;
        var (middle, normal) = (Unit(Plus(vertices[longest], vertices[Next(longest)])), normals[longest]);
        var room = 0.01;
        for (var i = 0; i < vertices.Length; i++)
            if (i != longest)
                room = Math.Min(room, SideChordSquared(i, middle));
        var step = Math.Sqrt(room) / 2;
        var found = Unit(new UnitVector(middle.X + step * normal.X, middle.Y + step * normal.Y, middle.Z + step * normal.Z));
        return (found, Unit(Cross(found, Math.Abs(found.Z) < 0.5 ? new UnitVector(0, 0, 1) : new UnitVector(1, 0, 0))));
    }

    // Of a triangle, positive when it runs anticlockwise as seen from outside: van Oosterom and Strackee 1983, IEEE
    // Trans. Biomed. Eng. 30, 125.
    static double SignedArea(UnitVector a, UnitVector b, UnitVector c) =>
        2 * Math.Atan2(Dot(a, Cross(To(a, b), To(a, c))), 1 + Dot(a, b) + Dot(b, c) + Dot(c, a));

    static double Dot(UnitVector a, UnitVector b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    static UnitVector Cross(UnitVector a, UnitVector b) =>
        new(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);

    static UnitVector Plus(UnitVector a, UnitVector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    // From a to b.
    static UnitVector To(UnitVector a, UnitVector b) => new(b.X - a.X, b.Y - a.Y, b.Z - a.Z);

    static UnitVector Unit(UnitVector v)
    {
        var length = Math.Sqrt(Dot(v, v));
        return new UnitVector(v.X / length, v.Y / length, v.Z / length);
    }
}
