using Npgsql;
using Polly;
using Polly.Retry;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Retries what failed because another session was in the way at that instant.</summary>
public static class Transient
{
    /// <summary>A few retries with short delays.</summary>
    public static ResiliencePipeline Pipeline(TimeProvider timeProvider) =>
        new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .MeasuredAs("changelog.contention")
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PostgresException>(IsContention),
                MaxRetryAttempts = 4,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(2),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();

    /// <summary>A lock timeout, a deadlock, or the same object created or dropped by two sessions at once.</summary>
    public static bool IsContention(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => true,
        PostgresErrorCodes.DeadlockDetected => true,
        PostgresErrorCodes.SerializationFailure => true,
        PostgresErrorCodes.DuplicateObject => true,
        PostgresErrorCodes.DuplicateTable => true,
        PostgresErrorCodes.UndefinedObject => true,
        PostgresErrorCodes.UniqueViolation => true,

        // "tuple concurrently updated": two databases of a cluster granting the same role
        PostgresErrorCodes.InternalError => e.MessageText.Contains("concurrently", StringComparison.Ordinal),
        _ => false,
    };
}
