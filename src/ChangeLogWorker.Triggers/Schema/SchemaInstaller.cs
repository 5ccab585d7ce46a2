using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Events;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Comparison;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;
using Polly;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Brings ChangeLog's schema into a database, up to date, or out of it again.</summary>
/// <remarks>
/// One transaction under a lock of the journal, so that it is there whole or not at all, however many install at once;
/// then a reconcile, one table a transaction.
/// </remarks>
/// <param name="dataSource">The database, with the rights to install.</param>
/// <param name="timeProvider">What waits between two tries.</param>
/// <param name="monthsAhead">For how many months to come the log gets its partitions.</param>
public sealed class SchemaInstaller(
    NpgsqlDataSource dataSource, TimeProvider timeProvider, int monthsAhead = SchemaInstaller.DefaultMonthsAhead)
{
    private const int DefaultMonthsAhead = 3;

    // pages in hand end first, and the next ones begin with the new functions: one that went on with an old one after the commit
    // would leave out what the new ones write beside it
    private const string WaitForPages =
        /* language=sql */ "lock table changelog.cursor in exclusive mode";

    // a migration may alter the table: a worker that has read its cursor, and waits to lock it, would wait for that for ever
    private const string WaitForReaders =
        /* language=sql */ "lock table changelog.cursor in access exclusive mode";

    private const string Installed =
        /* language=sql */
        """
        update changelog.installation
        set uninstalled_at = null
        where uninstalled_at is not null
        returning true
        """;

    private const string RestoreGuards =
        /* language=sql */ "select changelog.install_guards($1)";

    // members with rights above policies are told nothing new
    private const string Unhidden =
        /* language=sql */
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
            'policies of %s hide. Take that role from whom they are to bind, and grant them views that ask the policies: '
            'select logs.make_history_view(%L)',
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

    private const string FollowsDdl =
        /* language=sql */
        """
        select exists (select from pg_event_trigger where evtname = 'changelog_ddl' and evtenabled <> 'D')
        """;

    private const string IsInstalled =
        /* language=sql */
        """
        select coalesce(obj_description(to_regclass('changelog.script'), 'pg_class'), '')
               like 'Journal of the scripts that made this schema%'
           and to_regprocedure('logs.capture_row_change()') is not null
        """;

    private const string IsUninstalled =
        /* language=sql */ "select exists (select from changelog.installation where uninstalled_at is not null)";

    private readonly ResiliencePipeline _pipeline = Transient.Pipeline(timeProvider);

    private readonly TriggerReconciler _reconciler = new(dataSource, timeProvider);

    /// <summary>Told who holds the lock that an install or uninstall waits for, once for each holder.</summary>
    public Action<string>? WaitsFor { get; init; }

    /// <summary>All that an install runs, for a DBA to read and to run with psql.</summary>
    public static string PrintSql(int monthsAhead = DefaultMonthsAhead) => SchemaPrinter.Print(EmbeddedScripts.All, monthsAhead);

    /// <summary>Whether ChangeLog is installed here and capturing; says nothing of its version.</summary>
    public async Task<bool> IsInstalledAsync(CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(IsInstalled);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Refuses a server that is too old or in recovery.</summary>
    /// <exception cref="RefusedException">Connect to another, or upgrade it.</exception>
    public static Task CheckServerAsync(NpgsqlConnection connection, CancellationToken ct) =>
        InstallConditions.CheckServerAsync(connection, ct);

    /// <summary>Refuses to work with what another version of this program installed.</summary>
    /// <exception cref="RefusedException">The schema is newer, and not to be touched, or older.</exception>
    public async Task RequireCurrentAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var journal = await SchemaJournal.ReadAsync(connection, ct);
        Baseline.Require(journal, EmbeddedScripts.All);
        InstallConditions.CheckIsComplete(journal, EmbeddedScripts.All);
    }

    /// <summary>Refuses a database from which capture was taken away, and that keeps the data.</summary>
    /// <exception cref="RefusedException">There is nothing to capture with.</exception>
    public async Task RequireCaptureAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        if (await connection.ScalarAsync(IsUninstalled, ct) is true)
        {
            throw new RefusedException(
                $"ChangeLog was uninstalled from database {connection.Database}, which keeps what it recorded: no table is "
                + "captured. Run: changelog install", 1);
        }
    }

    /// <summary>Objects of ChangeLog's that are not as this program's scripts make them; runs none of them.</summary>
    public async Task<IReadOnlyList<Difference>> DifferencesAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        return await SchemaIntegrity.FindAsync(connection, ct);
    }

    /// <summary>The same, asked of a session that has a transaction, whose search_path it pins.</summary>
    public static Task<IReadOnlyList<Difference>> DifferencesAsync(NpgsqlConnection connection, CancellationToken ct) =>
        SchemaIntegrity.FindAsync(connection, ct);

    /// <summary>Makes anew what of ChangeLog was altered or dropped, before anything of it is run.</summary>
    /// <remarks>
    /// By an install. One that would upgrade comes first of all too, if <paramref name="mayUpgrade"/>: functions that it replaces
    /// cannot be compared with anything, and so are not run before.
    /// </remarks>
    /// <returns>What that install did; null: nothing was different.</returns>
    /// <exception cref="RefusedException">It could not be; the message says why.</exception>
    public async Task<InstallReport?> RestoreAsync(CaptureSettings settings, bool mayUpgrade, CancellationToken ct)
    {
        await using (var connection = await dataSource.OpenConnectionAsync(ct))
        await using (await connection.BeginTransactionAsync(ct))
        {
            await connection.ExecuteAsync(ObjectCatalog.Pin, ct);
            var journal = await SchemaJournal.ReadAsync(connection, ct);
            if (journal.Count == 0)
            {
                return null;
            }

            var isUpgrade = EmbeddedScripts.All.Any(script => !script.IsIn(journal));
            var differences = await SchemaIntegrity.FindAsync(connection, journal, ct);
            if (isUpgrade ? !mayUpgrade : differences.All(difference => difference.IsExtra))
            {
                return null;
            }
        }

        return await RunAsync(settings, isPlan: false, isCompared: false, ct);
    }

    /// <summary>Refuses to run functions of ChangeLog's that somebody altered, or that are missing.</summary>
    /// <exception cref="RefusedException">An install restores them.</exception>
    public async Task RequireUnalteredAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var differences = await SchemaIntegrity.FindAsync(connection, ct);
        var unsafeOnes = differences.Where(difference => difference.IsUnsafe && !difference.IsExtra).ToList();
        if (unsafeOnes.Count > 0)
        {
            throw new RefusedException(
                unsafeOnes[0].Sentence.TrimEnd('.')
                + (unsafeOnes.Count > 1 ? $", and {unsafeOnes.Count - 1} more objects are not as installed" : string.Empty)
                + ". Run, as who installed it: changelog install", 1);
        }

        await RequireComparableAsync(connection, ct);
    }

    /// <summary>Installs or upgrades, then reconciles.</summary>
    /// <exception cref="RefusedException">Nothing was touched; the message says what to put right first.</exception>
    public Task<InstallReport> InstallAsync(CaptureSettings settings, CancellationToken ct) =>
        InstallAsync(settings, isCompared: false, ct);

    /// <summary>The same after <see cref="RestoreAsync"/>, which has compared what is there: it is not compared again.</summary>
    /// <exception cref="RefusedException">Nothing was touched; the message says what to put right first.</exception>
    public Task<InstallReport> InstallRestoredAsync(CaptureSettings settings, CancellationToken ct) =>
        InstallAsync(settings, isCompared: true, ct);

    /// <summary>What an install would do: it is done, looked at and rolled back.</summary>
    /// <exception cref="RefusedException">An install would be refused, with this sentence.</exception>
    public Task<InstallReport> PlanAsync(CaptureSettings settings, CancellationToken ct) =>
        RunAsync(settings, isPlan: true, isCompared: false, ct);

    /// <summary>Takes capture away; with <paramref name="dropData"/> everything, and all that was recorded.</summary>
    /// <exception cref="RefusedException">Nothing was touched; the message says what to put right first.</exception>
    public Task<UninstallReport> UninstallAsync(bool dropData, CancellationToken ct) =>
        new SchemaRemoval(dataSource, timeProvider, _reconciler, WaitsFor).RunAsync(dropData, ct);

    private async Task<InstallReport> InstallAsync(CaptureSettings settings, bool isCompared, CancellationToken ct)
    {
        var report = await RunAsync(settings, isPlan: false, isCompared, ct);
        return report with { Reconcile = await _reconciler.RunOnceAsync(settings, ct) };
    }

    private async Task<InstallReport> RunAsync(
        CaptureSettings settings, bool isPlan, bool isCompared, CancellationToken ct)
    {
        try
        {
            var watch = new LockWatch(dataSource, timeProvider, WaitsFor);
            return await watch.RunAsync(
                "install",
                async () => await _pipeline.ExecuteAsync(
                    async token => await TryAsync(settings, isPlan, isCompared, watch, token), ct),
                ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MissingRightsException($"Missing rights, nothing was changed: {e.MessageText}. Install as a superuser, "
                + "or as the owner of ChangeLog's schemas with the rights that the documentation lists.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.AmbiguousFunction)
        {
            throw new RefusedException($"Somebody put a function of the same name beside one of ChangeLog's, nothing was changed: "
                + $"{e.MessageText}. Find out whose it is and drop it; it is named by: changelog status", 1);
        }
    }

    private async Task<InstallReport> TryAsync(
        CaptureSettings settings, bool isPlan, bool isCompared, LockWatch watch, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await InstallConditions.CheckServerAsync(connection, ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(OwnTransaction.OfInstall, ct);
        await watch.AttachAsync(connection, ct);
        var isInstalled = await InstallConditions.CheckSchemasAsync(connection, ct);
        if (isInstalled)
        {
            await connection.ExecuteAsync(OwnTransaction.OneAtATime, ct);
        }

        var journal = await SchemaJournal.ReadAsync(connection, ct);
        Baseline.Require(journal, EmbeddedScripts.All);
        await InstallRights.CheckAsync(connection, isInstalled, ct);
        await SharedSchemas.RequireFreeNamesAsync(connection, isInstalled ? journal : new Dictionary<string, string>(), ct);
        if (!isPlan && isInstalled && EmbeddedScripts.All.Any(script => !script.IsIn(journal)))
        {
            var isMigration = EmbeddedScripts.All.Any(script => script.IsMigration && !script.IsIn(journal));
            await connection.ExecuteAsync(isMigration ? WaitForReaders : WaitForPages, ct);
        }

        var different = isInstalled && !isCompared ? await FindAsync(connection, journal, ct) : [];
        var (again, left) = await SchemaIntegrity.MendAsync(connection, different, ct);
        var scripts = await ApplyAsync(connection, journal, again, ct);
        // by functions of ours: those of before an upgrade are gone, and none of them was run
        await CaptureSettingCheck.RequireAsync(connection, settings, ct);
        if (different.Any(one => one is { Kind: "sequence", IsMissing: true }))
        {
            // one made anew would draw positions a second time
            await connection.ScalarAsync(RaisePositions, ct);
        }

        if (isInstalled && (different.Count > 0 || scripts.Count > 0))
        {
            // what an upgrade makes comparable, and what followed from what was made anew
            journal = await SchemaJournal.ReadAsync(connection, ct);
            var late = (await FindAsync(connection, journal, ct)).Where(one => left.All(other => other.Difference.Fact != one.Fact)).ToList();
            var (lateAgain, lateLeft) = await SchemaIntegrity.MendAsync(connection, late, ct);
            await ApplyAsync(connection, journal, lateAgain, ct);
            different.AddRange(late.Where(_ => scripts.Count > 0));
            left = [.. left, .. lateLeft];
        }

        var altered = different.Except(left.Select(one => one.Difference)).Select(one => one.Sentence).ToList();
        if (altered.Count > 0)
        {
            await AnnouncedAct.LeaveAsync(
                connection, "changelog.schema.restored", Installer.Describe(("different", altered)), ct);
        }

        var isBack = await connection.ScalarAsync(Installed, ct) is true;
        // before the partitions, which are given their guards anew without a word
        var restored = await connection.LinesAsync(RestoreGuards, [Query.Json(Installer.Describe())], ct);
        var (partitions, notMade) = await LogPartitions.MakeAsync(connection, monthsAhead, ct);
        List<string> warnings =
        [
            .. altered.Select(sentence => $"{sentence} It is restored."),
            .. left.Select(one => $"{one.Difference.Sentence} It is not restored, for that would hold up writers for as long as it takes. "
                + $"In a quiet hour run: {one.Statement}"),
            .. restored.Select(guard => $"{guard} It is back; what was written meanwhile was not guarded."),
            .. notMade.Select(month => $"Partition logs.{month.Key} was not made: {month.Value}."),
            .. await connection.LinesAsync(Unhidden, [], ct),
        ];
        if (scripts.Count > 0 || isBack)
        {
            await AnnouncedAct.LeaveAsync(
                connection,
                isInstalled && !isBack ? "changelog.schema.upgraded" : "changelog.schema.installed",
                Installer.Describe(("scripts", scripts)),
                ct);
        }

        var followsDdl = await connection.ScalarAsync(FollowsDdl, ct) is true;
        if (!followsDdl)
        {
            warnings.Add("The role may not make event triggers: new tables are captured from the next reconcile on, and a new or "
                + "renamed column that is to be redacted is recorded raw until then. Reconcile after each migration, before its "
                + "columns are written: changelog reconcile");
        }

        var plan = isPlan ? await TriggerReconciler.PlanAsync(connection, settings, ct) : new ReconcileReport([], [], [], []);
        if (!isPlan)
        {
            await transaction.CommitAsync(ct);
        }

        return new InstallReport(!isInstalled, scripts, partitions, followsDdl, warnings, plan);
    }

    private static async Task<List<string>> ApplyAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, IReadOnlyList<string> again, CancellationToken ct)
    {
        var applied = new List<string>();
        var isNew = journal.Count == 0;
        var replacement = new RoutineReplacement(connection, journal);
        if (!isNew)
        {
            // event triggers run what an upgrade is about to replace, at its own DDL
            await SchemaIntegrity.SetReplicationRoleAsync(connection, "replica", ct);
            await replacement.DropStaleAsync(ct);
        }

        foreach (var script in EmbeddedScripts.All)
        {
            var isKnown = script.IsIn(journal);
            if (isKnown && !script.IsGrant && !replacement.MustRun(script)
                && !(again.Contains(script.Name) && script is { IsTable: false, IsMigration: false }))
            {
                continue;
            }

            // tables are made once, and altered by the migrations that came later
            var isRun = isNew ? !script.IsMigration : !script.IsTable;
            if (isRun)
            {
                await replacement.RunAsync(script, ct);
            }

            if (!isKnown)
            {
                // at once: what is granted goes by it
                await SchemaJournal.WriteAsync(connection, script, ct);
                applied.AddRange(isRun ? [script.Name] : []);
            }
        }

        if (!isNew)
        {
            await SchemaIntegrity.SetReplicationRoleAsync(connection, "origin", ct);
        }

        return applied;
    }

    // what another version made cannot be compared: whoever may do everything runs none of it
    private static async Task RequireComparableAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var journal = await SchemaJournal.ReadAsync(connection, ct);
        var others = RoutineDefinition.All.Select(routine => routine.Script)
            .Where(script => journal.ContainsKey(script.Name) && !script.IsIn(journal)).ToList();
        if (others.Count > 0 && await connection.ScalarAsync(InstallConditions.IsSuperuser, ct) is true)
        {
            throw new RefusedException(
                $"The installed schema is not of this version: {others[0].Name} has another text"
                + $"{(others.Count > 1 ? $", and {others.Count - 1} more" : string.Empty)}. A superuser's session does not run what cannot "
                + "be compared with the program. Run: changelog install", 1);
        }
    }

    private static async Task<List<Difference>> FindAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, CancellationToken ct) =>
        [.. (await SchemaIntegrity.FindAsync(connection, journal, ct)).Where(one => !one.IsExtra)];
}
