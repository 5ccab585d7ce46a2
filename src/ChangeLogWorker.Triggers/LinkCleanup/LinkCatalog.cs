using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>Checks that the tables that link policies name exist and have links, before anything is changed.</summary>
/// <remarks>Queries only the server's catalog: on a first install there is nothing else.</remarks>
internal static class LinkCatalog
{
    private static readonly string Tables = /* language=sql */
        $"""
        select n.nspname || '.' || c.relname,
               n.nspname like $1 and c.relname like $2,
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
          and {ApplicationSchemas.TableCondition}
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
        foreach (var rule in (settings.Links ?? []).Where(rule => rule.Table.IsExact))
        {
            if (await ProblemAsync(connection, rule, cancellationToken) is { } problem)
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
            : Holders(await ReadAsync(connection, RedactionRule.AllTables, cancellationToken)).ToList();
        return
        [
            .. unmatched.Select(pattern =>
                $"ChangeLog:Links:Policies: {pattern} matches no table with links."
                    + ApplicationTables.Nearest(pattern, names)),
        ];
    }

    private static async Task<string?> ProblemAsync(
        NpgsqlConnection connection, LinkRule rule, CancellationToken cancellationToken)
    {
        var name = rule.Table.Name;
        if (AppendOnly.Contains(name))
        {
            return rule.Policy == LinkPolicy.Keep
                ? null
                : $"{rule.Setting}: {name} is append-only and keeps its links; platform.link_gone says which of "
                    + "them are dangling.";
        }

        var tables = await ReadAsync(connection, rule.Table, cancellationToken);
        var named = tables.FirstOrDefault(table => table.IsNamed);
        if (named is null)
        {
            return ApplicationTables.IsMadeByInstall(rule.Table)
                ? null
                : $"{rule.Setting}: "
                    + $"{await ApplicationTables.MissingAsync(
                        connection, rule.Table, Holders(tables), cancellationToken)}";
        }

        return named switch
        {
            { HasTable: true, HasId: true } => null,
            { HasTable: true } => $"{rule.Setting}: {name} has no column linked_id, and so no links."
                + NearestHolder(name, tables),
            { HasId: true } => $"{rule.Setting}: {name} has no column linked_table that is a text, and so no links."
                + NearestHolder(name, tables),
            _ => $"{rule.Setting}: {name} has neither linked_table, a text, nor linked_id, and so no links."
                + NearestHolder(name, tables),
        };
    }

    private static string NearestHolder(string name, IEnumerable<Holder> tables) =>
        NearestName.Of(name, Holders(tables)) is { } nearest ? $" The nearest is {nearest}." : string.Empty;

    private static IEnumerable<string> Holders(IEnumerable<Holder> tables) =>
        tables.Where(table => table.HasTable && table.HasId).Select(table => table.Name);

    private static Task<List<Holder>> ReadAsync(
        NpgsqlConnection connection, TablePattern pattern, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Tables,
            row => new Holder(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3)),
            [Query.Text(pattern.SchemaLike), Query.Text(pattern.TableLike)],
            cancellationToken);

    private sealed record Holder(string Name, bool IsNamed, bool HasTable, bool HasId);
}
