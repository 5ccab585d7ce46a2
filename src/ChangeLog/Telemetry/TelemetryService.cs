using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ChangeLog.Telemetry;

/// <summary>Sends traces, metrics and logs over OTLP while the worker runs; started first and flushed last.</summary>
/// <remarks>Composed by hand: OpenTelemetry.Extensions.Hosting cannot be had everywhere this is built.</remarks>
internal sealed class TelemetryService(IConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    : IHostedService, IDisposable
{
    private const string Npgsql = "Npgsql";

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan UnhurriedFlushTimeout = TimeSpan.FromSeconds(15);

    private readonly OtlpSignal _traces = new(configuration, "TRACES");
    private readonly OtlpSignal _metrics = new(configuration, "METRICS");
    private readonly OtlpSignal _logs = new(configuration, "LOGS");

    private OpenTelemetrySdk? _sdk;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_sdk is null && (_traces.IsSent || _metrics.IsSent || _logs.IsSent))
        {
            _sdk = OpenTelemetrySdk.Create(Compose);
            if (_logs.IsSent)
            {
                loggers.AddProvider(new OtlpLoggerProvider(_sdk.GetLoggerFactory()));
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => FlushAsync(FlushTimeout);

    /// <summary>Ends it where nobody waits for the end: a slow collector still gets what is left.</summary>
    public Task EndAsync() => FlushAsync(UnhurriedFlushTimeout);

    public void Dispose() => Interlocked.Exchange(ref _sdk, null)?.Dispose();

    private async Task FlushAsync(TimeSpan limit)
    {
        try
        {
            await Task.Run(Dispose, CancellationToken.None).WaitAsync(limit, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // a collector that does not answer must not keep the worker from stopping
        }
    }

    private void Compose(IOpenTelemetryBuilder builder)
    {
        builder.Services.AddSingleton(configuration);
        builder.ConfigureResource(Describe);
        if (_traces.IsSent)
        {
            builder.WithTracing(traces => traces
                .AddSource(TelemetryNames.Source, Npgsql)
                .AddProcessor(new SpanErrors(Npgsql))
                .AddOtlpExporter(_traces.Configure));
        }

        if (_metrics.IsSent)
        {
            builder.WithMetrics(metrics => metrics
                .AddMeter(TelemetryNames.Source, Npgsql, "System.Runtime")
                .AddOtlpExporter(_metrics.Configure));
        }

        if (_logs.IsSent)
        {
            builder.WithLogging(
                logs => logs.AddOtlpExporter(_logs.Configure),
                options => options.IncludeFormattedMessage = true);
        }
    }

    // the environment is read last, so that OTEL_SERVICE_NAME wins
    private static void Describe(ResourceBuilder resource) =>
        resource
            .Clear()
            .AddService("changelog", serviceVersion: Installer.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
}
