using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>
/// World coordinates as cards of a header: TAN around the middle of the frame, with the polynomials of SIP where it is distorted
/// (D. L. Shupe et al. 2005, ASP Conf. Ser. 347, 491), the inverse ones for other readers among them.
/// </summary>
static class PlateCards
{
    /// <summary>The highest order of SIP that is written: that of distortions taken over from elsewhere.</summary>
    public const int MostOrder = 5;

    // Points across the frame at which a mapping is sampled; many more than the coefficients of one row, 6 at most.
    const int Samples = 14;

    // What the inverse polynomials and distortions of another kind may miss: pixels.
    const double Tolerance = 0.002;

    /// <summary>The cards of a mapping.</summary>
    /// <param name="width">Of the frame, pixels.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="sky">The position of a pixel: degrees.</param>
    /// <param name="order">Of its distortions, 1 for none; null finds it.</param>
    /// <returns>Null where it lays the frame on a line, or beyond the sky.</returns>
    public static FitsHeader? Make(int width, int height, Func<double, double, (double Ra, double Dec)> sky, int? order)
    {
        var (centreX, centreY) = ((width + 1) / 2.0, (height + 1) / 2.0);
        var size = double.Hypot(width, height) / 2;
        var (ra, dec) = sky(centreX, centreY);
        var plane = new TangentPlane(ra, dec);
        var (u, v, xi, eta) = (new double[Samples * Samples], new double[Samples * Samples], new double[Samples * Samples],
            new double[Samples * Samples]);
        for (var i = 0; i < u.Length; i++)
        {
            var (column, row) = (i % Samples, i / Samples);
            (u[i], v[i]) = ((column / (Samples - 1.0) - 0.5) * width / size, (row / (Samples - 1.0) - 0.5) * height / size);
            var (starRa, starDec) = sky(centreX + u[i] * size, centreY + v[i] * size);
            (xi[i], eta[i]) = plane.Project(UnitVector.From(starRa, starDec));
        }

        var least = order ?? 1;
        PlanePolynomial? fitted;
        while (true)
        {
            fitted = PlanePolynomial.Fit(least, u, v, xi, eta, []);
            if (fitted is null || !fitted.IsOneToOne)
                return null;
            var scale = Math.Sqrt(Math.Abs(fitted.Determinant)); // radians a unit
            if (order is not null || least == MostOrder || fitted.Worst(u, v, xi, eta) < Tolerance * scale / size)
                break;
            least++;
        }

        var (cd11, cd12, cd21, cd22) = (fitted.First[1], fitted.First[2], fitted.Second[1], fitted.Second[2]);
        var header = new FitsHeader();
        header.Set("WCSAXES", 2);
        header.Set("CTYPE1", least > 1 ? "RA---TAN-SIP" : "RA---TAN");
        header.Set("CTYPE2", least > 1 ? "DEC--TAN-SIP" : "DEC--TAN");
        header.Set("CUNIT1", "deg");
        header.Set("CUNIT2", "deg");
        header.Set("RADESYS", "ICRS");
        header.Set("EQUINOX", 2000.0);
        header.Set("CRVAL1", ra, "position of the reference pixel");
        header.Set("CRVAL2", dec);
        header.Set("CRPIX1", centreX, "the middle of the frame");
        header.Set("CRPIX2", centreY);
        header.Set("CD1_1", double.RadiansToDegrees(cd11 / size), "degrees a pixel");
        header.Set("CD1_2", double.RadiansToDegrees(cd12 / size));
        header.Set("CD2_1", double.RadiansToDegrees(cd21 / size));
        header.Set("CD2_2", double.RadiansToDegrees(cd22 / size));
        if (least == 1)
            return header;

        // The distortion in pixels: what is beyond the linear terms, through the inverse of CD.
        var determinant = cd11 * cd22 - cd12 * cd21;
        var (a, b) = (new double[fitted.First.Length], new double[fitted.First.Length]);
        for (var term = 3; term < a.Length; term++)
        {
            a[term] = (cd22 * fitted.First[term] - cd12 * fitted.Second[term]) / determinant;
            b[term] = (cd11 * fitted.Second[term] - cd21 * fitted.First[term]) / determinant;
        }
        var distortion = new PlanePolynomial(least, a, b);
        Write(header, "A", "B", distortion, size, fromTerm: 3);

        // The inverse, from where pixels go back to where they are.
        var (goneU, goneV) = (new double[u.Length], new double[u.Length]);
        var (backU, backV) = (new double[u.Length], new double[u.Length]);
        for (var i = 0; i < u.Length; i++)
        {
            var (du, dv) = distortion.At(u[i], v[i]);
            (goneU[i], goneV[i], backU[i], backV[i]) = (u[i] + du, v[i] + dv, -du, -dv);
        }
        PlanePolynomial? inverse;
        for (var inverseOrder = least; ; inverseOrder++)
        {
            inverse = PlanePolynomial.Fit(inverseOrder, goneU, goneV, backU, backV, []);
            if (inverse is null)
                return null;
            if (inverseOrder >= MostOrder || inverse.Worst(goneU, goneV, backU, backV) < Tolerance / size)
                break;
        }
        Write(header, "AP", "BP", inverse, size, fromTerm: 0);
        return header;
    }

