using ChangeLog.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChangeLog.Handlers.Timelines;

/// <summary>
/// Creates the timelines' tables before anything fills them, and warns of what their foreign keys block.
/// </summary>
internal sealed class TimelineService(
    TimelineCheck check, DataSources dataSources, StartupRetry patience, TimeProvider time,
    ILogger<TimelineService> logger)
    : IHostedService
{
    private bool _isDone;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_isDone)
        {
            await patience.RunAsync(PrepareAsync, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var dataSource = dataSources.For(ConnectionRole.Install);
        var store = new TimelineStore(dataSource, time);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var timeline in await check.RunAsync(connection, cancellationToken))
        {
            foreach (var warning in await store.PrepareAsync(timeline, cancellationToken))
            {
                logger.TimelineWarned(timeline.Name, warning);
            }
        }

        _isDone = true;
    }
}
