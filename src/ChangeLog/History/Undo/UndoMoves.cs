using ChangeLog.History.Undo.Tables;

namespace ChangeLog.History.Undo;

/// <summary>The steps that change the values of some columns, by those values.</summary>
internal sealed class UndoMoves
{
    private readonly ILookup<string, UndoStep> _from;
    private readonly ILookup<string, UndoStep> _to;

    public UndoMoves(IEnumerable<UndoStep> steps, UndoTable table, IReadOnlyList<UndoColumn> columns)
    {
        All = [.. steps
            .Where(step => step.Target?.Oid == table.Oid)
            .Select(step => (
                Step: step,
                From: ColumnValues.Text(step.Current, columns),
                To: ColumnValues.Text(step.Result, columns)))
            .Where(move => move.From != move.To)];
        _from = All.Where(move => move.From is not null).ToLookup(move => move.From!, move => move.Step);
        _to = All.Where(move => move.To is not null).ToLookup(move => move.To!, move => move.Step);
    }

    /// <summary>Each step with the values before and after it; null: none that could be referred to.</summary>
    public IReadOnlyList<(UndoStep Step, string? From, string? To)> All { get; }

    /// <summary>The steps after which their rows have other values than these.</summary>
    public IEnumerable<UndoStep> AllFrom(string values) => _from[values];

    /// <summary>A step after which no row has these values any more.</summary>
    public UndoStep? From(string? values) => values is null ? null : _from[values].FirstOrDefault();

    /// <summary>A step that gives a row these values.</summary>
    public UndoStep? To(string? values) => values is null ? null : _to[values].FirstOrDefault();
}
