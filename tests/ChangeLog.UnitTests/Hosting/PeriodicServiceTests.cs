using System.Net.Sockets;
using ChangeLog.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Hosting;

public sealed class PeriodicServiceTests
{
    public static TheoryData<Exception, LogLevel> Failures { get; } = new()
    {
        { new NpgsqlException("Failed to connect", new SocketException(111)), LogLevel.Warning },
        { new NpgsqlException("Exception while reading from stream", new EndOfStreamException()), LogLevel.Warning },
        { Said("57P01", "terminating connection due to administrator command"), LogLevel.Warning },
        { Said("57P03", "the database system is starting up"), LogLevel.Warning },
        { Said("40P01", "deadlock detected"), LogLevel.Warning },
        { Said("42501", "permission denied for table item"), LogLevel.Error },
        { new InvalidOperationException("a bug"), LogLevel.Error },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task What_heals_by_itself_is_a_warning_and_what_lasts_is_said_once(Exception error, LogLevel level)
    {
        var logger = new Levels();
        using var service = new Failing(error, logger);

        (await service.TryOnceAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await service.TryOnceAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();

        logger.Said.ShouldBe([level, LogLevel.Debug]);
    }

    private static PostgresException Said(string state, string message) => new(message, "ERROR", "ERROR", state);

    private sealed class Failing(Exception error, ILogger logger) : PeriodicService<bool>(TimeProvider.System, logger)
    {
        protected override string Job => "fail";

        protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

        public override Task<bool> RunOnceAsync(CancellationToken cancellationToken) => throw error;
    }

    private sealed class Levels : ILogger
    {
        public List<LogLevel> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Said.Add(logLevel);
    }
}
