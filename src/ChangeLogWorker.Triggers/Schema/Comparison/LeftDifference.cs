namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>A difference whose restoration would hold up writers, and is left to a quiet hour.</summary>
/// <param name="Difference">What differs.</param>
/// <param name="Statement">What restores it.</param>
internal sealed record LeftDifference(Difference Difference, string Statement);
