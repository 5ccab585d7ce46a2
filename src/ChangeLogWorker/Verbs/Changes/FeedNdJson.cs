using ChangeLog.History;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs.Changes;

/// <summary>Writes each change as one line of JSON.</summary>
internal sealed class FeedNdJson(Output output) : IFeedWriter
{
    public void Begin(Feed feed) => Write(feed.Changes);

    public void Write(IReadOnlyList<LoggedChange> changes)
    {
        foreach (var change in changes)
        {
            output.JsonLine(change);
        }
    }
}
