using ChangeLogWorker.Triggers.Schema.Scripts;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Schemas of the application, and ChangeLog's own.</summary>
public static class ApplicationSchemas
{
    /// <summary>
    /// ChangeLog's own, as a list in SQL, including platform, which also has the application's tables.
    /// </summary>
    internal const string OwnList = "logs, lib_event, lib_events, changelog, platform";

    internal const string OwnArray = $"string_to_array('{OwnList}', ', ')";

    /// <summary>
    /// The condition on pg_class c in pg_namespace n, as in changelog.is_internal, which does not exist before the
    /// first install.
    /// </summary>
    public static string TableCondition { get; } = /* language=sql */
        $"""
        not starts_with(n.nspname, 'pg_')
        and n.nspname <> 'information_schema'
        and n.nspname || '.' || c.relname <> all ({OwnNames.Array(OwnNames.LeftOut)})
        and n.nspname || '.' || c.relname !~ '{OwnNames.Partitions}'
        """;

    /// <summary>
    /// The condition on pg_namespace n: one of ChangeLog's own also counts as the application's if it has a table in
    /// it.
    /// </summary>
    public static string Condition { get; } = /* language=sql */
        $"""
        not starts_with(n.nspname, 'pg_')
        and n.nspname <> 'information_schema'
        and (n.nspname not in ('logs', 'lib_event', 'lib_events', 'changelog') or exists (
            select
            from pg_catalog.pg_class c
            where c.relnamespace = n.oid
            and c.relkind in ('r', 'p')
            and {TableCondition}))
        """;

    /// <summary>ChangeLog's own.</summary>

    public static IReadOnlyList<string> Own { get; } = OwnList.Split(", ");
}
