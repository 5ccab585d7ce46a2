using ChangeLogWorker.Triggers.Installation;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Owns changelog.exclusion and changelog.capture_setting: the settings in force, in the database's own hands.</summary>
/// <remarks>They are stored so that the DDL event trigger decides as the reconcile does.</remarks>
internal static class CaptureSettingStore
{
    private const string SelectPatterns =
        /* language=sql */ "select pattern from changelog.exclusion order by pattern collate \"C\"";

    private const string ReplacePatterns =
        /* language=sql */
        """
        with wanted as (
            select *
            from unnest($1::text[], $2::text[], $3::text[]) as w (pattern, schema_like, table_like)
        ), gone as (
            delete from changelog.exclusion e
            where not exists (select from wanted w where w.pattern = e.pattern)
        )
        insert into changelog.exclusion (pattern, schema_like, table_like)
        select pattern, schema_like, table_like
        from wanted
        on conflict (pattern) do update
        set schema_like = excluded.schema_like,
            table_like = excluded.table_like
        """;

    private const string SelectSetting =
        /* language=sql */
        """
        select schemas, log_no_op_updates, fire_always, users_table, users_foreign_keys
        from changelog.capture_setting
        for update
        """;

    private const string UpdateSetting =
        /* language=sql */
        """
        update changelog.capture_setting
        set schemas = $1,
            log_no_op_updates = $2,
            fire_always = $3,
            users_table = $4,
            users_foreign_keys = $5
        """;

    private const string NoUsers = "none";

    /// <summary>Puts the settings in force; each difference as a sentence, with an event that says who made it.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken ct)
    {
        // the row lock lets one at a time compare and change
        var differences = await ApplySettingAsync(connection, settings, ct);
        if (settings.NonLoggedTables is { } entries)
        {
            differences.AddRange(await ApplyPatternsAsync(connection, TableFilter.Parse(entries), ct));
        }

        if (settings.Redaction is { } redaction)
        {
            differences.AddRange(await RedactionStore.ApplyAsync(connection, redaction, ct));
        }

        differences.AddRange(await LinkStore.ApplyAsync(connection, settings.Links, ct));
        return differences;
    }

    private static async Task<List<string>> ApplyPatternsAsync(
        NpgsqlConnection connection, IReadOnlyList<TablePattern> patterns, CancellationToken ct)
    {
        var before = await connection.LinesAsync(SelectPatterns, [], ct);
        var after = patterns.Select(pattern => pattern.Text).Order(StringComparer.Ordinal).ToList();
        if (before.SequenceEqual(after))
        {
            return [];
        }

        await using (var command = new NpgsqlCommand(ReplacePatterns, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. patterns.Select(p => p.Text)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. patterns.Select(p => p.SchemaLike)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. patterns.Select(p => p.TableLike)] },
            },
        })
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        await AnnouncedAct.LeaveAsync(
            connection, "changelog.exclusions.changed", Installer.Describe(("before", before), ("after", after)), ct);
        return
        [
            .. after.Except(before).Select(pattern => $"No longer logged: {pattern}"),
            .. before.Except(after).Select(pattern => $"Logged from now on, unless another entry matches: {pattern}"),
        ];
    }

    private static async Task<List<string>> ApplySettingAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken ct)
    {
        var before = await ReadSettingAsync(connection, ct);
        var users = settings.UsersTable is not { } named ? before.UsersTable
            : named == CaptureSettings.NoUsers ? null
            : named.ToString();
        var after = new Stored(
            settings.Schemas is null ? before.Schemas
                : settings.Schemas.Count > 0 ? [.. settings.Schemas.Distinct().Order(StringComparer.Ordinal)]
                : null,
            settings.LogNoOpUpdates ?? before.LogNoOpUpdates,
            settings.FireAlways ?? before.FireAlways,
            users,
            // or keys would come back, unasked, with the next table that is named
            users is not null && (settings.UsersForeignKeys ?? before.UsersForeignKeys));
        List<(string Setting, string Before, string After)> changed =
        [
            .. Compare("Schemas", Show(before.Schemas), Show(after.Schemas)),
            .. Compare("Capture:LogNoOpUpdates", Show(before.LogNoOpUpdates), Show(after.LogNoOpUpdates)),
            .. Compare("Capture:FireAlways", Show(before.FireAlways), Show(after.FireAlways)),
            .. Compare("Platform:UsersTable", before.UsersTable ?? NoUsers, after.UsersTable ?? NoUsers),
            .. Compare("Platform:ForeignKeys", Show(before.UsersForeignKeys), Show(after.UsersForeignKeys)),
        ];
        if (changed.Count == 0)
        {
            return [];
        }

        await using var update = new NpgsqlCommand(UpdateSetting, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]?> { TypedValue = after.Schemas, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<bool> { TypedValue = after.LogNoOpUpdates },
                new NpgsqlParameter<bool> { TypedValue = after.FireAlways },
                new NpgsqlParameter<string?> { TypedValue = after.UsersTable, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<bool> { TypedValue = after.UsersForeignKeys },
            },
        };
        await update.ExecuteNonQueryAsync(ct);
        await AnnouncedAct.LeaveAsync(
            connection,
            "changelog.capture_settings.changed",
            Installer.Describe(
                ("before", changed.ToDictionary(c => c.Setting, c => c.Before)),
                ("after", changed.ToDictionary(c => c.Setting, c => c.After))),
            ct);
        return [.. changed.Select(c => $"{c.Setting}: {c.Before} → {c.After}")];
    }

    private static async Task<Stored> ReadSettingAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(SelectSetting, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Stored(
            await reader.IsDBNullAsync(0, ct) ? null : reader.GetFieldValue<string[]>(0),
            reader.GetBoolean(1),
            reader.GetBoolean(2),
            await reader.IsDBNullAsync(3, ct) ? null : reader.GetString(3),
            reader.GetBoolean(4));
    }

    private static IEnumerable<(string Setting, string Before, string After)> Compare(
        string setting, string before, string after) => before == after ? [] : [(setting, before, after)];

    private static string Show(string[]? schemas) => schemas is null ? "all" : string.Join(", ", schemas);

    private static string Show(bool value) => value ? "true" : "false";

    private sealed record Stored(
        string[]? Schemas, bool LogNoOpUpdates, bool FireAlways, string? UsersTable, bool UsersForeignKeys);
}
