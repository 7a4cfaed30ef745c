namespace Vigil.Sky;

/// <summary>Puts a coverage together from regions that add to it or take from it.</summary>
sealed class RegionMoc(int order, CoverRule rule)
{
    // A reader of texts and their files must not be kept busy for long.
    const int MaxRegions = 100_000;

    // What is taken away must not take too much from a cover of everything, nor leave something in one of nothing else.
    readonly CoverRule taking = rule switch
    {
        CoverRule.Touching => CoverRule.Within,
        CoverRule.Within => CoverRule.Touching,
        _ => CoverRule.Centres,
    };

    readonly List<Moc> added = [], taken = [];

    public void Add(ISkyRegion region) => Keep(added, Moc.FromRegion(region, order, rule));

    public void Take(ISkyRegion region) => Keep(taken, Moc.FromRegion(region, order, taking));

    public void Add(Moc moc) => Keep(added, moc);

    public Moc ToMoc()
    {
        var all = Moc.Union(added).AtOrder(order);
        return taken.Count == 0 ? all : all.Difference(Moc.Union(taken));
    }

    void Keep(List<Moc> into, Moc moc)
    {
        if (into.Count == MaxRegions)
            throw new MocFormatException($"There are more than {MaxRegions} regions. Divide the text.");
        into.Add(moc);
    }
}
