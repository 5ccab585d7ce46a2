using System.Globalization;
using System.Text;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;

namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>
/// One schema and its transactions; after each statement and each commit the log is compared with the tables.
/// </summary>
internal sealed class FuzzRun(FeatureSchema schema)
{
    private const int Transactions = 15;

    private static readonly string[] Settings =
    [
        "select 1", "set local timezone = 'Asia/Kolkata'", "set local datestyle = 'German'",
        "set local bytea_output = 'escape'",
        "set local search_path = ''", "set local plan_cache_mode = force_generic_plan", "set local row_security = off",
        "set local plpgsql.extra_errors = 'all'", "set local xmlbinary = hex",
    ];

    private readonly StringBuilder _script = new();
    private readonly Dictionary<FuzzFeature, int> _done = [];
    private Twins _twins = null!;

    // as they were after the last statement, where nothing has happened since
    private Rows? _rows;

    // from a TRUNCATE on, the server's counts are no measure for the rest of the transaction
    private bool _isTruncated;
    private int _failed;
    private int _changes;

    public IReadOnlyDictionary<FuzzFeature, int> Done => _done;

    public string Script => _script.ToString();

    public string Summary =>
        $"{string.Join(", ", schema.Features)}; {_changes} changes, {_done.Values.Sum()} steps done, {_failed} refused";

    public async Task RunAsync(PostgresServer server, string role)
    {
        await using var twins = await Twins.CreateAsync(server, role);
        _twins = twins;
        await SetUpAsync();
        for (var i = 0; i < Transactions; i++)
        {
            var step = schema.NextStep();
            if (step.Alone || (step.Sql.Length == 1 && schema.Chance(4)))
            {
                await CheckedAsync(step, inTransaction: false);
            }
            else
            {
                await TransactionAsync();
            }
        }

        (await twins.Database.DataSource.PlanReconcileAsync()).Actions.ShouldBeEmpty();
    }

    private async Task SetUpAsync()
    {
        var before = await _twins.RowsAsync();
        var position = await _twins.PositionAsync();
        await RunAsync(FuzzTable.Types);
        foreach (var step in schema.Setup())
        {
            await RunAsync(step);
        }

        LogReplay.Counted(before, await _twins.ChangesAsync(position), await _twins.RowsAsync()).ShouldBeNull();
    }

    private async Task TransactionAsync()
    {
        var undos = new List<Action>();
        var position = await _twins.PositionAsync();
        var rows = await _twins.RowsAsync();
        var changes = new List<LoggedChange>();
        _isTruncated = false;
        await RunAsync($"begin isolation level {schema.PickOf("read committed", "repeatable read", "serializable")}");
        await RunAsync(schema.Pick(Settings));
        for (var i = schema.Next(8) + 1; i > 0; i--)
        {
            var step = schema.NextStep();
            if (step.Alone)
            {
                continue;
            }

            await RunAsync("savepoint step");
            var made = await CheckedAsync(step, inTransaction: true);
            if (made is null || schema.Chance(8))
            {
                await RunAsync("rollback to step");
                _rows = null;
                if (made is not null)
                {
                    step.Undone?.Invoke();
                }
            }
            else
            {
                changes.AddRange(made);
                undos.Add(() => step.Undone?.Invoke());
            }

            await RunAsync(schema.PickOf("release step", "select 1"));
        }

        var last = _rows ?? await _twins.RowsAsync();
        _rows = null;
        var ended = await EndAsync();
        var now = await _twins.RowsAsync();
        var logged = await _twins.ChangesAsync(position);
        if (!ended)
        {
            undos.Reverse();
            undos.ForEach(u => u());
            logged.ShouldBeEmpty("undone with its transaction");
            now.TableContent.ShouldBe(rows.TableContent);
            return;
        }

        // what a commit adds, deferred triggers have written
        logged.Take(changes.Count).ShouldBe(changes);
        Compare(last, logged[changes.Count..], now).ShouldBeNull();
        _changes += logged.Count;
    }

    /// <summary>
    /// Commits or not, in one of the ways there are; false where nothing may be left of the transaction.
    /// </summary>
    private async Task<bool> EndAsync()
    {
        var prepares = schema.Features.Contains(FuzzFeature.PreparedTransactions) && !schema.Chance(3);
        if (!prepares)
        {
            var end = schema.Chance(5) ? "rollback" : "commit";
            return await RunAsync(end) is null && end == "commit";
        }

        if (await RunAsync("prepare transaction '{gid}'") is not null)
        {
            return false;
        }

        Count(FuzzFeature.PreparedTransactions);
        var how = schema.Chance(4) ? "rollback" : "commit";
        await RunAsync($"{how} prepared '{{gid}}'");
        return how == "commit";
    }

    /// <summary>What was logged for a step that succeeded, which is what it did.</summary>
    private async Task<List<LoggedChange>?> CheckedAsync(FuzzStep step, bool inTransaction)
    {
        var position = await _twins.PositionAsync();
        var before = _rows ?? await _twins.RowsAsync();
        _rows = null;
        if (await RunAsync(step) is not null)
        {
            _failed++;
            if (!inTransaction)
            {
                Compare(before, await _twins.ChangesAsync(position), await _twins.RowsAsync()).ShouldBeNull();
            }

            return null;
        }

        Count(step.Feature);
        step.Done?.Invoke();
        var changes = await _twins.ChangesAsync(position);
        var after = await _twins.RowsAsync();
        _rows = inTransaction ? after : null;
        if (step.IsDdl)
        {
            changes.ShouldBeEmpty();
            return changes;
        }

        if (step.ChangesShape)
        {
            LogReplay.Counted(before, changes, after).ShouldBeNull();
            return changes;
        }

        Compare(before, changes, after).ShouldBeNull();
        changes.Where(c => after.Names.GetValueOrDefault(c.Table) != c.Name).ShouldBeEmpty("named as the table is");
        _isTruncated |= changes.Exists(c => c.Op == "T");
        if (inTransaction && !step.UndoesWithin && !_isTruncated)
        {
            LogReplay.Measured(before, changes, after).ShouldBeNull();
        }

        return changes;
    }

    private string? Compare(Rows before, List<LoggedChange> changes, Rows after)
    {
        var problem = LogReplay.Ordered(before, changes, after);
        return problem is not null && schema.Reorders && changes.TrueForAll(c => c.Op != "T")
            ? LogReplay.Balanced(before, changes, after)
            : problem;
    }

    private async Task<string?> RunAsync(FuzzStep step)
    {
        foreach (var sql in step.Sql)
        {
            if (await RunAsync(sql, step.CopyData) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private async Task<string?> RunAsync(string sql, string? copyData = null)
    {
        _script.Append(CultureInfo.InvariantCulture, $"{(sql.Length > 4000 ? sql[..4000] + "…" : sql)};\n{copyData}");
        var error = await _twins.RunAsync(sql, copyData);
        if (error is not null)
        {
            _script.Append(CultureInfo.InvariantCulture, $"-- {error}\n");
        }

        return error;
    }

    private void Count(FuzzFeature feature) => _done[feature] = _done.GetValueOrDefault(feature) + 1;
}
