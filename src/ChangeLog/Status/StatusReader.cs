using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>Looks at everything that <c>status</c> shows; changes nothing.</summary>
internal sealed class StatusReader(NpgsqlConnection connection)
{
    private const string InstallationOf = /* language=sql */
        """
        select
            current_database()::text,
            split_part(current_setting('server_version'), ' ', 1),
            i.installed_at,
            i.reconciled_at,
            i.uninstalled_at,
            exists (select from pg_catalog.pg_event_trigger where evtname = 'changelog_ddl' and evtenabled <> 'D'),
            (select seqcache from pg_catalog.pg_sequence where seqrelid = 'lib_event.position'::regclass),
            exists (select from logs.change_default),
            to_regprocedure('logs.capture_row_change()') is not null,
            (select p.last_value from lib_event.position p) < changelog.highest_position()
        from changelog.installation i
        """;

    private const string Workers = /* language=sql */
        """
        select host, process_id, version, db_user, started_at, greatest(clock_timestamp() - seen_at, interval '0')
        from changelog.running_worker
        order by started_at
        """;

    private const string Notifications = /* language=sql */
        """
        select
            l.mode, l.awake_for > 0, pg_catalog.pg_notification_queue_usage(),
            current_setting('max_prepared_transactions')::integer
        from changelog.look('{}', false) l
        """;

    private const string Handlers = /* language=sql */
        """
        select
            handler, stream, handled, behind,
            case when oldest_unhandled_at is not null then greatest(clock_timestamp() - oldest_unhandled_at, interval '0') end,
            greatest(clock_timestamp() - updated_at, interval '0'),
            window_share
        from changelog.handler_status
        order by handler
        """;

    private const string Troubles = /* language=sql */
        """
        select
            coalesce(c.handler, d.handler),
            coalesce(d.open, 0),
            f.failing_since,
            f.paused_since,
            f.error,
            f.kind || ' at position ' || f.position
        from changelog.cursor c
        left join changelog.handler_failure f on f.handler = c.handler and f.failed_at > c.updated_at
        full join (
            select handler, count(*) as open
            from changelog.dead_letter
            where resolved_at is null
            group by handler) d on d.handler = c.handler
        where d.open > 0
        or f.handler is not null
        order by 1
        """;

    private const string Timelines = /* language=sql */
        """
        select
            t.name, t.root_schema || '.' || t.root_table, t.table_schema || '.' || t.table_name, t.skipped, c.oid is not null,
            array(
                select k.name
                from unnest(array[t.root_key, t.stage_column]) k (name)
                where k.name is not null
                and k.name not in (select a.attname from pg_catalog.pg_attribute a where a.attrelid = c.oid and not a.attisdropped))
        from changelog.timeline t
        left join pg_catalog.pg_namespace n on n.nspname = t.root_schema
        left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.root_table
        order by t.name
        """;

    private const string Tables = /* language=sql */
        """
        select
            t.table_schema || '.' || t.table_name,
            case t.kind
                when 'p' then 'partitioned table'
                when 'f' then 'foreign table'
                when 'm' then 'materialized view'
                else 'table'
            end,
            t.captured and coalesce(v.captured, false),
            v.since,
            case
                when t.captured and v.captured then v.reason
                else coalesce(case when not t.captured then t.reason end, v.reason, 'it was not seen by a reconcile yet')
            end,
            t.captured and not coalesce(v.captured, false)
        from changelog.tables() t
        left join changelog.current_coverage v on v.table_oid = t.table_oid
        where t.table_oid = t.root_oid
        order by 1
        """;

    private const string Sizes = /* language=sql */
        """
        select
            p.root,
            count(*)::integer,
            sum(greatest(c.reltuples, 0))::bigint,
            sum(pg_catalog.pg_total_relation_size(c.oid))::bigint
        from (values
            ('logs.transaction'), ('logs.change'), ('logs.change_details'), ('logs.change_links'), ('lib_event.event'),
            ('platform.activity_logs'), ('platform.user_audit_logs')
        ) as p (root)
        join pg_catalog.pg_class c
            on c.oid in (select relid from pg_catalog.pg_partition_tree(p.root::regclass) union select p.root::regclass)
            and c.relkind = 'r'
        group by p.root
        order by p.root
        """;

