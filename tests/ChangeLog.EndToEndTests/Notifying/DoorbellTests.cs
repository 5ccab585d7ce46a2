using System.Globalization;
using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Notifying;

/// <summary>Workers that fall asleep and wake, die awake, and announce what writers did not.</summary>
public sealed class DoorbellTests : IAsyncLifetime
{
    private const int Writers = 8;
    private const int TransactionsEach = 60;

    // the two seconds that are promised, and ten more for a machine that is busy with other tests
    private static readonly TimeSpan WithinTwoSeconds = TimeSpan.FromSeconds(12);

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("WhenIdle")]
    [InlineData("Always")]
    [InlineData("Never")]
    public async Task Whoever_else_listens_hears_of_everything(string mode)
    {
        await using var listener = await OtherListener.StartAsync(_database);
        await using var worker = await WorkerUnderTest.StartAsync(_database.ConnectionString, mode);

        await LoadAsync();
        await _database.WaitUntilAsync(WorkerUnderTest.EverythingIsHandled);
        await Eventually.TrueAsync("nothing is missed", async () => (await listener.CompareAsync()).Missed.Count == 0);

        var hearing = await listener.CompareAsync();
        hearing.Unknown.ShouldBeEmpty();
        (await _database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(
            Writers * TransactionsEach);
        (await NotificationsAsync())["mode"].ShouldBe(mode);
        var announcedByWriters = await _database.ScalarAsync<long>(
            "select count(*) filter (where announced) from logs.transaction");
        announcedByWriters.ShouldBeInRange(
            mode == "Always" ? Writers * TransactionsEach : 0, mode == "Never" ? 0 : Writers * TransactionsEach);
    }

    [Fact]
    public async Task Several_workers_share_one_doorbell()
    {
        await using var listener = await OtherListener.StartAsync(_database);
        await using var one = await WorkerUnderTest.StartListeningAsync(_database);
        await using var other = await WorkerUnderTest.StartListeningAsync(_database);

        await LoadAsync();
        await _database.WaitUntilAsync(WorkerUnderTest.EverythingIsHandled);
        await Eventually.TrueAsync("nothing is missed", async () => (await listener.CompareAsync()).Missed.Count == 0);

        (await _database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(
            Writers * TransactionsEach);
        (await _database.ScalarAsync<long>("select count(*) from changelog.running_worker")).ShouldBe(2);
    }

    [Fact]
    public async Task A_worker_killed_while_awake_leaves_writers_ringing()
    {
        await using var worker = await WorkerUnderTest.StartListeningAsync(_database);
        await WorkerUnderTest.KeepBusyUntilAwakeAsync(_database);

        await worker.KillAsync();

        await Eventually.TrueAsync(
            "writers ring", () => _database.ScalarAsync<bool>("select lib_event.must_announce()"), WithinTwoSeconds);
        await using var listener = await OtherListener.StartAsync(_database);
        await _database.ExecuteAsync("insert into public.item values (1)");
        (await listener.CompareAsync()).ShouldSatisfyAllConditions(
            hearing => hearing.Missed.ShouldBeEmpty(), hearing => hearing.Unknown.ShouldBeEmpty());
    }

    [Fact]
    public async Task Status_shows_the_mode_and_whether_a_worker_is_awake()
    {
        await _database.ExecuteAsync("select changelog.set_notification_mode('WhenIdle')");
        var notifications = await NotificationsAsync();
        notifications.Where(of => of.Key != "queue_usage").ShouldBe(
            [
                new("mode", "WhenIdle"), new("worker_awake", "False"),
                new("max_prepared_transactions", "0"), new("is_queue_filling", "False"),
            ],
            ignoreOrder: true);
        // the queue is the server's: other tests are in it too
        double.Parse(notifications["queue_usage"], CultureInfo.InvariantCulture).ShouldBeLessThan(0.01);

        await _database.ExecuteAsync("select changelog.stay_awake(55000)");

        (await NotificationsAsync())["worker_awake"].ShouldBe("True");
        (await ChangeLogProgram.RunAsync(_database.ConnectionString, "status")).Output.ShouldContain(
            "  notifications  WhenIdle: a worker is awake and polls\n");
    }

    [Fact]
    public async Task A_writer_that_read_awake_and_commits_when_all_are_asleep_is_handled_all_the_same()
    {
        await using var worker = await WorkerUnderTest.StartListeningAsync(_database);
        await using var writer = await _database.OpenConnectionAsync();
        var next = 1_000_000;
        // the lease is short: on a busy machine it may be over before the writer has read it
        await Eventually.TrueAsync(
            "a writer has read that a worker is awake",
            async () =>
            {
                await WorkerUnderTest.KeepBusyUntilAwakeAsync(_database, next += 10_000);
                await writer.ExecuteAsync("begin; insert into public.item values (1)");
                if (await writer.ScalarAsync<bool>(
                    "select announced from logs.transaction where xid = pg_current_xact_id()"))
                {
                    await writer.ExecuteAsync("rollback");
                    return false;
                }

                return true;
            });
        await _database.WaitUntilAsync("select lib_event.must_announce()");
        // the worker has given up waiting for the writer, and sleeps
        await writer.ExecuteAsync("select pg_sleep(1.5)");

        await writer.ExecuteAsync("commit");

        await Eventually.TrueAsync(
            "it is handled", () => _database.ScalarAsync<bool>(WorkerUnderTest.EverythingIsHandled), WithinTwoSeconds);
    }

    [Fact]
    public async Task A_single_commit_rings_and_leaves_the_worker_asleep()
    {
        await using var worker = await WorkerUnderTest.StartListeningAsync(_database);
        await _database.WaitUntilAsync("select lib_event.must_announce()");

        await _database.ExecuteAsync("insert into public.item values (1)");
        await _database.WaitUntilAsync(WorkerUnderTest.EverythingIsHandled);

        (await _database.LinesAsync(
            "select announced, (select awake_for from changelog.look('{}', false)) from logs.transaction"))
            .ShouldBe(["t|0"]);
    }

    [Fact]
    public async Task The_worker_that_started_last_sets_the_mode_and_the_others_follow()
    {
        await using var one = await WorkerUnderTest.StartAsync(_database.ConnectionString, "Never");
        (await NotificationsAsync())["mode"].ShouldBe("Never");
        (await _database.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() "
                + "and application_name = 'changelog/listener')"))
            .ShouldBeFalse("nobody rings in mode Never, so nobody needs to listen");

        await using var other = await WorkerUnderTest.StartAsync(_database.ConnectionString, "Always");

        await other.WaitForOutputAsync("The notification mode of this database changed from Never to Always");
        await one.WaitForOutputAsync(
            "Another worker has set the notification mode to Always; this one, which had Never, follows it.");
        await one.WaitForOutputAsync("Listening on lib_event.created");
        (await NotificationsAsync())["mode"].ShouldBe("Always");
    }

    [Fact]
    public async Task A_listener_whose_connection_is_ended_listens_again()
    {
        await using var worker = await WorkerUnderTest.StartListeningAsync(_database);

        await _database.ExecuteAsync(
            """
            select pg_terminate_backend(pid)
            from pg_stat_activity
            where datname = current_database()
            and application_name = 'changelog/listener'
            """);
        await _database.ExecuteAsync("insert into public.item values (1)");

        await worker.WaitForOutputAsync("The LISTEN connection was lost");
        await Eventually.TrueAsync(
            "it listens again",
            () => Task.FromResult(worker.Output.Split("Listening on lib_event.created").Length == 3));
        await _database.WaitUntilAsync(WorkerUnderTest.EverythingIsHandled);
    }

    [Fact]
    public async Task A_worker_says_that_it_runs_and_that_it_has_stopped()
    {
        await using var worker = await WorkerUnderTest.StartListeningAsync(_database);

        await _database.WaitUntilAsync(
            "select coalesce(array_agg(process_id) = array[$1], false) from changelog.running_worker", worker.Id);
        await worker.SignalAsync("TERM");

        (await worker.WaitForExitAsync()).ExitCode.ShouldBe(0);
        (await _database.ScalarAsync<long>("select count(*) from changelog.worker")).ShouldBe(0);
    }

    private Task LoadAsync() => Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
    {
        for (var i = 0; i < TransactionsEach; i++)
        {
            await _database.ExecuteAsync(
                "with i as (insert into public.item values ($1)) select lib_event.create('test.item.seen')",
                (writer * 1000) + i);
        }
    }));

    private async Task<IReadOnlyDictionary<string, string>> NotificationsAsync()
    {
        var status = await ChangeLogProgram.RunAsync(_database.ConnectionString, "status", "--json");
        status.ExitCode.ShouldBe(0, status.Output + status.Error);
        using var json = JsonDocument.Parse(status.Output);
        return json.RootElement.GetProperty("notifications").EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.ToString());
    }
}
