using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Telemetry;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Turns on Polly's metrics for retries, but not its logs: whoever retries logs the reason.</summary>
public static class Retries
{
    /// <summary>Polly's meter.</summary>
    public const string Meter = "Polly";

    private static readonly TelemetryOptions MetricsOnly = new() { LoggerFactory = NullLoggerFactory.Instance };

    /// <summary>Measures a pipeline.</summary>
    /// <param name="builder">The pipeline's builder.</param>
    /// <param name="name">Its <c>pipeline.name</c>, listed in docs/telemetry.md.</param>
    public static TBuilder MeasuredAs<TBuilder>(this TBuilder builder, string name)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        builder.Name = name;
        return builder.ConfigureTelemetry(MetricsOnly);
    }
}
