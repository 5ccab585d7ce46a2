using ChangeLog.History;

namespace ChangeLogWorker.Verbs.Changes;

/// <summary>Writes the feed in one format: first what there is, then what follows.</summary>
internal interface IFeedWriter
{
    void Begin(Feed feed);

    void Write(IReadOnlyList<LoggedChange> changes);
}
