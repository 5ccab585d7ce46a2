using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Which tables are captured and how, and which one identifies users.</summary>
/// <remarks>Null keeps the stored value; a fresh install stores the defaults.</remarks>
/// <param name="NonLoggedTables">Entries of NON_LOGGED_TABLES.</param>
/// <param name="Schemas">The schemas to capture; empty: all.</param>
/// <param name="LogNoOpUpdates">Whether an UPDATE that changes nothing is logged.</param>
/// <param name="FireAlways">Whether triggers fire in replica sessions too.</param>
/// <param name="Redaction">What is not recorded raw.</param>
public sealed record CaptureSettings(
    IReadOnlyList<string>? NonLoggedTables = null,
    IReadOnlyList<string>? Schemas = null,
    bool? LogNoOpUpdates = null,
    bool? FireAlways = null,
    RedactionSettings? Redaction = null)
{
    /// <summary>No users table.</summary>
    public static TableName NoUsers { get; } = new(string.Empty, string.Empty);

    /// <summary>The users table, or <see cref="NoUsers"/>.</summary>
    public TableName? UsersTable { get; init; }

    /// <summary>Whether the tables of schema platform have foreign keys to the users.</summary>
    public bool? UsersForeignKeys { get; init; }

    /// <summary>What happens to links whose target is gone.</summary>
    public IReadOnlyList<LinkRule>? Links { get; init; }
}
