namespace Vigil.Sky.Imaging;

/// <summary>Stars of a catalogue at the epoch of a frame, the brightest first.</summary>
sealed class ReferenceStars
{
    /// <param name="stars">In any order; those without a magnitude come last.</param>
    /// <param name="epoch">Of the frame: Julian year; NaN leaves the stars where the catalogue has them.</param>
    public ReferenceStars(List<CatalogStar> stars, double epoch)
    {
        var (mags, places) = (new float[stars.Count], new int[stars.Count]);
        for (var i = 0; i < mags.Length; i++)
            (mags[i], places[i]) = (stars[i].ApproximateMag is var mag && float.IsNaN(mag) ? float.PositiveInfinity : mag, i);
        Array.Sort(mags, places);
        // The position decides between equals, so that the catalogue's order does not.
        for (int first = 0, end; first < mags.Length; first = end)
        {
            for (end = first + 1; end < mags.Length && mags[end] == mags[first];)
                end++;
            if (end - first > 1)
                places.AsSpan(first..end).Sort((a, b) => (stars[a].Ra, stars[a].Dec).CompareTo((stars[b].Ra, stars[b].Dec)));
        }
        Stars = Array.ConvertAll(places, i => stars[i]);
        (Ra, Dec, Direction) = (new double[stars.Count], new double[stars.Count], new UnitVector[stars.Count]);
        for (var i = 0; i < Stars.Length; i++)
        {
            (Ra[i], Dec[i]) = At(Stars[i], epoch);
            Direction[i] = UnitVector.From(Ra[i], Dec[i]);
        }
    }

    ReferenceStars(CatalogStar[] stars, double[] ra, double[] dec, UnitVector[] direction) =>
        (Stars, Ra, Dec, Direction) = (stars, ra, dec, direction);

    /// <summary>Some of them.</summary>
    /// <param name="indices">In ascending order.</param>
    public ReferenceStars Select(List<int> indices) =>
        new([.. indices.Select(i => Stars[i])], [.. indices.Select(i => Ra[i])], [.. indices.Select(i => Dec[i])],
            [.. indices.Select(i => Direction[i])]);

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
