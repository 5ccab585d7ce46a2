using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Telemetry;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>
/// Has retries measured, under a name; what they are for is logged by those who retry, and not by Polly too.
/// </summary>
public static class Retries
{
    /// <summary>The meter that Polly measures with.</summary>
    public const string Meter = "Polly";

    private static readonly TelemetryOptions MetricsOnly = new() { LoggerFactory = NullLoggerFactory.Instance };

    /// <summary>Measures what a pipeline does.</summary>
    /// <param name="builder">Of the pipeline.</param>
    /// <param name="name">Its <c>pipeline.name</c>, listed in docs/telemetry.md.</param>
    public static TBuilder MeasuredAs<TBuilder>(this TBuilder builder, string name)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        builder.Name = name;
        return builder.ConfigureTelemetry(MetricsOnly);
    }
}
