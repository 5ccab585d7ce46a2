using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Events;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Comparison;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>One install, upgrade or restoration in one transaction, which a plan rolls back.</summary>
/// <param name="connection">A dedicated session.</param>
/// <param name="settings">What to capture.</param>
/// <param name="monthsAhead">How many months ahead partitions are created.</param>
/// <param name="isPlan">Whether to roll back.</param>
/// <param name="isCompared">Whether the installation was just compared, and is as it should be.</param>
/// <param name="ask">Asks what was installed whether the settings fit; what it throws rolls everything back.</param>
internal sealed class InstallTransaction(
    NpgsqlConnection connection,
    CaptureSettings settings,
    int monthsAhead,
    bool isPlan,
    bool isCompared,
    Func<NpgsqlConnection, CancellationToken, Task> ask)
{
    // the login, whose rights a timeline's table takes: an upgrade may run as the owner of the schemas
    private const string AsLogin =
        /* language=sql */ "savepoint asked; reset role";

    private const string AsBefore =
        /* language=sql */ "rollback to savepoint asked; release savepoint asked";

    // names that another first install has taken since this one looked are not somebody else's
    private const string RequireNotInstalled = /* language=sql */
        """
        do $installed$
        begin
            if to_regclass('changelog.script') is not null then
                raise exception 'ChangeLog was installed at this instant' using errcode = 'serialization_failure';
            end if;
        end
        $installed$
        """;

    // let current pages finish, so that the next ones use the new functions: an old function that runs after the commit
    // would not write what the new ones do
    private const string WaitForPages =
        /* language=sql */ "lock table changelog.cursor in exclusive mode";

    // a migration may alter the table: a worker that has read its cursor and waits to lock it would wait for ever
    private const string WaitForReaders =
        /* language=sql */ "lock table changelog.cursor in access exclusive mode";

    private const string Installed = /* language=sql */
        """
        update changelog.installation
        set uninstalled_at = null
        where uninstalled_at is not null
        returning true
        """;

    private const string RestoreGuards =
        /* language=sql */ "select changelog.install_guards($1)";

    // members with rights above policies learn nothing new
    private const string Unhidden = /* language=sql */
        """
        with hidden as materialized (
            select string_agg(
                       format('%s.%s', t.table_schema, t.table_name), ', '
                       order by t.table_schema, t.table_name) as tables,
                   min(format('%I.%I', t.table_schema, t.table_name)) as one
            from changelog.tables() t
            join pg_class c on c.oid = t.table_oid
            where c.relrowsecurity
            and t.table_oid = t.root_oid
        )
        select format(
            'Row level security does not hold in the log: %s, as members of changelog_reader, may read there what '
            'policies of %s hide. Take that role from whom they are to bind, and grant them views that ask the '
            'policies: select logs.make_history_view(%L)',
            r.logins, h.tables, h.one)
        from hidden h
        cross join (
            select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) as logins
            from pg_roles r
            where r.rolcanlogin
            and not r.rolsuper
            and not r.rolbypassrls
            and pg_has_role(r.oid, to_regrole('changelog_reader'), 'member')) r
        where h.tables is not null
        and r.logins is not null
        """;

    private const string RaisePositions =
        /* language=sql */ "select changelog.raise_positions()";

    private const string FollowsDdl = /* language=sql */
        "select exists (select from pg_event_trigger where evtname = 'changelog_ddl' and evtenabled <> 'D')";

    private const string NoEventTriggers =
        "The role may not create event triggers: new tables are captured from the next reconcile on, and a new "
        + "or renamed "
        + "column that should be redacted is logged raw until then. Reconcile after each migration, "
        + "before its columns "
        + "are written: changelog reconcile";

    public async Task<InstallReport> RunAsync(LockWatch watch, CancellationToken cancellationToken)
    {
        await InstallConditions.CheckServerAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfInstall, cancellationToken);
        await watch.AttachAsync(connection, cancellationToken);
        var isInstalled = await InstallConditions.CheckSchemasAsync(connection, cancellationToken);
        if (isInstalled)
        {
            await connection.ExecuteAsync(DdlTransaction.OneAtATime, cancellationToken);
        }

        var journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
        Baseline.Require(journal, EmbeddedScripts.All);
        await InstallRights.CheckAsync(connection, isInstalled, cancellationToken);
        try
        {
            await SharedSchemas.RequireFreeNamesAsync(
                connection, isInstalled ? journal : new Dictionary<string, string>(), cancellationToken);
        }
        catch (RefusedException) when (!isInstalled)
        {
            await connection.ExecuteAsync(RequireNotInstalled, cancellationToken);
            throw;
        }

        if (isInstalled && !isPlan)
        {
            await WaitForWorkersAsync(journal, cancellationToken);
        }

        var (scripts, altered, left) = await ApplyAsync(journal, isInstalled, cancellationToken);
        // not before: functions of an earlier version cannot be compared. Nor later: partitions lock the log
        await connection.ExecuteAsync(AsLogin, cancellationToken);
        await ask(connection, cancellationToken);
        await connection.ExecuteAsync(AsBefore, cancellationToken);
        if (altered.Count > 0)
        {
            await AuditEvent.LeaveAsync(
                connection, "changelog.schema.restored", Installer.Describe(("different", altered)), cancellationToken);
        }

        var isBack = await connection.ScalarAsync(Installed, cancellationToken) is true;
        // before the partitions, whose guards are restored silently
        var restored = await connection.LinesAsync(
            RestoreGuards, [Query.Json(Installer.Describe())], cancellationToken);
        var (partitions, notMade) = await LogPartitions.MakeAsync(connection, monthsAhead, cancellationToken);
        var followsDdl = await connection.ScalarAsync(FollowsDdl, cancellationToken) is true;
        List<string> warnings =
        [
            .. altered.Select(sentence => $"{sentence} It was restored."),
            .. left.Select(one =>
                $"{one.Difference.Sentence} It was not restored, since that would block writers "
                + "for as long as it takes. "
                + $"In a quiet hour run: {one.Statement}"),
            .. restored.Select(guard => $"{guard} It was restored; until then it guarded nothing."),
            .. notMade.Select(month => $"Partition logs.{month.Key} was not created: {month.Value}."),
            .. await connection.LinesAsync(Unhidden, [], cancellationToken),
            .. followsDdl ? Array.Empty<string>() : [NoEventTriggers],
        ];
        if (scripts.Count > 0 || isBack)
        {
            await AuditEvent.LeaveAsync(
                connection,
                isInstalled && !isBack ? "changelog.schema.upgraded" : "changelog.schema.installed",
                Installer.Describe(("scripts", scripts)),
                cancellationToken);
        }

        var plan = isPlan
            ? await TriggerReconciler.PlanAsync(connection, settings, cancellationToken)
            : new ReconcileReport([], [], [], []);
        if (!isPlan)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return new InstallReport(!isInstalled, scripts, partitions, followsDdl, warnings, plan);
    }

    private async Task WaitForWorkersAsync(
        IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken)
    {
        var due = EmbeddedScripts.All.Where(script => !script.IsIn(journal)).ToList();
        if (due.Count > 0)
        {
            await connection.ExecuteAsync(
                due.Any(script => script.IsMigration) ? WaitForReaders : WaitForPages, cancellationToken);
        }
    }

    /// <summary>
    /// Restores what was altered and runs pending scripts, then compares again what that made comparable.
    /// </summary>
    /// <returns>The scripts that ran, what was restored, and what is left with its statement.</returns>
    private async Task<(List<string> Scripts, List<string> Altered, List<LeftDifference> Left)> ApplyAsync(
        IReadOnlyDictionary<string, string> journal, bool isInstalled, CancellationToken cancellationToken)
    {
        var different = isInstalled && !isCompared ? await FindAsync(journal, cancellationToken) : [];
        var (again, kept) = await SchemaIntegrity.RepairAsync(connection, different, cancellationToken);
        var left = kept.ToList();
        var scripts = await RunScriptsAsync(journal, again, cancellationToken);
        if (different.Any(one => one is { Kind: "sequence", IsMissing: true }))
        {
            // a recreated sequence would draw positions a second time
            await connection.ScalarAsync(RaisePositions, cancellationToken);
        }

        if (isInstalled && (different.Count > 0 || scripts.Count > 0))
        {
            journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
            var late = (await FindAsync(journal, cancellationToken))
                .Where(one => left.TrueForAll(other => other.Difference.Fact != one.Fact))
                .ToList();
            var (lateAgain, lateKept) = await SchemaIntegrity.RepairAsync(connection, late, cancellationToken);
            await RunScriptsAsync(journal, lateAgain, cancellationToken);
            different.AddRange(late.Where(_ => scripts.Count > 0));
            left.AddRange(lateKept);
        }

        var altered = different.Except(left.Select(one => one.Difference)).Select(one => one.Sentence).ToList();
        return (scripts, altered, left);
    }

    private async Task<List<string>> RunScriptsAsync(
        IReadOnlyDictionary<string, string> journal, IReadOnlyList<string> again, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        var isNew = journal.Count == 0;
        var replacement = new RoutineReplacement(connection, journal);
        if (!isNew)
        {
            // event triggers would run functions that the upgrade is about to replace, on its own DDL
            await SchemaIntegrity.SetReplicationRoleAsync(connection, "replica", cancellationToken);
            await replacement.DropStaleAsync(cancellationToken);
        }

        foreach (var script in EmbeddedScripts.All)
        {
            var isKnown = script.IsIn(journal);
            if (isKnown && !script.IsGrant && !replacement.MustRun(script)
                && !(again.Contains(script.Name) && script is { IsTable: false, IsMigration: false }))
            {
                continue;
            }

            // tables are created once, and altered by later migrations
            var isRun = isNew ? !script.IsMigration : !script.IsTable;
            if (isRun)
            {
                await replacement.RunAsync(script, cancellationToken);
            }

            if (!isKnown)
            {
                // at once: the grants depend on it
                await SchemaJournal.WriteAsync(connection, script, cancellationToken);
                applied.AddRange(isRun ? [script.Name] : []);
            }
        }

        if (!isNew)
        {
            await SchemaIntegrity.SetReplicationRoleAsync(connection, "origin", cancellationToken);
        }

        return applied;
    }

    private async Task<List<Difference>> FindAsync(
        IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken) =>
        [.. (await SchemaIntegrity.FindAsync(connection, journal, cancellationToken)).Where(one => !one.IsExtra)];
}
