namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>What decides which tables are captured and how, and which of them says who a user is.</summary>
/// <param name="NonLoggedTables">Entries of NON_LOGGED_TABLES; null keeps the patterns stored in the database.</param>
/// <param name="Schemas">The schemas to capture; null or none means all.</param>
/// <param name="LogNoOpUpdates">Whether an UPDATE that changes nothing is logged.</param>
/// <param name="FireAlways">Whether triggers fire in sessions of replicas too.</param>
/// <param name="Redaction">What is not recorded raw; null keeps all that is stored in the database.</param>
public sealed record CaptureSettings(
    IReadOnlyList<string>? NonLoggedTables,
    IReadOnlyList<string>? Schemas,
    bool LogNoOpUpdates,
    bool FireAlways,
    RedactionSettings? Redaction = null)
{
    /// <summary>The table that user_id refers to, as schema.table; null: auth.users, else public.users.</summary>
    public TableName? UsersTable { get; init; }

    /// <summary>What becomes of links to records that are gone; null keeps the policies stored in the database.</summary>
    public IReadOnlyList<LinkRule>? Links { get; init; }
}
