using ChangeLogWorker.Triggers.Capture;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>One configured rule: which columns of which tables are not recorded raw.</summary>
/// <param name="Setting">Its section, for sentences about it.</param>
/// <param name="Table">The tables; <c>*.*</c> is all, events and contexts too.</param>
/// <param name="Column">The columns, and keys within JSON.</param>
/// <param name="Way">What stands for a value.</param>
/// <param name="When">A boolean column: only rows in which it is true.</param>
public sealed record RedactionRule(
    string Setting, TablePattern Table, ColumnPattern Column, RedactionMethod Way, string? When)
{
    /// <summary>The pattern of all tables.</summary>
    public static TablePattern AllTables { get; } = new("*.*", "%", "%");

    /// <summary>What it is known by in the database, and where it is shown.</summary>
    public string Name => $"{Table.Text}.{Column.Text}";

    /// <summary>The way as the database has it.</summary>
    public string WayName => Way.ToString().ToLowerInvariant();
}
