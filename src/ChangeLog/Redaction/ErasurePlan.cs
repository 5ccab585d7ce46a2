using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>All that has to be rewritten to erase one record.</summary>
/// <param name="References">
/// What refers to it, and what it did: first, for it is found by what the record's own changes say.
/// </param>
/// <param name="Record">The record's own changes.</param>
/// <param name="Keys">Under how many keys the log has it: an update may have given it another.</param>
internal sealed record ErasurePlan(IReadOnlyList<RedactionStep> References, RedactionStep Record, int Keys)
{
    /// <remarks>
    /// The changes that lead from one key to the next go with the last of the rest, or what was interrupted could not
    /// be done again.
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
