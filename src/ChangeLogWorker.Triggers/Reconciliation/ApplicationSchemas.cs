namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>The schemas that are neither the server's nor ChangeLog's own.</summary>
public static class ApplicationSchemas
{
    /// <summary>As changelog.is_left_out has it, which is not there before the first install: the condition on pg_namespace n.</summary>
    public const string Condition = /* language=sql */
        """
        n.nspname not like 'pg\_%'
        and n.nspname not in ('information_schema', 'logs', 'lib_event', 'lib_events', 'changelog')
        """;
}
