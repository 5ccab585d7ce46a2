using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>
/// Tables and rows of random shapes: every write succeeds, and the log holds the new row and the old one.
/// </summary>
/// <remarks>
/// CHANGELOG_FUZZ_ROUNDS makes it longer, CHANGELOG_FUZZ_SEED repeats one. The truth is what to_jsonb makes of the rows
/// themselves, read before and after each statement under the settings that capture pins.
/// </remarks>
public sealed class CaptureFuzzTests
{
    private const int Statements = 25;

    private const string Pinned =
        """
        set timezone = 'UTC';
        set datestyle = 'ISO, MDY';
        set intervalstyle = 'postgres';
        set bytea_output = 'hex';
        set extra_float_digits = 1;
        set search_path = pg_catalog
        """;

    [Fact]
    public async Task Every_write_succeeds_and_the_log_holds_the_new_and_the_old_row()
    {
        var seed = Number("CHANGELOG_FUZZ_SEED") ?? Random.Shared.Next();
        var rounds = Number("CHANGELOG_FUZZ_ROUNDS") ?? 40;
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(FuzzTable.Types);
        var missing = await MissingTypesAsync(database);
        for (var round = 0; round < rounds; round++)
        {
            try
            {
                await RunRoundAsync(database, new FuzzTable(new Random(seed + round), round, missing));
            }
            catch (Exception failure) when (failure is PostgresException or ShouldAssertException)
            {
                throw new InvalidOperationException(
                    $"CHANGELOG_FUZZ_SEED={seed + round} CHANGELOG_FUZZ_ROUNDS=1", failure);
            }
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var n) ? n : null;

    private static async Task<IReadOnlyCollection<string>> MissingTypesAsync(TestDatabase database)
    {
        List<string> missing = await database.ServerVersionAsync() < 14 ? ["nummultirange"] : [];
        try
        {
            await database.ExecuteAsync("select '<a/>'::xml");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            missing.Add("xml");
        }

        return missing;
    }

    private static async Task RunRoundAsync(TestDatabase database, FuzzTable table)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(Pinned);
        await connection.ExecuteAsync(table.Create);
        var before = new Dictionary<string, string>();
        for (var i = 0; i < Statements; i++)
        {
            var position = await connection.ScalarAsync<long>("select last_value from lib_event.position");
            var undone = table.NextIsUndone();
            await connection.ExecuteAsync("begin");
            await connection.ExecuteAsync(table.Settings());
            await connection.ExecuteAsync("savepoint a");
            var statement = table.Statement();
            await connection.ExecuteAsync(statement);
            await connection.ExecuteAsync(undone ? "rollback to a" : "release a");
            await connection.ExecuteAsync("commit");
            var after = await RowsAsync(connection, table);
            (await LoggedAsync(connection, table, position)).ShouldBe(
                Expected(before, after), $"{table.Create}\n{statement}");
            before = after;
        }
    }

    /// <summary>Each row's marker (a column that is never changed) and its content.</summary>
    private static async Task<Dictionary<string, string>> RowsAsync(NpgsqlConnection connection, FuzzTable table)
    {
        var lines = await connection.LinesAsync(
            $"select t.{FuzzTable.Marker}, to_jsonb(t)::text from {table.Name} t");
        return lines.Select(l => l.Split('|', 2)).ToDictionary(l => l[0], l => l[1]);
    }

    private static async Task<List<string>> LoggedAsync(NpgsqlConnection connection, FuzzTable table, long position) =>
        [.. (await connection.LinesAsync(
            $"""
            select op, record_data, case when op = 'U' then record_data || previous_data end
            from logs.change
            where position > {position} and table_oid = '{table.Name.Replace("'", "''",
                StringComparison.Ordinal)}'::regclass
            """)).Order(StringComparer.Ordinal)];

    private static List<string> Expected(Dictionary<string, string> before, Dictionary<string, string> after)
    {
        var changes = new List<string>();
        foreach (var (marker, row) in after)
        {
            if (!before.TryGetValue(marker, out var old))
            {
                changes.Add($"I|{row}|∅");
            }
            else if (old != row)
            {
                changes.Add($"U|{row}|{old}");
            }
        }

        changes.AddRange(before.Where(b => !after.ContainsKey(b.Key)).Select(b => $"D|{b.Value}|∅"));
        return [.. changes.Order(StringComparer.Ordinal)];
    }
}
