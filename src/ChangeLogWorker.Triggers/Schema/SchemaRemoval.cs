using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Events;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>The uninstall: first stops wanting triggers, then drops them table by table, then drops capture.</summary>
/// <remarks>A locked table keeps capture in place; running it again finishes the job.</remarks>
internal sealed class SchemaRemoval(
    NpgsqlDataSource dataSource, TimeProvider timeProvider, TriggerReconciler reconciler, Action<string>? waitsFor)
{
    private const string Withdraw = /* language=sql */
        """
        update changelog.installation set uninstalled_at = coalesce(uninstalled_at, now());
        drop event trigger if exists changelog_ddl;
        drop event trigger if exists changelog_drop;
        drop event trigger if exists changelog_rewrite;
        drop event trigger if exists changelog_shared_ddl;
        drop event trigger if exists changelog_shared_drop;
        drop type if exists changelog.restoring
        """;

    private const string Running = /* language=sql */
        """
        select string_agg(format('process %s on %s', w.process_id, w.host), ', ' order by w.started_at)
        from changelog.running_worker w
        """;

    // what "cascade" would drop: outside objects that refer to our relations, functions or types, except for the
    // triggers that ChangeLog created. What merely belongs to one (its rows in a publication) is not named
    private const string Dependents = /* language=sql */
        """
        with own as materialized (
            select o.classid as catalog, o.objid as oid from changelog.own_objects() o
            union all
            select 'pg_type'::regclass, t.oid
            from changelog.own_objects() o
            join pg_class c on o.classid = 'pg_class'::regclass and c.oid = o.objid
            join pg_type r on r.oid = c.reltype
            join pg_type t on t.oid in (r.oid, r.typarray)
        ), needing as (
            select distinct d.classid, d.objid, d.objsubid
            from pg_depend d
            join own o on o.catalog = d.refclassid and o.oid = d.refobjid
            where d.deptype = 'n' or d.deptype = 'a' and d.classid = 'pg_class'::regclass
        )
        select string_agg(o.name, ', ' order by o.name collate "C")
        from (
            select distinct case
                       when v.oid is null then pg_describe_object(d.classid, d.objid, d.objsubid)
                       else pg_describe_object('pg_class'::regclass, v.oid, 0)
                   end as name
            from needing d
            left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
            left join pg_class v on v.oid = w.ev_class and v.relkind in ('v', 'm')
            left join pg_trigger g on d.classid = 'pg_trigger'::regclass and g.oid = d.objid
            left join pg_proc f on f.oid = g.tgfoid
            left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
            left join pg_attrdef e on d.classid = 'pg_attrdef'::regclass and e.oid = d.objid
            left join pg_policy y on d.classid = 'pg_policy'::regclass and y.oid = d.objid
            where d.classid <> 'pg_event_trigger'::regclass
              and (d.classid, d.objid) not in (select o.catalog, o.oid from own o)
              and coalesce(w.ev_class, g.tgrelid, k.conrelid, e.adrelid, y.polrelid, 0) not in (
                  select o.oid from own o where o.catalog = 'pg_class'::regclass)
              and (f.oid is null
                   or f.oid::regproc::text !~
                       '^(logs[.]capture_(row_change|partition_change|truncate|[0-9]+)|changelog[.]guard_timeline)$')
        ) o
        """;

    private const string CaptureRoutines = /* language=sql */
        """
        select string_agg(format('drop function %s', p.oid::regprocedure), '; ')
        from changelog.own_objects() o
        join pg_proc p on p.oid = o.objid
        where o.kind = 'f'
          and (o.schema = 'logs'
               and (p.prorettype = 'trigger'::regtype and starts_with(p.proname, 'capture_')
                    or starts_with(p.proname, 'record_transaction'))
               or o.schema = 'changelog'
               and starts_with(p.proname, 'follow_'))
        """;

    // in a schema that has the application's objects too, or existed before, only what is ours
    private const string DropObjects = /* language=sql */
        """
        select format(
                   'drop table %s cascade; drop view if exists %s cascade; drop sequence if exists %s cascade; '
                   'drop routine if exists %s cascade; ',
                   string_agg(format('%I.%I', o.schema, o.name), ', ') filter (where o.kind in ('r', 'p')),
                   string_agg(format('%I.%I', o.schema, o.name), ', ') filter (where o.kind = 'v'),
                   string_agg(format('%I.%I', o.schema, o.name), ', ') filter (where o.kind = 'S'),
                   string_agg(o.objid::regprocedure::text, ', ') filter (where o.kind = 'f'))
               || (select string_agg(
                       case
                           when s.name = any (i.shared_schemas) or exists (
                               select
                               from pg_depend d
                               where d.refclassid = 'pg_namespace'::regclass
                               and d.refobjid = to_regnamespace(s.name)
                               and d.classid <> 'pg_default_acl'::regclass
                               and (d.classid, d.objid) not in (select w.classid, w.objid
                                   from changelog.own_objects() w)
                               and d.objid not in (
                                   select unnest(array[t.oid, t.typarray])
                                   from changelog.own_objects() w
                                   join pg_type t on t.typrelid = w.objid
                                   where w.classid = 'pg_class'::regclass))
                           then coalesce(
                               (select format('revoke all on schema %I from %s', s.name,
                                   string_agg(quote_ident(r.rolname), ', '))
                               from pg_roles r
                               where r.rolname in (
                                   'changelog_capture', 'changelog_links', 'changelog_worker', 'changelog_reader',
                                   'changelog_application')),
                               '')
                           else format('drop schema %I', s.name)
                       end, '; ')
                   from unnest(string_to_array('logs,lib_event,lib_events,changelog,platform', ',')) s (name)
                   cross join changelog.installation i
                   where to_regnamespace(s.name) is not null)
        from changelog.own_objects() o
        """;

    private const string DropRole =
        /* language=sql */ "drop role changelog_capture";

    // granted by owners of tables in this database
    private const string DropCaptureGrants =
        /* language=sql */ "drop owned by changelog_capture";

    // granted on tables with links
    private const string DropLinkGrants =
        /* language=sql */ "drop owned by changelog_links";

    private const string DropLinkRole =
        /* language=sql */ "drop role changelog_links";

    public async Task<UninstallReport> RunAsync(bool dropData, CancellationToken cancellationToken)
    {
        await RunAsync((watch, token) => WithdrawAsync(dropData, watch, token), cancellationToken);
        var reconcile = await reconciler.RunTablesAsync(cancellationToken);
        if (reconcile.Failed.Count > 0)
        {
            return new UninstallReport(reconcile.Actions, reconcile.Failed, false, false);
        }

        await RunAsync((watch, token) => DropAsync(dropData, watch, token), cancellationToken);
        if (dropData && await DropRoleAsync(DropLinkGrants, cancellationToken))
        {
            await DropRoleAsync(DropLinkRole, cancellationToken);
        }

        if (dropData)
        {
            await DropRoleAsync(DropCaptureGrants, cancellationToken);
        }

        var droppedRole = dropData && await DropRoleAsync(DropRole, cancellationToken);
        return new UninstallReport(reconcile.Actions, [], dropData, droppedRole);
    }

    /// <summary>Reads as the role that would uninstall, unless the uninstall would be refused.</summary>
    /// <exception cref="RefusedException">It would be; the message says why.</exception>
    public async Task<T> BeforeAsync<T>(
        bool dropData,
        Func<NpgsqlConnection, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfSchema, cancellationToken);
        await RequireInstalledAsync(connection, cancellationToken);
        await RequireUnusedAsync(connection, dropData, cancellationToken);
        return await read(connection, cancellationToken);
    }

    private async Task RunAsync(Func<LockWatch, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var watch = new LockWatch(dataSource, timeProvider, waitsFor);
        await watch.RunAsync(
            "uninstall",
            async () =>
            {
                await Transient.Pipeline(
                    timeProvider).ExecuteAsync(async token => await act(watch, token), cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private async Task WithdrawAsync(bool dropData, LockWatch watch, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfSchema, cancellationToken);
        await watch.AttachAsync(connection, cancellationToken);
        await RequireInstalledAsync(connection, cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OneAtATime, cancellationToken);
        await RequireUnusedAsync(connection, dropData, cancellationToken);
        await connection.ExecuteAsync(Withdraw, cancellationToken);
        await AuditEvent.LeaveAsync(
            connection, "changelog.schema.uninstalled", Installer.Describe(("drop_data", dropData)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RequireInstalledAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await InstallConditions.CheckServerAsync(connection, cancellationToken);
        if (!await InstallConditions.CheckSchemasAsync(connection, cancellationToken))
        {
            throw new RefusedException(
                "ChangeLog is not installed in this database: there is nothing to uninstall.", 1);
        }
    }

    private static async Task RequireUnusedAsync(
        NpgsqlConnection connection, bool dropData, CancellationToken cancellationToken)
    {
        var journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
        Baseline.Require(journal, EmbeddedScripts.All);
        InstallConditions.CheckIsComplete(journal, EmbeddedScripts.All);
        if (dropData)
        {
            await RefuseDropWhileInUseAsync(connection, cancellationToken);
        }
    }

    private static async Task RefuseDropWhileInUseAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync(Running, cancellationToken) is string workers)
        {
            throw new RefusedException(
                $"A worker is running on this database: {workers}. Stop it before its data is dropped.", 1);
        }

        if (await connection.ScalarAsync(Dependents, cancellationToken) is string dependents)
        {
            throw new RefusedException(
                $"Objects of yours depend on what would be dropped: {dependents}. Drop or change them first.", 1);
        }
    }

    private async Task DropAsync(bool dropData, LockWatch watch, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfSchema, cancellationToken);
        await watch.AttachAsync(connection, cancellationToken);
        if (await InstallConditions.CheckSchemasAsync(connection, cancellationToken))
        {
            await connection.ExecuteAsync(DdlTransaction.OneAtATime, cancellationToken);
        }

        if (dropData)
        {
            // check again: dropping the triggers table by table took a while
            await RefuseDropWhileInUseAsync(connection, cancellationToken);
            var drops = (string)(await connection.ScalarAsync(DropObjects, cancellationToken))!;
            await connection.ExecuteAsync(drops, cancellationToken);
        }
        else
        {
            if (await connection.ScalarAsync(CaptureRoutines, cancellationToken) is string captureDrops)
            {
                await connection.ExecuteAsync(captureDrops, cancellationToken);
            }

            await SchemaJournal.ForgetAsync(
                connection,
                EmbeddedScripts.All.Where(script => script.IsCapture).Select(script => script.Name),
                cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    // listed among the role's users while it is being dropped
    private static bool IsDatabaseGone(PostgresException e) =>
        e.SqlState == PostgresErrorCodes.InternalError
        && e.MessageText.StartsWith("cache lookup failed for database", StringComparison.Ordinal);

    // roles are cluster-wide: another database may use it, or the installer may not drop it
    private async Task<bool> DropRoleAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(sql, cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DependentObjectsStillExist
            or PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.UndefinedObject
            || IsDatabaseGone(e))
        {
            return false;
        }
    }
}
