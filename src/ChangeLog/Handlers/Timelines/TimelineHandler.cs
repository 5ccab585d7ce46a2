using ChangeLog.Postgres;
using ChangeLog.Reading;

namespace ChangeLog.Handlers.Timelines;

/// <summary>
/// Writes the entries of one timeline: what happened to an aggregate, from its root, children and events.
/// </summary>
internal sealed class TimelineHandler(string timeline) : IHandler
{
    private const string Fill = /* language=sql */
        "select changelog.fill_timeline(@timeline, @changes, @logged_from, @logged_until, @events, true)";

    public string Name { get; } = Timeline.HandlerOf(timeline);

    public Streams Reads => Streams.Both;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.CreateCommand(Fill).With(("timeline", timeline)).ExecuteAsync([], cancellationToken);
}
