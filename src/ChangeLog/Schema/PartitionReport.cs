namespace ChangeLog.Schema;

/// <summary>Partitions that were made, and those that could not be and why.</summary>
internal sealed record PartitionReport(IReadOnlyList<string> Made, IReadOnlyDictionary<string, string> NotMade);
