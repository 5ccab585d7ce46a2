namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>What a transaction that changes the database's objects begins with.</summary>
/// <remarks>A process that hangs must not keep its locks on the application's tables.</remarks>
internal static class DdlTransaction
{
    /// <summary>For one table, on which an application waits meanwhile.</summary>
    public const string OfTable = /* language=sql */
        $"""
        {Settings};
        set local lock_timeout = '2s'
        """;

    /// <summary>For the schema; then comes <see cref="OneAtATime"/>, where it is there.</summary>
    public const string OfSchema = /* language=sql */
        $"""
        {Settings};
        set local check_function_bodies = off;
        set local lock_timeout = '5s'
        """;

    /// <summary>
    /// One that installs, upgrades or uninstalls at a time. Taken as the owner: an advisory lock may be held by any
    /// login. Nothing else writes this table, and each version has it. Two first installs meet at the first schema that
    /// both make.
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
    /// The same, of an install: a large log may take longer than a statement of the role may, and event triggers of
    /// ours are not to cover what is being made.
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
