using System.Data;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;
using Polly;
using Polly.Retry;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>Reconciles the triggers with the tables that should be captured.</summary>
/// <remarks>
/// The database decides which triggers a table should have (changelog.desired_trigger), as the DDL event trigger does
/// the same. One table per transaction, so that a locked table never holds up the rest.
/// </remarks>
public sealed class TriggerReconciler(NpgsqlDataSource dataSource, TimeProvider timeProvider)
{
    private const string ReconcileTable = /* language=sql */
        "select table_schema, table_name, action, trigger_name, reason from changelog.reconcile_table($1)";

    private const string NoteUncaptured =
        /* language=sql */ "select changelog.note_unreconciled($1, $2)";

    // without the lock's holder: the same reason in each pass is one period of the coverage
    private const string Locked = "another session holds a lock on the table";

    private const string RaisePositions =
        /* language=sql */ "select changelog.raise_positions()";

    private const string PositionsRaised =
        "The sequence lib_event.position had fallen behind the log, as after a restore, and was moved past it.";

    private const string CloseCoverage =
        /* language=sql */ "select changelog.close_coverage()";

    private const string MarkReconciled =
        /* language=sql */ "select changelog.mark_reconciled()";

    private readonly ResiliencePipeline<Round> _rounds = new ResiliencePipelineBuilder<Round>
    {
        TimeProvider = timeProvider,
    }
        .MeasuredAs("changelog.locked_tables")
        .AddRetry(new RetryStrategyOptions<Round>
        {
            ShouldHandle = new PredicateBuilder<Round>().HandleResult(round => round.Locked.Count > 0),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    private readonly ResiliencePipeline _pipeline = Transient.Pipeline(timeProvider);

    /// <summary>Everything the settings name that the database lacks, each a sentence; changes nothing.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(
        CaptureSettings settings, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await CaptureSettingCheck.ProblemsAsync(connection, settings, cancellationToken);
    }

    /// <summary>Checks that everything the settings name exists; a running worker does not check again.</summary>
    /// <exception cref="RefusedException">Something does not; nothing was changed.</exception>
    public async Task RequireAsync(CaptureSettings settings, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await CaptureSettingCheck.RequireAsync(connection, settings, cancellationToken);
    }

    /// <summary>Puts the settings in force and reconciles every table.</summary>
    /// <exception cref="RefusedException">The settings are malformed; nothing was changed.</exception>
    public async Task<ReconcileReport> RunOnceAsync(CaptureSettings settings, CancellationToken cancellationToken)
    {
        var changes = await _pipeline.ExecuteAsync(async token => await ApplyAsync(settings, token), cancellationToken);
        var report = await RunStoredAsync(cancellationToken);
        return report with { SettingChanges = [.. changes, .. report.SettingChanges] };
    }

    /// <summary>Reconciles every table with the settings in force, whoever set them.</summary>
    public async Task<ReconcileReport> RunStoredAsync(CancellationToken cancellationToken)
    {
        var report = await RunTablesAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (linked, warnings) = await UsersLink.RunAsync(connection, cancellationToken);
        await ReopenAsync(connection, cancellationToken);
        var (hints, costs) = await UsersLink.NotesAsync(connection, cancellationToken);
        var (granted, missing) = await GrantLinksAsync(connection, cancellationToken);
        return report with
        {
            SettingChanges = [.. linked, .. granted],
            Warnings = [.. report.Warnings, .. warnings, .. costs, .. missing],
            Hints = hints,
        };
    }

    /// <summary>What a reconcile with these settings would do.</summary>
    /// <exception cref="RefusedException">The settings are malformed.</exception>
    public async Task<ReconcileReport> PlanAsync(CaptureSettings settings, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfTable, cancellationToken);
        return await PlanAsync(connection, settings, cancellationToken);
    }

