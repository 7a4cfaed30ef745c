using System.Globalization;

namespace Vigil.Sky.Fits;

/// <summary>The keywords of one description of world coordinates, checked and turned into numbers.</summary>
sealed class WcsKeywords
{
    static readonly (int X, int Y, int R)[] TpvTerms = [.. MakeTpvTerms()];

    readonly FitsHeader header;
    readonly string alternate;
    readonly int count;
    readonly string type;
    readonly string algorithm;

    public WcsKeywords(FitsHeader header, string alternate)
    {
        (this.header, this.alternate) = (header, alternate);
        // A header may describe the images that follow it and have none itself.
        var axes = header.GetInt64("WCSAXES" + alternate,
            Math.Max(2, header.GetInt64("ZNAXIS", header.GetInt64("NAXIS", 2))));
        count = axes is >= 2 and <= 99 ? (int)axes
            : throw header.Refused("WCSAXES" + alternate, $"a sky has two axes at least, and 99 at most; there are {axes}.");
        var (types, algorithms) = (new string[count + 1], new string[count + 1]);
        for (var axis = 1; axis <= count; axis++)
        {
            var ctype = header.GetString(Key("CTYPE", axis), "")!.ToUpperInvariant();
            // Four letters, a dash, three letters: 'RA---TAN', 'GLON-CAR', 'DEC--TAN-SIP'.
            (types[axis], algorithms[axis]) = ctype.Length >= 8 && ctype[4] == '-'
                ? (ctype[..4].TrimEnd('-'), ctype[5..].TrimEnd()) : ("", "");
            if (IsLongitude(types[axis]))
                Longitude = Longitude == 0 ? axis : throw Twice("longitude", axis);
            else if (IsLatitude(types[axis]))
                Latitude = Latitude == 0 ? axis : throw Twice("latitude", axis);
        }
        if (Longitude == 0 || Latitude == 0)
            throw header.Refused(Key("CTYPE", Longitude == 0 ? 1 : 2),
                "no two axes are of the sky, such as RA---TAN and DEC--TAN. " +
                "The frame has no astrometric solution; solve it first.");
        (type, algorithm) = (types[Longitude], algorithms[Longitude]);
        if (Partner(type) != types[Latitude] || algorithm != algorithms[Latitude])
            throw header.Refused(Key("CTYPE", Latitude),
                $"{types[Latitude]} in {algorithms[Latitude]} does not go with {type} in {algorithm}.");
    }

    public int Longitude { get; }

    public int Latitude { get; }

    public string Key(string prefix, int axis) => prefix + axis.ToString(CultureInfo.InvariantCulture) + alternate;

    public double Number(string prefix, int axis) => header.GetDouble(Key(prefix, axis));

    public string Frame() => type switch
    {
        "GLON" => "GALACTIC",
        "ELON" => "ECLIPTIC",
        "SLON" => "SUPERGALACTIC",
        "HLON" => "HELIOECLIPTIC",
        "RA" => header.GetString("RADESYS" + alternate, null) ?? header.GetString("RADECSYS", null) ?? Equinox() switch
        {
            null => "ICRS",
            < 1984 => "FK4",
            _ => "FK5",
        },
        _ => type,
    };

    public double? Equinox() => header.Contains("EQUINOX" + alternate) ? header.GetDouble("EQUINOX" + alternate)
        : header.Find("EPOCH") is { Value: not null, IsString: false } ? header.GetDouble("EPOCH") : null;

    /// <summary>What turns an axis' numbers into degrees.</summary>
    public double Unit(int axis) => header.GetString(Key("CUNIT", axis), "deg")!.Trim().ToLowerInvariant() switch
    {
        "" or "deg" or "degree" or "degrees" => 1,
        "rad" => 180 / Math.PI,
        "arcmin" => 1 / 60.0,
        "arcsec" => 1 / 3600.0,
        "mas" => 1 / 3600e3,
        var other => throw header.Refused(Key("CUNIT", axis),
            $"the unit {other} is no angle; known are deg, rad, arcmin, arcsec and mas."),
    };

