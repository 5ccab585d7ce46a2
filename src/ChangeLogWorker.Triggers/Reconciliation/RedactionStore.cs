using ChangeLogWorker.Triggers.Installation;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Owns changelog.redaction_rule and what is made of it: the rules in force, in the database's own hands.</summary>
internal static class RedactionStore
{
    private const string SelectRules =
        /* language=sql */
        """
        select r.name || case
                   when r.when_column is not null then format(' (%s, when %s)', r.way, r.when_column)
                   when r.way <> 'mask' then format(' (%s)', r.way)
                   else ''
               end
        from changelog.redaction_rule r
        where not r.is_off
        order by r.place
        """;

    private const string ReplaceRules =
        /* language=sql */
        """
        with gone as (
            delete from changelog.redaction_rule r
            where not r.is_default
              and r.place > cardinality($1::text[])
        )
        insert into changelog.redaction_rule as r (
            place, name, is_default, schema_like, table_like, column_like, key_expression, key_hint, way, when_column)
        select w.place, w.name, false, w.schema_like, w.table_like, w.column_like, w.key_expression, w.key_hint, w.way, w.when_column
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            with ordinality
            as w (name, schema_like, table_like, column_like, key_expression, key_hint, way, when_column, place)
        on conflict (place) do update
        set name = excluded.name,
            schema_like = excluded.schema_like,
            table_like = excluded.table_like,
            column_like = excluded.column_like,
            key_expression = excluded.key_expression,
            key_hint = excluded.key_hint,
            way = excluded.way,
            when_column = excluded.when_column
        where (r.name, r.schema_like, r.table_like, r.column_like, r.key_expression, r.key_hint, r.way, r.when_column)
            is distinct from (
                excluded.name, excluded.schema_like, excluded.table_like, excluded.column_like, excluded.key_expression,
                excluded.key_hint, excluded.way, excluded.when_column)
        """;

    private const string SwitchOff =
        /* language=sql */
        """
        update changelog.redaction_rule r
        set is_off = not r.is_off
        where r.is_default
          and r.is_off <> (r.name = any ($1))
        """;

    private const string Refresh =
        /* language=sql */ "select changelog.refresh_key_redaction()";

    private const string KeyDigest =
        /* language=sql */ "select changelog.redaction_key_digest()";

    private const string SetKey =
        /* language=sql */ "select changelog.set_redaction_key($1)";

    /// <summary>Puts the settings in force; each difference as a sentence, with an event that says who made it.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, RedactionSettings settings, CancellationToken ct)
    {
        var before = await connection.LinesAsync(SelectRules, [], ct);
        await ReplaceAsync(connection, settings, ct);
        var after = await connection.LinesAsync(SelectRules, [], ct);
        List<string> differences =
        [
            .. after.Except(before).Select(rule => $"Redacted from now on: {rule}"),
            .. before.Except(after).Select(rule => $"No longer redacted, unless another rule matches: {rule}"),
        ];
        if (differences.Count == 0 && !before.SequenceEqual(after))
        {
            differences.Add("The rules of redaction stand in another order: of a column the first holds.");
        }

        if (differences.Count > 0)
        {
            await AnnouncedAct.LeaveAsync(
                connection, "changelog.redaction_rules.changed", Installer.Describe(("before", before), ("after", after)), ct);
        }

        if (settings.HashKey is { } key && await SetKeyAsync(connection, key, ct))
        {
            differences.Add("Values are hashed with another key from now on: what was hashed before is not recognised by it.");
            await AnnouncedAct.LeaveAsync(connection, "changelog.redaction_key.changed", Installer.Describe(), ct);
        }

        return differences;
    }

    private static async Task ReplaceAsync(NpgsqlConnection connection, RedactionSettings settings, CancellationToken ct)
    {
        if (settings.Rules is { } rules)
        {
            await using var replace = new NpgsqlCommand(ReplaceRules, connection)
            {
                Parameters =
                {
                    Texts(rules.Select(rule => rule.Name)),
                    Texts(rules.Select(rule => rule.Table.SchemaLike)),
                    Texts(rules.Select(rule => rule.Table.TableLike)),
                    Texts(rules.Select(rule => rule.Column.Like)),
                    Texts(rules.Select(rule => rule.Column.KeyExpression)),
                    Texts(rules.Select(rule => rule.Column.KeyHint)),
                    Texts(rules.Select(rule => rule.WayName)),
                    Texts(rules.Select(rule => rule.When)),
                },
            };
            await replace.ExecuteNonQueryAsync(ct);
        }

        if (settings.SwitchedOff is { } off)
        {
            await using var turn = new NpgsqlCommand(SwitchOff, connection) { Parameters = { Texts(off) } };
            await turn.ExecuteNonQueryAsync(ct);
        }

        await connection.ExecuteAsync(Refresh, ct);
    }

    // the key goes to the server, and into its log if that has every statement, only when it is another
    private static async Task<bool> SetKeyAsync(NpgsqlConnection connection, string key, CancellationToken ct)
    {
        if (await connection.ScalarAsync(KeyDigest, ct) is byte[] inForce && inForce.AsSpan().SequenceEqual(RedactionKey.Digest(key)))
        {
            return false;
        }

        await using var command = new NpgsqlCommand(SetKey, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = key } },
        };
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static NpgsqlParameter<string?[]> Texts(IEnumerable<string?> values) => new()
    {
        TypedValue = [.. values],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };
}
