using System.Text.Json;
using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;
using Npgsql;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Owns changelog.exclusion and changelog.capture_setting: the settings in force.</summary>
/// <remarks>
/// They are stored so that the DDL event trigger decides as the reconcile does, and changed by functions that write an
/// audit event, so that nobody who may not read the log can exclude tables unnoticed.
/// </remarks>
internal static class CaptureSettingStore
{
    private const string SelectDefaults =
        /* language=sql */ "select pattern from changelog.default_exclusion order by pattern collate \"C\"";

    private const string ApplyPatterns =
        /* language=sql */ "select before, after from changelog.apply_exclusions($1, $2, $3, $4, $5)";

    private const string ApplySetting = /* language=sql */
        """
        select n.name, changelog.shown_setting(n.key, s.before -> n.key),
            changelog.shown_setting(n.key, s.after -> n.key)
        from changelog.apply_capture_setting($1, $2) s
        cross join (values
            (1, 'Schemas', 'schemas'), (2, 'Capture:LogNoOpUpdates', 'log_no_op_updates'),
            (3, 'Capture:FireAlways', 'fire_always'), (4, 'Platform:UsersTable', 'users_table'),
            (5, 'Platform:ForeignKeys', 'users_foreign_keys')) n (place, name, key)
        where s.before -> n.key <> s.after -> n.key
        order by n.place
        """;

    /// <summary>Puts the settings in force; returns each difference as a sentence and writes an audit event.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        var differences = await ApplySettingAsync(connection, settings, cancellationToken);
        if (settings.NonLoggedTables is { } entries)
        {
            differences.AddRange(await ApplyPatternsAsync(connection, entries, cancellationToken));
        }

        if (settings.Redaction is { } redaction)
        {
            differences.AddRange(await RedactionStore.ApplyAsync(connection, redaction, cancellationToken));
        }

        differences.AddRange(await LinkStore.ApplyAsync(connection, settings.Links, cancellationToken));
        return differences;
    }

    /// <summary>NON_LOGGED_TABLES as what it excludes and which default exclusions it includes.</summary>
    /// <exception cref="RefusedException">An entry is malformed, or includes what is no default exclusion.</exception>
    public static async Task<(IReadOnlyList<TablePattern> Given, IReadOnlyList<string> Off)> ExclusionsAsync(
        NpgsqlConnection connection, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var patterns = TableFilter.Parse(entries);
        var defaults = await connection.LinesAsync(SelectDefaults, [], cancellationToken);
        // default exclusions need no entry
        var given = patterns.Where(pattern => !pattern.IsNegated && !defaults.Contains(pattern.Text)).ToList();
        List<string> off = [.. patterns.Where(pattern => pattern.IsNegated).Select(pattern => pattern.Text[1..])];
        if (off.Except(defaults).FirstOrDefault() is { } unknown)
        {
            throw new RefusedException(
                $"NON_LOGGED_TABLES: !{unknown} includes a default exclusion, but {unknown} is not one: "
                    + $"{string.Join(", ", defaults)}", 2);
        }

        return (given, off);
    }

    private static async Task<IEnumerable<string>> ApplyPatternsAsync(
        NpgsqlConnection connection, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var (given, off) = await ExclusionsAsync(connection, entries, cancellationToken);
        var (before, after) = await connection.AppliedAsync(
            ApplyPatterns,
            [
                Query.Texts(given.Select(pattern => pattern.Text)),
                Query.Texts(given.Select(pattern => pattern.SchemaLike)),
                Query.Texts(given.Select(pattern => pattern.TableLike)),
                Query.Texts(off),
                Query.Json(Installer.Describe()),
            ],
            cancellationToken);
        return
        [
            .. after.Except(before).Select(pattern => Describe(pattern, isExcluded: true)),
            .. before.Except(after).Select(pattern => Describe(pattern, isExcluded: false)),
        ];
    }

    private static string Describe(string pattern, bool isExcluded) =>
        isExcluded != pattern.StartsWith('!')
            ? $"No longer captured: {pattern.TrimStart('!')}"
            : $"Captured from now on, unless another entry matches: {pattern.TrimStart('!')}";

    private static Task<List<string>> ApplySettingAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            ApplySetting,
            row => $"{row.GetString(0)}: {row.GetString(1)} → {row.GetString(2)}",
            [Query.Json(Wanted(settings)), Query.Json(Installer.Describe())],
            cancellationToken);

    // omitted settings keep the stored value
    private static string Wanted(CaptureSettings settings)
    {
        var wanted = new Dictionary<string, object?>();
        if (settings.Schemas is { } schemas)
        {
            wanted["schemas"] = schemas.Count > 0 ? schemas.Distinct().Order(StringComparer.Ordinal) : null;
        }

        if (settings.LogNoOpUpdates is { } noOp)
        {
            wanted["log_no_op_updates"] = noOp;
        }

        if (settings.FireAlways is { } always)
        {
            wanted["fire_always"] = always;
        }

        if (settings.UsersTable is { } users)
        {
            wanted["users_table"] = users == CaptureSettings.NoUsers ? null : users.ToString();
        }

        if (settings.UsersForeignKeys is { } keys)
        {
            wanted["users_foreign_keys"] = keys;
        }

        return JsonSerializer.Serialize(wanted);
    }
}
