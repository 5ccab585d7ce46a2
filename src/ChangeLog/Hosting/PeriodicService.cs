using ChangeLog.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Hosting;

/// <summary>Runs something periodically; a failure is logged and retried, and never ends the worker.</summary>
internal abstract class PeriodicService<TReport>(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly LogOnce _said = new();

    /// <summary>The name of the job in log messages.</summary>
    protected abstract string Job { get; }

    protected abstract TimeSpan Interval { get; }

    public abstract Task<TReport> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Runs it once; returns false after logging a failure.</summary>
    public async Task<bool> TryOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(cancellationToken);
            _said.EndRound();
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error)
        {
            var level = Level(error);
            logger.MaintenanceFailed(level, error, Job);
            return false;
        }
    }

    // a lasting failure, such as a missing right, once
    private LogLevel Level(Exception error) =>
        !_said.IsNewFailure(error.Message) ? LogLevel.Debug
        : ConnectionLoss.Is(error) || error is NpgsqlException { IsTransient: true } ? LogLevel.Warning
        : LogLevel.Error;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isDone = await TryOnceAsync(stoppingToken);
            var pause = isDone || Interval < LongestRetry ? Interval : LongestRetry;
            await Task
                .Delay(pause, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
