using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ChangeLog.Telemetry;

/// <summary>Log lines for people, or JSON for log collectors.</summary>
internal static class LoggingServices
{
    public static IServiceCollection AddReadableLogging(
        this IServiceCollection services, IConfiguration configuration, bool json, bool toStandardError) =>
        services.AddLogging(logging => logging
            .AddConfiguration(configuration.GetSection("Logging"))
            .AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>()
            .AddConsole(console =>
            {
                console.FormatterName = json ? ConsoleFormatterNames.Json : LogLineFormatter.FormatterName;
                console.LogToStandardErrorThreshold = toStandardError ? LogLevel.Trace : LogLevel.None;
            })
            .Services.Configure<JsonConsoleFormatterOptions>(lines =>
            {
                lines.UseUtcTimestamp = true;
                lines.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            }));
}
