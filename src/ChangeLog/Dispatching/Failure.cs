using System.Data.Common;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>A classified error: its kind, its code, and a message without row values.</summary>
/// <param name="Kind">How it may be cured.</param>
/// <param name="SqlState">Null unless a database raised it.</param>
/// <param name="ErrorType">The SQLSTATE, or the exception's type.</param>
/// <param name="Text">For people.</param>
internal sealed record Failure(FailureKind Kind, string? SqlState, string ErrorType, string Text)
{
    /// <summary>Whether it counts towards the attempts.</summary>
    public bool IsAttempt => Kind is FailureKind.Data or FailureKind.Handler;

    /// <summary>An error while a page was handled or committed.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="isConnectionLost">
    /// Whether the page's connection broke, in which case whatever the handler threw follows from that. Server errors
    /// keep their meaning: Npgsql breaks the connection itself after some, such as a full disk.
    /// </param>
    public static Failure WhileHandling(Exception error, bool isConnectionLost)
    {
        // a handler may wrap the database's error
        var said = Chain(error).OfType<DbException>().FirstOrDefault() ?? error;
        var kind = KindOf(said);
        return Of(said, isConnectionLost && said is not PostgresException ? FailureKind.Connection : kind);
    }

    /// <summary>An error before a page was read: never the handler's fault.</summary>
    public static Failure BeforeHandling(Exception error) =>
        Of(error, ConnectionLoss.Is(error) ? FailureKind.Connection : FailureKind.Infrastructure);

    private static Failure Of(Exception error, FailureKind kind)
    {
        var sqlState = (error as DbException)?.SqlState;
        return new Failure(kind, sqlState, sqlState ?? error.GetType().Name, ErrorText.Of(error));
    }

    private static FailureKind KindOf(Exception error) => error switch
    {
        PostgresException refused => KindOf(refused),
        OutOfMemoryException => FailureKind.Overload,
        // command timeout; a dead network looks the same, so not an attempt
        NpgsqlException { InnerException: TimeoutException } => FailureKind.Overload,
        NpgsqlException { IsTransient: true } => FailureKind.Connection,
        // from another database that a handler writes to
        DbException { IsTransient: true } => FailureKind.Infrastructure,
        _ => FailureKind.Handler,
    };

    private static FailureKind KindOf(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled => FailureKind.Overload,
        PostgresErrorCodes.OutOfMemory => FailureKind.Overload,
        PostgresErrorCodes.ConfigurationLimitExceeded => FailureKind.Overload,
        "25P03" => FailureKind.Overload, // idle_in_transaction_session_timeout
        PostgresErrorCodes.ReadOnlySqlTransaction => FailureKind.Infrastructure,
        var state when ConnectionLoss.Is(state) => FailureKind.Connection,
        _ when refused.IsTransient => FailureKind.Infrastructure,
        ['4', '0', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] => FailureKind.Infrastructure,
        // 21: more than one row where one is expected; 44: a view's check option; 54: row too large for an index
        ['2', '2', ..] or ['2', '3', ..] or ['2', '1', ..] or ['4', '4', ..] or ['5', '4', ..] => FailureKind.Data,
        _ => FailureKind.Handler,
    };

    private static IEnumerable<Exception> Chain(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }
}
