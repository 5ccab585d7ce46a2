using System.Data;
using System.Text.Json;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>
/// Compares all links with their targets, and all users that are named with the table of users: what the handler has
/// not seen, for it was off, or nothing was logged.
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

    // what becomes of a column that names a user is no setting
    private const string UserPolicy = "nullify";

    // a megabyte
    private const int Blocks = 128;

    private const int Examples = 3;

    /// <summary>The tables with links, and the policies that this session sees.</summary>
    public async Task<IReadOnlyList<LinkTable>> TablesAsync(CancellationToken cancellationToken)
    {
        var tables = new List<LinkTable>();
        await using var command = new NpgsqlCommand(SelectTables, worker);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            tables.Add(
                new LinkTable(rows.GetFieldValue<uint>(0), rows.GetString(1), rows.TextOrNull(2), rows.GetBoolean(3)));
        }

        return tables;
    }

    /// <param name="tables">What to look through.</param>
    /// <param name="isPlan">Only say what there is.</param>
    /// <param name="afterStretch">Called after each stretch.</param>
    /// <param name="cancellationToken">Stops between two stretches too.</param>
    public async Task<IReadOnlyList<LinkTableReport>> RunAsync(
        IReadOnlyList<LinkTable> tables, bool isPlan, Func<Task> afterStretch, CancellationToken cancellationToken)
    {
        var session = tables.Any(table => table.IsSwept && !table.IsOwn) ? await OpenAsync(cancellationToken) : null;
        try
        {
            var reports = new List<LinkTableReport>();
            foreach (var table in tables)
            {
                var report = LinkTableReport.Of(table);
                var connection = table.IsOwn ? worker : session;
                reports.Add(table.IsSwept && connection is not null
                    ? await SweepAsync(connection, table, report, isPlan, afterStretch, cancellationToken)
                    : report);
            }

            foreach (var (oid, column, report) in await UserColumnsAsync(cancellationToken))
            {
                reports.Add(await SweepUsersAsync(oid, column, report, isPlan, afterStretch, cancellationToken));
            }

            return reports;
        }
        finally
        {
            await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task<LinkTableReport> SweepUsersAsync(
        uint oid, string column, LinkTableReport report, bool isPlan, Func<Task> afterStretch,
        CancellationToken cancellationToken)
    {
        Guid? after = null;
        for (var isDone = false; !isDone;)
        {
            (after, isDone, report) = await SweepUsersAsync(oid, column, after, report, isPlan, cancellationToken);
            await afterStretch();
        }

        return report;
    }

    private async Task<(Guid? Next, bool IsDone, LinkTableReport Report)> SweepUsersAsync(
        uint oid, string column, Guid? after, LinkTableReport before, bool isPlan, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SweepUsers, worker)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter { Value = oid, NpgsqlDbType = NpgsqlDbType.Oid },
                new NpgsqlParameter<string> { TypedValue = column },
                new NpgsqlParameter<Guid?> { TypedValue = after, NpgsqlDbType = NpgsqlDbType.Uuid },
                new NpgsqlParameter<bool> { TypedValue = isPlan },
            },
        };
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        await row.ReadAsync(cancellationToken);
        var report = before with
        {
            Dangling = before.Dangling + row.GetInt64(2),
            Cleared = before.Cleared + row.GetInt64(3),
            Failed = before.Failed + row.GetInt64(4),
            Reason = row.TextOrNull(5) ?? before.Reason,
        };
        return (row.GetFieldValue<Guid?>(0), row.GetBoolean(1), report);
    }

    private async Task<List<(uint Oid, string Column, LinkTableReport Report)>> UserColumnsAsync(
        CancellationToken cancellationToken)
    {
        var columns = new List<(uint, string, LinkTableReport)>();
        await using var command = new NpgsqlCommand(SelectUserColumns, worker);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            columns.Add((
                rows.GetFieldValue<uint>(0),
                rows.GetString(1),
                LinkTableReport.Of(
                    new LinkTable(rows.GetFieldValue<uint>(0), rows.GetString(2), UserPolicy, IsOwn: true))));
        }

        return columns;
    }

    // why there is none is said where a person is told what is not in force
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

    private static async Task<LinkTableReport> SweepAsync(
        NpgsqlConnection connection,
        LinkTable table,
        LinkTableReport report,
        bool isPlan,
        Func<Task> afterStretch,
        CancellationToken cancellationToken)
    {
        for (long? block = 0; block is { } first;)
        {
            (block, report) = await SweepAsync(connection, table, first, report, isPlan, cancellationToken);
            await afterStretch();
        }

        return report;
    }

    // what fails at commit is a deferred trigger's doing, and quotes perhaps a row
    private static async Task<(long? Next, LinkTableReport Report)> SweepAsync(
        NpgsqlConnection connection,
        LinkTable table,
        long first,
        LinkTableReport before,
        bool isPlan,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TrySweepAsync(connection, table, first, before, isPlan, cancellationToken);
        }
        catch (PostgresException error) when (!error.IsTransient
            && !table.IsOwn && connection.State is ConnectionState.Open)
        {
            return (null, before with { Failed = before.Failed
                + 1, Reason = $"the links that {table.Name} holds could not be cleared ({error.SqlState})" });
        }
    }

    private static async Task<(long? Next, LinkTableReport Report)> TrySweepAsync(
        NpgsqlConnection connection,
        LinkTable table,
        long first,
        LinkTableReport before,
        bool isPlan,
        CancellationToken cancellationToken)
    {
        // before PostgreSQL 14 a stretch reads the whole table
        await using var command = new NpgsqlCommand(table.IsOwn ? SweepOwnStretch : SweepStretch, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = first },
                new NpgsqlParameter<int> { TypedValue = Blocks },
                new NpgsqlParameter<bool> { TypedValue = isPlan },
            },
        };
        if (!table.IsOwn)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = table.Oid, NpgsqlDbType = NpgsqlDbType.Oid });
        }

        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return (null, before);
        }

        var report = before with
        {
            Dangling = before.Dangling + row.GetInt64(1),
            Cleared = before.Cleared + row.GetInt64(2),
            Failed = before.Failed + row.GetInt64(3),
            Reason = row.TextOrNull(4) ?? before.Reason,
            Examples = [.. before.Examples.Concat(row.GetFieldValue<string[]>(5)).Distinct().Take(Examples)],
            Unresolved = Sum(
                before.Unresolved, JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(6))!),
            Unkeyed = Sum(before.Unkeyed, JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(7))!),
        };
        return (row.GetFieldValue<long?>(0), report);
    }

    private static SortedDictionary<string, long> Sum(
        IReadOnlyDictionary<string, long> before, Dictionary<string, long> more)
    {
        var sum = new SortedDictionary<string, long>(before.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, rows) in more)
        {
            sum[name] = sum.GetValueOrDefault(name) + rows;
        }

        return sum;
    }
}
