using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>Checks that tables and columns named by configured rules exist, before anything is changed.</summary>
/// <remarks>Queries only the server's catalog: on a first install there is nothing else.</remarks>
internal static class RedactionCatalog
{
    // changelog.json_columns says which hold JSON
    private const string Matching = /* language=sql */
        """
        with recursive held as (
            select a.attname::text as name,
                   a.atttypid = 'boolean'::regtype and a.attgenerated <> 'v' as is_boolean,
                   a.atttypid as type,
                   a.attgenerated <> 'v' as is_stored
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p')
              and not c.relispartition
              and n.nspname like $1
              and c.relname like $2
            union all
            select h.name, h.is_boolean, case when t.typtype = 'd' then t.typbasetype else t.typelem end, h.is_stored
            from held h
            join pg_catalog.pg_type t on t.oid = h.type
            where t.typtype = 'd'
               or t.typcategory = 'A' and t.typelem <> 0
        )
        select h.name,
               pg_catalog.bool_or(h.is_boolean),
               pg_catalog.bool_or(h.is_stored and (
                   t.oid in ('json'::regtype, 'jsonb'::regtype)
                   or t.typtype = 'c'
                   or t.typtype <> 'd' and exists (
                       select
                       from pg_catalog.pg_cast k
                       where k.castsource = t.oid and k.casttarget = 'json'::regtype and k.castfunc <> 0)))
        from held h
        join pg_catalog.pg_type t on t.oid = h.type
        group by h.name
        """;

    private const string Stored = /* language=sql */
        """
        select schema_like, table_like, column_like, when_column is not null
        from changelog.redaction_rule
        where not is_default
          and not is_off
        order by place
        """;

    // their keys are whatever applications send
    private static readonly string[] KeyHolders = ["lib_event.event", "logs.transaction"];

    /// <summary>Configured rules that name something missing.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        foreach (var rule in settings.Redaction?.Rules ?? [])
        {
            if (await ProblemAsync(connection, rule, cancellationToken) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    /// <summary>Rules that match no column, though JSON keys yet to come may match.</summary>
    public static async Task<IReadOnlyList<RuleWarning>> WarningsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<RuleWarning> warnings = [];
        foreach (var (table, column, isOfRows) in await connection.RowsAsync(Stored, Rule, [], cancellationToken))
        {
            if (table == RedactionRule.AllTables || KeyHolders.Contains(table.Name))
            {
                continue;
            }

            var columns = await ColumnsAsync(connection, table, cancellationToken);
            if (columns.Count == 0)
            {
                warnings.Add(new RuleWarning(
                    $"ChangeLog:Redaction:Rules: {table.Text} matches no table."
                    + ApplicationTables.Nearest(
                        table.Qualified, await ApplicationTables.NamesAsync(connection, cancellationToken)),
                    IsWrong: table.IsExact && column.IsExact));
            }
            else if (column.IsExact && !columns.Any(known => column.Matches(known.Name)))
            {
                var mayBeKey = !isOfRows && columns.Any(known => known.HoldsKeys);
                warnings.Add(new RuleWarning(
                    $"ChangeLog:Redaction:Rules: {table.Text} has no column {column.Text}; "
                    + (mayBeKey ? "only keys within JSON." : "nothing is redacted by it.")
                    + ApplicationTables.Nearest(column.Text, columns.Select(known => known.Name)),
                    IsWrong: table.IsExact && !mayBeKey));
            }
        }

        return warnings;
    }

    private static async Task<string?> ProblemAsync(
        NpgsqlConnection connection, RedactionRule rule, CancellationToken cancellationToken)
    {
        if (KeyHolders.Contains(rule.Table.Name))
        {
            return rule.When is null
                ? null
                : $"{rule.Setting}:When: {rule.Table.Name} has keys only and no column {rule.When}. Leave When out.";
        }

        var columns = await ColumnsAsync(connection, rule.Table, cancellationToken);
        if (columns.Count == 0)
        {
            return rule.Table.IsExact && !ApplicationTables.IsMadeByInstall(rule.Table)
                ? $"{rule.Setting}:Table: {await ApplicationTables.MissingAsync(
                    connection, rule.Table, null, cancellationToken)}"
                : null;
        }

        // a JSON key has no rows to choose by a column
        var mayBeKey = rule.When is null && columns.Any(column => column.HoldsKeys);
        if (rule.Column.IsExact
            && rule.Table != RedactionRule.AllTables
            && !mayBeKey
            && !columns.Any(column => rule.Column.Matches(column.Name)))
        {
            return $"{rule.Setting}:Column: {rule.Table.Text} has no column {rule.Column.Text}, and "
                + (rule.When is null ? "no JSON column with such a key." : "a rule with When applies to columns only.")
                + ApplicationTables.Nearest(rule.Column.Text, columns.Select(column => column.Name));
        }

        return rule.When is { } when && !columns.Any(column => column.IsBoolean && column.Name == when)
            ? $"{rule.Setting}:When: {rule.Table.Text} has no boolean column {when}."
                + ApplicationTables.Nearest(
                    when, columns.Where(column => column.IsBoolean).Select(column => column.Name))
            : null;
    }

    private static (TablePattern Table, ColumnPattern Column, bool IsOfRows) Rule(NpgsqlDataReader row)
    {
        var (schema, table) = (row.GetString(0), row.GetString(1));
        return (
            new TablePattern($"{LikePattern.Shown(schema)}.{LikePattern.Shown(table)}", schema, table),
            new ColumnPattern(LikePattern.Shown(row.GetString(2))),
            row.GetBoolean(3));
    }

    private static Task<List<Column>> ColumnsAsync(
        NpgsqlConnection connection, TablePattern table, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Matching,
            row => new Column(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)),
            [Query.Text(table.SchemaLike), Query.Text(table.TableLike)],
            cancellationToken);

    private readonly record struct Column(string Name, bool IsBoolean, bool HoldsKeys);
}
