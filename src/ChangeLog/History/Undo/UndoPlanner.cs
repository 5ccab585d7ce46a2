using System.Text.Json;
using ChangeLog.History.Undo.Tables;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.History.Undo;

/// <summary>Plans to undo the changes that a filter finds.</summary>
/// <remarks>To be run in one snapshot: the log and the tables are compared.</remarks>
internal sealed class UndoPlanner(NpgsqlConnection connection)
{
    // as capture does, so that the same value is the same text
    private const string Pins = /* language=sql */
        """
        select
            set_config('timezone', 'UTC', true),
            set_config('datestyle', 'ISO, MDY', true),
            set_config('intervalstyle', 'postgres', true),
            set_config('bytea_output', 'hex', true),
            set_config('extra_float_digits', '1', true)
        """;

    private const string MayExplain = /* language=sql */
        """
        select has_function_privilege('changelog.set_context(jsonb)', 'execute')
        """;

    private readonly UndoChangeReader _changes = new(connection);
    private readonly UndoCatalog _catalog = new(connection);

    /// <exception cref="RefusedException">
    /// More changes match than the filter's limit, or a table cannot be read.
    /// </exception>
    public async Task<UndoPlan> PlanAsync(
        FeedFilter filter,
        string reason,
        UndoKeep? keep,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var feed = await new FeedReader(connection).ReadAsync(filter, progress, cancellationToken);
        if (feed.More)
        {
            throw new RefusedException(
                $"More than {filter.Limit} changes match. Narrow what is to be undone, or allow more with --limit.",
                ExitCode.WrongUse);
        }

        if (feed.Changes.Count == 0)
        {
            return new UndoPlan(reason, 0, keep, [], [], []);
        }

        await connection.ExecuteAsync(Pins, [], cancellationToken);
        var undone = await _changes.UndoneAsync(feed.Changes, cancellationToken);
        var tables = await _catalog.TablesAsync(
            undone.Select(change => change.Oid).OfType<uint>().Distinct(), cancellationToken);
        RequireReadable(tables.Values);
        RequireTrusted(tables.Values);
        var references = await _catalog.ReferencesAsync(tables, cancellationToken);
        RequireTrusted(references.SelectMany(reference => new[] { reference.Child, reference.Parent }));
        List<UndoStep> steps = [];
        foreach (var group in undone.GroupBy(change => change.Oid))
        {
            steps.AddRange(group.Key is { } oid && tables.TryGetValue(oid, out var table)
                ? await StepsAsync(table, [.. group], keep, cancellationToken)
                : group.DistinctBy(change => (change.Table, change.RecordId)).Select(
                    change => Impossible(change, "its table is gone")));
        }

        var possible = await new UndoConstraints(connection, references).CheckAsync(
            [.. steps.Where(step => step.Target is not null)], keep, cancellationToken);
        steps =
        [
            .. steps.Where(step => step.Target is null),
            .. UndoOrder.Of(possible, references).Select(step => step with
            {
                Children = step.Action is UndoAction.Delete
                    ? [.. references.Where(reference =>
                        reference.ActsOnDelete && reference.Parent.Oid == step.Target!.Oid
                        && reference.ParentColumns.All(column =>
                            step.Current![column.Name].ValueKind != JsonValueKind.Null))]
                    : [],
            }),
        ];
        return new UndoPlan(
            reason,
            undone.Count,
            keep,
            steps,
            await MissingRightsAsync(steps, cancellationToken),
            [.. tables.Values.Where(table => Writes(steps, table)).SelectMany(
                table => table.Triggers.Select(trigger => $"{table.Name}: {trigger}"))]);
    }

