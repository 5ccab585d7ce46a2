using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace ChangeLog.Dispatching;

/// <summary>Retry strategies for a failing handler: short delays, long ones while it is paused.</summary>
internal static class Backoff
{
    public static ResiliencePipeline<PageOutcome> ForEver(
        HandlerRunner runner, RetryOptions options, TimeProvider timeProvider, ILogger logger) =>
        new ResiliencePipelineBuilder<PageOutcome> { TimeProvider = timeProvider, InstanceName = runner.Name }
            .MeasuredAs("changelog.handler")
            .AddRetry(Retry(
                PageOutcome.Paused, int.MaxValue, options.MaxDelay, options.PauseMaxDelay, Say(
                    runner, logger, Log.Paused)))
            .AddRetry(Retry(
                PageOutcome.Failing, int.MaxValue, options.Delay, options.MaxDelay, Say(runner, logger, Log.Failing)))
            .Build();

    /// <summary>For a program that ends: gives up once a handler is paused or has failed for long.</summary>
    public static ResiliencePipeline<PageOutcome> ForAWhile(
        HandlerRunner runner, RetryOptions options, TimeProvider timeProvider, ILogger logger) =>
        new ResiliencePipelineBuilder<PageOutcome> { TimeProvider = timeProvider, InstanceName = runner.Name }
            .MeasuredAs("changelog.handler")
            .AddRetry(Retry(
                PageOutcome.Failing, options.MaxAttempts, options.Delay, options.MaxDelay, Say(
                    runner, logger, Log.Failing)))
            .Build();

    private static RetryStrategyOptions<PageOutcome> Retry(
        PageOutcome turn, int times, TimeSpan delay, TimeSpan maxDelay, Action<double> say) => new()
    {
        Name = turn.ToString(),
        ShouldHandle = new PredicateBuilder<PageOutcome>().HandleResult(turn),
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

    // log a lasting failure once, not at every attempt
    private static Action<double> Say(
        HandlerRunner runner, ILogger logger, Action<ILogger, string, string, double> first) => seconds =>
    {
        var say = runner.IsNewFailure ? first : Log.StillFailing;
        say(logger, runner.Name, runner.Failure!.Text, seconds);
    };
}
