using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace ChangeLog.Dispatching;

/// <summary>The waits between the turns of a handler that fails: short ones, and long ones while it is paused; for ever.</summary>
internal static class Backoff
{
    public static ResiliencePipeline<Turn> ForEver(
        HandlerDelivery delivery, RetryOptions options, TimeProvider timeProvider, ILogger logger) =>
        new ResiliencePipelineBuilder<Turn> { TimeProvider = timeProvider, InstanceName = delivery.Name }
            .MeasuredAs("changelog.handler")
            .AddRetry(Retry(
                Turn.Paused, int.MaxValue, options.MaxDelay, options.PauseMaxDelay, Say(delivery, logger, Log.Paused)))
            .AddRetry(Retry(
                Turn.Failing, int.MaxValue, options.Delay, options.MaxDelay, Say(delivery, logger, Log.Failing)))
            .Build();

    /// <summary>For a program that ends: returns a handler that is paused, or that has failed for long.</summary>
    public static ResiliencePipeline<Turn> ForAWhile(
        HandlerDelivery delivery, RetryOptions options, TimeProvider timeProvider, ILogger logger) =>
        new ResiliencePipelineBuilder<Turn> { TimeProvider = timeProvider, InstanceName = delivery.Name }
            .MeasuredAs("changelog.handler")
            .AddRetry(Retry(
                Turn.Failing, options.MaxAttempts, options.Delay, options.MaxDelay, Say(delivery, logger, Log.Failing)))
            .Build();

    private static RetryStrategyOptions<Turn> Retry(
        Turn turn, int times, TimeSpan delay, TimeSpan maxDelay, Action<double> say) => new()
    {
        Name = turn.ToString(),
        ShouldHandle = new PredicateBuilder<Turn>().HandleResult(turn),
        MaxRetryAttempts = times,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = delay < maxDelay ? delay : maxDelay,
        MaxDelay = maxDelay,
        OnRetry = retry =>
        {
            say(retry.RetryDelay.TotalSeconds);
            return default;
        },
    };

    // what lasts is said once, not at every attempt for as long as a server is away
    private static Action<double> Say(
        HandlerDelivery delivery, ILogger logger, Action<ILogger, string, string, double> first) => seconds =>
    {
        var say = delivery.IsNews ? first : Log.StillFailing;
        say(logger, delivery.Name, delivery.Failure!.Text, seconds);
    };
}
