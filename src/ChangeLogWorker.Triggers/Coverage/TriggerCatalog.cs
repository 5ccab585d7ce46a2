using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>Reads tables and triggers from the database, which also decides which triggers they should have.</summary>
internal static class TriggerCatalog
{
    private const string OutOfLine =
        /* language=sql */ "select table_oid, table_schema, table_name from changelog.unreconciled_tables()";

    private const string Plan = /* language=sql */
        "select table_schema, table_name, action, trigger_name, reason from changelog.trigger_plan()";

    private const string Holders = /* language=sql */
        """
        select string_agg(distinct format('pid %s (%s, user %s, %s)',
                   a.pid,
                   coalesce(nullif(a.application_name, ''), 'no application name'),
                   a.usename,
                   a.state), ', ')
        from pg_locks l
        join pg_stat_activity a using (pid)
        where l.locktype = 'relation'
          and l.relation = $1
          and l.database = (select oid from pg_database where datname = current_database())
          and l.granted
          and l.pid <> all ($2)
        """;

    private const string EarlierTriggers = /* language=sql */
        """
        select format('%s: the trigger %s of yours fires before ChangeLog''s; if it changes the row again, '
                   'its change is logged first. Rename it so that it sorts after %s.',
                   t.tgrelid::regclass, quote_ident(t.tgname), quote_ident(o.name))
        from changelog.tables() c
        cross join lateral (select format('!changelog_row_%s', c.table_oid) as name) o
        join pg_trigger t on t.tgrelid = c.table_oid
        where c.captured
          and c.table_oid = c.root_oid
          and not t.tgisinternal
          and t.tgtype & 67 = 1
          and t.tgname < o.name::name
          and not changelog.is_capture_function(t.tgfoid)
        order by 1
        """;

    private const string Unmatched = /* language=sql */
        """
        select e.pattern
        from changelog.exclusion e
        where not exists (
            select
            from changelog.tables() t
            where t.table_schema like e.schema_like
              and t.table_name like e.table_like
        )
        order by e.pattern
        """;

    private const string Partitions = /* language=sql */
        """
        select format('NON_LOGGED_TABLES: %s matches the partition %s; partitions are logged with their root %s.',
                   e.pattern, t.table_oid::regclass, t.root_oid::regclass)
        from changelog.exclusion e
        join changelog.tables() t on t.table_schema like e.schema_like and t.table_name like e.table_like
        where t.captured
        order by 1
        """;

    private const string Bypassed = /* language=sql */
        """
        select format(
            'Nothing is captured: session_replication_role = replica is set for %s, under which no trigger fires. '
            'Run: %s',
            b.who, b.remedy)
        from changelog.bypasses() b
        where b.remedy is not null
        order by 1
        """;

    private const string Names =
        /* language=sql */ "select table_schema || '.' || table_name from changelog.tables()";

    public static Task<List<TableToReconcile>> OutOfLineAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            OutOfLine,
            row => new TableToReconcile(
                row.GetFieldValue<uint>(0), new TableName(row.GetString(1), row.GetString(2))),
            [],
            cancellationToken);

    public static Task<List<TriggerAction>> PlanAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(Plan, Action, [], cancellationToken);

    /// <summary>A row of a plan, or of what a reconcile did.</summary>
    public static TriggerAction Action(NpgsqlDataReader row) => new(
        new TableName(row.GetString(0), row.GetString(1)), row.GetString(2), row.GetString(3), row.GetString(4));

    /// <summary>Other sessions that hold locks on a table, as part of a sentence; null if there are none.</summary>
    public static async Task<string?> HoldersAsync(
        NpgsqlConnection connection, uint table, IReadOnlyCollection<int> own, CancellationToken cancellationToken) =>
        await connection.ScalarAsync(
            Holders, [Query.Oid(table), Query.Of<int[]>([.. own])], cancellationToken) as string;

    /// <summary>Valid settings that still deserve a warning.</summary>
    public static async Task<IReadOnlyList<string>> WarningsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var warnings = await connection.LinesAsync(Bypassed, [], cancellationToken);
        warnings.AddRange(await connection.LinesAsync(EarlierTriggers, [], cancellationToken));
        warnings.AddRange(await connection.LinesAsync(Partitions, [], cancellationToken));
        var unmatched = await connection.LinesAsync(Unmatched, [], cancellationToken);
        if (unmatched.Count > 0)
        {
            var names = await connection.LinesAsync(Names, [], cancellationToken);
            warnings.AddRange(unmatched.Select(pattern =>
                $"NON_LOGGED_TABLES: {pattern} matches no table."
                + NearestName.Sentence(Qualified(pattern), names)));
        }

        warnings.AddRange(
            (await RuleWarning.ReadAsync(connection, cancellationToken)).Select(warning => warning.Sentence));
        return warnings;
    }

    // unqualified means public; otherwise any short table name would look nearer than the right one
    private static string Qualified(string pattern) =>
        pattern.Contains('.', StringComparison.Ordinal) ? pattern : $"public.{pattern}";
}
