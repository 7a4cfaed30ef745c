using Vigil.Sky.Imaging;

namespace Vigil.Catalogs;

/// <summary>Catalogues as users name them on the command line.</summary>
static class CatalogAddress
{
    /// <summary>What <c>--catalog</c> takes, for its help.</summary>
    public const string Help =
        "A .vcat file; or gaia, vizier:TABLE (such as vizier:I/355/gaiadr3), https://HOST/tap#TABLE, or the address of a cone " +
        "search.";

    /// <summary>Opens a catalogue; the caller disposes of it where it can be.</summary>
    /// <exception cref="FrameException">There is no such catalogue, or it is broken.</exception>
    public static IStarCatalog Open(string given, RemoteCatalogOptions? options = null)
    {
        const string vizier = "vizier:";
        if (given == "gaia")
            return new RemoteStarCatalog(CatalogService.Gaia(CatalogService.GaiaTap), options);
        if (given.StartsWith(vizier, StringComparison.Ordinal) && given.Length > vizier.Length)
            return new RemoteStarCatalog(CatalogService.OfVizieR(CatalogService.VizieR, given[vizier.Length..]), options);
        if (!given.Contains("://", StringComparison.Ordinal))
            return StarCatalog.Open(given);
        if (!Uri.TryCreate(given, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new FrameException($"'{given}' is no address of a catalogue. {Help}");
        var bare = new Uri(address.GetLeftPart(UriPartial.Query));
        var table = Uri.UnescapeDataString(address.Fragment.TrimStart('#'));
        // The name goes into a question as it is.
        if (table.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '"' or '/')))
            throw new FrameException($"'{table}' is no name of a table. {Help}");
        return new RemoteStarCatalog(table == "" ? CatalogService.Search(bare) : CatalogService.Tap(bare, table), options);
    }
}