    /// <summary>From pixels to the header's units, the row of longitude first.</summary>
    public (double, double, double, double) Matrix(int lower, int upper)
    {
        var (hasCd, hasPc) = (HasMatrix("CD"), HasMatrix("PC"));
        var hasRotation = header.GetDouble(Key("CROTA", Latitude), 0) != 0;
        if (hasCd && hasPc)
            throw header.Refused("CD", "CDi_j and PCi_j are both there and exclude each other. Remove one of the two.");
        if (hasPc && hasRotation)
            throw header.Refused(Key("CROTA", Latitude),
                "CROTA and PCi_j are both there and exclude each other. Remove one of the two.");
        foreach (var axis in (int[])[Longitude, Latitude])
            for (var other = 1; other <= count; other++)
                if (other != Longitude && other != Latitude && (Element(axis, other) != 0 || Element(other, axis) != 0))
                    throw header.Refused($"CD{axis}_{other}{alternate}",
                        "an axis of the sky is mixed with another one, which is not supported.");
        if (hasCd)
            return (Element(Longitude, lower), Element(Longitude, upper), Element(Latitude, lower), Element(Latitude, upper));
        var (scale1, scale2) = (Number("CDELT", Longitude), Number("CDELT", Latitude));
        if (hasPc || !hasRotation)
            return (scale1 * Element(Longitude, lower), scale1 * Element(Longitude, upper),
                scale2 * Element(Latitude, lower), scale2 * Element(Latitude, upper));
        // Calabretta and Greisen, equation 189, for longitude on the lower axis; the other way round the columns change
        // places.
        var (sin, cos) = SinCos(header.GetDouble(Key("CROTA", Latitude)));
        return Longitude < Latitude
            ? (scale1 * cos, -scale2 * sin, scale1 * sin, scale2 * cos)
            : (-scale2 * sin, scale1 * cos, scale2 * cos, scale1 * sin);

        bool HasMatrix(string prefix) =>
            header.Any(card => IsElement(card.Keyword, prefix));

        double Element(int row, int column) =>
            header.GetDouble($"{(hasCd ? "CD" : "PC")}{row}_{column}{alternate}", hasCd || row != column ? 0 : 1);

        bool IsElement(string keyword, string prefix)
        {
            if (!keyword.StartsWith(prefix, StringComparison.Ordinal) ||
                !keyword.EndsWith(alternate, StringComparison.Ordinal))
                return false;
            var numbers = keyword[prefix.Length..(keyword.Length - alternate.Length)].Split('_');
            return numbers.Length == 2 && numbers.All(number => number.Length > 0 && number.All(char.IsAsciiDigit));
        }
    }

    /// <summary>The projection and, for TPV, its distortion.</summary>
    public (WcsPlane Plane, WcsPolynomial? Tpv) Plane()
    {
        var code = algorithm.EndsWith("-SIP", StringComparison.Ordinal) ? algorithm[..^4] : algorithm;
        switch (code)
        {
            case "SIN":
                return (new WcsPlane(WcsProjection.Sin, Parameter(Latitude, 1), Parameter(Latitude, 2)), null);
            case "ARC":
                return (new WcsPlane(WcsProjection.Arc), null);
            case "ZEA":
                return (new WcsPlane(WcsProjection.Zea), null);
            case "CAR":
                return (new WcsPlane(WcsProjection.Car), null);
            case "MOL":
                return (new WcsPlane(WcsProjection.Mol), null);
            case "TPV":
            // Before TPV had its name, SCAMP wrote its polynomials to TAN, which has no parameters of its own.
            case "TAN" when code == algorithm && HasParameters():
                return (new WcsPlane(WcsProjection.Tan),
                    new WcsPolynomial(TpvPolynomial(Longitude, false), TpvPolynomial(Latitude, true)));
            case "TAN":
                return (new WcsPlane(WcsProjection.Tan), null);
            default:
                throw header.Refused(Key("CTYPE", Longitude),
                    $"the projection {algorithm} is not supported; TAN, SIN, ARC, ZEA, CAR, MOL, TPV and -SIP are.");
        }

        bool HasParameters() => Enumerable.Range(0, TpvTerms.Length).Any(m =>
            header.Contains($"PV{Latitude}_{m}{alternate}") || m > 4 && header.Contains($"PV{Longitude}_{m}{alternate}"));
    }

