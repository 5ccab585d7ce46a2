using ChangeLog.Hosting;
using ChangeLog.Postgres;
using ChangeLog.Telemetry;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Polly;
using Polly.Retry;

namespace ChangeLog.Notifying;

/// <summary>Keeps the LISTEN connection, and signals the watch on each notification on lib_event.created.</summary>
/// <remarks>
/// A notification only makes the watch look; what was missed while disconnected is found on connecting. Npgsql's
/// keepalive (<see cref="DataSources"/>) detects a dead connection.
/// </remarks>
internal sealed class ListenerService(
    DataSources dataSources,
    ListenSignal bell,
    Announcer announcer,
    IOptions<ListenerOptions> options,
    TimeProvider timeProvider,
    ILogger<ListenerService> logger) : BackgroundService
{
    private const string Listen = /* language=sql */
        "listen \"lib_event.created\"";

    private readonly ListenerOptions _options = options.Value;

    private readonly LogOnce _said = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await bell.Wanted.WaitAsync(stoppingToken);
        var reconnect = CreateReconnect();
        while (!stoppingToken.IsCancellationRequested)
        {
            await using var connection = await reconnect.ExecuteAsync(ConnectAsync, stoppingToken);
            try
            {
                bell.Hear(true);
                while (true)
                {
                    await connection.WaitAsync(stoppingToken);
                }
            }
            catch (NpgsqlException e)
            {
                Log.ListenerLost(logger, e.Message);
                ChangeLogTelemetry.ListenerReconnected();
            }
            finally
            {
                bell.Hear(false);
            }
        }
    }

    private async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSources.For(ConnectionRole.Listener).OpenConnectionAsync(cancellationToken);
        try
        {
            connection.Notification += OnNotification;
            await new NpgsqlCommand(Listen, connection).ExecuteAsync([], cancellationToken);
            Log.Listening(logger);
            _said.EndRound();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs notification)
    {
        if (!announcer.HasJustAnnounced(notification.PID))
        {
            bell.Ring();
        }
    }

    private ResiliencePipeline CreateReconnect() =>
        new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .MeasuredAs("changelog.listen")
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>().Handle<TimeoutException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.MinReconnectDelay,
                MaxDelay = _options.MaxReconnectDelay,
                OnRetry = retry =>
                {
                    var reason = retry.Outcome.Exception!.Message;
                    var level = _said.IsNewFailure(reason) ? LogLevel.Warning : LogLevel.Debug;
                    Log.ReconnectFailed(logger, level, reason, retry.RetryDelay.TotalSeconds);
                    return default;
                },
            })
            .Build();
}
