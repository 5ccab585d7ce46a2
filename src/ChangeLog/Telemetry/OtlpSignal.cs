using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace ChangeLog.Telemetry;

/// <summary>
/// One of traces, metrics and logs: whether and where to it is exported, by the standard OTEL_* variables.
/// </summary>
/// <remarks>
/// The exporter reads the general variables itself, but the per-signal ones only if added for all signals at once,
/// which would export more than was asked for.
/// </remarks>
internal sealed class OtlpSignal(IConfiguration configuration, string name)
{
    public bool IsSent =>
        !(bool.TryParse(configuration["OTEL_SDK_DISABLED"], out var disabled) && disabled)
        && !"none".Equals(configuration[$"OTEL_{name}_EXPORTER"], StringComparison.OrdinalIgnoreCase)
        && (Own("ENDPOINT") ?? NotBlank(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) is not null;

    public void Configure(OtlpExporterOptions options)
    {
        if (Uri.TryCreate(Own("ENDPOINT"), UriKind.Absolute, out var endpoint))
        {
            options.Endpoint = endpoint;
        }

        options.Protocol = Own("PROTOCOL") switch
        {
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            "grpc" => OtlpExportProtocol.Grpc,
            _ => options.Protocol,
        };
        options.Headers = Own("HEADERS") ?? options.Headers;
        options.TimeoutMilliseconds = int.TryParse(Own("TIMEOUT"), out var timeout)
            ? timeout
            : options.TimeoutMilliseconds;
    }

    private static string? NotBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private string? Own(string setting) => NotBlank(configuration[$"OTEL_EXPORTER_OTLP_{name}_{setting}"]);
}
