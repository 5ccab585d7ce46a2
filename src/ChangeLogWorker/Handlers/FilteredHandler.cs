using ChangeLogWorker.Changes;
using ChangeLogWorker.Triggers.Reconciliation;

namespace ChangeLogWorker.Handlers;

/// <summary>Hands a handler what its filter lets pass.</summary>
/// <remarks>Its cursor passes over the rest: what a page is, and how it is halved and retried, knows no filters.</remarks>
internal sealed class FilteredHandler(IHandler handler, PageFilter filter) : IHandler
{
    public string Name => handler.Name;

    public Streams Reads => handler.Reads;

    public bool FromNow => handler.FromNow;

    /// <summary>The handler itself where it has no filter.</summary>
    /// <exception cref="Triggers.Installation.RefusedException">A pattern of a table cannot be read.</exception>
    public static IHandler Of(IHandler handler)
    {
        var tables = TableFilter.Parse(handler.Filter.Tables, "Tables");
        var filter = new PageFilter(
            [.. tables.Select(table => table.SchemaLike)],
            [.. tables.Select(table => table.TableLike)],
            [.. handler.Filter.Operations.Select(operation => $"{(char)operation}")],
            [.. handler.Filter.EventTypes.Select(LikePattern.Of)]);
        return filter.LetsAllPass ? handler : new FilteredHandler(handler, filter);
    }

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        var matching = await page.MatchingAsync(filter, cancellationToken);
        if (matching.Count > 0)
        {
            await handler.HandleAsync(matching, cancellationToken);
        }
    }
}
