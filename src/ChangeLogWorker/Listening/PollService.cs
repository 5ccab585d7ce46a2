using ChangeLogWorker.Changes;
using ChangeLogWorker.Configuration;
using ChangeLogWorker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLogWorker.Listening;

/// <summary>Looks once an interval for what no notification told of: one statement for all handlers.</summary>
internal sealed class PollService(
    CursorStore cursors,
    WakeUps wakeUps,
    IOptions<HandlersOptions> options,
    TimeProvider timeProvider,
    ILogger<PollService> logger) : BackgroundService
{
    private readonly HandlersOptions _options = options.Value;

    /// <summary>Wakes the handlers of this worker that are behind, and reports the lag of each.</summary>
    /// <returns>The names of those that are behind.</returns>
    public async Task<IReadOnlyList<string>> RunOnceAsync(CancellationToken cancellationToken)
    {
        var lagging = await cursors.BehindAsync(wakeUps.Handlers, cancellationToken);
        var behind = new List<string>();
        foreach (var handler in wakeUps.Handlers)
        {
            ChangeLogTelemetry.Lag(handler, lagging.GetValueOrDefault(handler));
            if (lagging.ContainsKey(handler))
            {
                behind.Add(handler);
                wakeUps.For(handler).Ring();
            }
        }

        return behind;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.PollInterval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.PollFailed(logger, e.Message);
            }
        }
    }
}