    private const string Settings = /* language=sql */
        """
        select
            array(
                select pattern from changelog.exclusion
                union all
                select '!' || pattern from changelog.default_exclusion where is_off
                order by 1),
            schemas,
            log_no_op_updates,
            fire_always,
            array(select format('%s (%s)', pattern, tool) from changelog.default_exclusion where not is_off order by pattern)
        from changelog.capture_setting
        """;

    private const string Users = /* language=sql */ "select users_table, linked, reason from changelog.users_link";

    private const string Orders = /* language=sql */
        """
        select o.stopped_handler, o.setting, o.value::text, o.flag
        from changelog.orders() o
        order by o.stopped_handler, o.setting, o.flag
        """;

    // bounded by positions, each of which is one look-up: the log may be large
    private const string Actors = /* language=sql */
        """
        select t.application_name, t.db_user, count(*), count(nullif(t.actor_id, ''))
        from logs.change c
        join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where c.position > (select last_value from lib_event.position) - 10000
        group by t.application_name, t.db_user
        order by 3 desc, 1, 2
        limit 20
        """;

    private const string Redaction = /* language=sql */
        """
        with redacted as materialized (
            select d.place, d.when_column, n.nspname || '.' || c.relname || '.' || d.column_name as name
            from changelog.redacted_columns() d
            join pg_catalog.pg_class c on c.oid = d.table_oid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        )
        select
            r.name, r.is_default, r.is_off, r.way, r.when_column,
            array(select d.name from redacted d where d.place = r.place order by d.name),
            array(
                select d.name
                from redacted d
                where d.place = r.place
                and d.when_column is null
                and r.when_column is not null
                order by d.name)
        from changelog.redaction_rule r
        order by r.place
        """;

    private const string LinkFindings = /* language=sql */ "select findings from changelog.link_sweep";

    private const string OutOfLine = /* language=sql */
        """
        select format('%s.%s: %s (%s)', table_schema, table_name, reason, trigger_name)
        from changelog.trigger_plan()
        """;

    private const string Suspended = /* language=sql */
        """
        select
            format('%s.%s', n.nspname, c.relname),
            s.since,
            s.db_user,
            format('alter table %I.%I enable trigger all', n.nspname, c.relname)
        from changelog.suspension s
        join pg_catalog.pg_class c on c.oid = s.table_oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where changelog.is_suspended(s.table_oid)
        order by 1
        """;

    // of a table that was captured before, and that there is: when it was not, or what went by at an instant
    private const string Gaps = /* language=sql */
        """
        select format('%s.%s', n.nspname, c.relname), g.valid_from, g.valid_until, g.reason
        from changelog.coverage g
        join pg_catalog.pg_class c on c.oid = g.table_oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where not g.captured
        and g.valid_until is not null
        and exists (
            select
            from changelog.coverage b
            where b.table_oid = g.table_oid
            and b.captured
            and b.valid_from <= g.valid_from)
        order by g.valid_from desc, 1, g.id
        """;

    private const string Unprotected = /* language=sql */
        """
        select format('Nothing is captured: session_replication_role = replica is set for %s, under which no trigger fires. '
            'Run: %s', b.who, b.remedy)
        from changelog.bypasses() b
        where b.remedy is not null
        union all
        select replace(g.sentence, ' was ', ' is ') || ' Run: changelog install'
        from changelog.guard_plan() g
        """;

