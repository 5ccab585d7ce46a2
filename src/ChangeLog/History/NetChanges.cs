namespace ChangeLog.History;

/// <summary>What has become of a table's records between two moments.</summary>
/// <param name="Created">How many are there only at the later moment.</param>
/// <param name="Changed">How many are there at both, and differ.</param>
/// <param name="Deleted">How many are there only at the earlier moment.</param>
/// <param name="Changes">By record, as many as were asked for.</param>
internal sealed record NetChanges(long Created, long Changed, long Deleted, IReadOnlyList<NetChange> Changes)
{
    public long Total => Created + Changed + Deleted;
}
