namespace Vigil.Sky.Imaging;

/// <summary>Which of several bands suits a frame best: the smallest scatter over the root of the number of stars.</summary>
/// <remarks>
/// Where there are many stars, every so many of them tell which bands are out of the question; only the others are fitted to all
/// stars.
/// </remarks>
sealed class BandChoice(BandFitter fitter, IReadOnlyList<CatalogBand> bands)
{
    // So many stars tell a variance to a twelfth.
    const int EnoughForRough = 300;

    // A band is left out if its scatter is larger than another's beyond so many standard errors of both.
    const double Certain = 5;

    readonly BandFit?[] fits = new BandFit?[bands.Count];

    /// <summary>The best band without terms; null where none passes, when all have been tried.</summary>
    public BandFit? Best()
    {
        var stride = fitter.Pairs.Count / EnoughForRough;
        if (stride < 2 || bands.Count < 2)
            return BestOf(Enumerable.Range(0, bands.Count));
        var rough = bands.Select(band => fitter.Fit(band, stride: stride)!).ToArray();
        var least = rough.Min(fit => fit.Problem is null ? Bounds(fit).High : double.PositiveInfinity);
        var likely = Enumerable.Range(0, rough.Length).Where(i => rough[i].Problem is not null || Bounds(rough[i]).Low <= least);
        return BestOf(likely, rough) ?? BestOf(Enumerable.Range(0, bands.Count), rough);
    }

    /// <summary>Zero points in all bands.</summary>
    public IReadOnlyList<BandFit> All()
    {
        for (var i = 0; i < fits.Length; i++)
            fits[i] ??= fitter.Fit(bands[i]);
        return fits!;
    }

    BandFit? BestOf(IEnumerable<int> which, BandFit[]? rough = null)
    {
        BandFit? best = null;
        foreach (var i in which)
        {
            var fit = fits[i] ??= fitter.Fit(bands[i], start: rough?[i].Problem is null ? rough?[i] : null)!;
            if (fit.Problem is null && !(best?.Merit <= fit.Merit))
                best = fit;
        }
        return best;
    }

    // Of the square of the merit.
    static (double Low, double High) Bounds(BandFit fit)
    {
        var error = Certain * fit.Model!.TotalVariance * Math.Sqrt(2.0 / fit.Used);
        return ((fit.Model.Variance - error) / fit.Used, (fit.Model.Variance + error) / fit.Used);
    }
}