    /// <summary>The plan as seen within a transaction that the caller rolls back.</summary>
    internal static async Task<ReconcileReport> PlanAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        var changes = await CaptureSettingStore.ApplyAsync(connection, settings, cancellationToken);
        var (granted, missing) = await LinkStore.GrantAsync(connection, cancellationToken);
        var redacted = await NewlyRedacted.OfAsync(
            connection, await TriggerCatalog.OutOfLineAsync(connection, cancellationToken), cancellationToken);
        missing = [.. missing, .. redacted.Select(column => column.Sentence)];
        var actions = await TriggerCatalog.PlanAsync(connection, cancellationToken);
        var warnings = await TriggerCatalog.WarningsAsync(connection, cancellationToken);
        var (hints, costs) = await UsersLink.NotesAsync(connection, cancellationToken);
        // last: if it fails, the transaction cannot be used any more
        var (linked, notLinked) = await UsersLink.PlanAsync(connection, cancellationToken);
        return new ReconcileReport(
            actions, [], [.. changes, .. linked, .. granted], [.. warnings, .. notLinked, .. costs, .. missing])
        {
            Hints = hints,
        };
    }

    /// <summary>Only the triggers.</summary>
    internal async Task<ReconcileReport> RunTablesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var isRaised = await connection.ScalarAsync(RaisePositions, cancellationToken) is true;
        var waiting = await TriggerCatalog.OutOfLineAsync(connection, cancellationToken);
        var redacted = await NewlyRedacted.OfAsync(connection, waiting, cancellationToken);
        var actions = new List<TriggerAction>();
        var failed = new List<FailedTable>();
        var sessions = new List<int> { connection.ProcessID };

        // locked tables wait for the next round, after all the others
        var last = await _rounds.ExecuteAsync(
            async token =>
            {
                var round = await RunRoundAsync(connection, waiting, actions, failed, sessions, token);
                waiting = [.. round.Locked.Select(locked => locked.Table)];
                return round;
            },
            cancellationToken);
        foreach (var (table, reason, lasting) in last.Locked)
        {
            failed.Add(new FailedTable(table.Name, reason));
            await NoteUncapturedAsync(connection, table, lasting, cancellationToken);
        }

        await connection.ScalarAsync(CloseCoverage, cancellationToken);
        if (failed.Count == 0)
        {
            await connection.ScalarAsync(MarkReconciled, cancellationToken);
        }

        var warnings = await TriggerCatalog.WarningsAsync(connection, cancellationToken);
        // a failed table is reported once it is done
        var done = redacted.Where(column => failed.All(table => table.Table != column.Table));
        return new ReconcileReport(
            actions,
            failed,
            [],
            [.. isRaised
                ? [PositionsRaised]
                : Array.Empty<string>(), .. warnings, .. done.Select(column => column.Sentence)]);
    }

    private static async Task<Round> RunRoundAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableToReconcile> tables,
        List<TriggerAction> actions,
        List<FailedTable> failed,
        List<int> sessions,
        CancellationToken cancellationToken)
    {
        var locked = new List<(TableToReconcile, string, string)>();
        foreach (var table in tables)
        {
            try
            {
                actions.AddRange(await ReconcileAsync(connection, table, cancellationToken));
            }
            catch (PostgresException e) when (Transient.IsContention(e))
            {
                await ReopenAsync(connection, cancellationToken);
                sessions.Add(connection.ProcessID);
                locked.Add(await ObstacleAsync(connection, table, sessions, e, cancellationToken));
            }
            catch (PostgresException e) when (!e.IsTransient)
            {
                await ReopenAsync(connection, cancellationToken);
                var reason = await TableRights.ReasonAsync(connection, table.Oid, e, cancellationToken);
                failed.Add(new FailedTable(table.Name, reason));
                await NoteUncapturedAsync(connection, table, reason, cancellationToken);
            }
        }

        return new Round(locked);
    }

    // look for the lock's holder only after a lock failure, and ignore the reconcile's own sessions: one that the
    // server ended may linger for a moment
    private static async Task<(TableToReconcile Table, string Reason, string Lasting)> ObstacleAsync(
        NpgsqlConnection connection,
        TableToReconcile table,
        IReadOnlyCollection<int> sessions,
        PostgresException error,
        CancellationToken cancellationToken)
    {
        if (error.SqlState is not (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected))
        {
            return (table, error.MessageText, error.MessageText);
        }

        var holders = await TriggerCatalog.HoldersAsync(connection, table.Oid, sessions, cancellationToken);
        return (table, holders is null ? error.MessageText : $"locked by {holders}", Locked);
    }

    private static async Task<(IReadOnlyList<string> Granted, IReadOnlyList<string> Warnings)> GrantLinksAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await LinkStore.GrantAsync(connection, cancellationToken);
        }
        catch (PostgresException e) when (Transient.IsContention(e) || !e.IsTransient)
        {
            return ([], [
                $"The rights to clear links could not be granted: {e.MessageText}. "
                    + "The next reconcile retries."]);
        }
    }

    // Npgsql drops a connection after an internal error, and "tuple concurrently updated" is one: another session
    // grants rights on the table while this one creates its triggers
    private static async Task ReopenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open)
        {
            await connection.CloseAsync();
            await connection.OpenAsync(cancellationToken);
        }
    }

    private static async Task<List<TriggerAction>> ReconcileAsync(
        NpgsqlConnection connection, TableToReconcile table, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfTable, cancellationToken);
        var done = await connection.RowsAsync(
            ReconcileTable, TriggerCatalog.Action, [Query.Oid(table.Oid)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return done;
    }

    private static Task NoteUncapturedAsync(
        NpgsqlConnection connection, TableToReconcile table, string reason, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(NoteUncaptured, [Query.Oid(table.Oid), Query.Text(reason)], cancellationToken);

    private async Task<IReadOnlyList<string>> ApplyAsync(CaptureSettings settings, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(DdlTransaction.OfTable, cancellationToken);
        var changes = await CaptureSettingStore.ApplyAsync(connection, settings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changes;
    }

    private sealed record Round(IReadOnlyList<(TableToReconcile Table, string Reason, string Lasting)> Locked);
}
