using ChangeLogWorker.Triggers.Installation;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Owns changelog.link_policy: the policies of links in force, and the rights that they take.</summary>
public static class LinkStore
{
    private const string SelectPolicies =
        /* language=sql */ "select pattern || ' (' || policy || ')' from changelog.link_policy order by place";

    private const string ReplacePolicies =
        /* language=sql */
        """
        with gone as (
            delete from changelog.link_policy p
            where not p.is_default
              and p.place > cardinality($1::text[])
        )
        insert into changelog.link_policy as p (place, pattern, is_default, schema_like, table_like, policy)
        select w.place, w.pattern, false, w.schema_like, w.table_like, w.policy
        from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
            as w (pattern, schema_like, table_like, policy, place)
        on conflict (place) do update
        set pattern = excluded.pattern,
            schema_like = excluded.schema_like,
            table_like = excluded.table_like,
            policy = excluded.policy
        where (p.pattern, p.schema_like, p.table_like, p.policy)
            is distinct from (excluded.pattern, excluded.schema_like, excluded.table_like, excluded.policy)
        """;

    private const string Grant =
        /* language=sql */ "select done, missing from changelog.grant_link_rights()";

    /// <summary>Puts policies in force; null keeps those stored. Each difference as a sentence, with an event.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, IReadOnlyList<LinkRule>? rules, CancellationToken ct)
    {
        if (rules is null)
        {
            return [];
        }

        var before = await connection.LinesAsync(SelectPolicies, [], ct);
        await ReplaceAsync(connection, rules, ct);
        var after = await connection.LinesAsync(SelectPolicies, [], ct);
        if (before.SequenceEqual(after))
        {
            return [];
        }

        await AnnouncedAct.LeaveAsync(
            connection, "changelog.link_policies.changed", Installer.Describe(("before", before), ("after", after)), ct);
        List<string> differences =
        [
            .. after.Except(before).Select(policy => $"Links to records that are gone, from now on: {policy}"),
            .. before.Except(after).Select(policy => $"No longer so, unless another policy matches: {policy}"),
        ];
        return differences.Count > 0
            ? differences
            : ["The policies of links stand in another order: of a table the first holds."];
    }

    /// <summary>Grants the role that clears links what the policies take, as far as this role may.</summary>
    /// <returns>What was granted, and what others have to grant.</returns>
    public static async Task<(IReadOnlyList<string> Done, IReadOnlyList<string> Missing)> GrantAsync(
        NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Grant, connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetFieldValue<string[]>(0), row.GetFieldValue<string[]>(1));
    }

    private static async Task ReplaceAsync(NpgsqlConnection connection, IReadOnlyList<LinkRule> rules, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ReplacePolicies, connection)
        {
            Parameters =
            {
                Texts(rules.Select(rule => rule.Table.Qualified)),
                Texts(rules.Select(rule => rule.Table.SchemaLike)),
                Texts(rules.Select(rule => rule.Table.TableLike)),
                Texts(rules.Select(rule => rule.PolicyName)),
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) => new()
    {
        TypedValue = [.. values],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };
}
