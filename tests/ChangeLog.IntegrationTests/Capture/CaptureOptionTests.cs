using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>What the settings under Capture do to what is logged, not only to the triggers.</summary>
public sealed class CaptureOptionTests : IAsyncLifetime
{
    private const string WriteAsReplica =
        "begin; set local session_replication_role = replica; insert into public.item values (2, 'b'); commit";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            "create table public.item (id integer primary key, name text); insert into public.item values (1, 'a')");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task LogNoOpUpdates_keeps_an_update_that_changes_nothing()
    {
        await SetAsync("log_no_op_updates");

        await _database.ExecuteAsync("update public.item set name = name");

        (await LoggedAsync()).ShouldBe(["I 1 {\"id\": 1, \"name\": \"a\"} ", "U 1 {\"id\": 1, \"name\": \"a\"} {}"]);
    }

    [Fact]
    public async Task LogNoOpUpdates_keeps_it_where_the_function_for_all_tables_captures_too()
    {
        await _database.ExecuteAsync(
            "create table public.measure (id integer primary key) partition by range (id); "
            + "create table public.measure_1 partition of public.measure default");
        await SetAsync("log_no_op_updates", "public.measure");

        await _database.ExecuteAsync("insert into public.measure values (7); update public.measure set id = id");

        (await LoggedAsync()).Skip(1).ShouldBe(["I 7 {\"id\": 7} ", "U 7 {\"id\": 7} {}"]);
    }

    [Fact]
    public async Task A_write_in_the_replica_role_is_not_logged()
    {
        await _database.ExecuteAsync(WriteAsReplica);

        (await LoggedAsync()).ShouldBe(["I 1 {\"id\": 1, \"name\": \"a\"} "]);
    }

    [Fact]
    public async Task FireAlways_logs_a_write_in_the_replica_role()
    {
        await SetAsync("fire_always");

        await _database.ExecuteAsync(WriteAsReplica);

        (await LoggedAsync()).ShouldBe(["I 1 {\"id\": 1, \"name\": \"a\"} ", "I 2 {\"id\": 2, \"name\": \"b\"} "]);
    }

    private async Task SetAsync(string setting, string table = "public.item")
    {
        await _database.ExecuteAsync($"update changelog.capture_setting set {setting} = true");
        await _database.ExecuteAsync($"select changelog.reconcile_table('{table}'::regclass)");
    }

    private Task<IReadOnlyList<string>> LoggedAsync() =>
        _database.LinesAsync(
            "select format('%s %s %s %s', op, record_id, record_data, previous_data) from logs.change "
                + "order by position");
}
