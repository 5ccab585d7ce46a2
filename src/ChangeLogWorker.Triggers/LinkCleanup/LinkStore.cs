using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Npgsql;

namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>Owns changelog.link_policy: the link policies in force, and the rights that they need.</summary>
public static class LinkStore
{
    private const string ApplyPolicies =
        /* language=sql */ "select before, after from changelog.apply_link_policies($1, $2, $3, $4, $5)";

    private const string Grant =
        /* language=sql */ "select done, missing from changelog.grant_link_rights()";

    /// <summary>
    /// Puts policies in force; null keeps those stored. Returns each difference as a sentence and writes an audit
    /// event.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, IReadOnlyList<LinkRule>? rules, CancellationToken cancellationToken)
    {
        if (rules is null)
        {
            return [];
        }

        var (before, after) = await connection.AppliedAsync(
            ApplyPolicies,
            [
                Query.Texts(rules.Select(rule => rule.Table.Qualified)),
                Query.Texts(rules.Select(rule => rule.Table.SchemaLike)),
                Query.Texts(rules.Select(rule => rule.Table.TableLike)),
                Query.Texts(rules.Select(rule => rule.PolicyName)),
                Query.Json(Installer.Describe()),
            ],
            cancellationToken);
        if (before.SequenceEqual(after))
        {
            return [];
        }

        List<string> differences =
        [
            .. after.Except(before).Select(policy => $"Dangling links from now on: {policy}"),
            .. before.Except(after).Select(policy => $"No longer so, unless another policy matches: {policy}"),
        ];
        return differences.Count > 0
            ? differences
            : ["The link policies have another order: the first match applies to a table."];
    }

    /// <summary>Grants the role that clears links what the policies need, if this role may.</summary>
    /// <returns>What was granted, and what others have to grant.</returns>
    public static async Task<(IReadOnlyList<string> Done, IReadOnlyList<string> Missing)> GrantAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.AppliedAsync(Grant, [], cancellationToken);
}
