namespace Vigil.Sky.Imaging;

/// <summary>Stars of a catalogue at the epoch of a frame, the brightest first.</summary>
sealed class ReferenceStars
{
    /// <param name="stars">In any order.</param>
    /// <param name="epoch">Of the frame: Julian year; NaN leaves the stars where the catalogue has them.</param>
    public ReferenceStars(List<CatalogStar> stars, double epoch)
    {
        Stars = [.. stars];
        // Stars without a magnitude come last; the position decides between equals, so that the catalogue's order does not.
        var keys = Array.ConvertAll(Stars, star => (
            float.IsNaN(star.ApproximateMag) ? float.PositiveInfinity : star.ApproximateMag, star.Ra, star.Dec));
        Array.Sort(keys, Stars);
        (Ra, Dec, Direction) = (new double[stars.Count], new double[stars.Count], new UnitVector[stars.Count]);
        for (var i = 0; i < Stars.Length; i++)
        {
            (Ra[i], Dec[i]) = At(Stars[i], epoch);
            Direction[i] = UnitVector.From(Ra[i], Dec[i]);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => Stars.Length;

    /// <summary>As the catalogue has them.</summary>
    public CatalogStar[] Stars { get; }

    /// <summary>Right ascension at the epoch: degrees.</summary>
    public double[] Ra { get; }

    /// <summary>Declination at the epoch: degrees.</summary>
    public double[] Dec { get; }

    /// <summary>The same as directions.</summary>
    public UnitVector[] Direction { get; }

    static (double Ra, double Dec) At(in CatalogStar star, double epoch)
    {
        if (!double.IsFinite(epoch) || !float.IsFinite(star.PmRa) || !float.IsFinite(star.PmDec) ||
            !(star.Epoch > 0) || star.Epoch == epoch || (star.PmRa == 0 && star.PmDec == 0))
            return (star.Ra, star.Dec);
        var moved = new SpaceMotion(star.Ra, star.Dec, star.PmRa, star.PmDec).At(star.Epoch, epoch);
        return (moved.Ra, moved.Dec);
    }
}
