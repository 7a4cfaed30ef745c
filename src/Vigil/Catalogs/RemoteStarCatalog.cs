using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Vigil.Sky.Imaging;

namespace Vigil.Catalogs;

/// <summary>Reference stars of a service far away. Each answer is kept on disk as a catalogue of its own.</summary>
/// <remarks>Threads may ask at once; two that ask the same wait for one answer.</remarks>
sealed class RemoteStarCatalog : IStarCatalog, IDisposable
{
    // 1: the layout of these files' names and contents. What an older version kept is not used.
    const string CacheVersion = "1";

    static readonly TimeSpan longestWait = TimeSpan.FromMinutes(1);

    readonly CatalogService service;
    readonly RemoteCatalogOptions options;
    readonly HttpClient http;
    readonly ConcurrentDictionary<string, Lazy<StarCatalog>> answers = new();
    bool disposed;

    public RemoteStarCatalog(CatalogService service, RemoteCatalogOptions? options = null)
    {
        (this.service, this.options) = (service, options ?? new());
        http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, MaxAutomaticRedirections = 5 })
        {
            Timeout = this.options.Timeout,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new("Vigil", Operation.Build.Version));
    }

    /// <inheritdoc/>
    public string Name => service.Name;

    /// <summary>The bands that it is known to have: where only answers tell, those of the answers so far.</summary>
    public IReadOnlyList<CatalogBand> Bands => service.Bands
        ?? [.. answers.Values.Where(answer => answer.IsValueCreated).SelectMany(answer => answer.Value.Bands).Distinct().Order()];

    /// <inheritdoc/>
    public void Cone(double ra, double dec, double radius, List<CatalogStar> found) => Answer(ra, dec, radius)
        .Cone(ra, dec, radius, found);

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
        var answer = answers.GetOrAdd(key, _ => new(() => Load(key, address, question)));
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

    StarCatalog Load(string key, Uri address, IReadOnlyDictionary<string, string>? question)
    {
        var path = Path.Combine(options.CacheFolder, $"{key}.vcat");
        if (File.Exists(path))
        {
            try
            {
                return StarCatalog.Open(path);
            }
            catch (FrameException)
            {
                // Damaged, or of another version: asked for again and replaced.
            }
        }
        var download = Path.Combine(options.CacheFolder, $"{key}.{Guid.NewGuid():N}.answer");
        try
        {
            Directory.CreateDirectory(options.CacheFolder);
            Task.Run(() => DownloadAsync(address, question, download)).GetAwaiter().GetResult();
            using (var builder = new StarCatalogBuilder(path, new()
            {
                Name = service.Name, Provenance = $"{address}", MemoryBytes = 64 << 20,
            }))
            {
                using var table = StarTable.Open(File.OpenRead(download), $"The answer of {address.Host}",
                    new() { SkipBad = true, MayBeEmpty = true });
                builder.Add(table);
                if (table.IsCut || table.Rows > options.MaxStars)
                    throw new FrameException($"{service.Name} has more than {options.MaxStars} stars in this field. Ask for a " +
                        "smaller one, or import a catalogue file: vigil catalog import");
                builder.Write();
            }
            return StarCatalog.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameException($"The answer of {address.Host} cannot be kept in {options.CacheFolder}: {e.Message}", e);
        }
        finally
        {
            File.Delete(download);
        }
    }

    async Task DownloadAsync(Uri address, IReadOnlyDictionary<string, string>? question, string path)
    {
        for (var retry = 0; ; retry++)
        {
            var wait = options.RetryDelay * (1 << Math.Min(retry, 10));
            using var limit = new CancellationTokenSource(options.Timeout);
            try
            {
                using var request = new HttpRequestMessage(question is null ? HttpMethod.Get : HttpMethod.Post, address)
                {
                    Content = question is null ? null : new FormUrlEncodedContent(question),
                };
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (response.IsSuccessStatusCode)
                {
                    await KeepAsync(response, address, path, limit.Token);
                    return;
                }
                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    || retry >= options.Retries)
                    throw new FrameException($"{address.Host} answered {(int)response.StatusCode} ({response.ReasonPhrase}) " +
                        "when asked for stars of "
                        + $"{service.Name}{await WhyAsync(response, limit.Token)} Try later, or import a catalogue file: " +
                            "vigil catalog import");
                if (response.Headers.RetryAfter?.Delta is { } asked && asked > wait)
                    wait = asked < longestWait ? asked : longestWait;
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException or OperationCanceledException)
            {
                if (retry >= options.Retries || e is OperationCanceledException)
                    throw new FrameException(e is OperationCanceledException
                        ? $"{address.Host} did not answer within {options.Timeout.TotalSeconds:F0} s when asked for stars of " +
                            $"{service.Name}. Try a "
                            + "smaller field, or import a catalogue file: vigil catalog import"
                        : $"{address.Host} cannot be reached for stars of {service.Name}: {e.Message} Check the network, or " +
                            "import a catalogue "
                            + "file: vigil catalog import", e);
            }
            await Task.Delay(wait);
        }
    }

    async Task KeepAsync(HttpResponseMessage response, Uri address, string path, CancellationToken ct)
    {
        await using var from = await response.Content.ReadAsStreamAsync(ct);
        await using var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[1 << 16];
        for (int got; (got = await from.ReadAsync(buffer, ct)) > 0;)
        {
            if (to.Length + got > options.MaxBytes)
                throw new FrameException($"The answer of {address.Host} has more than {options.MaxBytes} bytes. Ask for a " +
                    "smaller field, or import "
                    + "a catalogue file: vigil catalog import");
            await to.WriteAsync(buffer.AsMemory(0, got), ct);
        }
    }

    // What a TAP service says is wrong, in its VOTable; otherwise the first line of text.
    static async Task<string> WhyAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var start = new byte[4096];
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var text = Encoding.UTF8.GetString(start, 0, await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false,
            ct));
        if (text.IndexOf("QUERY_STATUS", StringComparison.Ordinal) is > 0 and var status
            && text.IndexOf('>', status) is > 0 and var open)
            text = WebUtility.HtmlDecode(text[(open + 1)..].Split('<')[0]);
        else if (text.TrimStart().StartsWith('<'))
            return ".";
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text == "" ? "." : $": {(text.Length > 300 ? text[..300] + " ..." : text)}";
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        http.Dispose();
        foreach (var answer in answers.Values.Where(answer => answer.IsValueCreated))
            answer.Value.Dispose();
    }
}
