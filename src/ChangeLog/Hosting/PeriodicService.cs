using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChangeLog.Hosting;

/// <summary>Does something now and then; a failure is logged and tried again, and never ends the worker.</summary>
/// <typeparam name="TReport">What one run found.</typeparam>
internal abstract class PeriodicService<TReport>(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly LogOnce _said = new();

    /// <summary>What it does, as the log says it.</summary>
    protected abstract string Job { get; }

    protected abstract TimeSpan Interval { get; }

    public abstract Task<TReport> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Does it once; a failure is logged, and false.</summary>
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
            // what lasts, a missing right for example, is said once and not at every run
            logger.MaintenanceFailed(_said.IsNewFailure(error.Message) ? LogLevel.Error : LogLevel.Debug, error, Job);
            return false;
        }
    }

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
