using Microsoft.Extensions.Logging;

namespace ChangeLog.Telemetry;

/// <summary>Hands what the worker logs to the OpenTelemetry SDK, which has a logger factory of its own.</summary>
/// <remarks>Does not dispose the factory: the SDK does, and flushes it.</remarks>
internal sealed class OtlpLoggerProvider(ILoggerFactory loggers) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

    public void Dispose()
    {
    }
}
