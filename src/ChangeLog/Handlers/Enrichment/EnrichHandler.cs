using ChangeLog.Reading;

namespace ChangeLog.Handlers.Enrichment;

/// <summary>Writes logs.change_details: who did what to which record, and which columns changed.</summary>
internal sealed class EnrichHandler : IHandler
{
    public const string HandlerName = "enrich";

    private const string Derive = /* language=sql */
        "select logs.derive_details(@changes, @logged_from, @logged_until)";

    public string Name => HandlerName;

    public Streams Reads => Streams.Changes;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.ExecuteAsync(Derive, cancellationToken);
}
