using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using Vigil.Access;
using Vigil.Dialects;

namespace Vigil.Operation;

/// <summary>
/// Listens to the meters of the web server, the database driver, the runtime and Vigil, and tells their state as
/// Prometheus text (exposition format 0.0.4) at /metrics: to this machine, and to administrators from anywhere.
/// </summary>
sealed class Metrics : IDisposable
{
    static readonly string[] sources =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime", "Vigil"];

    // Upper bounds in the instrument's unit, seconds nearly always.
    static readonly double[] buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    // A label set with a value that callers choose could grow without end.
    const int MostSeries = 2000;

    readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> series = new();
    readonly MeterListener listener = new();

    public Metrics()
    {
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (sources.Contains(instrument.Meter.Name))
                me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(Record);
        listener.SetMeasurementEventCallback<long>((i, value, tags, state) => Record(i, value, tags, state));
        listener.SetMeasurementEventCallback<int>((i, value, tags, state) => Record(i, value, tags, state));
        listener.Start();
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        // Made now, so that it counts from the first request on.
        var metrics = app.ServiceProvider.GetRequiredService<Metrics>();
        app.MapGet("/metrics", (HttpContext context, Request request) =>
            IsThisMachine(context) || request.Viewer?.Has(Acl.SystemAdmin) == true
                ? Results.Text(metrics.ToText(), "text/plain; version=0.0.4; charset=utf-8")
                : Results.Text("Metrics are for this machine and for administrators.", statusCode: 403));
    }

    static bool IsThisMachine(HttpContext context) => context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address) && !context.Request.Headers.ContainsKey("X-Forwarded-For");

    void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var key = (instrument, Labels(tags));
        if (!series.TryGetValue(key, out var one))
        {
            if (series.Count >= MostSeries)
                return;
            one = series.GetOrAdd(key, _ => new Series());
        }
        one.Record(value, IsHistogram(instrument), IsObserved(instrument));
    }

    /// <summary>All series as Prometheus reads them.</summary>
    public string ToText()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in series.GroupBy(s => s.Key.Instrument).OrderBy(f => f.Key.Name, StringComparer.Ordinal))
        {
            var histogram = IsHistogram(family.Key);
            var counter = family.Key.GetType().Name.StartsWith("Counter", StringComparison.Ordinal)
                || family.Key.GetType().Name.StartsWith("ObservableCounter", StringComparison.Ordinal);
            var name = Name(family.Key) + (counter ? "_total" : "");
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Key.Description?.ReplaceLineEndings(" ")}\n");
            text.Append(CultureInfo.InvariantCulture,
                $"# TYPE {name} {(histogram ? "histogram" : counter ? "counter" : "gauge")}\n");
            foreach (var ((_, labels), one) in family.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
                one.Write(text, name, labels, histogram);
        }
        return text.ToString();
    }

    static bool IsHistogram(Instrument instrument) => instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);

    // An observed value is the whole, a recorded one is to be added; a gauge is the last value.
    static bool IsObserved(Instrument instrument) => instrument.IsObservable
        || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);

    static string Name(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return string.Concat(instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) + unit;
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')])
                .Append("=\"")
                .Append(Convert.ToString(value, CultureInfo.InvariantCulture)?.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    sealed class Series
    {
        readonly Lock changing = new();
        readonly long[] counts = new long[buckets.Length];
        long count;
        double sum;

        public void Record(double value, bool histogram, bool replace)
        {
            lock (changing)
            {
                count++;
                sum = replace ? value : sum + value;
                if (!histogram)
                    return;
                for (var i = 0; i < buckets.Length; i++)
                    if (value <= buckets[i])
                        counts[i]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool histogram)
        {
            lock (changing)
            {
                var braces = labels.Length == 0 ? "" : $"{{{labels}}}";
                if (!histogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {sum}\n");
                    return;
                }
                var more = labels.Length == 0 ? "" : labels + ",";
                for (var i = 0; i < buckets.Length; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{more}le=\"{buckets[i]}\"}} {counts[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{more}le=\"+Inf\"}} {count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braces} {sum}\n{name}_count{braces} {count}\n");
            }
        }
    }
}
