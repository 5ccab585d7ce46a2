using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace ChangeLog.Telemetry;

/// <summary>
/// One of traces, metrics and logs: whether it is sent, and where to, by the standard OTEL_* variables.
/// </summary>
/// <remarks>
/// The exporter itself reads the variables that hold for all signals; those for one signal it reads only where it was
/// added for all of them at once, which would send what nobody asked for.
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
