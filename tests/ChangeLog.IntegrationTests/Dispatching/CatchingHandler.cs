using ChangeLog.Handlers;
using ChangeLog.Reading;
using Npgsql;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Swallows the error of item 5 and goes on, which turns its COMMIT into a ROLLBACK.</summary>
internal sealed class CatchingHandler : IHandler
{
    private readonly FillingHandler _filling = new("fill", Streams.Changes);

    public string Name => "fill";

    public Streams Reads => Streams.Changes;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        var isBad = false;
        await foreach (var change in page.ReadChangesAsync(cancellationToken))
        {
            isBad |= change.RecordId == "5";
        }

        if (!isBad)
        {
            await _filling.HandleAsync(page, cancellationToken);
            return;
        }

        try
        {
            await page.ExecuteAsync("select 1 / 0", cancellationToken);
        }
        catch (PostgresException)
        {
            // the mistake that is tested
        }
    }
}
