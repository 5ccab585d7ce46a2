namespace ChangeLog.Schema;

/// <summary>Partitions that were created, and why others could not be.</summary>
internal sealed record PartitionReport(IReadOnlyList<string> Made, IReadOnlyDictionary<string, string> NotMade);
