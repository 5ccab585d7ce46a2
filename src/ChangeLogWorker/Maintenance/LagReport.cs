namespace ChangeLogWorker.Maintenance;

/// <summary>How old the oldest unhandled change of each handler is.</summary>
internal sealed record LagReport(IReadOnlyDictionary<string, TimeSpan> ByHandler);
