using ChangeLogWorker.Triggers.LinkCleanup;
using Npgsql;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>
/// A stored rule of redaction or policy of links that reaches nothing, or less than it says: after a rename, say.
/// </summary>
/// <param name="Sentence">Which, and what is nearest.</param>
/// <param name="IsWrong">Whether it names one column, and nothing is redacted by it; else what it is for may be yet to
/// come.</param>
public sealed record RuleWarning(string Sentence, bool IsWrong)
{
    /// <summary>Those in force now; the default ones, which are for any database, are left out.</summary>
    public static async Task<IReadOnlyList<RuleWarning>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var redaction = await RedactionCatalog.WarningsAsync(connection, ct);
        var links = await LinkCatalog.WarningsAsync(connection, ct);
        return [.. redaction, .. links.Select(sentence => new RuleWarning(sentence, IsWrong: false))];
    }
}
