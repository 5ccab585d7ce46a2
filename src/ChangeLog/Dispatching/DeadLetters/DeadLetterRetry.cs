using System.Data;
using ChangeLog.Handlers;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLog.Settings;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>
/// Retries a dead letter: runs its handler on a page of that one entry, and resolves it in the same transaction.
/// </summary>
internal sealed class DeadLetterRetry(
    IReadOnlyList<IHandler> handlers,
    DeadLetterStore letters,
    IOptions<HandlersOptions> options,
    NpgsqlDataSource dataSource)
{
    private const string WaitNotForEver = /* language=sql */
        "set local lock_timeout = '30s'";

    private const string IsLogged = /* language=sql */
        """
        select exists (
            select
            from logs.change
            where $1 = 'change'
            and position = $2
            and logged_at = $3)
        or exists (
            select
            from lib_event.event
            where $1 = 'event'
            and position = $2)
        """;

    /// <summary>Whether this program has the handler; otherwise a worker that has it must be asked.</summary>
    public bool Has(string handler) => Find(handler) is not null;

    /// <summary>Retries one dead letter, unless it is resolved.</summary>
    public async Task<RetryReport> RunAsync(long id, CancellationToken cancellationToken)
    {
        var letter = (await letters.FindAsync([id], cancellationToken)).SingleOrDefault();
        if (letter is null)
        {
            return new RetryReport(id, RetryOutcome.Unknown, null);
        }

        if (!letter.IsOpen)
        {
            return RetryReport.Of(letter);
        }

        if (Find(letter.Handler) is not { } handler)
        {
            return new RetryReport(id, RetryOutcome.NoHandler, letter);
        }

        try
        {
            return await TryAsync(handler, id, cancellationToken);
        }
        catch (PageFailedException failed)
        {
            // in a new transaction: the failed one was rolled back
            await letters.SetFailedAgainAsync(id, failed.Failure, cancellationToken);
            return new RetryReport(id, RetryOutcome.FailedAgain, letter, failed.Failure.Text);
        }
        catch (NpgsqlException error)
        {
            // not tried: the handler is busy with a long page, or the connection was lost
            return new RetryReport(id, RetryOutcome.FailedAgain, letter, ErrorText.Of(error));
        }
    }

    private async Task<RetryReport> TryAsync(IHandler handler, long id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var isLocked = await LockAsync(handler, transaction, cancellationToken);
        var letter = await DeadLetterStore.LockAsync(transaction, id, cancellationToken);
        if (letter is not { IsOpen: true })
        {
            return letter is null ? new RetryReport(id, RetryOutcome.Unknown, null) : RetryReport.Of(letter);
        }

        if (!isLocked)
        {
            return new RetryReport(
                id, RetryOutcome.FailedAgain, letter, $"the handler {handler.Name} has no cursor yet: a worker "
                    + "creates it "
                    + "when it starts");
        }

        if (!await transaction.CreateCommand(IsLogged).ValueAsync<bool>(letter.Key.Parameters, cancellationToken))
        {
            return new RetryReport(id, RetryOutcome.NotLogged, letter);
        }

        try
        {
            if (!await FilteredHandler.HandAsync(handler, Page.Of(letter.Key, transaction), cancellationToken))
            {
                return new RetryReport(id, RetryOutcome.NotWanted, letter);
            }

            await DeadLetterStore.SetRetriedAsync(transaction, id, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var isLost = connection.FullState.HasFlag(ConnectionState.Broken);
            throw new PageFailedException(letter.Key, 1, Failure.WhileHandling(error, isLost), error);
        }

        return new RetryReport(id, RetryOutcome.Retried, letter);
    }

    // a handler processes one page at a time: wait for the current one, then block the next
    private async Task<bool> LockAsync(
        IHandler handler, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await transaction.CreateCommand(WaitNotForEver).ExecuteAsync([], cancellationToken);
        return await CursorStore.LockAsync(
            transaction, handler.Name, options.Value.PageTimeout, wait: true, cancellationToken);
    }

    private IHandler? Find(string name) => handlers.FirstOrDefault(handler => handler.Name == name);
}
