namespace ChangeLogWorker.Demo;

/// <summary>A transaction with changes, and when its client learned of the commit.</summary>
internal readonly record struct Commit(ulong Xid, long Timestamp);
