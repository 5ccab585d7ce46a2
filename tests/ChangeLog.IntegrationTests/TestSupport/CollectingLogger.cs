using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ChangeLog.IntegrationTests.TestSupport;

/// <summary>Keeps what a worker logs, exceptions included, as far as a test wants it.</summary>
internal sealed class CollectingLogger(ConcurrentQueue<string> said, Func<LogLevel, EventId, bool> isWanted)
    : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (isWanted(logLevel, eventId))
        {
            said.Enqueue($"{formatter(state, exception)}{exception}");
        }
    }

    public void Dispose()
    {
    }
}
