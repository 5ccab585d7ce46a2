using ChangeLogWorker.Triggers.Schema.Scripts;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>The schemas that are neither the server's nor ChangeLog's own, and those that are ChangeLog's.</summary>
public static class ApplicationSchemas
{
    /// <summary>ChangeLog's own, as a list in SQL: platform is one, though its tables are applications' too.</summary>
    internal const string OwnList = "logs, lib_event, lib_events, changelog, platform";

    /// <summary>The same, as an array of names in SQL.</summary>
    internal const string OwnArray = $"string_to_array('{OwnList}', ', ')";

    /// <summary>
    /// As changelog.is_left_out has it, which is not there before the first install: the condition on pg_class
    /// c in pg_namespace n.
    /// </summary>
    public static string TableCondition { get; } = /* language=sql */
        $"""
        not starts_with(n.nspname, 'pg_')
        and n.nspname <> 'information_schema'
        and n.nspname || '.' || c.relname <> all ({OwnNames.Array(OwnNames.LeftOut)})
        and n.nspname || '.' || c.relname !~ '{OwnNames.Partitions}'
        """;

    /// <summary>
    /// The condition on pg_namespace n: one of ChangeLog's own is the application's too where it has a table in it.
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
