using ChangeLogWorker.Listening;
using ChangeLogWorker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace ChangeLogWorker.Dispatching;

/// <summary>Runs every handler's loop until the program stops: work while there is work, else wait to be woken.</summary>
internal sealed class DispatchingService(
    HandlerLoops loops, WakeUps wakeUps, TimeProvider timeProvider, ILogger<DispatchingService> logger)
    : BackgroundService
{
    // another worker is in the middle of a page of this handler's
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(loops.All.Select(loop => RunAsync(loop, stoppingToken)));

    private async Task RunAsync(HandlerLoop loop, CancellationToken stoppingToken)
    {
        var wakeUp = wakeUps.For(loop.Name);
        var retry = CreateRetry(loop.Name);
        await retry.ExecuteAsync(async token => await loop.RegisterAsync(token), stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            switch (await retry.ExecuteAsync(async token => await loop.RunOnceAsync(token), stoppingToken))
            {
                case Turn.Page:
                    wakeUp.Worked();
                    break;
                case Turn.WindowDone:
                    // the watch sees whether more has come, for all handlers in one statement
                    wakeUp.Worked();
                    await wakeUp.WaitAsync(stoppingToken);
                    break;
                case Turn.Idle:
                    await wakeUp.WaitAsync(stoppingToken);
                    break;
                case Turn.Busy:
                    await Task.Delay(BusyPause, timeProvider, stoppingToken);
                    break;
            }
        }
    }

    private ResiliencePipeline CreateRetry(string handler) =>
        new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(5),
                OnRetry = retry =>
                {
                    var error = retry.Outcome.Exception!;
                    ChangeLogTelemetry.PageFailed(handler, ErrorType(error), retry.Duration);
                    Log.PageFailed(logger, handler, error.Message, retry.RetryDelay.TotalSeconds);
                    return default;
                },
            })
            .Build();

    private static string ErrorType(Exception error) =>
        error is PostgresException refused ? refused.SqlState : error.GetType().Name;
}
