using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

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

    // in one round trip: almost no page holds anything for either
    private const string CleanUsersAndFindDeleted = /* language=sql */
        """
        select
            changelog.deleted_targets(@changes, @logged_from, @logged_until)::text,
            changelog.clean_users(@changes, @logged_from, @logged_until)
        """;

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
        var deleted = await page.CreateCommand(CleanUsersAndFindDeleted).ValueAsync<string>([], cancellationToken);
        if (deleted == Nothing)
        {
            return;
        }

        await CleanApplicationAsync(page, deleted, cancellationToken);
        await page.CreateCommand(CleanOwn).With(("deleted", Parameter.Json(deleted))).ExecuteAsync(
            [], cancellationToken);
    }

    private async Task CleanApplicationAsync(Page page, string deleted, CancellationToken cancellationToken)
    {
        var tables = login.IsGiven ? await page.CreateCommand(Tables).ColumnAsync<uint>([], cancellationToken) : [];
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

    private static async Task<bool> CleanAsync(
        Page page, NpgsqlConnection session, uint table, string deleted, CancellationToken cancellationToken)
    {
        await using var transaction = await session.BeginTransactionAsync(cancellationToken);
        var isCut = await transaction.CreateCommand(Clean).ValueAsync<bool>(
            [table, Parameter.Json(deleted)], cancellationToken);
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
        var (problem, state) = await page.CreateCommand(Explain)
            .With(("table", table), ("state", error.SqlState))
            .RowAsync(row => (row.TextOrNull(0), row.GetString(1)), [], cancellationToken);
        return problem is null
            ? error
            : new PostgresException(problem, error.Severity, error.InvariantSeverity, state);
    }
}
