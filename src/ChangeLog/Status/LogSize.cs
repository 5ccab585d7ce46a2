namespace ChangeLog.Status;

/// <summary>How large a table of the log is, with its partitions and indexes.</summary>
internal sealed record LogSize(string Table, int Partitions, long EstimatedRows, long Bytes);
