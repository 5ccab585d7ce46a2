using ChangeLogWorker.Triggers.Capture;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>A configured redaction rule.</summary>
/// <param name="Setting">Its section, for messages.</param>
/// <param name="Table">The tables; <c>*.*</c> is all, events and contexts too.</param>
/// <param name="Column">The columns and JSON keys.</param>
/// <param name="Way">How values are replaced.</param>
/// <param name="When">A boolean column: redact only rows where it is true.</param>
public sealed record RedactionRule(
    string Setting, TablePattern Table, ColumnPattern Column, RedactionMethod Way, string? When)
{
    /// <summary>Matches all tables.</summary>
    public static TablePattern AllTables { get; } = new("*.*", "%", "%");

    /// <summary>Its name in the database and in messages.</summary>
    public string Name => $"{Table.Text}.{Column.Text}";

    /// <summary>The way as stored.</summary>

    public string WayName => Way.ToString().ToLowerInvariant();
}
