using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>
/// Clears <c>linked_table</c> and <c>linked_id</c> of rows whose target was deleted, according to their table's policy,
/// and columns that refer to a deleted user.
/// </summary>
/// <remarks>
/// Uses sessions of <see cref="LinkLogin"/> for the application's tables, which commit before the page does. That is
/// idempotent: whether the target is gone is checked again, under a lock on the row.
/// </remarks>
internal sealed class LinkCleanupHandler(LinkLogin login) : IHandler
{
    public const string HandlerName = "link_cleanup";

    private const string Deleted = /* language=sql */
        "select changelog.deleted_targets(@changes, @logged_from, @logged_until)::text";

    private const string Tables = /* language=sql */
        """
        select t.table_oid
        from changelog.link_tables() t
        where t.policy in ('nullify', 'delete')
        and not changelog.is_own_table(t.table_oid)
        order by t.table_oid
        """;

    private const string Clean = /* language=sql */ "select changelog.clean_table_links($1, $2)";

    private const string CleanOwn = /* language=sql */ "select changelog.clean_own_links(@deleted)";

    private const string CleanUsers = /* language=sql */
        "select changelog.clean_users(@changes, @logged_from, @logged_until)";

    private const string Explain = /* language=sql */
        """
        select changelog.link_problem(@table, @state, ''), case when left(@state, 2) = '22' then '23000' else @state end
        """;

    private const string RequestSweep = /* language=sql */
        "update changelog.link_sweep set requested_at = clock_timestamp()";

    private const string Nothing = "[]";

    public string Name => HandlerName;

    public Streams Reads => Streams.Changes;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await page.ExecuteAsync(CleanUsers, cancellationToken);
        await using var deletedCommand = page.CreateCommand(Deleted);
        var deleted = (string)(await deletedCommand.ExecuteScalarAsync(cancellationToken))!;
        if (deleted == Nothing)
        {
            return;
        }

        await CleanApplicationAsync(page, deleted, cancellationToken);
        await using var own = page.CreateCommand(CleanOwn);
        own.Parameters.Add(new NpgsqlParameter("deleted", NpgsqlDbType.Jsonb) { Value = deleted });
        await own.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CleanApplicationAsync(Page page, string deleted, CancellationToken cancellationToken)
    {
        var tables = login.IsGiven ? await TablesAsync(page, cancellationToken) : [];
        if (tables.Count == 0)
        {
            return;
        }

        NpgsqlConnection session;
        try
        {
            session = await login.OpenAsync(page.Connection, cancellationToken);
        }
        catch (RefusedException)
        {
            // status, install, reconcile and the sweep say why; nothing else waits for it, and the sweep makes up for
            // it
            return;
        }

        await using var disposed = session;
        var isCut = false;
        foreach (var table in tables)
        {
            isCut |= await CleanAsync(page, session, table, deleted, cancellationToken);
        }

        if (isCut)
        {
            await page.ExecuteAsync(RequestSweep, cancellationToken);
        }
    }

    private static async Task<List<uint>> TablesAsync(Page page, CancellationToken cancellationToken)
    {
        var tables = new List<uint>();
        await using var command = page.CreateCommand(Tables);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            tables.Add(rows.GetFieldValue<uint>(0));
        }

        return tables;
    }

    private static async Task<bool> CleanAsync(
        Page page, NpgsqlConnection session, uint table, string deleted, CancellationToken cancellationToken)
    {
        await using var transaction = await session.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Clean, session, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = table, NpgsqlDbType = NpgsqlDbType.Oid },
                new NpgsqlParameter { Value = deleted, NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        var isCut = await command.ExecuteScalarAsync(cancellationToken) is true;
        try
        {
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException error) when (!error.IsTransient)
        {
            throw await ExplainAsync(page, table, error, cancellationToken);
        }

        return isCut;
    }

    // like any other error message, a deferred trigger's may quote a row
    private static async Task<PostgresException> ExplainAsync(
        Page page, uint table, PostgresException error, CancellationToken cancellationToken)
    {
        await using var command = page.CreateCommand(Explain);
        command.Parameters.Add(new NpgsqlParameter("table", NpgsqlDbType.Oid) { Value = table });
        command.Parameters.Add(new NpgsqlParameter<string>("state", error.SqlState));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && !row.IsDBNull(0)
            ? new PostgresException(row.GetString(0), error.Severity, error.InvariantSeverity, row.GetString(1))
            : error;
    }
}
