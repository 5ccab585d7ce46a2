using System.Data;
using System.Text.Json;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>
/// Compares all links with their targets, and all referenced users with the users table: for whatever the handler has
/// missed because it was off, or because nothing was logged.
/// </summary>
/// <remarks>
/// A stretch of a table a transaction, so that nothing is locked for long; a table that cannot be cleared holds up no
/// other. Those of the application only in sessions of the login of the links: without it they are left as they are.
/// </remarks>
/// <param name="worker">The worker's own session.</param>
/// <param name="login">Opens the others.</param>
internal sealed class LinkSweep(NpgsqlConnection worker, LinkLogin login)
{
    /* language=sql */
    private const string SelectTables =
        "select table_oid, table_schema || '.' || table_name, policy, changelog.is_own_table(table_oid) "
            + "from changelog.link_tables() order by 2";

    /* language=sql */
    private const string SweepStretch =
        """
        select next_block, dangling, cleared, failed, reason, examples, unresolved::text, unkeyed::text
        from changelog.sweep_links($4, $1, $2, $3)
        """;

    /* language=sql */
    private const string SweepOwnStretch =
        """
        select next_block, dangling, cleared, failed, reason, examples, unresolved::text, unkeyed::text
        from changelog.sweep_own_links($1, $2, $3)
        """;

    /* language=sql */
    private const string SelectUserColumns =
        "select table_oid, name, table_name || '.' || name from changelog.user_columns() order by 3";

    /* language=sql */
    private const string SweepUsers =
        "select next_id, is_done, dangling, cleared, failed, reason from changelog.sweep_users($1, $2, $3, $4)";

    // columns that name a user have no configurable policy
    private const string UserPolicy = "nullify";

    // a megabyte
    private const int Blocks = 128;

    private const int Examples = 3;

    /// <summary>The tables with links, and the policies that this session sees.</summary>
    public async Task<IReadOnlyList<LinkTable>> TablesAsync(CancellationToken cancellationToken) =>
        await worker.RowsAsync(
            SelectTables,
            row => new LinkTable(row.GetFieldValue<uint>(0), row.GetString(1), row.TextOrNull(2), row.GetBoolean(3)),
            [],
            cancellationToken);

    /// <param name="tables">What to look through.</param>
    /// <param name="isPlan">Only say what there is.</param>
    /// <param name="afterStretch">Called after each stretch.</param>
    /// <param name="cancellationToken">Stops between two stretches too.</param>
    public async Task<IReadOnlyList<LinkTableReport>> RunAsync(
        IReadOnlyList<LinkTable> tables, bool isPlan, Func<Task> afterStretch, CancellationToken cancellationToken)
    {
        await using var session =
            tables.Any(table => table.IsSwept && !table.IsOwn) ? await OpenAsync(cancellationToken) : null;
        var reports = new List<LinkTableReport>();
        foreach (var table in tables)
        {
            var report = LinkTableReport.Of(table);
            var connection = table.IsOwn ? worker : session;
            for (long? block = table.IsSwept && connection is not null ? 0 : null; block is { } first;)
            {
                (block, report) = await SweepAsync(connection!, table, first, report, isPlan, cancellationToken);
                await afterStretch();
            }

            reports.Add(report);
        }

        foreach (var (table, column) in await UserColumnsAsync(cancellationToken))
        {
            var (report, after) = (LinkTableReport.Of(table), (Guid?)null);
            for (var isDone = false; !isDone;)
            {
                (after, isDone, report) = await SweepUsersAsync(
                    table.Oid, column, after, report, isPlan, cancellationToken);
                await afterStretch();
            }

            reports.Add(report);
        }

        return reports;
    }

    private Task<(Guid? Next, bool IsDone, LinkTableReport Report)> SweepUsersAsync(
        uint oid, string column, Guid? after, LinkTableReport before, bool isPlan,
        CancellationToken cancellationToken) =>
        new NpgsqlCommand(SweepUsers, worker) { CommandTimeout = 0 }.RowAsync(
            row => (
                row.GetFieldValue<Guid?>(0),
                row.GetBoolean(1),
                before.Add(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.TextOrNull(5))),
            [oid, column, after, isPlan],
            cancellationToken);

    private Task<List<(LinkTable Table, string Column)>> UserColumnsAsync(CancellationToken cancellationToken) =>
        worker.RowsAsync(
            SelectUserColumns,
            row => (
                new LinkTable(row.GetFieldValue<uint>(0), row.GetString(2), UserPolicy, IsOwn: true),
                row.GetString(1)),
            [],
            cancellationToken);

    // the caller that reports policies not in force says why there is no login
    private async Task<NpgsqlConnection?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return login.IsGiven ? await login.OpenAsync(worker, cancellationToken) : null;
        }
        catch (Exception error) when (error is RefusedException or NpgsqlException)
        {
            return null;
        }
    }

    private static async Task<(long? Next, LinkTableReport Report)> SweepAsync(
        NpgsqlConnection connection,
        LinkTable table,
        long first,
        LinkTableReport before,
        bool isPlan,
        CancellationToken cancellationToken)
    {
        // before PostgreSQL 14 a stretch reads the whole table
        var sql = table.IsOwn ? SweepOwnStretch : SweepStretch;
        Parameter[] stretch = [first, Blocks, isPlan];
        try
        {
            return await new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }.RowAsync(
                row => (row.GetFieldValue<long?>(0), Add(before, row)),
                table.IsOwn ? stretch : [.. stretch, table.Oid],
                cancellationToken);
        }
        // what fails at commit is a deferred trigger's doing, and quotes perhaps a row
        catch (PostgresException error) when (!error.IsTransient
            && !table.IsOwn && connection.State is ConnectionState.Open)
        {
            return (null, before.Add(
                0, 0, 1, $"the links that {table.Name} holds could not be cleared ({error.SqlState})"));
        }
    }

    private static LinkTableReport Add(LinkTableReport before, NpgsqlDataReader row) =>
        before.Add(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.TextOrNull(4)) with
        {
            Examples = [.. before.Examples.Concat(row.GetFieldValue<string[]>(5)).Distinct().Take(Examples)],
            Unresolved = Sum(before.Unresolved, row.GetString(6)),
            Unkeyed = Sum(before.Unkeyed, row.GetString(7)),
        };

    private static SortedDictionary<string, long> Sum(IReadOnlyDictionary<string, long> before, string more)
    {
        var sum = new SortedDictionary<string, long>(before.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, rows) in JsonSerializer.Deserialize<Dictionary<string, long>>(more)!)
        {
            sum[name] = sum.GetValueOrDefault(name) + rows;
        }

        return sum;
    }
}
