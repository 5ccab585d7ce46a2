using System.Data;
using System.Text.Json;
using ChangeLogWorker.Changes;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Handlers.LinkCleanup;

/// <summary>
/// Compares all links with their targets, and all users that are named with the table of users: what the handler has not seen, for
/// it was off, or nothing was logged.
/// </summary>
/// <remarks>A stretch of a table a transaction, so that nothing is locked for long; a table that cannot be cleared holds up no other.</remarks>
internal sealed class LinkSweep(NpgsqlConnection connection)
{
    /* language=sql */
    private const string SelectTables =
        "select table_oid, table_schema || '.' || table_name, policy from changelog.link_tables() order by 2";

    /* language=sql */
    private const string SweepStretch =
        """
        select next_block, dangling, cleared, failed, reason, examples, unresolved::text
        from changelog.sweep_links($1, $2, $3, $4)
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

    /// <param name="isPlan">Only say what there is.</param>
    /// <param name="afterStretch">Called after each stretch.</param>
    /// <param name="cancellationToken">Stops between two stretches too.</param>
    public async Task<IReadOnlyList<LinkTableReport>> RunAsync(
        bool isPlan, Func<Task> afterStretch, CancellationToken cancellationToken)
    {
        var reports = new List<LinkTableReport>();
        foreach (var (oid, report) in await TablesAsync(cancellationToken))
        {
            reports.Add(report.Policy is null or "keep"
                ? report
                : await SweepAsync(oid, report, isPlan, afterStretch, cancellationToken));
        }

        foreach (var (oid, column, report) in await UserColumnsAsync(cancellationToken))
        {
            reports.Add(await SweepUsersAsync(oid, column, report, isPlan, afterStretch, cancellationToken));
        }

        return reports;
    }

    private async Task<LinkTableReport> SweepUsersAsync(
        uint oid, string column, LinkTableReport report, bool isPlan, Func<Task> afterStretch, CancellationToken cancellationToken)
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
        await using var command = new NpgsqlCommand(SweepUsers, connection)
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

    private async Task<List<(uint Oid, string Column, LinkTableReport Report)>> UserColumnsAsync(CancellationToken cancellationToken)
    {
        var columns = new List<(uint, string, LinkTableReport)>();
        await using var command = new NpgsqlCommand(SelectUserColumns, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            columns.Add((rows.GetFieldValue<uint>(0), rows.GetString(1), new LinkTableReport(
                rows.GetString(2), UserPolicy, 0, 0, 0, null, [], new SortedDictionary<string, long>())));
        }

        return columns;
    }

    private async Task<LinkTableReport> SweepAsync(
        uint oid, LinkTableReport report, bool isPlan, Func<Task> afterStretch, CancellationToken cancellationToken)
    {
        for (long? block = 0; block is { } first;)
        {
            (block, report) = await SweepAsync(oid, first, report, isPlan, cancellationToken);
            await afterStretch();
        }

        return report;
    }

    private async Task<(long? Next, LinkTableReport Report)> SweepAsync(
        uint oid, long first, LinkTableReport before, bool isPlan, CancellationToken cancellationToken)
    {
        // before PostgreSQL 14 a stretch reads the whole table
        await using var command = new NpgsqlCommand(SweepStretch, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter { Value = oid, NpgsqlDbType = NpgsqlDbType.Oid },
                new NpgsqlParameter<long> { TypedValue = first },
                new NpgsqlParameter<int> { TypedValue = Blocks },
                new NpgsqlParameter<bool> { TypedValue = isPlan },
            },
        };
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        await row.ReadAsync(cancellationToken);
        var report = before with
        {
            Dangling = before.Dangling + row.GetInt64(1),
            Cleared = before.Cleared + row.GetInt64(2),
            Failed = before.Failed + row.GetInt64(3),
            Reason = row.TextOrNull(4) ?? before.Reason,
            Examples = [.. before.Examples.Concat(row.GetFieldValue<string[]>(5)).Distinct().Take(Examples)],
            Unresolved = Sum(before.Unresolved, JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(6))!),
        };
        return (row.GetFieldValue<long?>(0), report);
    }

    private static SortedDictionary<string, long> Sum(IReadOnlyDictionary<string, long> before, Dictionary<string, long> more)
    {
        var sum = new SortedDictionary<string, long>(before.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, rows) in more)
        {
            sum[name] = sum.GetValueOrDefault(name) + rows;
        }

        return sum;
    }

    private async Task<List<(uint Oid, LinkTableReport Report)>> TablesAsync(CancellationToken cancellationToken)
    {
        var tables = new List<(uint, LinkTableReport)>();
        await using var command = new NpgsqlCommand(SelectTables, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            tables.Add((rows.GetFieldValue<uint>(0), new LinkTableReport(
                rows.GetString(1), rows.TextOrNull(2), 0, 0, 0, null, [], new SortedDictionary<string, long>())));
        }

        return tables;
    }
}
