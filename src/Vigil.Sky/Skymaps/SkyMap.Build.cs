namespace Vigil.Sky.Skymaps;

public sealed partial class SkyMap
{
    /// <summary>A map that is equally dense all over a region and zero outside: of a cone, an ellipse, a polygon, ...</summary>
    /// <param name="region">The region; its pixels are those whose centre is in it.</param>
    /// <param name="order">
    /// Of the pixels along its border, in [0, 29]; by default such that the region has some 5,000 of them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    /// <exception cref="SkyMapException">At this order no pixel has its centre in the region.</exception>
    public static SkyMap FromRegion(ISkyRegion region, int? order = null)
    {
        var finest = order ?? 4;
        var moc = Moc.FromRegion(region, finest, CoverRule.Centres);
        while (order is null && finest < Healpix.MaxOrder && moc.Fraction * Healpix.PixelCount(finest) < 5000)
            moc = Moc.FromRegion(region, ++finest, CoverRule.Centres);
        if (moc.IsEmpty)
            throw new SkyMapException($"No pixel of order {finest} has its centre in the region. Choose a finer order.");
        return FromMoc(moc);
    }

    /// <summary>A map that is equally dense all over a coverage.</summary>
    /// <exception cref="SkyMapException">The coverage is empty.</exception>
    public static SkyMap FromMoc(Moc moc)
    {
        ArgumentNullException.ThrowIfNull(moc);
        long[] uniq = [.. moc.Cells().Select(cell => Healpix.Uniq(cell.Order, cell.Ipix))];
        var density = new double[uniq.Length];
        density.AsSpan().Fill(1 / Math.Max(moc.Fraction * 4 * Math.PI, double.Epsilon));
        return FromTiles(uniq, density, normalise: true);
    }

    /// <summary>A position with a normal error on the sphere, and, on request, a systematic one with a tail.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <param name="radius">Radius that holds 68.3 % of the statistical error: degrees, in (0, 90].</param>
    /// <param name="systematic">
    /// Added in squares to the radius, such as <see cref="LocalisationError.FermiGbm"/>; null for none.
    /// </param>
    /// <returns>A multi-order map of the whole sky; its areas are within 1 % of the distribution's own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <remarks>
    /// A Fisher distribution, exp(κ cos ρ) at the distance ρ, with κ = (0.66 radius)⁻² as in M. S. Briggs et al. 1999, ApJS 122,
    /// 503, doi:10.1086/313221, equation 2: of a circular normal distribution 0.66 radii are one standard deviation.
    /// </remarks>
    public static SkyMap FromGaussian(double ra, double dec, double radius, LocalisationError? systematic = null)
    {
        if (!(radius is > 0 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "The radius of an error must be in (0, 90] degrees.");
        if (systematic is not null && !(systematic.Core is >= 0 and <= 90 && systematic.Tail is >= 0 and <= 90
            && systematic.CoreFraction is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(systematic), systematic, "Radii must be in [0, 90] degrees, a fraction in [0, 1].");
        var centre = UnitVector.From(Sphere.NormalizeRa(ra), Sphere.CheckedDec(dec));
        var core = Deviation(double.Hypot(radius, systematic?.Core ?? 0));
        var tail = Deviation(double.Hypot(radius, systematic?.Tail ?? 0));
        var coreFraction = systematic?.CoreFraction ?? 1;
        var (finest, coarsest) = (Math.Min(core, tail), Math.Max(core, tail));
        var (uniq, density) = (new List<long>(), new List<double>());
        for (var face = 0; face < 12; face++)
            Divide(0, face);
        return FromTiles([.. uniq], [.. density], normalise: true);

        // Until a tile is small against the scale on which the density changes where it is.
        void Divide(int order, long ipix)
        {
            var chordSquared = centre.ChordSquared(Healpix.CentreVector(order, ipix));
            var (distance, reach) = (2 * Math.Asin(Math.Min(1, Math.Sqrt(chordSquared) / 2)), Healpix.PixelRadii[order]);
            var scale = Math.Clamp((distance - reach) / 4, finest, coarsest);
            if (order < Healpix.MaxOrder && reach > scale / 8 && (distance - reach < 6 * coarsest || order < 4))
            {
                for (var k = 0; k < 4; k++)
                    Divide(order + 1, 4 * ipix + k);
                return;
            }
            uniq.Add(Healpix.Uniq(order, ipix));
            density.Add(coreFraction * Fisher(core, chordSquared) + (1 - coreFraction) * Fisher(tail, chordSquared));
        }
    }

    static double Deviation(double radius) => 0.66 * double.DegreesToRadians(radius);

    // Normalised over the sphere: κ / (2 π (1 - exp(-2 κ))) exp(-κ (1 - cos ρ)), and 1 - cos ρ is half the squared chord.
    static double Fisher(double deviation, double chordSquared)
    {
        var kappa = 1 / (deviation * deviation);
        return kappa / (2 * Math.PI * -double.ExpM1(-2 * kappa)) * Math.Exp(-kappa * chordSquared / 2);
    }
}
