using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Comparison;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;
using Polly;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Installs, upgrades and uninstalls ChangeLog's schema.</summary>
/// <remarks>
/// One transaction under a lock of the journal: all or nothing, however many install at once; then a reconcile, one
/// table per transaction.
/// </remarks>
/// <param name="dataSource">The database, with the rights to install.</param>
/// <param name="timeProvider">For delays between retries.</param>
/// <param name="monthsAhead">How many months ahead partitions are created.</param>
public sealed class SchemaInstaller(
    NpgsqlDataSource dataSource, TimeProvider timeProvider, int monthsAhead = SchemaInstaller.DefaultMonthsAhead)
{
    private const int DefaultMonthsAhead = 3;

    private const string IsInstalled = /* language=sql */
        """
        select coalesce(obj_description(to_regclass('changelog.script'), 'pg_class'), '')
               like 'Journal of the scripts that made this schema%'
           and to_regprocedure('logs.capture_row_change()') is not null
        """;

    private const string IsUninstalled =
        /* language=sql */ "select exists (select from changelog.installation where uninstalled_at is not null)";

    private readonly ResiliencePipeline _pipeline = Transient.Pipeline(timeProvider);

    private readonly TriggerReconciler _reconciler = new(dataSource, timeProvider);

    /// <summary>Receives the holder of a lock that an install or uninstall waits for, once per holder.</summary>
    public Action<string>? WaitsFor { get; init; }

    private SchemaRemoval Removal => new(dataSource, timeProvider, _reconciler, WaitsFor);

    /// <summary>Everything that an install runs, for a DBA to read and run with psql.</summary>
    public static string PrintSql(int monthsAhead = DefaultMonthsAhead) =>
        SchemaPrinter.Print(EmbeddedScripts.All, monthsAhead);

    /// <summary>Whether ChangeLog is installed here and capturing, in any version.</summary>
    public async Task<bool> IsInstalledAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync(IsInstalled, cancellationToken) is true;
    }

    /// <summary>Refuses a server that is too old or in recovery.</summary>
    /// <exception cref="RefusedException">The server is unusable.</exception>
    public static Task CheckServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        InstallConditions.CheckServerAsync(connection, cancellationToken);

    /// <summary>Refuses to work with what another version of this program installed.</summary>
    /// <exception cref="RefusedException">The schema is older, or newer and must not be touched.</exception>
    public async Task RequireCurrentAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
        Baseline.Require(journal, EmbeddedScripts.All);
        InstallConditions.CheckIsComplete(journal, EmbeddedScripts.All);
    }

    /// <summary>Refuses a database from which capture was uninstalled, keeping the data.</summary>
    /// <exception cref="RefusedException">There is nothing to capture with.</exception>
    public async Task RequireCaptureAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await connection.ScalarAsync(IsUninstalled, cancellationToken) is true)
        {
            throw new RefusedException(
                $"ChangeLog was uninstalled from database {connection.Database}, which keeps its log: "
                + "no table is "
                + "captured. Run: changelog install", 1);
        }
    }

    /// <summary>ChangeLog's objects that differ from this program's scripts; runs none of them.</summary>
    public async Task<IReadOnlyList<Difference>> DifferencesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        return await SchemaIntegrity.FindAsync(connection, cancellationToken);
    }

    /// <summary>The same in an open transaction, whose search_path it pins.</summary>
    public static Task<IReadOnlyList<Difference>> DifferencesAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        SchemaIntegrity.FindAsync(connection, cancellationToken);

    /// <summary>Recreates whatever of ChangeLog was altered or dropped, unless an upgrade is due.</summary>
    /// <returns>What the install that this takes did; null: nothing was different.</returns>
    /// <exception cref="RefusedException">It could not be; the message says why.</exception>
    public async Task<InstallReport?> RestoreAsync(CaptureSettings settings, CancellationToken cancellationToken) =>
        await CompareAsync(cancellationToken) is Compared.Altered
            ? await RunAsync(settings, isPlan: false, isCompared: false, Ask(settings), cancellationToken)
            : null;

    /// <summary>Refuses to run functions of ChangeLog's that were altered or are missing.</summary>
    /// <exception cref="RefusedException">An install restores them.</exception>
    public async Task RequireUnalteredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var differences = await SchemaIntegrity.FindAsync(connection, cancellationToken);
        var unsafeOnes = differences.Where(difference => difference.IsUnsafe && !difference.IsExtra).ToList();
        if (unsafeOnes.Count > 0)
        {
            throw new RefusedException(
                unsafeOnes[0].Sentence.TrimEnd('.')
                + (unsafeOnes.Count > 1
                    ? $", and {unsafeOnes.Count - 1} more objects were altered"
                    : string.Empty)
                + ". Run, as whoever installed it: changelog install", 1);
        }

        await RequireComparableAsync(connection, cancellationToken);
    }

    /// <summary>Installs or upgrades if the database has all that the settings name, then reconciles.</summary>
    /// <exception cref="RefusedException">Nothing was changed; the message says what to fix first.</exception>
    public Task<InstallReport> InstallAsync(CaptureSettings settings, CancellationToken cancellationToken) =>
        InstallAsync(settings, Ask(settings), cancellationToken);

    /// <summary>The same with questions of the caller's own.</summary>
    /// <param name="settings">What to capture.</param>
    /// <param name="ask">
    /// Asked in the install's transaction, when all is in place, and once more if that is retried; what it throws rolls
    /// everything back.
    /// </param>
    /// <param name="cancellationToken">Cancels the install.</param>
    /// <exception cref="RefusedException">Nothing was changed; the message says what to fix first.</exception>
    public async Task<InstallReport> InstallAsync(
        CaptureSettings settings,
        Func<NpgsqlConnection, CancellationToken, Task> ask,
        CancellationToken cancellationToken)
    {
        // without a lock, for comparing takes a while, and one install waits for another
        var isCompared = await CompareAsync(cancellationToken) is Compared.Same;
        var report = await RunAsync(settings, isPlan: false, isCompared, ask, cancellationToken);
        return report with { Reconcile = await _reconciler.RunOnceAsync(settings, cancellationToken) };
    }

    /// <summary>What an install would do: runs it and rolls back.</summary>
    /// <exception cref="RefusedException">The install would be refused with this message.</exception>
    public Task<InstallReport> PlanAsync(CaptureSettings settings, CancellationToken cancellationToken) =>
        PlanAsync(settings, Ask(settings), cancellationToken);

    /// <summary>The same with questions of the caller's own.</summary>
    /// <exception cref="RefusedException">The install would be refused with this message.</exception>
    public Task<InstallReport> PlanAsync(
        CaptureSettings settings,
        Func<NpgsqlConnection, CancellationToken, Task> ask,
        CancellationToken cancellationToken) =>
        RunAsync(settings, isPlan: true, isCompared: false, ask, cancellationToken);

    /// <summary>Removes capture; with <paramref name="dropData"/> everything, including the log.</summary>
    /// <exception cref="RefusedException">Nothing was changed; the message says what to fix first.</exception>
    public Task<UninstallReport> UninstallAsync(bool dropData, CancellationToken cancellationToken) =>
        Removal.RunAsync(dropData, cancellationToken);

    /// <summary>Reads as the role that would uninstall, for whoever asks before doing it.</summary>
    /// <exception cref="RefusedException">The uninstall would be refused with this message.</exception>
    public Task<T> BeforeUninstallAsync<T>(
        bool dropData,
        Func<NpgsqlConnection, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken) =>
        Removal.BeforeAsync(dropData, read, cancellationToken);

    private static Func<NpgsqlConnection, CancellationToken, Task> Ask(CaptureSettings settings) =>
        (connection, cancellationToken) => CaptureSettingCheck.RequireAsync(connection, settings, cancellationToken);

    private async Task<Compared> CompareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(ObjectCatalog.Pin, cancellationToken);
        try
        {
            var journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
            // functions that an upgrade replaces cannot be compared with anything, and are not run before it
            if (EmbeddedScripts.All.Any(script => !script.IsIn(journal)))
            {
                return Compared.Unknown;
            }

            var differences = await SchemaIntegrity.FindAsync(connection, journal, cancellationToken);
            return differences.All(difference => difference.IsExtra) ? Compared.Same : Compared.Altered;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // an install says who may
            return Compared.Unknown;
        }
    }

    private async Task<InstallReport> RunAsync(
        CaptureSettings settings,
        bool isPlan,
        bool isCompared,
        Func<NpgsqlConnection, CancellationToken, Task> ask,
        CancellationToken cancellationToken)
    {
        try
        {
            var watch = new LockWatch(dataSource, timeProvider, WaitsFor);
            return await watch.RunAsync(
                "install",
                async () => await _pipeline.ExecuteAsync(
                    async token =>
                    {
                        await using var connection = await dataSource.OpenConnectionAsync(token);
                        return await new InstallTransaction(
                            connection, settings, monthsAhead, isPlan, isCompared, ask).RunAsync(watch, token);
                    },
                    cancellationToken),
                cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MissingRightsException($"Missing rights, nothing was changed: {e.MessageText}. "
                + "Install as a superuser, "
                + "or as the owner of ChangeLog's schemas with the rights that the documentation lists.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.AmbiguousFunction)
        {
            throw new RefusedException("Somebody put a function of the same name beside one of ChangeLog's, "
                + "nothing was changed: "
                + $"{e.MessageText}. Find out who owns it and drop it; changelog status names it", 1);
        }
    }

    // another version's functions cannot be compared: a superuser must not run any of them
    private static async Task RequireComparableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
        var others = RoutineDefinition.All.Select(routine => routine.Script)
            .Where(script => journal.ContainsKey(script.Name) && !script.IsIn(journal)).ToList();
        if (others.Count > 0 && await connection.ScalarAsync(InstallConditions.IsSuperuser, cancellationToken) is true)
        {
            throw new RefusedException(
                $"The installed schema is of another version: {others[0].Name} has a different text"
                + $"{(others.Count > 1 ? $", and {others.Count - 1} more" : string.Empty)}. "
                + "A superuser's session does not run what cannot "
                + "be compared with the program. Run: changelog install", 1);
        }
    }

    private enum Compared
    {
        Same,
        Altered,
        Unknown,
    }
}
