namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>A difference whose restoration would block writers and is left for a quiet hour.</summary>
/// <param name="Difference">What differs.</param>
/// <param name="Statement">Restores it.</param>
internal sealed record LeftDifference(Difference Difference, string Statement);
