using ChangeLog.Reading;

namespace ChangeLog.Handlers;

/// <summary>Which entries of its streams a handler gets. An empty list matches all.</summary>
/// <remarks>Evaluated in the database: a page without a match costs the handler no call.</remarks>
public sealed record HandlerFilter
{
    /// <summary>No filter.</summary>
    public static HandlerFilter Everything { get; } = new();

    /// <summary>
    /// Changes of these tables only, by the names they had at the time: <c>schema.table</c>, <c>schema.*</c>,
    /// <c>table</c> (of schema public), as in NON_LOGGED_TABLES.
    /// </summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Changes by these operations only.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = [];

    /// <summary>Events of these types only: <c>iam.user.created</c>, <c>iam.*</c>; <c>*</c> matches any text.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];
}
