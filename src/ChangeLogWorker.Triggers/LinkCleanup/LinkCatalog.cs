using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>Finds link policies of tables that do not exist or have no links, configured or stored.</summary>
internal static class LinkCatalog
{
    // changelog.link_tables tells neither which of the two columns a table lacks, nor a root without partitions
    private const string Tables = /* language=sql */
        """
        select n.nspname || '.' || c.relname,
               exists (
                   select
                   from pg_catalog.pg_attribute t
                   join pg_catalog.pg_type k on k.oid = t.atttypid
                   where t.attrelid = c.oid and t.attname = 'linked_table' and not t.attisdropped
                       and k.typcategory = 'S'),
               exists (
                   select
                   from pg_catalog.pg_attribute i
                   where i.attrelid = c.oid and i.attname = 'linked_id' and not i.attisdropped)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
          and not c.relispartition
          and not changelog.is_internal(n.nspname, c.relname)
        """;

    private const string Unmatched = /* language=sql */
        """
        select p.pattern
        from changelog.link_policy p
        where not p.is_default
          and p.pattern <> all ($1)
          and not exists (
              select
              from changelog.link_tables() l
              where l.table_schema like p.schema_like
                and l.table_name like p.table_like)
        order by p.place
        """;

    private static readonly string[] AppendOnly =
        ["platform.activity_logs", "platform.audit_logs", "platform.user_audit_logs"];

    /// <summary>Policies that name missing tables, or tables without links.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        var rules = (settings.Links ?? []).Where(rule => rule.Table.IsExact).ToList();
        var tables = rules.Count == 0 ? [] : await ReadAsync(connection, cancellationToken);
        foreach (var rule in rules)
        {
            if (await ProblemAsync(connection, rule, tables, cancellationToken) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    /// <summary>Policies in force that match no table with links.</summary>
    public static async Task<IReadOnlyList<string>> WarningsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var unmatched = await connection.LinesAsync(Unmatched, [Query.Texts(AppendOnly)], cancellationToken);
        var names = unmatched.Count == 0
            ? []
            : Holders(await ReadAsync(connection, cancellationToken)).ToList();
        return
        [
            .. unmatched.Select(pattern =>
                $"ChangeLog:Links:Policies: {pattern} matches no table with links."
                    + ApplicationTables.Nearest(pattern, names)),
        ];
    }

    private static async Task<string?> ProblemAsync(
        NpgsqlConnection connection, LinkRule rule, List<Holder> tables, CancellationToken cancellationToken)
    {
        var name = rule.Table.Name;
        if (AppendOnly.Contains(name))
        {
            return rule.Policy == LinkPolicy.Keep
                ? null
                : $"{rule.Setting}: {name} is append-only and keeps its links; platform.link_gone says which of "
                    + "them are dangling.";
        }

        return tables.Find(table => table.Name == name) switch
        {
            null => $"{rule.Setting}: "
                + await ApplicationTables.MissingAsync(connection, rule.Table, Holders(tables), cancellationToken),
            { HasTable: true, HasId: true } => null,
            { HasTable: true } => $"{rule.Setting}: {name} has no column linked_id, and so no links."
                + ApplicationTables.Nearest(name, Holders(tables)),
            { HasId: true } => $"{rule.Setting}: {name} has no column linked_table that is a text, and so no links."
                + ApplicationTables.Nearest(name, Holders(tables)),
            _ => $"{rule.Setting}: {name} has neither linked_table, a text, nor linked_id, and so no links."
                + ApplicationTables.Nearest(name, Holders(tables)),
        };
    }

    private static IEnumerable<string> Holders(IEnumerable<Holder> tables) =>
        tables.Where(table => table.HasTable && table.HasId).Select(table => table.Name);

    private static Task<List<Holder>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Tables,
            row => new Holder(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)),
            [],
            cancellationToken);

    private sealed record Holder(string Name, bool HasTable, bool HasId);
}
