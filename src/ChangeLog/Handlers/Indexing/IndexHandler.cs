using ChangeLog.Reading;

namespace ChangeLog.Handlers.Indexing;

/// <summary>
/// Writes logs.change_links: every record that a change refers to, so that a record's history includes its children's.
/// </summary>
internal sealed class IndexHandler : IHandler
{
    private const string Derive = /* language=sql */
        "select logs.derive_links(@changes, @logged_from, @logged_until)";

    public string Name => "index";

    public Streams Reads => Streams.Changes;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.ExecuteAsync(Derive, cancellationToken);
}
