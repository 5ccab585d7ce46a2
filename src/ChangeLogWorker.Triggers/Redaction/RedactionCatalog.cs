using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>Finds rules that name a table or column that does not exist, configured or stored.</summary>
internal static class RedactionCatalog
{
    // of all patterns at once: what holds JSON is computed once
    private const string Matching = /* language=sql */
        """
        select p.place::integer - 1,
               a.attname::text,
               bool_or(a.atttypid = 'boolean'::regtype and a.attgenerated <> 'v'),
               bool_or(coalesce(a.attname::text = any (j.columns), false))
        from unnest($1, $2) with ordinality p (schema_like, table_like, place)
        join pg_catalog.pg_namespace n on n.nspname like p.schema_like
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname like p.table_like
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join changelog.json_columns() j on j.table_oid = c.oid
        where c.relkind in ('r', 'p')
          and not c.relispartition
        group by p.place, a.attname
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
        var rules = settings.Redaction?.Rules ?? [];
        var columns = await ColumnsAsync(connection, [.. rules.Select(rule => rule.Table)], cancellationToken);
        foreach (var (place, rule) in rules.Index())
        {
            if (await ProblemAsync(connection, rule, [.. columns[place]], cancellationToken) is { } problem)
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
        var rules = (await connection.RowsAsync(Stored, Rule, [], cancellationToken))
            .Where(rule => rule.Table != RedactionRule.AllTables && !KeyHolders.Contains(rule.Table.Name))
            .ToList();
        var found = await ColumnsAsync(connection, [.. rules.Select(rule => rule.Table)], cancellationToken);
        foreach (var (place, (table, column, isOfRows)) in rules.Index())
        {
            List<Column> columns = [.. found[place]];
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
        NpgsqlConnection connection, RedactionRule rule, List<Column> columns, CancellationToken cancellationToken)
    {
        if (KeyHolders.Contains(rule.Table.Name))
        {
            return rule.When is null
                ? null
                : $"{rule.Setting}:When: {rule.Table.Name} has keys only and no column {rule.When}. Leave When out.";
        }

        if (columns.Count == 0)
        {
            return rule.Table.IsExact
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

    /// <summary>The columns of the tables that match, by the pattern's place.</summary>
    private static async Task<ILookup<int, Column>> ColumnsAsync(
        NpgsqlConnection connection, IReadOnlyList<TablePattern> tables, CancellationToken cancellationToken)
    {
        var rows = tables.Count == 0 ? [] : await connection.RowsAsync(
            Matching,
            row => (
                Place: row.GetInt32(0), Column: new Column(row.GetString(1), row.GetBoolean(2), row.GetBoolean(3))),
            [
                Query.Texts(tables.Select(table => table.SchemaLike)),
                Query.Texts(tables.Select(table => table.TableLike)),
            ],
            cancellationToken);
        return rows.ToLookup(row => row.Place, row => row.Column);
    }

    private readonly record struct Column(string Name, bool IsBoolean, bool HoldsKeys);
}
