using System.Text.Json.Serialization;

namespace ChangeLog.History;

/// <summary>The changes that a filter found.</summary>
/// <param name="Changes">By position, the newest last.</param>
/// <param name="More">Whether there are older ones that match.</param>
internal sealed record Feed(IReadOnlyList<LoggedChange> Changes, bool More)
{
    /// <summary>The same by transaction, in the order of each one's first change that is shown.</summary>
    [JsonIgnore]
    public IEnumerable<IGrouping<Guid?, LoggedChange>> Transactions => Changes.GroupBy(change => change.EventId);
}
