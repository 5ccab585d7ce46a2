using ChangeLogWorker.Configuration;
using ChangeLogWorker.Connecting;
using ChangeLogWorker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Polly;
using Polly.Retry;

namespace ChangeLogWorker.Listening;

/// <summary>Keeps the one LISTEN connection and wakes every handler when anything is announced on lib_event.created.</summary>
/// <remarks>A notification only wakes. Whatever was missed while disconnected is found in the tables on connecting.</remarks>
internal sealed class ListenerService(
    DataSources dataSources,
    WakeUps wakeUps,
    IOptions<ListenerOptions> options,
    TimeProvider timeProvider,
    ILogger<ListenerService> logger) : BackgroundService
{
    // the lock tells everyone that a worker runs: pg_locks is readable without rights, application names are not
    /* language=sql */
    private const string Listen =
        """
        listen "lib_event.created";
        select pg_advisory_lock_shared(hashtext('changelog'), hashtext('worker'))
        """;

    private readonly ListenerOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reconnect = CreateReconnect();
        while (!stoppingToken.IsCancellationRequested)
        {
            await using var connection = await reconnect.ExecuteAsync(ConnectAsync, stoppingToken);
            try
            {
                wakeUps.RingAll();
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
        }
    }

    private async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSources.For(ConnectionRole.Listener).OpenConnectionAsync(cancellationToken);
        try
        {
            connection.Notification += (_, _) => wakeUps.RingAll();
            await using var command = new NpgsqlCommand(Listen, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            Log.Listening(logger);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private ResiliencePipeline CreateReconnect() =>
        new ResiliencePipelineBuilder { TimeProvider = timeProvider }
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
                    Log.ReconnectFailed(logger, retry.Outcome.Exception!.Message, retry.RetryDelay.TotalSeconds);
                    return default;
                },
            })
            .Build();
}
