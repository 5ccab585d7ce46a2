using Microsoft.Extensions.Logging;

namespace ChangeLog.Dispatching;

/// <summary>
/// Log messages of dispatching: ids 3000 to 3099. Errors only as <see cref="ErrorText"/>, never the exception.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Warning, "Handler {Handler} failed ({Reason}); retrying in {Seconds:0.0} s")]
    public static partial void Failing(ILogger logger, string handler, string reason, double seconds);

    [LoggerMessage(3001, LogLevel.Debug, "Handler {Handler} keeps failing ({Reason}); retrying in {Seconds:0.0} s")]
    public static partial void StillFailing(ILogger logger, string handler, string reason, double seconds);

    [LoggerMessage(3002, LogLevel.Error,
        "Handler {Handler} is paused: it cannot handle anything ({Reason}). It is retried occasionally, next in "
        + "{Seconds:0.0} s")]
    public static partial void Paused(ILogger logger, string handler, string reason, double seconds);

    [LoggerMessage(3003, LogLevel.Information, "Handler {Handler} works again")]
    public static partial void Recovered(ILogger logger, string handler);

    [LoggerMessage(3004, LogLevel.Debug, "Handler {Handler} failed on {Rows} rows; next page holds {Next}: {Reason}")]
    public static partial void PageTakenApart(ILogger logger, string handler, int rows, int next, string reason);

    [LoggerMessage(3005, LogLevel.Error,
        "Handler {Handler} gave up the {Kind} at position {Position}, now dead letter {Id}: {Reason} ({ErrorType})")]
    public static partial void GivenUp(
        ILogger logger, string handler, string kind, long position, long id, string reason, string errorType);

    [LoggerMessage(3006, LogLevel.Information, "Dead letter {Id} was retried: {Handler} has handled it")]
    public static partial void Retried(ILogger logger, long id, string handler);

    [LoggerMessage(3007, LogLevel.Warning, "Dead letter {Id} failed again with {Handler}: {Reason}")]
    public static partial void RetryFailed(ILogger logger, long id, string handler, string? reason);

    [LoggerMessage(
        3008, LogLevel.Warning, "Could not retry the dead letters of {Handler} as requested ({Reason})")]
    public static partial void RequestedRetryFailed(ILogger logger, string handler, string reason);

    [LoggerMessage(3009, LogLevel.Debug, "Could not record the failure of handler {Handler} ({Reason})")]
    public static partial void FailureNotNoted(ILogger logger, string handler, string reason);

    [LoggerMessage(3010, LogLevel.Debug, "Handler {Handler} failed{StackTrace}")]
    public static partial void PageFailedAt(ILogger logger, string handler, string? stackTrace);

    [LoggerMessage(
        3011, LogLevel.Warning, "The cursor of handler {Handler} was deleted: it starts over")]
    public static partial void CursorDeleted(ILogger logger, string handler);

    [LoggerMessage(3012, LogLevel.Critical,
        "The loop of handler {Handler} ended unexpectedly ({ErrorType}): the worker stops{StackTrace}")]
    public static partial void LoopEnded(ILogger logger, string handler, string errorType, string? stackTrace);
}
