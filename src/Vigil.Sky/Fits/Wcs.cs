namespace Vigil.Sky.Fits;

/// <summary>The world coordinates of an image: which pixel shows which position on the sky, and back.</summary>
/// <remarks>
/// <para>
/// E. W. Greisen and M. R. Calabretta 2002, A&amp;A 395, 1061, doi:10.1051/0004-6361:20021326 (CRPIX, CD, PC, CDELT);
/// M. R. Calabretta and E. W. Greisen 2002, A&amp;A 395, 1077, doi:10.1051/0004-6361:20021327 (projections, LONPOLE, LATPOLE);
/// D. L. Shupe et al. 2005, ASP Conf. Ser. 347, 491 (SIP); the registered FITS convention TPV.
/// </para>
/// <para>
/// Pixels are counted as FITS does: the centre of the first pixel is (1, 1), x along the lower axis number. An array index i
/// from 0 is x = i + 1. Longitude and latitude are those of the header's <see cref="Frame"/>; they are named ra and dec, which
/// they are for most images.
/// </para>
/// <para>
/// Against wcslib 7.12 positions differ by less than 1e-12 degrees and pixels by less than 1e-9 of one. Other axes, such as
/// frequency, are left aside as long as they do not mix with the two of the sky.
/// </para>
/// </remarks>
public sealed class Wcs
{
    readonly WcsPlane plane;
    readonly WcsPolynomial? sip;
    readonly WcsPolynomial? tpv;
    readonly double crpix1, crpix2;
    readonly double cd11, cd12, cd21, cd22; // from pixels to degrees, longitude first
    readonly double inv11, inv12, inv21, inv22;
    readonly UnitVector row1, row2, row3; // the rotation from native to celestial directions

    Wcs(FitsHeader header, string alternate)
    {
        var keywords = new WcsKeywords(header, alternate);
        (Frame, Equinox) = (keywords.Frame(), keywords.Equinox());
        var (lower, upper) = (Math.Min(keywords.Longitude, keywords.Latitude), Math.Max(keywords.Longitude, keywords.Latitude));
        (crpix1, crpix2) = (keywords.Number("CRPIX", lower), keywords.Number("CRPIX", upper));

        var (toDegrees1, toDegrees2) = (keywords.Unit(keywords.Longitude), keywords.Unit(keywords.Latitude));
        (cd11, cd12, cd21, cd22) = keywords.Matrix(lower, upper);
        (cd11, cd12, cd21, cd22) = (cd11 * toDegrees1, cd12 * toDegrees1, cd21 * toDegrees2, cd22 * toDegrees2);
        var determinant = cd11 * cd22 - cd12 * cd21;
        // Rows may differ in scale; a matrix is singular where they are parallel.
        if (!(Math.Abs(determinant) > 1e-12 * double.Hypot(cd11, cd12) * double.Hypot(cd21, cd22)))
            throw header.Refused($"CD{lower}_{lower}{alternate}",
                "the matrix of CD, or of PC and CDELT, cannot be inverted: it lays the image on a line.");
        (inv11, inv12, inv21, inv22) = (cd22 / determinant, -cd12 / determinant, -cd21 / determinant, cd11 / determinant);
        PixelScale = 3600 * Math.Sqrt(Math.Abs(determinant));

        (plane, tpv) = keywords.Plane();
        Projection = plane.Projection;
        sip = keywords.Sip(tpv is not null);
        (row1, row2, row3) = keywords.Rotation(keywords.Number("CRVAL", keywords.Longitude) * toDegrees1,
            keywords.Number("CRVAL", keywords.Latitude) * toDegrees2, plane.ReferenceLatitude);
    }

    /// <summary>The projection; <see cref="WcsProjection.Tan"/> for TPV and TAN-SIP, too.</summary>
    public WcsProjection Projection { get; }

    /// <summary>
    /// What longitude and latitude mean: ICRS, FK5, FK4 and other values of RADESYS for right ascension and declination, with
    /// the default that the standard gives from EQUINOX; otherwise GALACTIC, ECLIPTIC, SUPERGALACTIC or HELIOECLIPTIC.
    /// </summary>
    public string Frame { get; }

    /// <summary>EQUINOX (or EPOCH), years; null where the header has none.</summary>
    public double? Equinox { get; }

    /// <summary>Square root of a pixel's area at the reference point: arcsec.</summary>
    public double PixelScale { get; }

    /// <summary>Whether the image is distorted by SIP or TPV polynomials.</summary>
    public bool IsDistorted => sip is not null || tpv is not null;

