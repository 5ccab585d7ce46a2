namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>The schemas that are neither the server's nor ChangeLog's own, and those that are ChangeLog's.</summary>
public static class ApplicationSchemas
{
    /// <summary>ChangeLog's own, as a list in SQL: platform is one, though its tables are applications' too.</summary>
    internal const string OwnList = "logs, lib_event, lib_events, changelog, platform";

    /// <summary>The same, as an array of names in SQL.</summary>
    internal const string OwnArray = $"string_to_array('{OwnList}', ', ')";

    /// <summary>As changelog.is_left_out has it, which is not there before the first install: the condition on pg_namespace n.</summary>
    public const string Condition = /* language=sql */
        """
        not pg_catalog.starts_with(n.nspname::text, 'pg_')
        and n.nspname not in ('information_schema', 'logs', 'lib_event', 'lib_events', 'changelog')
        """;

    /// <summary>ChangeLog's own.</summary>
    public static IReadOnlyList<string> Own { get; } = OwnList.Split(", ");
}
