using ChangeLog.Handlers;
using ChangeLog.Reading;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Keeps what it was handed, in order, without any constraint that could hide a second time.</summary>
internal sealed class CollectingHandler(string name, Streams reads) : IHandler
{
    public string Name => name;

    public Streams Reads => reads;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.ExecuteAsync(
            $"""
            insert into public.seen (handler, position)
            select '{name}', p.position
            from unnest(@changes || @events) p (position)
            order by p.position
            """,
            cancellationToken);
}
