using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Notifying;

/// <summary>Where no worker runs, writers do not wait for each other's notifications.</summary>
public sealed class NoWorkerTests : IAsyncLifetime
{
    private const string NoteWorker = "select changelog.note_worker(gen_random_uuid(), 'a', 1, '')";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("null", false)]
    [InlineData("changelog.clock() - 20000", false)]
    [InlineData("changelog.clock() - 10000", true)]
    [InlineData("changelog.clock() + 120000", true)]
    [InlineData("0", true)]
    public async Task Only_where_a_worker_may_sleep_does_every_writer_announce(string awakeUntil, bool everyone)
    {
        await SetAsync(awakeUntil);
        await using var listener = await OtherListener.StartAsync(_database);
        await using var first = await BeginAsync(1);

        await WriteAsync(2);
        await first.ExecuteAsync("commit");
        await WriteAsync(3);

        (await AnnouncedAsync()).ShouldBe(["t", everyone ? "t" : "f", "t"]);
        (await listener.HeardAsync()).Count.ShouldBe(everyone ? 3 : 2);
        await _database.ExecuteAsync("select changelog.announce(1000)");
        await listener.ShouldHaveHeardOfAllOnceAsync();
    }

    [Fact]
    public async Task A_transaction_that_takes_back_what_it_announced_leaves_it_to_the_others()
    {
        await using var first = await _database.OpenConnectionAsync();
        await first.ExecuteAsync("begin; savepoint s; insert into public.item values (1); rollback to savepoint s");

        await WriteAsync(2);
        await first.ExecuteAsync("commit");

        (await AnnouncedAsync()).ShouldBe(["t"]);
    }

    [Fact]
    public async Task One_transaction_announces_its_events_too()
    {
        await using var first = await BeginAsync(1);

        await first.ExecuteAsync("select lib_event.create('test.item.seen'); commit");

        (await _database.LinesAsync("select announced from lib_event.event where event_type = 'test.item.seen'"))
            .ShouldBe(["t"]);
    }

    [Theory]
    [InlineData(NoteWorker)]
    [InlineData("select changelog.set_notification_mode(null)")]
    public async Task A_worker_says_that_it_is_here_when_it_starts_and_with_each_heartbeat(string sql)
    {
        await SetAsync("changelog.clock() - 3600000");

        await _database.ExecuteAsync(sql);

        await using var first = await BeginAsync(1);
        await WriteAsync(2);
        await first.ExecuteAsync("commit");
        (await AnnouncedAsync()).ShouldBe(["t", "t"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9223372036854775807")]
    [InlineData("changelog.clock() + 30000")]
    public async Task A_heartbeat_changes_neither_mode_nor_lease(string awakeUntil)
    {
        await SetAsync(awakeUntil);
        var before = await ValueAsync();

        await _database.ExecuteAsync(NoteWorker);

        (await ValueAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task The_last_worker_that_stops_says_that_none_is_left()
    {
        var workers = new[] { Guid.NewGuid(), Guid.NewGuid() };
        await _database.ExecuteAsync("select changelog.set_notification_mode(null)");
        foreach (var worker in workers)
        {
            await _database.ExecuteAsync("select changelog.note_worker($1, 'a', 1, '')", worker);
        }

        await using var first = await BeginAsync(1);
        await _database.ExecuteAsync("select changelog.forget_worker($1)", workers[0]);
        await WriteAsync(2);
        await _database.ExecuteAsync("select changelog.forget_worker($1)", workers[1]);
        await using var third = await BeginAsync(3);
        await WriteAsync(4);
        await first.ExecuteAsync("commit");
        await third.ExecuteAsync("commit");

        (await AnnouncedAsync()).ShouldBe(["t", "t", "t", "f"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9223372036854775807")]
    public async Task A_worker_that_stops_leaves_the_mode_alone(string mode)
    {
        await SetAsync(mode);

        await _database.ExecuteAsync("select changelog.forget_worker(gen_random_uuid())");

        (await ValueAsync()).ShouldBe(long.Parse(mode, CultureInfo.InvariantCulture));
    }

    private Task<long> ValueAsync() =>
        _database.ScalarAsync<long>("select pg_sequence_last_value('changelog.awake_until')");

    private Task<int> SetAsync(string awakeUntil) => _database.ExecuteAsync(
        $"select setval('changelog.awake_until', v) from (values ({awakeUntil}::bigint)) t (v) where v is not null");

    private async Task<NpgsqlConnection> BeginAsync(int id)
    {
        var writer = await _database.OpenConnectionAsync();
        await writer.ExecuteAsync("begin");
        await writer.ExecuteAsync("insert into public.item values ($1)", id);
        return writer;
    }

    private Task<int> WriteAsync(int id) => _database.ExecuteAsync("insert into public.item values ($1)", id);

    private Task<IReadOnlyList<string>> AnnouncedAsync() =>
        _database.LinesAsync("select announced from logs.transaction order by position");
}
