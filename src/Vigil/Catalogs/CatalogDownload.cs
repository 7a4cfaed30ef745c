using System.Net;
using System.Text;
using Vigil.Sky.Imaging;

namespace Vigil.Catalogs;

/// <summary>Asks a service and keeps what it answers.</summary>
/// <remarks>Any number of threads may ask at once.</remarks>
sealed class CatalogDownload : IDisposable
{
    static readonly TimeSpan longestWait = TimeSpan.FromMinutes(1);

    readonly string name;
    readonly RemoteCatalogOptions options;
    readonly HttpClient http;

    /// <param name="name">What the catalogue is called in messages.</param>
    /// <param name="options">How long to wait, and how often to ask.</param>
    public CatalogDownload(string name, RemoteCatalogOptions options)
    {
        (this.name, this.options) = (name, options);
        http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, MaxAutomaticRedirections = 5 })
        {
            Timeout = options.Timeout,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new("Vigil", Operation.Build.Version));
    }

    /// <summary>Writes an answer into a file; asks again where the service is busy or the connection fails.</summary>
    /// <param name="address">Where to ask.</param>
    /// <param name="question">What to post; null where all of it is in the address.</param>
    /// <param name="path">The file to make.</param>
    /// <exception cref="FrameException">The service did not answer, or refused.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task KeepAsync(Uri address, IReadOnlyDictionary<string, string>? question, string path)
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
                    await CopyAsync(response, address, path, limit.Token);
                    return;
                }
                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    || retry >= options.Retries)
                    throw new FrameException(
                        $"{address.Host} answered {(int)response.StatusCode} ({response.ReasonPhrase}) when asked for stars of " +
                        $"{name}{await WhyAsync(response, limit.Token)} Try later, or import a catalogue file: " +
                        "vigil catalog import");
                if (response.Headers.RetryAfter?.Delta is { } asked && asked > wait)
                    wait = asked < longestWait ? asked : longestWait;
            }
            catch (OperationCanceledException e)
            {
                throw new FrameException(
                    $"{address.Host} did not answer within {options.Timeout.TotalSeconds:F0} s when asked for stars of {name}. " +
                    "Try a smaller field, or import a catalogue file: vigil catalog import", e);
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException)
            {
                if (retry >= options.Retries)
                    throw new FrameException(
                        $"{address.Host} cannot be reached for stars of {name}: {e.Message} Check the network, or import a " +
                        "catalogue file: vigil catalog import", e);
            }
            await Task.Delay(wait);
        }
    }

    async Task CopyAsync(HttpResponseMessage response, Uri address, string path, CancellationToken ct)
    {
        await using var from = await response.Content.ReadAsStreamAsync(ct);
        await using var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[1 << 16];
        for (int got; (got = await from.ReadAsync(buffer, ct)) > 0;)
        {
            if (to.Length + got > options.MaxBytes)
                throw new FrameException($"The answer of {address.Host} has more than {options.MaxBytes} bytes. Ask for a " +
                    "smaller field, or import a catalogue file: vigil catalog import");
            await to.WriteAsync(buffer.AsMemory(0, got), ct);
        }
    }

    // What a TAP service says is wrong, in its VOTable; otherwise the first line of text.
    static async Task<string> WhyAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var start = new byte[4096];
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var got = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        var text = Encoding.UTF8.GetString(start, 0, got);
        if (text.IndexOf("QUERY_STATUS", StringComparison.Ordinal) is > 0 and var status
            && text.IndexOf('>', status) is > 0 and var open)
            text = WebUtility.HtmlDecode(text[(open + 1)..].Split('<')[0]);
        else if (text.TrimStart().StartsWith('<'))
            return ".";
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text == "" ? "." : $": {(text.Length > 300 ? text[..300] + " ..." : text)}";
    }

    public void Dispose() => http.Dispose();
}
