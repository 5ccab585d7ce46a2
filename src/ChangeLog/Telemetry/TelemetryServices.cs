using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ChangeLog.Telemetry;

/// <summary>
/// Exports traces, metrics and logs over OTLP while the worker runs: each as its variables say, or not at all.
/// </summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var (traces, metrics, logs) = (Signal("TRACES"), Signal("METRICS"), Signal("LOGS"));
        var telemetry = services.AddSingleton<TelemetryShutdown>().AddOpenTelemetry().ConfigureResource(Describe);
        if (traces.IsSent)
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource(TelemetryNames.Source)
                .AddNpgsql()
                .AddProcessor(_ => new DatabaseSpans())
                .AddOtlpExporter(traces.Configure));
        }

        if (metrics.IsSent)
        {
            telemetry.WithMetrics(metering => metering
                .AddMeter(TelemetryNames.Source, Retries.Meter)
                .AddNpgsqlInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter(metrics.Configure));
        }

        if (logs.IsSent)
        {
            telemetry.WithLogging(
                logging => logging.AddOtlpExporter(logs.Configure),
                options => options.IncludeFormattedMessage = true);
        }

        return services;

        OtlpSignal Signal(string name) => new(configuration, name);
    }

    // the environment comes last, so that OTEL_SERVICE_NAME wins
    private static void Describe(ResourceBuilder resource) =>
        resource
            .Clear()
            .AddService("changelog", serviceVersion: Installer.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
}
