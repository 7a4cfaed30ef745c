using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Vigil.Operation;

/// <summary>Traces and metrics by OTLP, to where OTEL_EXPORTER_OTLP_ENDPOINT says; without it nothing is sent.</summary>
sealed class Telemetry : IHostedService, IDisposable
{
    TracerProvider? traces;
    MeterProvider? metrics;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            return Task.CompletedTask;
        var vigil = ResourceBuilder.CreateDefault().AddService("vigil", serviceVersion: Build.Version);
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(vigil)
            .AddSource("Microsoft.AspNetCore", "Npgsql", "Vigil").AddOtlpExporter().Build();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(vigil)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Npgsql", "System.Runtime", "Vigil").AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        traces?.ForceFlush(2000);
        metrics?.ForceFlush(2000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }
}
