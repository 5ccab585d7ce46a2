using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A redaction rule and the columns it currently matches; JSON keys are matched as they come.</summary>
internal sealed record RedactionStatus(
    string Rule, bool IsDefault, bool IsOff, string Way, string? When, IReadOnlyList<string> Columns)
{
    private const string Select = /* language=sql */
        """
        with redacted as materialized (
            select d.place, d.when_column, n.nspname || '.' || c.relname || '.' || d.column_name as name
            from changelog.redacted_columns() d
            join pg_catalog.pg_class c on c.oid = d.table_oid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        )
        select
            r.name, r.is_default, r.is_off, r.way, r.when_column,
            array(select d.name from redacted d where d.place = r.place order by d.name),
            array(
                select d.name
                from redacted d
                where d.place = r.place
                and d.when_column is null
                and r.when_column is not null
                order by d.name)
        from changelog.redaction_rule r
        order by r.place
        """;

    /// <summary>Matched columns whose table has no column <see cref="When"/>: redacted in every row.</summary>
    public IReadOnlyList<string> Always { get; init; } = [];

    public static Task<List<RedactionStatus>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(Select, Read, [], cancellationToken);

    private static RedactionStatus Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetBoolean(1),
        row.GetBoolean(2),
        row.GetString(3),
        row.TextOrNull(4),
        row.GetFieldValue<string[]>(5))
    {
        Always = row.GetFieldValue<string[]>(6),
    };
}
