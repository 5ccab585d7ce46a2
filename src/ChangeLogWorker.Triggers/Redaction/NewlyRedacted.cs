using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>
/// A column that a reconcile begins to redact in a table captured before: earlier changes may hold unmasked values.
/// </summary>
/// <param name="Table">The table.</param>
/// <param name="Sentence">What a person should know and run.</param>
internal readonly record struct NewlyRedacted(TableName Table, string Sentence)
{
    // quoted for a shell, as changelog redact parses them
    private const string Columns = /* language=sql */
        """
        select
            r.table_schema,
            r.table_name,
            format(
                '%s.%s.%s is redacted from now on; what is logged of it already may be raw. '
                'To take that out: changelog redact %s %s',
                r.table_schema,
                r.table_name,
                r.column_name,
                case when i.name like '%"%' then quote_literal(i.name) else i.name end,
                case when r.column_name ~ '[^[:alnum:]_]' then quote_literal(r.column_name) else r.column_name end)
        from changelog.newly_redacted($1) r
        cross join lateral (select format('%I.%I', r.table_schema, r.table_name) as name) i
        """;

    /// <summary>
    /// Must run before the tables are reconciled, since their triggers say what was redacted until then.
    /// </summary>
    public static async Task<IReadOnlyList<NewlyRedacted>> OfAsync(
        NpgsqlConnection connection, IReadOnlyList<TableToReconcile> tables, CancellationToken cancellationToken) =>
        tables.Count == 0 ? [] : await connection.RowsAsync(
            Columns,
            row => new NewlyRedacted(new TableName(row.GetString(0), row.GetString(1)), row.GetString(2)),
            [Query.Oids(tables.Select(table => table.Oid))],
            cancellationToken);
}