    private async Task<List<UndoStep>> StepsAsync(
        UndoTable table, IReadOnlyList<UndoneChange> undone, UndoKeep? keep, CancellationToken cancellationToken)
    {
        List<UndoStep> steps = [];
        if (table.Key.Count == 0)
        {
            return [Impossible(undone[0], "the table has no key that tells its rows apart")];
        }

        if (undone.Any(change => change.Op == "T"))
        {
            steps.Add(Impossible(undone.First(change => change.Op == "T"), "the log has no rows of a truncated table"));
        }

        var (traces, byId) = RowTraces.Of(
            await _changes.OfRowsAsync(table, undone, cancellationToken),
            undone.Select(change => change.Position).ToHashSet());
        foreach (var trace in traces)
        {
            var key = ColumnValues.Of(trace.LastRow, table.Key);
            if (key is null || key.Any(LoggedValue.IsLost))
            {
                steps.Add(Impossible(table.Name, trace.RecordId, "its key is redacted in the log"));
                continue;
            }

            // another row may have taken its key
            var (current, version) = byId.GetValueOrDefault(trace.RecordId) == trace
                ? await CurrentAsync(table, key, cancellationToken) : (null, null);
            var step = new UndoStepPlanner(table, trace, current, version, keep).Plan();
            if (step.Action is not UndoAction.Leave || step.Conflicts.Count > 0 || step.Lost.Count > 0)
            {
                steps.Add(step);
            }
        }

        return steps;
    }

    private async Task<(IReadOnlyDictionary<string, JsonElement>? Row, string? Version)> CurrentAsync(
        UndoTable table, IReadOnlyList<JsonElement> key, CancellationToken cancellationToken)
    {
        var rows = await connection.RowsAsync(
            $"select to_jsonb(r)::text, r.xmin::text from {table.Only} r where {SqlText.Condition(table.Key, key)}",
            row => (row.JsonOrNull(0), Version: row.GetString(1)),
            [],
            cancellationToken);
        return rows is [({ } found, var version)]
            ? (found.EnumerateObject().ToDictionary(field => field.Name, field => field.Value), version)
            : (null, null);
    }

    private async Task<List<string>> MissingRightsAsync(
        IReadOnlyList<UndoStep> steps, CancellationToken cancellationToken)
    {
        // rows are locked before they are deleted, too
        var missing = steps.Where(step => step.Target is not null)
            .SelectMany(step => (string[])(step.Action switch
            {
                UndoAction.Insert => ["insert"],
                UndoAction.Update => ["update"],
                UndoAction.Delete => ["update", "delete"],
                _ => [],
            }), (step, right) => (step.Target, Right: right))
            .Where(needed => !needed.Target!.Rights.Contains(needed.Right))
            .Select(needed => $"{needed.Right} on {needed.Target!.Name}")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        if (!await connection.ValueAsync<bool>(MayExplain, [], cancellationToken))
        {
            missing.Add("execute on changelog.set_context");
        }

        return missing;
    }

    private static bool Writes(IEnumerable<UndoStep> steps, UndoTable table) =>
        steps.Any(step => step.Target?.Oid == table.Oid && step.Action is not UndoAction.Leave);

    private static void RequireReadable(IEnumerable<UndoTable> tables)
    {
        foreach (var table in tables)
        {
            if (!table.Rights.Contains("select"))
            {
                throw new RefusedException($"The login lacks a right: select on {table.Name}.", ExitCode.Failed);
            }

            if (table.IsFiltered)
            {
                throw new RefusedException(
                    $"Row level security may hide rows of {table.Name} from the login: undo as a role that sees all of "
                    + "them.",
                    ExitCode.Failed);
            }
        }
    }

    // docs/decisions/code-of-owners.md
    private static void RequireTrusted(IEnumerable<UndoTable> tables)
    {
        if (tables.FirstOrDefault(table => table.UntrustedOwner is not null) is { } table)
        {
            throw new RefusedException(
                $"{table.Name} belongs to {table.UntrustedOwner}, whose triggers and types would run with the "
                + "rights of a superuser. Undo with a login that is none.",
                ExitCode.Failed);
        }
    }

    private static UndoStep Impossible(UndoneChange change, string problem) =>
        Impossible(change.Table, change.Op == "T" ? string.Empty : change.RecordId ?? string.Empty, problem);

    private static UndoStep Impossible(string table, string recordId, string problem) => new()
    {
        Table = table,
        RecordId = recordId,
        Action = UndoAction.Leave,
        Conflicts = [new UndoConflict(UndoConflictKind.Impossible, problem)],
    };
}
