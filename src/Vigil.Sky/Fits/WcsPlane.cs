namespace Vigil.Sky.Fits;

/// <summary>Projections between directions in native coordinates and points of a plane, in radians.</summary>
/// <remarks>
/// M. R. Calabretta and E. W. Greisen 2002, A&amp;A 395, 1077, doi:10.1051/0004-6361:20021327; the equations' numbers are
/// theirs, with x and y divided by 180/π. A native direction is a vector: x towards (φ, θ) = (0, 0), z towards θ = 90 degrees,
/// which for zenithal projections spares the angles.
/// </remarks>
/// <param name="Projection">Which one.</param>
/// <param name="Xi">Slant of SIN, ξ of equation 59.</param>
/// <param name="Eta">Slant of SIN, η of equation 60.</param>
readonly record struct WcsPlane(WcsProjection Projection, double Xi = 0, double Eta = 0)
{
    // Rounding moves points of a border across it; wcslib allows as much.
    const double Border = 1e-13;

    /// <summary>Native latitude of the reference point: 90 degrees for zenithal projections, 0 for the others.</summary>
    public double ReferenceLatitude => Projection is WcsProjection.Car or WcsProjection.Mol ? 0 : 90;

    /// <summary>The direction of a point; NaN where the plane shows no sky.</summary>
    public UnitVector ToSky(double x, double y)
    {
        var square = x * x + y * y;
        switch (Projection)
        {
            case WcsProjection.Tan: // equations 54 and 55
                var z = 1 / Math.Sqrt(1 + square);
                return double.IsFinite(square) ? new(-y * z, x * z, z) : Nowhere;
            case WcsProjection.Sin when Xi == 0 && Eta == 0:
                return square <= 1 + Border ? new(-y, x, Math.Sqrt(Math.Max(0, 1 - square))) : Nowhere;
            case WcsProjection.Sin:
                return FromSlanted(x, y);
            case WcsProjection.Arc: // equation 67: the distance from the centre is the angle
                var angle = Math.Sqrt(square);
                if (!(angle <= Math.PI + Border))
                    return Nowhere;
                var (sin, cos) = Math.SinCos(angle);
                var sinc = angle == 0 ? 1 : sin / angle;
                return new(-y * sinc, x * sinc, cos);
            case WcsProjection.Zea: // equation 69: the distance is the chord
                var cosHalf = Math.Sqrt(Math.Max(0, 1 - square / 4));
                return square <= 4 + Border ? new(-y * cosHalf, x * cosHalf, 1 - square / 2) : Nowhere;
            case WcsProjection.Car:
                return At(x, y);
            default: // equations 106 to 108
                var sinGamma = y / Math.Sqrt(2);
                if (!(Math.Abs(sinGamma) <= 1 + Border))
                    return Nowhere;
                sinGamma = Math.Clamp(sinGamma, -1, 1);
                var cosGamma = Math.Sqrt(1 - sinGamma * sinGamma);
                var sinLatitude = 2 / Math.PI * (Math.Asin(sinGamma) + sinGamma * cosGamma);
                var longitude = cosGamma > Border ? Math.PI / Math.Sqrt(8) * x / cosGamma
                    : Math.Abs(x) <= Border ? 0 : double.NaN;
                return At(longitude, Math.Asin(Math.Clamp(sinLatitude, -1, 1)));
        }
    }

    /// <summary>The point of a direction; NaN where the projection does not reach.</summary>
    public (double X, double Y) ToPlane(UnitVector native)
    {
        var (u, v, z) = (native.X, native.Y, native.Z);
        switch (Projection)
        {
            case WcsProjection.Tan:
                return z > 0 ? (v / z, -u / z) : (double.NaN, double.NaN);
            case WcsProjection.Sin: // equations 59 and 60; the far side is beyond the plane that the slant turns
                return z + Xi * v - Eta * u >= -Border ? (v + Xi * (1 - z), -u + Eta * (1 - z)) : (double.NaN, double.NaN);
            case WcsProjection.Arc:
                var distance = double.Hypot(u, v);
                var stretch = distance == 0 ? (z > 0 ? 1 : double.NaN) : Math.Atan2(distance, z) / distance;
                return (v * stretch, -u * stretch);
            case WcsProjection.Zea:
                // 1 + z loses its digits near the antipode, where u and v keep theirs.
                var square = u * u + v * v;
                var scale = Math.Sqrt(2 / (z > -0.5 ? 1 + z : square / (1 - z)));
                return square == 0 && z < 0 ? (double.NaN, double.NaN) : (v * scale, -u * scale);
            case WcsProjection.Car:
                return (Math.Atan2(v, u), Math.Atan2(z, double.Hypot(u, v)));
            default:
                var gamma = Gamma(z, double.Hypot(u, v));
                return (Math.Sqrt(8) / Math.PI * Math.Atan2(v, u) * Math.Cos(gamma), Math.Sqrt(2) * Math.Sin(gamma));
        }
    }

    static UnitVector Nowhere => new(double.NaN, double.NaN, double.NaN);

    static UnitVector At(double longitude, double latitude)
    {
        if (!(Math.Abs(longitude) <= Math.PI + Border && Math.Abs(latitude) <= Math.PI / 2 + Border))
            return Nowhere;
        var (sin, cos) = Math.SinCos(latitude);
        var (sinLongitude, cosLongitude) = Math.SinCos(longitude);
        return new(cos * cosLongitude, cos * sinLongitude, sin);
    }

    // Equations 59 and 60 solved for sin θ, of whose two values the nearer to the pole is on this side.
    UnitVector FromSlanted(double x, double y)
    {
        var (fromX, fromY) = (x - Xi, y - Eta);
        var a = Xi * Xi + Eta * Eta + 1;
        var b = Xi * fromX + Eta * fromY;
        var c = fromX * fromX + fromY * fromY - 1;
        var root = b * b - a * c;
        if (!(root >= -Border))
            return Nowhere;
        root = Math.Sqrt(Math.Max(0, root));
        var z = (-b + root) / a;
        if (z > 1 + Border)
            z = (-b - root) / a;
        return Math.Abs(z) <= 1 + Border ? new(-(y - Eta * (1 - z)), x - Xi * (1 - z), Math.Clamp(z, -1, 1)) : Nowhere;
    }

    // 2γ + sin 2γ = π sin θ, equation 108, by Newton's method in w = 90° - |γ|: at the pole 2w - sin 2w is flat, a cube.
    static double Gamma(double z, double cosLatitude)
    {
        // π (1 - |z|) without cancellation: cos²/(1 + |z|).
        var wanted = Math.PI * cosLatitude * cosLatitude / (1 + Math.Abs(z));
        var w = Math.Min(Math.PI / 2, Math.Cbrt(0.75 * wanted)); // 2w - sin 2w is nearly 4w³/3
        for (var i = 0; i < 30 && w > 0; i++)
        {
            var sin = Math.Sin(w);
            // 2w - sin 2w is a difference of near equals for small w; its series is not.
            var value = w < 0.1 ? Cubic(2 * w) : 2 * w - Math.Sin(2 * w);
            var step = (value - wanted) / (4 * sin * sin);
            w -= step;
            if (Math.Abs(step) <= 1e-16 * Math.PI)
                break;
        }
        return Math.CopySign(Math.PI / 2 - w, z);

        // t - sin t for t up to 0.2, to 1e-16 of itself.
        static double Cubic(double t)
        {
            var square = t * t;
            return t * square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72 * (1 - square / 110))));
        }
    }
}
