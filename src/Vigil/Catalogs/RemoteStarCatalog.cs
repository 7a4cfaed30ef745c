using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vigil.Sky.Imaging;

namespace Vigil.Catalogs;

/// <summary>Reference stars of a service far away. Each answer is kept on disk as a catalogue of its own.</summary>
/// <remarks>Threads may ask at once; two that ask the same wait for one answer.</remarks>
sealed class RemoteStarCatalog : IStarCatalog, IDisposable
{
    // 2: the layout of these files' names and contents. What an older version kept is not used.
    const string CacheVersion = "2";

    readonly CatalogService service;
    readonly RemoteCatalogOptions options;
    readonly AnswerCache cache;
    readonly CatalogDownload download;
    readonly ConcurrentDictionary<string, Lazy<StarCatalog>> answers = new();
    bool disposed;

    public RemoteStarCatalog(CatalogService service, RemoteCatalogOptions? options = null)
    {
        (this.service, this.options) = (service, options ?? new());
        cache = new(this.options.CacheFolder, this.options.CacheBytes);
        download = new(service.Name, this.options);
    }

    /// <inheritdoc/>
    public string Name => service.Name;

    /// <summary>The bands that it is known to have: where only answers tell, those of the answers so far.</summary>
    public IReadOnlyList<CatalogBand> Bands => service.Bands
        ?? [.. Answers.SelectMany(answer => answer.Bands).Distinct().Order()];

    /// <inheritdoc/>
    /// <remarks>The lines of an answer's provenance behind its address.</remarks>
    public IReadOnlyList<string> Notes => [.. Answers.SelectMany(answer => answer.Provenance.Split('\n').Skip(1)).Order()];

    IEnumerable<StarCatalog> Answers => answers.Values.Where(answer => answer.IsValueCreated).Select(answer => answer.Value);

    /// <inheritdoc/>
    public void Cone(double ra, double dec, double radius, List<CatalogStar> found) =>
        Answer(ra, dec, radius).Cone(ra, dec, radius, found);

    /// <inheritdoc/>
    public void Brightest(double ra, double dec, double radius, int order, int count, List<CatalogStar> found) =>
        Answer(ra, dec, radius).Brightest(ra, dec, radius, order, count, found);

    StarCatalog Answer(double ra, double dec, double radius)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Sky.Cone.FromDegrees(Sky.Sphere.NormalizeRa(ra), dec, radius); // refuses what is no cone
        var cone = new CatalogCone(Sky.Sphere.NormalizeRa(ra), dec, radius, options.MaxStars).Round();
        var (address, question) = (service.Address(cone), service.Question?.Invoke(cone));
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{CacheVersion} {address} {string.Join('&', question?.Select(pair => $"{pair.Key}={pair.Value}") ?? [])}")))[..32];
        // An answer that failed is not kept: it may come next time.
        var answer = answers.GetOrAdd(key, _ => new(() => cache.Open(key) ?? Load(key, cone, address, question)));
        try
        {
            return answer.Value;
        }
        catch
        {
            answers.TryRemove(new(key, answer));
            throw;
        }
    }

    StarCatalog Load(string key, CatalogCone cone, Uri address, IReadOnlyDictionary<string, string>? question)
    {
        var arrived = cache.PathOfDownload(key);
        try
        {
            Directory.CreateDirectory(cache.Folder);
            Task.Run(() => download.KeepAsync(address, question, arrived)).GetAwaiter().GetResult();
            Import(arrived, cache.PathOf(key), cone, address);
            var answer = StarCatalog.Open(cache.PathOf(key));
            cache.Trim(key);
            return answer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameException($"The answer of {address.Host} cannot be kept in {cache.Folder}: {e.Message}", e);
        }
        finally
        {
            File.Delete(arrived);
        }
    }

    void Import(string arrived, string path, CatalogCone cone, Uri address)
    {
        using var table = StarTable.Open(File.OpenRead(arrived), $"The answer of {address.Host}",
            new() { SkipBad = true, MayBeEmpty = true });
        using var builder = new StarCatalogBuilder(path, new() { Name = service.Name, MemoryBytes = 64 << 20 });
        builder.Add(table);
        if (table.IsCut || table.Rows > options.MaxStars)
            throw new FrameException($"{service.Name} has more than {options.MaxStars} stars in this field. Ask for a " +
                "smaller one, or import a catalogue file: vigil catalog import");
        builder.Provenance = $"{address}";
        if (table.Skipped > 0)
            builder.Provenance += "\n" + string.Create(CultureInfo.InvariantCulture,
                $"{table.Skipped} of {table.Rows} stars of {service.Name} within {cone.Radius} degrees of " +
                $"({cone.Ra}, {cone.Dec}) cannot be used and were left out, such as: {table.SkippedReasons[0]}")
                .ReplaceLineEndings(" ");
        builder.Write();
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        download.Dispose();
        foreach (var answer in Answers)
            answer.Dispose();
    }
}
