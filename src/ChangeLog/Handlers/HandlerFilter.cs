using ChangeLog.Reading;

namespace ChangeLog.Handlers;

/// <summary>What a handler is handed of what it reads; the rest passes it by. A list not given lets all pass.</summary>
/// <remarks>Judged in the database: a page of which nothing matches costs the handler no call.</remarks>
public sealed record HandlerFilter
{
    /// <summary>No filter.</summary>
    public static HandlerFilter Everything { get; } = new();

    /// <summary>
    /// Changes of these tables only, by the names they had then: <c>schema.table</c>, <c>schema.*</c>, <c>table</c>
    /// (of the schema public), as in NON_LOGGED_TABLES.
    /// </summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Changes by these operations only.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = [];

    /// <summary>
    /// Events of these types only: <c>iam.user.created</c>, <c>iam.*</c>; <c>*</c> stands for any text.
    /// </summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];
}
