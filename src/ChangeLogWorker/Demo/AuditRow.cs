namespace ChangeLogWorker.Demo;

/// <summary>The last password reset in platform.audit_logs, with what the table and the log hold of it.</summary>
/// <param name="PerformedAt">When.</param>
/// <param name="Action">What was done.</param>
/// <param name="Resource">To which table.</param>
/// <param name="RecordId">To which record.</param>
/// <param name="ActorId">By whom.</param>
/// <param name="IpAddress">From where.</param>
/// <param name="Notes">Why.</param>
/// <param name="Before">The password's hash before, as the log has it.</param>
/// <param name="After">The password's hash after, as the log has it.</param>
/// <param name="InTable">The password's hash, as the table has it.</param>
internal sealed record AuditRow(
    DateTimeOffset PerformedAt,
    string Action,
    string Resource,
    string RecordId,
    string ActorId,
    string IpAddress,
    string Notes,
    string Before,
    string After,
    string InTable);
