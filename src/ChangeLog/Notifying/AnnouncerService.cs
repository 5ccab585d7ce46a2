using ChangeLog.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Notifying;

/// <summary>Announces when the watch has found something to announce.</summary>
internal sealed class AnnouncerService(Announcer announcer, TimeProvider timeProvider, ILogger<AnnouncerService> logger)
    : BackgroundService
{
    // between two batches of a backlog, to slow nobody down
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _wakeUp = new(timeProvider);

    private volatile bool _isQueueFilling;
    private readonly LogOnce _said = new();

    /// <summary>Whether the server's queue is half full, in which case writers do not notify either.</summary>
    public bool IsQueueFilling => _isQueueFilling;

    public void Ring() => _wakeUp.Ring();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wakeUp.WaitAsync(stoppingToken);
            try
            {
                while (!await RunOnceAsync(stoppingToken))
                {
                    await Task.Delay(Pause, timeProvider, stoppingToken);
                }

                _said.EndRound();
            }
            catch (NpgsqlException e)
            {
                Log.AnnouncingFailed(
                    logger, _said.IsNewFailure(e.Message) ? LogLevel.Warning : LogLevel.Debug, e.Message);
                await Task.Delay(RetryPause, timeProvider, stoppingToken);
            }
        }
    }

    private async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var report = await announcer.RunOnceAsync(cancellationToken);
        if (report.IsQueueFilling != _isQueueFilling)
        {
            _isQueueFilling = report.IsQueueFilling;
            if (_isQueueFilling)
            {
                Log.QueueFilling(logger, report.QueueUsage * 100);
            }
            else
            {
                Log.QueueEmptied(logger);
            }
        }

        return report.IsDone;
    }
}
