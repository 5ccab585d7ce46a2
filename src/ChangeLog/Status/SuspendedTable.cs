namespace ChangeLog.Status;

/// <summary>A table that is not captured because all of its triggers were disabled, as a restore does.</summary>
internal sealed record SuspendedTable(string Table, DateTimeOffset Since, string? DatabaseUser, string Statement);
