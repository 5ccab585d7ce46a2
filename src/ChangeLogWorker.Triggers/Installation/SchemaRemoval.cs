using ChangeLogWorker.Triggers.Reconciliation;
using Npgsql;

namespace ChangeLogWorker.Triggers.Installation;

/// <summary>The uninstall: first nothing is wanted any more, then every table loses its triggers, then capture goes.</summary>
/// <remarks>A table that is locked keeps capture in place; running it again finishes what it left.</remarks>
internal sealed class SchemaRemoval(NpgsqlDataSource dataSource, TimeProvider timeProvider, TriggerReconciler reconciler)
{
    private const string Withdraw =
        /* language=sql */
        """
        update changelog.installation set uninstalled_at = coalesce(uninstalled_at, now());
        drop event trigger if exists changelog_ddl;
        drop event trigger if exists changelog_drop;
        drop event trigger if exists changelog_rewrite
        """;

    private const string Running =
        /* language=sql */
        """
        select string_agg(format('process %s on %s', w.process_id, w.host), ', ' order by w.started_at)
        from changelog.running_worker w
        """;

    private const string Dependents =
        /* language=sql */
        """
        select string_agg(distinct v.oid::regclass::text, ', ')
        from pg_depend d
        join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
        join pg_class v on v.oid = w.ev_class
        join pg_class ours on d.refclassid = 'pg_class'::regclass and ours.oid = d.refobjid
        where ours.relnamespace in (
                  'logs'::regnamespace, 'lib_event'::regnamespace, 'lib_events'::regnamespace, 'changelog'::regnamespace,
                  to_regnamespace('platform'))
          and v.relnamespace not in (
                  'logs'::regnamespace, 'lib_event'::regnamespace, 'lib_events'::regnamespace, 'changelog'::regnamespace,
                  coalesce(to_regnamespace('platform'), 'changelog'::regnamespace))
        """;

    private const string CaptureRoutines =
        /* language=sql */
        """
        select string_agg(format('drop function %s', p.oid::regprocedure), '; ')
        from pg_proc p
        where p.pronamespace = 'logs'::regnamespace
          and (p.prorettype = 'trigger'::regtype and p.proname like 'capture\_%' or p.proname like 'record\_transaction%')
           or p.pronamespace = 'changelog'::regnamespace
          and p.proname like 'follow\_%'
        """;

    private const string DropSchemas =
        /* language=sql */ "drop schema if exists logs, lib_event, lib_events, changelog, platform cascade";

    private const string DropRole =
        /* language=sql */ "drop role changelog_capture";

    // what tables with links have granted it, here
    private const string DropLinkGrants =
        /* language=sql */ "drop owned by changelog_links";

    private const string DropLinkRole =
        /* language=sql */ "drop role changelog_links";

    public async Task<UninstallReport> RunAsync(bool dropData, CancellationToken ct)
    {
        await Transient.Pipeline(timeProvider).ExecuteAsync(async token => await WithdrawAsync(dropData, token), ct);
        var reconcile = await reconciler.RunTablesAsync(ct);
        if (reconcile.Failed.Count > 0)
        {
            return new UninstallReport(reconcile.Actions, reconcile.Failed, false, false);
        }

        await Transient.Pipeline(timeProvider).ExecuteAsync(async token => await DropAsync(dropData, token), ct);
        if (dropData && await DropRoleAsync(DropLinkGrants, ct))
        {
            await DropRoleAsync(DropLinkRole, ct);
        }

        var droppedRole = dropData && await DropRoleAsync(DropRole, ct);
        return new UninstallReport(reconcile.Actions, [], dropData, droppedRole);
    }

    private async Task WithdrawAsync(bool dropData, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await InstallConditions.CheckServerAsync(connection, ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(OwnTransaction.OfSchema, ct);
        if (!await InstallConditions.CheckSchemasAsync(connection, ct))
        {
            throw new RefusedException("ChangeLog is not installed in this database: there is nothing to uninstall.", 1);
        }

        InstallConditions.CheckJournal(await SchemaJournal.ReadAsync(connection, ct), EmbeddedScripts.All);
        if (dropData)
        {
            await RefuseDropWhileInUseAsync(connection, ct);
        }

        await connection.ExecuteAsync(Withdraw, ct);
        await AnnouncedAct.LeaveAsync(
            connection, "changelog.schema.uninstalled", Installer.Describe(("drop_data", dropData)), ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task RefuseDropWhileInUseAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await connection.ScalarAsync(Running, ct) is string workers)
        {
            throw new RefusedException(
                $"A worker is running on this database: {workers}. Stop it before its data is dropped.", 1);
        }

        if (await connection.ScalarAsync(Dependents, ct) is string views)
        {
            throw new RefusedException(
                $"Views of yours read what would be dropped: {views}. Drop or change them first.", 1);
        }
    }

    private async Task DropAsync(bool dropData, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(OwnTransaction.OfSchema, ct);
        await InstallConditions.CheckSchemasAsync(connection, ct);
        if (dropData)
        {
            await connection.ExecuteAsync(DropSchemas, ct);
        }
        else
        {
            if (await connection.ScalarAsync(CaptureRoutines, ct) is string drops)
            {
                await connection.ExecuteAsync(drops, ct);
            }

            await SchemaJournal.ForgetAsync(
                connection, EmbeddedScripts.All.Where(script => script.IsCapture).Select(script => script.Name), ct);
        }

        await transaction.CommitAsync(ct);
    }

    // it is named among those that use the role, and is being dropped at this instant
    private static bool IsDatabaseGone(PostgresException e) =>
        e.SqlState == PostgresErrorCodes.InternalError
        && e.MessageText.StartsWith("cache lookup failed for database", StringComparison.Ordinal);

    // the role belongs to the whole cluster: another database may be using it, or the installer may not drop it
    private async Task<bool> DropRoleAsync(string sql, CancellationToken ct)
    {
        try
        {
            await using var command = dataSource.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(ct);
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
