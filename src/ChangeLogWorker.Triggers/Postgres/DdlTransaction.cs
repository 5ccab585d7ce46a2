namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>How a transaction that runs DDL begins.</summary>
/// <remarks>A hanging process must not keep its locks on the application's tables.</remarks>
internal static class DdlTransaction
{
    /// <summary>For one table, while an application waits for it.</summary>
    public const string OfTable = /* language=sql */
        $"""
        {Settings};
        set local lock_timeout = '2s'
        """;

    /// <summary>For the schema; followed by <see cref="OneAtATime"/> if that table exists.</summary>
    public const string OfSchema = /* language=sql */
        $"""
        {Settings};
        set local check_function_bodies = off;
        set local lock_timeout = '5s'
        """;

    /// <summary>
    /// Lets one install, upgrade or uninstall run at a time. Only the owner can take this lock, whereas any login may
    /// hold an advisory lock. Nothing else writes this table, and each version has it. Two first installs meet at the
    /// first schema that both create.
    /// </summary>
    public const string OneAtATime = /* language=sql */
        """
        do $lock$
        begin
            lock table changelog.script in share row exclusive mode;
        exception when undefined_table or invalid_schema_name then
            raise exception 'ChangeLog was uninstalled at this instant' using errcode = 'serialization_failure';
        end
        $lock$
        """;

    /// <summary>
    /// The same for an install: a large log may take longer than the role's statement_timeout, and our event triggers
    /// must not capture what is being created.
    /// </summary>
    public const string OfInstall = /* language=sql */
        $"""
        {OfSchema};
        set local statement_timeout = 0;
        set local changelog.reconciling = 'on'
        """;

    private const string Settings = /* language=sql */
        """
        set local client_min_messages = warning;
        set local search_path = pg_catalog, pg_temp;
        set local standard_conforming_strings = on;
        set local quote_all_identifiers = off;
        set local array_nulls = on;
        set local transform_null_equals = off;
        set local idle_in_transaction_session_timeout = '10s'
        """;
}
