using System.Text.Json;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Npgsql;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>Owns changelog.redaction_rule: the rules in force, and what is derived from them.</summary>
internal static class RedactionStore
{
    private const string ApplyRules =
        /* language=sql */ "select before, after from changelog.apply_redaction_rules($1, $2, $3)";

    private const string KeyDigest =
        /* language=sql */ "select changelog.redaction_key_digest()";

    private const string SetKey =
        /* language=sql */ "select changelog.set_redaction_key($1, $2)";

    /// <summary>Puts the settings in force; returns each difference as a sentence and writes an audit event.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, RedactionSettings settings, CancellationToken cancellationToken)
    {
        var (before, after) = await connection.AppliedAsync(
            ApplyRules,
            [Query.Json(Rows(settings.Rules)), Query.Texts(settings.SwitchedOff), Query.Json(Installer.Describe())],
            cancellationToken);
        List<string> differences =
        [
            .. after.Except(before).Select(rule => $"Redacted from now on: {rule}"),
            .. before.Except(after).Select(rule => $"No longer redacted, unless another rule matches: {rule}"),
        ];
        if (differences.Count == 0 && !before.SequenceEqual(after))
        {
            differences.Add("The redaction rules have another order: the first match applies to a column.");
        }

        if (settings.HashKey is { } key && await SetKeyAsync(connection, key, cancellationToken))
        {
            differences.Add(
                "Values are hashed with another key from now on: earlier hashes of the same values differ.");
        }

        return differences;
    }

    private static string? Rows(IReadOnlyList<RedactionRule>? rules) => rules is null
        ? null
        : JsonSerializer.Serialize(rules.Select(rule => new Dictionary<string, string?>
        {
            ["name"] = rule.Name,
            ["schema_like"] = rule.Table.SchemaLike,
            ["table_like"] = rule.Table.TableLike,
            ["column_like"] = rule.Column.Like,
            ["key_expression"] = rule.Column.KeyExpression,
            ["key_hint"] = rule.Column.KeyHint,
            ["way"] = rule.WayName,
            ["when_column"] = rule.When,
        }));

    // send the key (which ends up in a server log of all statements) only if it has changed
    private static async Task<bool> SetKeyAsync(
        NpgsqlConnection connection, string key, CancellationToken cancellationToken)
    {
        var isInForce = await connection.ScalarAsync(KeyDigest, cancellationToken) is byte[] inForce
            && inForce.AsSpan().SequenceEqual(RedactionKey.Digest(key));
        return !isInForce && (await connection.RowsAsync(
            SetKey,
            row => row.GetBoolean(0),
            [Query.Text(key), Query.Json(Installer.Describe())],
            cancellationToken))[0];
    }
}
