namespace ChangeLogWorker.Demo;

/// <summary>A transaction that changed something, and when its client knew that it was committed.</summary>
internal readonly record struct Commit(ulong Xid, long Timestamp);
