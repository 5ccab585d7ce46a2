using System.Text.Json;
using ChangeLog.History.Undo.Tables;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History.Undo;

/// <summary>Finds the foreign keys and unique keys that steps would break.</summary>
internal sealed class UndoConstraints(NpgsqlConnection connection, IReadOnlyList<UndoReference> references)
{
    /// <summary>The steps with what stands in their way; with theirs kept, such rows stay as they are.</summary>
    public async Task<List<UndoStep>> CheckAsync(
        IReadOnlyList<UndoStep> steps, UndoKeep? keep, CancellationToken cancellationToken)
    {
        var found = steps.ToList();

        // a row that stays may be in the way of another
        while (true)
        {
            var problems = await ProblemsAsync(found, cancellationToken);
            if (problems.Count == 0)
            {
                return found;
            }

            found = [.. found.Select(step => problems.TryGetValue(step, out var problem)
                ? step.With(new UndoConflict(UndoConflictKind.Constraint, problem)) with
                {
                    Action = keep is UndoKeep.Theirs ? UndoAction.Leave : step.Action,
                }
                : step)];
            if (keep is not UndoKeep.Theirs)
            {
                return found;
            }
        }
    }

    private async Task<Dictionary<UndoStep, string>> ProblemsAsync(
        IReadOnlyList<UndoStep> steps, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<UndoStep, string>(ReferenceEqualityComparer.Instance);
        foreach (var reference in references)
        {
            var children = new UndoMoves(steps, reference.Child, reference.ChildColumns);
            var parents = new UndoMoves(steps, reference.Parent, reference.ParentColumns);
            foreach (var (child, _, to) in children.All.Where(move => move.To is not null))
            {
                if (await LacksParentAsync(child, to!, reference, parents, cancellationToken))
                {
                    problems.TryAdd(
                        child,
                        $"{Names(reference.ChildColumns)} refers to {reference.Parent.Name} "
                        + $"{Shown(child.Result!, reference.ChildColumns)}, which is gone ({reference.Name})");
                }
            }

            foreach (var (parent, from, _) in parents.All.Where(move => move.From is not null))
            {
                var left = parent.Action is UndoAction.Update && reference.FollowsUpdate
                    ? null
                    : await HolderAsync(
                        reference.Child,
                        reference.ChildColumns,
                        ColumnValues.Of(parent.Current, reference.ParentColumns)!,
                        children.AllFrom(from!),
                        cancellationToken);
                if (left is (var first, > 0 and var count))
                {
                    problems.TryAdd(
                        parent,
                        $"{reference.Child.Name} {first} refers to it"
                        + $"{(count == 1 ? string.Empty : $", and {count - 1} more")} ({reference.Name})");
                }
            }
        }

        foreach (var table in steps.Select(step => step.Target).OfType<UndoTable>().DistinctBy(table => table.Oid))
        {
            foreach (var unique in table.Uniques)
            {
                await AddTakenAsync(problems, new UndoMoves(steps, table, unique), table, unique, cancellationToken);
            }
        }

        return problems;
    }

    private async Task<bool> LacksParentAsync(
        UndoStep child,
        string values,
        UndoReference reference,
        UndoMoves parents,
        CancellationToken cancellationToken) =>
        parents.To(values) is null
        && (parents.From(values) is not null
            || await HolderAsync(
                reference.Parent,
                reference.ParentColumns,
                ColumnValues.Of(child.Result, reference.ChildColumns)!,
                [],
                cancellationToken) is (_, 0));

    private async Task AddTakenAsync(
        Dictionary<UndoStep, string> problems,
        UndoMoves rows,
        UndoTable table,
        IReadOnlyList<UndoColumn> unique,
        CancellationToken cancellationToken)
    {
        foreach (var (step, _, to) in rows.All.Where(move => move.To is not null))
        {
            var holder = await HolderAsync(
                table, unique, ColumnValues.Of(step.Result, unique)!, rows.AllFrom(to!), cancellationToken);
            if (holder is (var first, > 0))
            {
                problems.TryAdd(
                    step,
                    $"{Names(unique)} {Shown(step.Result!, unique)} is taken by {table.Name} {first}");
            }
        }
    }

    // the first row with these values and how many there are, but those of steps; null: the login may not look
    private async Task<(string? First, long Count)?> HolderAsync(
        UndoTable table,
        IReadOnlyList<UndoColumn> columns,
        IReadOnlyList<JsonElement> values,
        IEnumerable<UndoStep> but,
        CancellationToken cancellationToken) =>
        table.Rights.Contains("select")
            ? await connection.RowAsync(
                $"""
                select min({table.RecordId}), count(*)
                from {table.Only} r
                where {SqlText.Condition(columns, values)}
                and {table.RecordId} <> all($1)
                """,
                row => (row.TextOrNull(0), row.GetInt64(1)),
                [Parameter.Texts(but.Select(step => step.CurrentId))],
                cancellationToken)
            : null;

    private static string Names(IReadOnlyList<UndoColumn> columns) =>
        string.Join(", ", columns.Select(column => column.Name));

    private static string Shown(IReadOnlyDictionary<string, JsonElement> row, IReadOnlyList<UndoColumn> columns) =>
        string.Join(", ", columns.Select(column => LoggedValue.Text(row[column.Name])));
}
