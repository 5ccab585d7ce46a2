namespace ChangeLog.History.Undo.Tables;

/// <summary>A column of a table of which rows are undone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Quoted">Its name as SQL writes it.</param>
/// <param name="EqualOperator">The operator of its type that tells whether values are equal, with its schema.</param>
/// <param name="IsJson">Whether its values are JSON themselves.</param>
/// <param name="IsRequired">Whether an inserted row must have a value for it.</param>
/// <param name="IsGenerated">Whether the server computes it.</param>
internal sealed record UndoColumn(
    string Name, string Quoted, string EqualOperator, bool IsJson, bool IsRequired, bool IsGenerated)
{
    /// <summary>A condition on a row r.</summary>
    public string Is(string literal) => $"r.{Quoted} {EqualOperator} {literal}";
}
