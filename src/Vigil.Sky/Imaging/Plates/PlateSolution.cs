using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Where on the sky a frame is, and how sure that is; or why it was not found.</summary>
public sealed class PlateSolution
{
    internal PlateSolution(PlateMethod method, string reason, FitsHeader? cards, Wcs? wcs) =>
        (Method, Reason, Cards, Wcs) = (method, reason, cards, wcs);

    /// <summary>How it was found; <see cref="PlateMethod.None"/> when it was not.</summary>
    public PlateMethod Method { get; }

    /// <summary>Whether it was found: <see cref="Cards"/> and <see cref="Wcs"/> are there.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Cards), nameof(Wcs))]
    public bool IsSolved => Cards is not null && Wcs is not null;

    /// <summary>One sentence for the observer: what was found, or why nothing was and what may help.</summary>
    public string Reason { get; }

    /// <summary>The world coordinates as cards of a FITS header: TAN, or TAN-SIP with the inverse polynomials.</summary>
    public FitsHeader? Cards { get; }

    /// <summary>The world coordinates, ICRS at the epoch of the frame.</summary>
    public Wcs? Wcs { get; }

    /// <summary>Right ascension of the frame's centre: degrees in [0, 360).</summary>
    public double Ra { get; internal init; } = double.NaN;

    /// <summary>Declination of the frame's centre: degrees in [-90, 90].</summary>
    public double Dec { get; internal init; } = double.NaN;

    /// <summary>1 sigma error of either coordinate of the centre, from the residuals: arcsec.</summary>
    public double CentreErr { get; internal init; } = double.NaN;

    /// <summary>Side of a pixel at the centre: arcsec.</summary>
    public double PixelScale { get; internal init; } = double.NaN;

    /// <summary>Position angle of the frame's +y at the centre, from north through east: degrees in [0, 360).</summary>
    public double Rotation { get; internal init; } = double.NaN;

    /// <summary>Whether the frame shows a mirror image of the sky: with +y up and north up, east is to the right.</summary>
    public bool IsMirrored { get; internal init; }

    /// <summary>The order of the distortions in <see cref="Cards"/>: 1 for none, otherwise 2 to 5 (SIP).</summary>
    public int SipOrder { get; internal init; } = 1;

    /// <summary>Detections that are stars of the catalogue, in the order of the detections' list.</summary>
    public IReadOnlyList<PlateMatch> Matches { get; internal init; } = [];

    /// <summary>
    /// Standard deviation of the residuals of one coordinate, what the fit takes up allowed for: arcsec. It is that of the
    /// detections and of the catalogue together.
    /// </summary>
    public double Rms { get; internal init; } = double.NaN;

    /// <summary>The same with the best solution without distortions, for the same stars.</summary>
    public double RmsLinear { get; internal init; } = double.NaN;

    /// <summary>
    /// Natural logarithm of the odds that the frame is there and not anywhere else where it was looked for, or nowhere: of the
    /// best try when nothing was found. From <see cref="PlateSolver.AcceptedLogOdds"/> on it is accepted.
    /// </summary>
    public double LogOdds { get; internal init; } = double.NegativeInfinity;

    /// <summary>The header of the frame with this solution in place of all world coordinates that it had.</summary>
    /// <param name="header">It is not changed. Alternate descriptions (CTYPE1A ...) stay.</param>
    /// <exception cref="InvalidOperationException">There is no solution.</exception>
    public FitsHeader Over(FitsHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return PlateCards.Over(header, Cards ?? throw new InvalidOperationException("There is no solution to write: " + Reason));
    }

    /// <summary>Whether world coordinates show the mirror image of the sky around a pixel.</summary>
    internal static bool IsMirroredAt(Wcs wcs, (double X, double Y) pixel) => Axes(wcs, pixel).Determinant > 0;

    /// <summary>
    /// The sky around a pixel: square degrees of a pixel, negative where east is to the left, and degrees east and north for a
    /// pixel along y.
    /// </summary>
    internal static (double Determinant, double YEast, double YNorth) Axes(Wcs wcs, (double X, double Y) pixel)
    {
        var (ra, dec) = wcs.PixelToSky(pixel.X, pixel.Y);
        var plane = new TangentPlane(ra, dec);
        var ((xEast, xNorth), (yEast, yNorth)) = (Step(1, 0), Step(0, 1));
        return (xEast * yNorth - yEast * xNorth, yEast, yNorth);

        (double, double) Step(double dx, double dy)
        {
            var (east1, north1) = At(dx, dy);
            var (east0, north0) = At(-dx, -dy);
            return (double.RadiansToDegrees(east1 - east0) / 2, double.RadiansToDegrees(north1 - north0) / 2);
        }

        (double, double) At(double dx, double dy)
        {
            var (atRa, atDec) = wcs.PixelToSky(pixel.X + dx, pixel.Y + dy);
            return double.IsFinite(atRa) ? plane.Project(UnitVector.From(atRa, atDec)) : (double.NaN, double.NaN);
        }
    }
}
