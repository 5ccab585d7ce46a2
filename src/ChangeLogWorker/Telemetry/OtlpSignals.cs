using Microsoft.Extensions.Configuration;

namespace ChangeLogWorker.Telemetry;

/// <summary>Which of traces, metrics and logs are sent, by the standard OTEL_* variables; none by default.</summary>
internal sealed record OtlpSignals(bool Traces, bool Metrics, bool Logs)
{
    public bool Any => Traces || Metrics || Logs;

    public static OtlpSignals Of(IConfiguration configuration)
    {
        var disabled = bool.TryParse(configuration["OTEL_SDK_DISABLED"], out var off) && off;
        return new OtlpSignals(Sent("TRACES"), Sent("METRICS"), Sent("LOGS"));

        bool Sent(string signal) =>
            !disabled
            && !"none".Equals(configuration[$"OTEL_{signal}_EXPORTER"], StringComparison.OrdinalIgnoreCase)
            && (Given("OTEL_EXPORTER_OTLP_ENDPOINT") || Given($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"));

        bool Given(string name) => !string.IsNullOrWhiteSpace(configuration[name]);
    }
}
