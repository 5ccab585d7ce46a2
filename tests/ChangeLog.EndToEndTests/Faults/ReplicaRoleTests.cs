using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>session_replication_role = replica bypasses the triggers; what can be known of that is reported.</summary>
[Collection(FaultTests.Collection)]
public sealed class ReplicaRoleTests
{
    private const string Except = "except what is written under session_replication_role = replica: ";

    private static readonly Dictionary<string, string?> FireAlways =
        new() { ["ChangeLog__Capture__FireAlways"] = "true" };

    [Fact]
    public async Task What_a_role_writes_under_it_is_not_captured_and_coverage_says_from_when_to_when()
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"create table public.item (id integer primary key); grant all on public.item to {role.Name}");
        await database.ExecuteAsync(
            $"alter role {role.Name} in database {database.Name} set session_replication_role = replica");
        await OkAsync(database, "reconcile");
        await database.DataSourceFor(role).ExecuteAsync("insert into public.item values (1)");
        await database.ExecuteAsync("insert into public.item values (2)");
        var status = await OkAsync(database, "status");
        var all = await OkAsync(database, "status", "--all");

        await database.ExecuteAsync(
            $"alter role {role.Name} in database {database.Name} reset session_replication_role");
        await OkAsync(database, "reconcile");
        await database.DataSourceFor(builder => (builder.Username, builder.Password, builder.ApplicationName) =
            (role.Name, role.Password, "after")).ExecuteAsync("insert into public.item values (3)");

        (await RecordsAsync(database)).ShouldBe(["2", "3"]);
        var who = $"role {role.Name} in database {database.Name}";
        (await CoverageAsync(database)).ShouldBe(["item|t|∅|over", $"item|t|{Except}{who}|over", "item|t|∅|still"]);
        status.ReplaceLineEndings(
            " ").ShouldContain("3 tables (platform.feature_flags, …) are captured except what is written under");
        all.ShouldContain("except what is written");
        (await OkAsync(database, "status")).ShouldNotContain("except");
    }

    [Fact]
    public async Task A_session_that_sets_it_itself_leaves_no_trace_unless_capture_fires_always()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id integer primary key)");
        const string Bypass =
            "begin; set local session_replication_role = replica; insert into public.item values ({0}); commit";

        await database.ExecuteAsync(string.Format(null, Bypass, 1));
        await OkWithAsync(database, FireAlways, "reconcile");
        await database.ExecuteAsync(string.Format(null, Bypass, 2));

        (await RecordsAsync(database)).ShouldBe(["2"]);
    }

    [Fact]
    public async Task What_a_subscription_applies_is_not_captured_and_coverage_says_so()
    {
        await using var server = await PostgresServer.StartOwnAsync(("wal_level", "logical"));
        await using var publisher = await TestDatabase.CreateEmptyAsync(server);
        await using var database = await TestDatabase.CreateAsync(server);
        const string Tables =
            "create table public.item (id integer primary key); create table public.other (id integer)";
        await publisher.ExecuteAsync(Tables);
        await database.ExecuteAsync(Tables);
        await publisher.ExecuteAsync("create publication p for table public.item");
        await publisher.ExecuteAsync("select pg_create_logical_replication_slot('s', 'pgoutput')");
        var from = new NpgsqlConnectionStringBuilder(publisher.ConnectionString);
        await database.ExecuteAsync(
            $"""
            create subscription s
            connection 'host={from.Host} port={from.Port} dbname={from.Database}
                user={from.Username} password={from.Password}'
            publication p with (create_slot = false, slot_name = 's')
            """);
        await OkAsync(database, "reconcile");
        await publisher.ExecuteAsync("insert into public.item values (1)");
        await Eventually.TrueAsync(
            "it is applied",
            () => database.ScalarAsync<bool>("select exists (select from public.item)"),
            TimeSpan.FromSeconds(60));
        var coverage = await CoverageAsync(database);
        var records = await RecordsAsync(database);
        await database.ExecuteAsync("drop subscription s");

        records.ShouldBeEmpty();
        coverage.ShouldBe(["item|t|∅|over", $"item|t|{Except}a subscription|still", "other|t|∅|still"]);
    }

    private static Task<string> OkAsync(TestDatabase database, params string[] arguments) =>
        OkWithAsync(database, [], arguments);

    private static async Task<string> OkWithAsync(
        TestDatabase database, Dictionary<string, string?> settings, params string[] arguments)
    {
        await using var program = ChangeLogProgram.Start(database.ConnectionString, arguments, settings);
        var result = await program.WaitForExitAsync();
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }

    private static Task<IReadOnlyList<string>> RecordsAsync(TestDatabase database) =>
        database.LinesAsync("select record_id from logs.change where table_name = 'item' order by position");

    private static Task<IReadOnlyList<string>> CoverageAsync(TestDatabase database) =>
        database.LinesAsync(
            """
            select table_name, captured, reason, case when valid_until is null then 'still' else 'over' end
            from changelog.coverage
            where table_name in ('item', 'other')
            order by table_name, id
            """);
}
