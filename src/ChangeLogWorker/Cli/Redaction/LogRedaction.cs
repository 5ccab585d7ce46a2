using ChangeLogWorker.Cli.History;
using ChangeLogWorker.Triggers.Installation;
using ChangeLogWorker.Triggers.Reconciliation;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Cli.Redaction;

/// <summary>Takes raw values out of what is logged, a stretch of positions at a time, each with the event that says so.</summary>
internal sealed class LogRedaction(NpgsqlConnection connection, RecordedTable table, bool isPlan)
{
    private const long Stretch = 100_000;

    private const string Bounds = /* language=sql */
        """
        select
            coalesce((select min(position) from logs.change), 1) - 1,
            coalesce(pg_catalog.pg_sequence_last_value('lib_event.position'), 0)
        """;

    private const string Rewrite = /* language=sql */
        "select changelog.redact_logged($1, $2, $3, $4, $5, $6, $7, $8)";

    private const string LeaveEvent = /* language=sql */
        """
        select lib_event.create('changelog.redaction.performed', jsonb_build_object('db_user', session_user, 'changes', $2) || $1)
        """;

    private const string WaysInForce = /* language=sql */
        """
        select d.column_name, d.way
        from changelog.redacted_columns($1) d
        where d.when_column is null
        """;

    /// <summary>The columns of the table that are redacted now, in every row, and in which way.</summary>
    public async Task<IReadOnlyDictionary<string, RedactionWay>> WaysAsync(CancellationToken cancellationToken)
    {
        if (!table.Lives)
        {
            return new Dictionary<string, RedactionWay>();
        }

        var found = await connection.RowsAsync(
            WaysInForce,
            row => (Column: row.GetString(0), Way: Enum.Parse<RedactionWay>(row.GetString(1), ignoreCase: true)),
            [Query.Oid(table.Oids[0])],
            cancellationToken);
        return found.ToDictionary(column => column.Column, column => column.Way, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Redacts a column, or keys of that name within JSON.</summary>
    public Task<long> RunAsync(ColumnPattern column, RedactionWay way, CancellationToken cancellationToken) =>
        RunAsync(
            column,
            way,
            null,
            Installer.Describe(("table", table.Name), ("column", column.Text), ("way", Name(way))),
            cancellationToken);

    /// <summary>Redacts every value of a record.</summary>
    public Task<long> RunAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        RunAsync(
            default,
            RedactionWay.Mask,
            keys,
            Installer.Describe(("table", table.Name), ("records", 1)),
            cancellationToken);

    private static string Name(RedactionWay way) => way.ToString().ToLowerInvariant();

    private async Task<long> RunAsync(
        ColumnPattern column, RedactionWay way, IReadOnlyList<string>? keys, string description, CancellationToken cancellationToken)
    {
        var (after, last) = (await connection.RowsAsync(
            Bounds, row => (row.GetInt64(0), row.GetInt64(1)), [], cancellationToken))[0];
        var changes = 0L;
        for (; after < last; after += Stretch)
        {
            changes += await RunStretchAsync(column, way, keys, description, after, cancellationToken);
        }

        return changes;
    }

    private async Task<long> RunStretchAsync(
        ColumnPattern column,
        RedactionWay way,
        IReadOnlyList<string>? keys,
        string description,
        long after,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Rewrite, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                Query.Oids(table.Oids),
                Query.Texts(table.Names),
                TextOrNull(keys is null ? column.ExactExpression : null),
                TextOrNull(keys is null ? column.KeyHint : null),
                Query.Text(Name(way)),
                new NpgsqlParameter<string[]?>
                {
                    TypedValue = keys is null ? null : [.. keys],
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                },
                Query.Number(after),
                Query.Number(after + Stretch),
            },
        };
        var changes = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (changes > 0 && !isPlan)
        {
            await LeaveEventAsync(description, changes, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return changes;
    }

    private async Task LeaveEventAsync(string description, long changes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LeaveEvent, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = description, NpgsqlDbType = NpgsqlDbType.Jsonb },
                Query.Number(changes),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter<string?> TextOrNull(string? value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };
}
