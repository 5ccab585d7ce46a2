using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>Everything to rewrite in order to erase one record.</summary>
/// <param name="References">
/// What refers to it, and what it did: first, because the record's own changes are needed to find it.
/// </param>
/// <param name="Record">The record's own changes.</param>
/// <param name="Keys">How many keys the log has for it: an update may have changed it.</param>
internal sealed record ErasurePlan(IReadOnlyList<RedactionStep> References, RedactionStep Record, int Keys)
{
    /// <remarks>
    /// The changes that lead from one key to the next are redacted last, or an interrupted erasure could not be
    /// resumed.
    /// </remarks>
    public async Task<RedactionCounts> RunAsync(
        NpgsqlConnection connection,
        bool isPlan,
        string description,
        CancellationToken cancellationToken,
        long stretch = LogRedaction.Stretch)
    {
        var counts = await new LogRedaction(connection, isPlan, stretch).RunAsync(
            References, description, cancellationToken);
        var own = new LogRedaction(connection, isPlan, Keys > 1 ? LogRedaction.Whole : stretch);
        return counts.Add(await own.RunAsync([Record], description, cancellationToken));
    }
}
