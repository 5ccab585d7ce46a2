using ChangeLogWorker.Triggers.LinkCleanup;
using Npgsql;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>
/// A stored redaction rule or link policy that matches nothing, or less than it says: after a rename, for example.
/// </summary>
/// <param name="Sentence">Which, and the nearest name.</param>
/// <param name="IsWrong">
/// Whether it names one column, and nothing is redacted by it; otherwise a match may yet come.
/// </param>
public sealed record RuleWarning(string Sentence, bool IsWrong)
{
    /// <summary>Warnings for rules in force, except the default ones, which are meant for any database.</summary>
    public static async Task<IReadOnlyList<RuleWarning>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var redaction = await RedactionCatalog.WarningsAsync(connection, cancellationToken);
        var links = await LinkCatalog.WarningsAsync(connection, cancellationToken);
        return [.. redaction, .. links.Select(sentence => new RuleWarning(sentence, IsWrong: false))];
    }
}
