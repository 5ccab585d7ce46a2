using ChangeLogWorker.Triggers.Installation;
using Npgsql;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Looks whether the tables and columns that configured rules name exist, before anything is changed.</summary>
/// <remarks>Asks the server's catalog alone: at the first install there is nothing else.</remarks>
internal static class RedactionCatalog
{
    private const string Matching =
        /* language=sql */
        """
        select a.attname::text,
               a.atttypid = 'boolean'::regtype and a.attgenerated <> 'v',
               pg_catalog.format_type(a.atttypid, null) like 'json%' or t.typtype in ('c', 'd')
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_catalog.pg_type t on t.oid = a.atttypid
        where c.relkind in ('r', 'p')
          and not c.relispartition
          and n.nspname like $1
          and c.relname like $2
        """;

    private const string Names =
        /* language=sql */
        """
        select n.nspname || '.' || c.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
          and not c.relispartition
          and n.nspname not like 'pg\_%'
          and n.nspname not in ('information_schema', 'logs', 'lib_event', 'lib_events', 'changelog')
        """;

    // their keys are whatever applications send
    private static readonly string[] KeyHolders = ["lib_event.event", "logs.transaction"];

    /// <exception cref="RefusedException">A rule names what does not exist; nothing was touched.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, CaptureSettings settings, CancellationToken ct)
    {
        if (settings.Redaction?.Rules is not { Count: > 0 } rules)
        {
            return;
        }

        List<string> problems = [];
        foreach (var rule in rules.Where(rule => !KeyHolders.Contains(rule.Table.Text)))
        {
            if (await ProblemAsync(connection, rule, ct) is { } problem)
            {
                problems.Add(problem);
            }
        }

        if (problems.Count > 0)
        {
            throw new RefusedException(string.Join(' ', problems), 2);
        }
    }

    private static async Task<string?> ProblemAsync(NpgsqlConnection connection, RedactionRule rule, CancellationToken ct)
    {
        var columns = await ColumnsAsync(connection, rule.Table, ct);
        if (columns.Count == 0)
        {
            return rule.Table.IsExact
                ? $"{rule.Setting}:Table: there is no table {rule.Table.Qualified}."
                    + Nearest(rule.Table.Qualified, await NamesAsync(connection, ct))
                : null;
        }

        if (rule.Column.IsExact
            && rule.Table != RedactionRule.AllTables
            && !columns.Any(column => column.HoldsKeys || rule.Column.Matches(column.Name)))
        {
            return $"{rule.Setting}:Column: {rule.Table.Text} has no column {rule.Column.Text}, and none of JSON with such a key."
                + Nearest(rule.Column.Text, columns.Select(column => column.Name));
        }

        return rule.When is { } when && !columns.Any(column => column.IsBoolean && column.Name == when)
            ? $"{rule.Setting}:When: {rule.Table.Text} has no boolean column {when}."
                + Nearest(when, columns.Where(column => column.IsBoolean).Select(column => column.Name))
            : null;
    }

    private static string Nearest(string name, IEnumerable<string> candidates) =>
        NearestName.Of(name, candidates.Distinct()) is { } nearest ? $" The nearest is {nearest}." : string.Empty;

    private static async Task<List<Column>> ColumnsAsync(
        NpgsqlConnection connection, TablePattern table, CancellationToken ct)
    {
        var columns = new List<Column>();
        await using var command = new NpgsqlCommand(Matching, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = table.SchemaLike },
                new NpgsqlParameter<string> { TypedValue = table.TableLike },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            columns.Add(new Column(reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2)));
        }

        return columns;
    }

    private static async Task<List<string>> NamesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var names = new List<string>();
        await using var command = new NpgsqlCommand(Names, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private readonly record struct Column(string Name, bool IsBoolean, bool HoldsKeys);
}