    /// <summary>The world coordinates that a header describes.</summary>
    /// <param name="header">Of the image's HDU.</param>
    /// <param name="alternate">The letter of an alternate description, A to Z; a space is the primary one.</param>
    /// <exception cref="FitsException">
    /// The header has no two axes of the sky, lacks a keyword, contradicts itself or has a projection that is not known.
    /// </exception>
    public static Wcs From(FitsHeader header, char alternate = ' ')
    {
        ArgumentNullException.ThrowIfNull(header);
        return alternate is ' ' or (>= 'A' and <= 'Z') ? new Wcs(header, alternate == ' ' ? "" : alternate.ToString())
            : throw new ArgumentOutOfRangeException(nameof(alternate), alternate,
                "An alternate is a letter from A to Z, or a space.");
    }

    /// <summary>The positions of N pixels.</summary>
    /// <param name="x">Along the first axis, 1 at the centre of the first pixel: shape (N).</param>
    /// <param name="y">Along the second axis, likewise.</param>
    /// <param name="ra">Receives longitudes: degrees in [0, 360); NaN where the image shows no sky.</param>
    /// <param name="dec">Receives latitudes: degrees in [-90, 90]; NaN likewise.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public void PixelToSky(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> ra, Span<double> dec)
    {
        CheckLengths(x.Length, y.Length, ra.Length, dec.Length);
        for (var i = 0; i < x.Length; i++)
            (ra[i], dec[i]) = PixelToSky(x[i], y[i]);
    }

    /// <summary>
    /// The position of a pixel: ra in [0, 360) and dec in [-90, 90], degrees; NaN where the image shows no sky.
    /// </summary>
    /// <param name="x">Along the first axis, 1 at the centre of the first pixel.</param>
    /// <param name="y">Along the second axis, likewise.</param>
    public (double Ra, double Dec) PixelToSky(double x, double y)
    {
        var (u, v) = (x - crpix1, y - crpix2);
        if (sip is not null)
            (u, v) = sip.Apply(u, v);
        var (xi, eta) = (cd11 * u + cd12 * v, cd21 * u + cd22 * v);
        if (tpv is not null)
            (xi, eta) = tpv.Apply(xi, eta);
        var native = plane.ToSky(double.DegreesToRadians(xi), double.DegreesToRadians(eta));
        var sky = new UnitVector(Dot(row1, native), Dot(row2, native), Dot(row3, native));
        return double.IsFinite(sky.X + sky.Y + sky.Z) ? sky.ToDegrees() : (double.NaN, double.NaN);
    }

    /// <summary>The pixels of N positions.</summary>
    /// <param name="ra">Longitudes: degrees, any finite value, shape (N).</param>
    /// <param name="dec">Latitudes: degrees in [-90, 90].</param>
    /// <param name="x">
    /// Receives the places along the first axis, 1 at the centre of the first pixel; NaN where the projection does not reach.
    /// </param>
    /// <param name="y">Receives those along the second axis.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A latitude is outside [-90, 90].</exception>
    /// <remarks>
    /// A position outside the image has a pixel, too: it is outside [0.5, NAXIS + 0.5]. Far outside, a distortion's polynomials
    /// mean nothing; where they cannot be inverted there, the pixel is NaN.
    /// </remarks>
    public void SkyToPixel(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, Span<double> x, Span<double> y)
    {
        CheckLengths(ra.Length, dec.Length, x.Length, y.Length);
        for (var i = 0; i < ra.Length; i++)
            (x[i], y[i]) = SkyToPixel(ra[i], dec[i]);
    }

    /// <summary>
    /// The pixel of a position, (1, 1) at the centre of the first one; NaN where the projection does not reach.
    /// </summary>
    /// <param name="ra">Longitude: degrees, any finite value.</param>
    /// <param name="dec">Latitude: degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The latitude is outside [-90, 90].</exception>
    public (double X, double Y) SkyToPixel(double ra, double dec)
    {
        if (dec is < -90 or > 90)
            throw new ArgumentOutOfRangeException(nameof(dec), dec, "A latitude must be in [-90, 90] degrees.");
        var sky = UnitVector.From(ra, dec);
        // The inverse of a rotation is its transpose.
        var native = new UnitVector(
            row1.X * sky.X + row2.X * sky.Y + row3.X * sky.Z,
            row1.Y * sky.X + row2.Y * sky.Y + row3.Y * sky.Z,
            row1.Z * sky.X + row2.Z * sky.Y + row3.Z * sky.Z);
        var (xi, eta) = plane.ToPlane(native);
        (xi, eta) = (double.RadiansToDegrees(xi), double.RadiansToDegrees(eta));
        if (tpv is not null)
            (xi, eta) = tpv.Invert(xi, eta);
        var (u, v) = (inv11 * xi + inv12 * eta, inv21 * xi + inv22 * eta);
        if (sip is not null)
            (u, v) = sip.Invert(u, v);
        return (u + crpix1, v + crpix2);
    }

    static void CheckLengths(int a, int b, int c, int d)
    {
        if (a != b || a != c || a != d)
            throw new ArgumentException($"The four spans must have one length, got {a}, {b}, {c} and {d}.");
    }

    static double Dot(UnitVector a, UnitVector b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;
}
