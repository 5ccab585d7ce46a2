using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.History.Undo;

/// <summary>Carries out a plan in one transaction, with the rights of the login.</summary>
internal sealed class UndoTransaction(NpgsqlConnection connection)
{
    // triggers of the application find what they would find in a session of its own
    private const string SearchPath = /* language=sql */
        """
        set local search_path to default
        """;

    private const string Recorded = /* language=sql */
        """
        select t.event__id
        from logs.transaction t
        where t.xid = pg_catalog.pg_current_xact_id()
        and t.logged_at = pg_catalog.now()
        """;

    /// <summary>The transaction that undid it, which can be undone in turn; null: no table of it is captured.</summary>
    /// <exception cref="RefusedException">A row is no longer as planned, or a constraint forbids it.</exception>
    public async Task<Guid?> ApplyAsync(UndoPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(SearchPath, [], cancellationToken);
            foreach (var statement in UndoScript.Statements(plan))
            {
                await connection.ExecuteAsync(statement, [], cancellationToken);
            }

            var recorded = await connection.ColumnAsync<Guid>(Recorded, [], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return recorded.Count > 0 ? recorded[0] : null;
        }
        catch (PostgresException error) when (error.SqlState == UndoScript.NotAsPlanned)
        {
            throw new RefusedException(
                $"{error.MessageText}. Nothing was changed; run undo again to plan anew.", ExitCode.Failed);
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            throw new RefusedException($"{error.MessageText}. Nothing was changed.", ExitCode.Failed);
        }
    }
}
