using System.Globalization;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Notifying;

/// <summary>What writers read from the doorbell, and what workers write into it.</summary>
public sealed partial class DoorbellTests : IAsyncLifetime
{
    private const string Announced =
        """
        select 'transaction', announced from logs.transaction
        union all
        select 'event', announced from lib_event.event where event_type = 'test.item.seen'
        order by 1
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("null", true)]
    [InlineData("changelog.clock() - 1000", true)]
    [InlineData("changelog.clock() - 3600000", true)]
    [InlineData("changelog.clock() + 30000", false)]
    [InlineData("changelog.clock() + 59000", false)]
    [InlineData("changelog.clock() + 120000", true)]
    [InlineData("changelog.clock() + 31536000000", true)]
    [InlineData("0", true)]
    [InlineData("9223372036854775807", false)]
    public async Task A_writer_announces_unless_the_doorbell_says_that_a_worker_is_awake(
        string awakeUntil, bool announces)
    {
        await _database.ExecuteAsync(
            $"select setval('changelog.awake_until', v) from (values ({awakeUntil}::bigint)) t (v) "
                + "where v is not null");
        await using var listener = await OtherListener.StartAsync(_database);

        await WriteAsync();

        var flag = announces ? 't' : 'f';
        (await _database.LinesAsync(Announced)).ShouldBe([$"event|{flag}", $"transaction|{flag}"]);
        (await listener.HeardAsync()).Count.ShouldBe(announces ? 2 : 0);
    }

    // in one statement each: the clock goes on
    [Theory]
    [InlineData(60_900, true)]
    [InlineData(59_900, false)]
    public async Task More_than_a_minute_ahead_is_nobodys_lease(int ahead, bool announces)
    {
        (await _database.ScalarAsync<bool>(
            """
            select lib_event.must_announce()
            from (select setval('changelog.awake_until', changelog.clock() + $1) offset 0) t (v)
            where t.v > 0
            """, ahead)).ShouldBe(announces);
    }

    [Fact]
    public async Task What_is_rolled_back_to_a_savepoint_is_neither_recorded_nor_announced()
    {
        await using var listener = await OtherListener.StartAsync(_database);

        await _database.ExecuteAsync(
            """
            begin;
            savepoint s;
            insert into public.item values (1);
            rollback to savepoint s;
            commit
            """);
        await WriteAsync();

        (await listener.HeardAsync()).Count.ShouldBe(2);
        await listener.ShouldHaveHeardOfAllOnceAsync();
    }

    [Fact]
    public async Task A_lease_never_shortens_another_workers()
    {
        await _database.ExecuteAsync("select changelog.set_notification_mode('WhenIdle')");

        await _database.ExecuteAsync("select changelog.stay_awake(50000)");

        await Task.WhenAll(Enumerable.Range(1, 20).Select(seconds =>
            _database.ExecuteAsync("select changelog.stay_awake($1)", seconds * 1000)));
        await _database.ExecuteAsync("select changelog.stay_awake(1)");

        (await _database.ScalarAsync<long>("select awake_for from changelog.look('{}', false)"))
            .ShouldBeGreaterThan(21_000);
    }

    [Fact]
    public async Task A_value_that_a_clock_set_back_has_left_far_ahead_is_replaced()
    {
        await _database.ExecuteAsync("select setval('changelog.awake_until', changelog.clock() + 3600000)");

        await _database.ExecuteAsync("select changelog.stay_awake(20000)");

        (await _database.ScalarAsync<long>("select awake_for from changelog.look('{}', false)"))
            .ShouldBeInRange(1, 20_000);
    }

    [Theory]
    [InlineData("Always")]
    [InlineData("Never")]
    public async Task A_worker_that_stays_awake_leaves_another_mode_alone(string mode)
    {
        await _database.ExecuteAsync("select changelog.set_notification_mode('WhenIdle')");

        await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => _database.ExecuteAsync("select changelog.stay_awake(1000)"))
                .Append(_database.ExecuteAsync("select changelog.set_notification_mode($1)", mode))
                .Concat(
                    Enumerable.Range(0, 10).Select(_ => _database.ExecuteAsync("select changelog.stay_awake(1000)"))));

        (await _database.LinesAsync("select mode, awake_for from changelog.look('{}', false)")).ShouldBe([$"{mode}|0"]);
    }

    [Fact]
    public async Task The_mode_is_set_once_no_worker_is_about_to_write_an_older_one_back()
    {
        await using var worker = await _database.OpenConnectionAsync();
        await worker.ExecuteAsync("begin; select changelog.try_lock('doorbell')");
        await using var setter = await _database.OpenConnectionAsync();

        var set = setter.ExecuteAsync("select changelog.set_notification_mode('Always')");
        await _database.WaitUntilAsync(
            $"select state = 'idle' or wait_event = 'PgSleep' from pg_stat_activity where pid = {setter.ProcessID}");
        (await _database.ScalarAsync<string>("select mode from changelog.look('{}', false)")).ShouldBe("WhenIdle");
        await worker.ExecuteAsync("commit");
        await set;

        (await _database.ScalarAsync<string>("select mode from changelog.look('{}', false)")).ShouldBe("Always");
    }

    [Fact]
    public async Task The_mode_that_was_set_last_is_in_force()
    {
        (await _database.LinesAsync(
            """
            select m.mode, changelog.set_notification_mode(m.mode)
            from unnest(array['WhenIdle', 'Always', 'Always', 'Never', null, 'WhenIdle', 'Never', 'Always',
                null]) m (mode)
            """)).ShouldBe(
        [
            "WhenIdle|(WhenIdle,WhenIdle)",
            "Always|(WhenIdle,Always)",
            "Always|(Always,Always)",
            "Never|(Always,Never)",
            "∅|(Never,WhenIdle)",
            "WhenIdle|(WhenIdle,WhenIdle)",
            "Never|(WhenIdle,Never)",
            "Always|(Never,Always)",
            "∅|(Always,WhenIdle)",
        ]);
    }

    [Fact]
    public async Task A_lease_outlives_a_worker_that_starts_in_the_same_mode()
    {
        await _database.ExecuteAsync("select changelog.set_notification_mode('WhenIdle')");
        await _database.ExecuteAsync("select changelog.stay_awake(30000)");

        await _database.ExecuteAsync("select changelog.set_notification_mode('WhenIdle')");

        (await _database.ScalarAsync<long>("select awake_for from changelog.look('{}', false)")).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("select setval('changelog.awake_until', 0)")]
    [InlineData("select nextval('changelog.awake_until')")]
    [InlineData("select last_value from changelog.awake_until")]
    [InlineData("select lib_event.must_announce()")]
    [InlineData("select lib_event.announce(gen_random_uuid())")]
    [InlineData("select changelog.stay_awake(1000)")]
    [InlineData("select changelog.set_notification_mode('Never')")]
    [InlineData("select changelog.announce(1)")]
    [InlineData("select changelog.look('{}', false)")]
    [InlineData("select changelog.note_worker(gen_random_uuid(), '', 1, '')")]
    [InlineData("select changelog.forget_worker(gen_random_uuid())")]
    public async Task Not_everyone_may_touch_the_doorbell(string sql)
    {
        await using var anyone = _database.DataSourceFor(await _database.CreateRoleAsync());

        (await Should.ThrowAsync<PostgresException>(() => anyone.ExecuteAsync(sql))).SqlState
            .ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Who_may_only_write_reads_the_doorbell_through_capture()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant insert on public.item to {role.Name}");
        await using var writer = _database.DataSourceFor(role);
        await _database.ExecuteAsync("select setval('changelog.awake_until', changelog.clock() + 30000)");

        await writer.ExecuteAsync("insert into public.item values (1); select lib_event.create('test.item.seen')");

        (await _database.LinesAsync(Announced)).ShouldBe(["event|f", "transaction|f"]);
        (await _database.ScalarAsync<bool>(
            "select has_sequence_privilege('changelog_capture', 'changelog.awake_until', 'update, usage')"))
            .ShouldBeFalse();
    }

    [Fact]
    public async Task An_old_snapshot_held_open_costs_writers_nothing()
    {
        await using var writer = await _database.OpenConnectionAsync();
        await using var old = await _database.OpenConnectionAsync();
        await old.ExecuteAsync("begin isolation level repeatable read; select count(*) from public.item");
        await _database.ExecuteAsync("select changelog.set_notification_mode('WhenIdle')");
        var before = await BuffersAsync(writer);

        for (var i = 0; i < 500; i++)
        {
            await _database.ExecuteAsync("select changelog.stay_awake($1)", 1000 + i);
            await _database.ExecuteAsync("insert into public.item values ($1)", i);
        }

        (await BuffersAsync(writer)).ShouldBe(before);
        (await _database.ScalarAsync<long>("select pg_relation_size('changelog.awake_until')")).ShouldBe(8192);
    }

    [Fact]
    public async Task A_queue_that_fills_keeps_writers_from_announcing_and_workers_too()
    {
        await SetQueueUsageAsync(0.5);
        await using var listener = await OtherListener.StartAsync(_database);

        await WriteAsync();

        (await _database.LinesAsync(Announced)).ShouldBe(["event|f", "transaction|f"]);
        (await _database.LinesAsync("select * from changelog.announce(1000)")).ShouldBe(["0|t|0.5"]);
        (await listener.HeardAsync()).ShouldBeEmpty();

        await SetQueueUsageAsync(0.49);
        (await _database.LinesAsync("select * from changelog.announce(1000)")).ShouldBe(["2|t|0.49"]);
        await listener.ShouldHaveHeardOfAllOnceAsync();
    }

    private Task<int> WriteAsync() =>
        _database.ExecuteAsync(
            "begin; insert into public.item values (1); select lib_event.create('test.item.seen'); commit");

    // before PostgreSQL 17 half a queue is 8 GB, so this database has its own pg_notification_queue_usage
    private Task<int> SetQueueUsageAsync(double usage) => _database.ExecuteAsync(
        $"""
        create or replace function pg_catalog.pg_notification_queue_usage() returns double precision
        language sql volatile as 'select {usage}::double precision'
        """);

    [GeneratedRegex(@"Buffers: shared(?: hit=(?<n>\d+))?(?: read=(?<n>\d+))?")]
    private static partial Regex Buffers();

    // the least of three: after an invalidation, which any session may cause, the next call reads catalogs again
    private static async Task<long> BuffersAsync(NpgsqlConnection connection)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var plan = string.Concat(await connection.LinesAsync(
                "explain (analyze, buffers, timing off, summary off) select lib_event.must_announce()"));
            least = Math.Min(least, Buffers().Match(plan) is { Success: true } found
                ? found.Groups["n"].Captures.Sum(capture => long.Parse(capture.Value, CultureInfo.InvariantCulture))
                : 0);
        }

        return least;
    }
}