    /// <summary>The distortion of SIP, if there is one.</summary>
    public WcsPolynomial? Sip(bool hasTpv)
    {
        if (alternate.Length > 0)
            return null; // SIP has no alternates
        var isNamed = algorithm.EndsWith("-SIP", StringComparison.Ordinal);
        var (hasA, hasB) = (header.Contains("A_ORDER"), header.Contains("B_ORDER"));
        if (hasA != hasB || isNamed && !hasA)
            throw header.Refused(hasA ? "B_ORDER" : "A_ORDER", "a distortion by SIP needs both A_ORDER and B_ORDER.");
        if (!hasA)
            return null;
        if (hasTpv)
            throw header.Refused("A_ORDER", "the header has the distortions of SIP and TPV. Remove one of the two.");
        // Coefficients without the suffix -SIP are used, as astropy does: they would not be there for nothing.
        return new WcsPolynomial(Terms("A", 1, 0), Terms("B", 0, 1));

        IEnumerable<WcsPolynomial.Term> Terms(string letter, int x, int y)
        {
            var order = (int)header.Mandatory($"{letter}_ORDER", 0, WcsPolynomial.MostPower);
            yield return new(1, x, y, 0);
            for (var p = 0; p <= order; p++)
                for (var q = 0; p + q <= order; q++)
                    if (header.GetDouble($"{letter}_{p}_{q}", 0) is not 0 and var factor)
                        yield return new(factor, p, q, 0);
        }
    }

    /// <summary>The rotation from native to celestial directions, as three rows.</summary>
    public (UnitVector, UnitVector, UnitVector) Rotation(double longitude, double latitude, double nativeLatitude)
    {
        if (latitude is < -90 or > 90)
            throw header.Refused(Key("CRVAL", Latitude), $"the latitude {latitude} is outside [-90, 90] degrees.");
        // Section 2.2 and 2.4 of the paper; φ0 = 0, as no header we have met says otherwise.
        var isTpv = Plane().Tpv is not null;
        if (!isTpv && (Parameter(Longitude, 0) != 0 || Parameter(Longitude, 1) != 0 ||
            header.GetDouble($"PV{Longitude}_2{alternate}", nativeLatitude) != nativeLatitude))
            throw header.Refused($"PV{Longitude}_1{alternate}",
                "a reference point elsewhere than at the projection's own is not supported.");
        var pole = header.GetDouble(isTpv ? "LONPOLE" + alternate : PoleKey(3, "LONPOLE"),
            latitude >= nativeLatitude ? 0 : 180);
        var poleLatitude = header.GetDouble(isTpv ? "LATPOLE" + alternate : PoleKey(4, "LATPOLE"), 90);

        var (alpha, delta) = nativeLatitude == 90 ? (longitude, latitude) : Pole(longitude, latitude, pole, poleLatitude);
        var (sinA, cosA) = SinCos(alpha);
        var (sinD, cosD) = SinCos(delta);
        var (sinP, cosP) = SinCos(pole);
        return (
            new(-sinA * sinP - cosA * cosP * sinD, sinA * cosP - cosA * sinP * sinD, cosA * cosD),
            new(cosA * sinP - sinA * cosP * sinD, -cosA * cosP - sinA * sinP * sinD, sinA * cosD),
            new(cosP * cosD, sinP * cosD, sinD));

        string PoleKey(int parameter, string name) =>
            header.Contains($"PV{Longitude}_{parameter}{alternate}") ? $"PV{Longitude}_{parameter}{alternate}"
                : name + alternate;
    }

