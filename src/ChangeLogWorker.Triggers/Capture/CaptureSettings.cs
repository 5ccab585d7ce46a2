using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>What decides which tables are captured and how, and which of them says who a user is.</summary>
/// <remarks>Whatever is null keeps what is stored in the database, where a fresh install has the defaults.</remarks>
/// <param name="NonLoggedTables">Entries of NON_LOGGED_TABLES.</param>
/// <param name="Schemas">The schemas to capture; none means all.</param>
/// <param name="LogNoOpUpdates">Whether an UPDATE that changes nothing is logged.</param>
/// <param name="FireAlways">Whether triggers fire in sessions of replicas too.</param>
/// <param name="Redaction">What is not recorded raw.</param>
public sealed record CaptureSettings(
    IReadOnlyList<string>? NonLoggedTables = null,
    IReadOnlyList<string>? Schemas = null,
    bool? LogNoOpUpdates = null,
    bool? FireAlways = null,
    RedactionSettings? Redaction = null)
{
    /// <summary>No table says who a user is.</summary>
    public static TableName NoUsers { get; } = new(string.Empty, string.Empty);

    /// <summary>The table whose ids user_id holds, or <see cref="NoUsers"/>.</summary>
    public TableName? UsersTable { get; init; }

    /// <summary>Whether the tables of the schema platform refer to the users by foreign keys.</summary>
    public bool? UsersForeignKeys { get; init; }

    /// <summary>What becomes of links to records that are gone.</summary>
    public IReadOnlyList<LinkRule>? Links { get; init; }
}