    /// <summary>A copy of a header with these cards in place of all that described its world coordinates.</summary>
    public static FitsHeader Over(FitsHeader header, FitsHeader cards)
    {
        var solved = new FitsHeader(header.Hdu);
        foreach (var card in header)
            if (card.IsCommentary || !Describes(card.Keyword))
                solved.Add(card);
        foreach (var card in cards)
            solved.Add(card);
        return solved;
    }

    // Keywords of the primary world coordinates: those of the standard, SIP's, and those of IRAF and the DSS, which some readers
    // would prefer.
    static bool Describes(string keyword) => keyword switch
    {
        "WCSAXES" or "WCSNAME" or "WCSDIM" or "RADESYS" or "RADECSYS" or "EQUINOX" or "LONPOLE" or "LATPOLE" or
            "A_ORDER" or "B_ORDER" or "AP_ORDER" or "BP_ORDER" or "A_DMAX" or "B_DMAX" or
            "PLTRAH" or "PLTRAM" or "PLTRAS" or "PLTDECSN" or "PLTDECD" or "PLTDECM" or "PLTDECS" or "PLTSCALE" => true,
        _ => IsIndexed(keyword),
    };

    static bool IsIndexed(string keyword)
    {
        var digits = keyword.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits < 0)
            return false;
        var (name, numbers) = (keyword[..digits], keyword[digits..]);
        var parts = numbers.Split('_');
        if (!parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit)))
            return false;
        return (name, parts.Length) switch
        {
            ("CTYPE" or "CUNIT" or "CRVAL" or "CRPIX" or "CDELT" or "CROTA" or "CRDER" or "CSYER" or "CNAME", 1) => true,
            ("AMDX" or "AMDY", 1) => true,
            ("CD" or "PC" or "PV" or "PS" or "A_" or "B_" or "AP_" or "BP_", 2) => true,
            ("WAT", 2) => true,
            ("PC", 1) => numbers.Length == 6, // PC001001, before the standard
            _ => false,
        };
    }

    static void Write(FitsHeader header, string first, string second, PlanePolynomial polynomial, double size, int fromTerm)
    {
        header.Set($"{first}_ORDER", polynomial.Order);
        header.Set($"{second}_ORDER", polynomial.Order);
        for (var term = fromTerm; term < polynomial.First.Length; term++)
        {
            var (p, q) = PlanePolynomial.Powers(term);
            var unit = Math.Pow(size, 1 - p - q);
            header.Set($"{first}_{p}_{q}", polynomial.First[term] * unit);
            header.Set($"{second}_{p}_{q}", polynomial.Second[term] * unit);
        }
    }
}