    // The celestial position of the native pole, equations 8 to 10 with θ0 = 0 and φ0 = 0.
    (double Alpha, double Delta) Pole(double longitude, double latitude, double pole, double poleLatitude)
    {
        var (sinP, cosP) = SinCos(pole);
        var (sin0, cos0) = SinCos(latitude);
        double delta;
        if (Math.Abs(cosP) < 1e-13)
        {
            if (Math.Abs(sin0) > 1e-13)
                throw Impossible();
            delta = poleLatitude; // the case that LATPOLE is for
        }
        else
        {
            var ratio = sin0 / Math.Abs(cosP);
            if (!(Math.Abs(ratio) <= 1 + 1e-13))
                throw Impossible();
            var middle = double.RadiansToDegrees(Math.Atan2(0, cosP));
            var away = double.RadiansToDegrees(Math.Acos(Math.Clamp(ratio, -1, 1)));
            var solutions = new[] { Turned(middle + away), Turned(middle - away) }
                .Where(d => Math.Abs(d) <= 90 + 1e-11).ToArray();
            if (solutions.Length == 0)
                throw Impossible();
            delta = Math.Clamp(solutions.MinBy(d => Math.Abs(d - poleLatitude)), -90, 90);
        }
        var (sinD, cosD) = SinCos(delta);
        if (cos0 < 1e-13)
            return (longitude, delta);
        if (cosD < 1e-13)
            return (delta > 0 ? longitude + pole - 180 : longitude - pole, delta);
        return (longitude - double.RadiansToDegrees(Math.Atan2(sinP / cos0, -sinD * sin0 / (cosD * cos0))), delta);

        FitsException Impossible() => header.Refused("LONPOLE" + alternate,
            $"no native pole goes with CRVAL = {latitude} and LONPOLE = {pole}. Check both.");

        static double Turned(double angle) => angle > 180 ? angle - 360 : angle < -180 ? angle + 360 : angle;
    }

    double Parameter(int axis, int m) => header.GetDouble($"PV{axis}_{m}{alternate}", 0);

    IEnumerable<WcsPolynomial.Term> TpvPolynomial(int axis, bool isLatitude)
    {
        for (var m = 0; m < TpvTerms.Length; m++)
            if (header.GetDouble($"PV{axis}_{m}{alternate}", m == 1 ? 1 : 0) is not 0 and var factor)
                yield return isLatitude ? new(factor, TpvTerms[m].Y, TpvTerms[m].X, TpvTerms[m].R)
                    : new(factor, TpvTerms[m].X, TpvTerms[m].Y, TpvTerms[m].R);
    }

    // The order of the convention: 1, x, y, r, x², xy, y², x³ ... y³, r³, x⁴ ... up to x⁷ ... y⁷, r⁷.
    static IEnumerable<(int, int, int)> MakeTpvTerms()
    {
        for (var order = 0; order <= 7; order++)
        {
            for (var y = 0; y <= order; y++)
                yield return (order - y, y, 0);
            if (order % 2 == 1)
                yield return (0, 0, order);
        }
    }

    // Multiples of 90 degrees are exact: poles and CROTA = 90 are common.
    static (double Sin, double Cos) SinCos(double degrees) => (degrees % 360) switch
    {
        0 => (0, 1),
        90 or -270 => (1, 0),
        180 or -180 => (0, -1),
        270 or -90 => (-1, 0),
        _ => Math.SinCos(double.DegreesToRadians(degrees)),
    };

    static bool IsLongitude(string type) =>
        type == "RA" || type.Length == 4 && type.EndsWith("LON", StringComparison.Ordinal);

    static bool IsLatitude(string type) =>
        type == "DEC" || type.Length == 4 && type.EndsWith("LAT", StringComparison.Ordinal);

    static string Partner(string longitude) => longitude == "RA" ? "DEC" : longitude[0] + "LAT";

    FitsException Twice(string what, int axis) =>
        header.Refused(Key("CTYPE", axis), $"a second axis of {what}: there must be one.");
}
