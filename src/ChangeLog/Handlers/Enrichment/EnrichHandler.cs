using ChangeLog.Reading;

namespace ChangeLog.Handlers.Enrichment;

/// <summary>Writes logs.change_details: who did what to which record, and which columns changed.</summary>
internal sealed class EnrichHandler : IHandler
{
    private const string Derive = /* language=sql */
        "select logs.derive_details(@changes, @logged_from, @logged_until)";

    public string Name => "enrich";

    public Streams Reads => Streams.Changes;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.ExecuteAsync(Derive, cancellationToken);
}