    public async Task<DatabaseStatus> ReadAsync(CancellationToken cancellationToken) => new(
        (await connection.RowsAsync(InstallationOf, ReadInstallation, [], cancellationToken))[0],
        await connection.RowsAsync(Workers, ReadWorker, [], cancellationToken),
        (await connection.RowsAsync(Notifications, ReadNotifications, [], cancellationToken))[0],
        await connection.RowsAsync(Handlers, ReadHandler, [], cancellationToken),
        await connection.RowsAsync(Troubles, ReadTrouble, [], cancellationToken),
        await connection.RowsAsync(
            Timelines,
            row => new TimelineStatus(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetInt64(3),
                row.GetBoolean(4),
                row.GetFieldValue<string[]>(5)),
            [],
            cancellationToken),
        await connection.RowsAsync(Tables, ReadTable, [], cancellationToken),
        await connection.RowsAsync(
            Sizes,
            row => new LogSize(row.GetString(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)),
            [],
            cancellationToken),
        (await connection.RowsAsync(Settings, ReadSettings, [], cancellationToken))[0],
        await connection.RowsAsync(Redaction, ReadRedaction, [], cancellationToken),
        await connection.ColumnAsync<string>(OutOfLine, [], cancellationToken))
        {
            Users = (await connection.RowsAsync(
                Users,
                row => new UsersStatus(row.TextOrNull(0), row.GetBoolean(1), row.TextOrNull(2)),
                [],
                cancellationToken))[0],
            Orders = await connection.RowsAsync(
                Orders,
                row => new OrderStatus(row.TextOrNull(0), row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3)),
                [],
                cancellationToken),
            Actors = await connection.RowsAsync(
                Actors,
                row => new KnownActors(row.TextOrNull(0), row.TextOrNull(1), row.GetInt64(2), row.GetInt64(3)),
                [],
                cancellationToken),
            Suspended = await connection.RowsAsync(
                Suspended,
                row => new SuspendedTable(
                    row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.TextOrNull(2), row.GetString(3)),
                [],
                cancellationToken),
            Gaps = await connection.RowsAsync(
                Gaps,
                row => new CoverageGap(
                    row.GetString(0),
                    row.GetFieldValue<DateTimeOffset>(1),
                    row.GetFieldValue<DateTimeOffset>(2),
                    row.GetString(3)),
                [],
                cancellationToken),
            Rules = await RuleWarning.ReadAsync(connection, cancellationToken),
            LinkFindings = (await connection.RowsAsync(
                LinkFindings, row => row.GetFieldValue<string[]>(0), [], cancellationToken))[0],
            Unprotected = await connection.ColumnAsync<string>(Unprotected, [], cancellationToken),
        };

    private static Installation ReadInstallation(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetFieldValue<DateTimeOffset>(2),
        Time(row, 3),
        Time(row, 4),
        row.GetBoolean(5),
        (int)row.GetInt64(6),
        row.GetBoolean(7),
        row.GetBoolean(8))
    {
        PositionsFellBehind = row.GetBoolean(9),
    };

    private static WorkerStatus ReadWorker(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetInt32(1),
        row.GetString(2),
        row.GetString(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetTimeSpan(5));

    private static NotificationStatus ReadNotifications(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetBoolean(1), row.GetDouble(2), row.GetInt32(3));

    private static HandlerStatus ReadHandler(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.IsDBNull(4) ? null : row.GetTimeSpan(4),
        row.GetTimeSpan(5),
        row.IsDBNull(6) ? null : row.GetDouble(6));

    private static HandlerTrouble ReadTrouble(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), Time(row, 2), Time(row, 3), row.TextOrNull(4), row.TextOrNull(5) ?? "start");

    private static TableStatus ReadTable(NpgsqlDataReader row)
    {
        var covered = row.GetBoolean(2);
        return new TableStatus(
            row.GetString(0), row.GetString(1), covered, Time(row, 3), row.TextOrNull(4), row.GetBoolean(5));
    }

    private static SettingsInForce ReadSettings(NpgsqlDataReader row) => new(
        row.GetFieldValue<string[]>(0),
        row.IsDBNull(1) ? null : row.GetFieldValue<string[]>(1),
        row.GetBoolean(2),
        row.GetBoolean(3))
    {
        NonLoggedByDefault = row.GetFieldValue<string[]>(4),
    };

    private static RedactionStatus ReadRedaction(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetBoolean(1),
        row.GetBoolean(2),
        row.GetString(3),
        row.TextOrNull(4),
        row.GetFieldValue<string[]>(5))
    {
        Always = row.GetFieldValue<string[]>(6),
    };

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
