using ChangeLog.Handlers;
using ChangeLog.Reading;

namespace ChangeLog.UnitTests.Handlers;

/// <summary>A handler for what is said of handlers before they run.</summary>
internal sealed class NamedHandler(
    string name, Streams reads = Streams.Changes, HandlerFilter? filter = null) : IHandler
{
    public string Name => name;

    public Streams Reads => reads;

    public HandlerFilter Filter => filter ?? HandlerFilter.Everything;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) => throw new NotSupportedException();
}
