using System.Text.Json.Serialization;
using System.Text.Json;
using ChangeLog.History.Undo.Tables;

namespace ChangeLog.History.Undo;

/// <summary>What an undo does to one row.</summary>
internal sealed record UndoStep
{
    /// <summary>The table's name; if it is gone, the one at the time.</summary>
    public required string Table { get; init; }

    /// <summary>The row's identity in the log.</summary>
    public required string RecordId { get; init; }

    public required UndoAction Action { get; init; }

    /// <summary>What its fields become.</summary>
    public IReadOnlyList<UndoField> Fields { get; init; } = [];

    /// <summary>Columns whose former values the log does not have: they stay, or get their default.</summary>
    public IReadOnlyList<string> Lost { get; init; } = [];

    public IReadOnlyList<UndoConflict> Conflicts { get; init; } = [];

    /// <summary>The table as it is now; null: it is gone.</summary>
    [JsonIgnore]
    public UndoTable? Target { get; init; }

    /// <summary>The row as it is in its table; null: it is not there.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement>? Current { get; init; }

    /// <summary>The version of the row that was read.</summary>
    [JsonIgnore]
    public string? Version { get; init; }

    /// <summary>The position of the last change that is undone.</summary>
    [JsonIgnore]
    public long LastUndone { get; init; }

    /// <summary>Foreign keys through which the server would delete or change other rows, if there were any.</summary>
    [JsonIgnore]
    public IReadOnlyList<UndoReference> Children { get; init; } = [];

    /// <summary>The row after the step; null: it is gone.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement>? Result
    {
        get
        {
            if (Action is UndoAction.Delete || (Action is UndoAction.Leave && Current is null))
            {
                return null;
            }

            var row = Current?.ToDictionary() ?? [];
            foreach (var (column, _, to) in Action is UndoAction.Leave ? [] : Fields)
            {
                row[column] = to!.Value;
            }

            return row;
        }
    }

    /// <summary>The identity that its row has in its table.</summary>
    [JsonIgnore]
    public string CurrentId =>
        Target is { Key: [var only] } && Current is { } row ? LoggedValue.Text(row[only.Name]) : RecordId;

    public UndoStep With(UndoConflict conflict) => this with { Conflicts = [.. Conflicts, conflict] };
}
