using ChangeLogWorker.Changes;

namespace ChangeLogWorker.Handlers.LinkCleanup;

/// <summary>
/// Clears <c>linked_table</c> and <c>linked_id</c> of rows whose target was deleted, as the policy of their table says, and the
/// columns that name a user who was.
/// </summary>
internal sealed class LinkCleanupHandler : IHandler
{
    public const string HandlerName = "link_cleanup";

    /* language=sql */
    private const string Clean =
        """
        select
            changelog.clean_links(@changes, @logged_from, @logged_until),
            changelog.clean_users(@changes, @logged_from, @logged_until)
        """;

    public string Name => HandlerName;

    public Streams Reads => Streams.Changes;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.ExecuteAsync(Clean, cancellationToken);
}
