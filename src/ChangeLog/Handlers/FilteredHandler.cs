using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLog.Handlers;

/// <summary>Passes a handler the entries that match its filter.</summary>
/// <remarks>The cursor moves past the rest; pages, halving and retries know nothing of filters.</remarks>
internal sealed class FilteredHandler(IHandler handler, PageFilter filter) : IHandler
{
    public string Name => handler.Name;

    public Streams Reads => handler.Reads;

    public bool FromNow => handler.FromNow;

    /// <summary>The handler itself if it has no filter.</summary>
    /// <exception cref="RefusedException">A table pattern is malformed.</exception>
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

    /// <summary>Runs any handler on a page.</summary>
    /// <returns>Whether any entry matched its filter; if none did, the call proves nothing about the handler.</returns>
    public static async Task<bool> HandAsync(IHandler handler, Page page, CancellationToken cancellationToken)
    {
        if (handler is FilteredHandler filtered)
        {
            return await filtered.HandAsync(page, cancellationToken);
        }

        await HandleAsync(handler, page, cancellationToken);
        return true;
    }

    public Task HandleAsync(Page page, CancellationToken cancellationToken) => HandAsync(page, cancellationToken);

    private async Task<bool> HandAsync(Page page, CancellationToken cancellationToken)
    {
        var matching = await page.MatchingAsync(filter, cancellationToken);
        if (matching.Count == 0)
        {
            return false;
        }

        await HandleAsync(handler, matching, cancellationToken);
        return true;
    }

    private static async Task HandleAsync(IHandler handler, Page page, CancellationToken cancellationToken)
    {
        if (handler.GetType().Assembly != typeof(IHandler).Assembly)
        {
            await page.ExecuteAsync(Page.TheirSearchPath, cancellationToken);
        }

        await handler.HandleAsync(page, cancellationToken);
    }
}
