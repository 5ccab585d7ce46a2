using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Notifying;
using ChangeLog.Postgres;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Notifying;

/// <summary>Whoever else listens hears of everything, whether its writer announced it or not.</summary>
public sealed class AnnouncerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private DataSources _dataSources = null!;
    private Announcer _announcer = null!;
    private OtherListener _listener = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        _dataSources = new DataSources(
            new ConfigurationBuilder()
                .AddInMemoryCollection([new("ConnectionStrings:ChangeLog", _database.ConnectionString)])
                .Build(),
            NullLoggerFactory.Instance);
        _announcer = new Announcer(_dataSources, TimeProvider.System);
        _listener = await OtherListener.StartAsync(_database);
        await AwakeAsync(true);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _dataSources.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task What_its_writer_has_not_announced_is_announced_once()
    {
        await WriteAsync(1);
        await AwakeAsync(false);
        await WriteAsync(2);
        await AwakeAsync(true);
        await WriteAsync(3);
        (await _listener.HeardAsync()).Count.ShouldBe(2);

        await _announcer.RunThroughAsync(Token);
        await _announcer.RunThroughAsync(Token);

        await _listener.ShouldHaveHeardOfAllOnceAsync();
        (await _listener.HeardAsync()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_announced_when_it_has()
    {
        await using var late = await _database.OpenConnectionAsync();
        await late.ExecuteAsync("begin; insert into public.item values (1); select lib_event.create('test.item.seen')");
        await WriteAsync(2);
        await _announcer.RunThroughAsync(Token);
        (await _listener.HeardAsync()).Count.ShouldBe(2);

        await late.ExecuteAsync("commit");
        await _announcer.RunThroughAsync(Token);
        await WriteAsync(3);
        await _announcer.RunThroughAsync(Token);

        await _listener.ShouldHaveHeardOfAllOnceAsync();
        (await _listener.HeardAsync()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_backlog_is_announced_in_bounded_batches()
    {
        await using var late = await _database.OpenConnectionAsync();
        await late.ExecuteAsync("begin; insert into public.item values (-1)");
        await late.ExecuteAsync("select lib_event.create('test.item.seen') from generate_series(1, 500)");
        await _announcer.RunThroughAsync(Token);
        await _database.ExecuteAsync("select lib_event.create('test.item.seen') from generate_series(1, 1500)");
        await _database.ExecuteAsync(
            "do $$ begin for i in 1..700 loop insert into public.item values (i); commit; end loop; end $$");
        await late.ExecuteAsync("commit");

        var batches = new List<string>();
        while (await _database.ScalarAsync<bool>("select changelog.has_unannounced()"))
        {
            batches.AddRange(await _database.LinesAsync("select announced, is_done from changelog.announce(300)"));
        }

        // the first batch passes over the event of the install, which was announced
        batches.ShouldBe(["299|f", .. Enumerable.Repeat("300|f", 8), "2|t"]);
        await _listener.ShouldHaveHeardOfAllOnceAsync();
    }

    [Fact]
    public async Task With_nothing_to_announce_no_id_is_drawn()
    {
        await AwakeAsync(false);
        for (var i = 0; i < 10; i++)
        {
            await WriteAsync(i);
        }

        await using var connection = await _database.OpenConnectionAsync();
        (await connection.LinesAsync(
            "begin; select unannounced from changelog.look('{}', true); select pg_current_xact_id_if_assigned()"))
            .ShouldBe(["f"]);
        (await connection.LinesAsync("select pg_current_xact_id_if_assigned()")).ShouldBe(["∅"]);
    }

    [Fact]
    public async Task What_writers_have_announced_is_passed_over_before_it_is_much()
    {
        await AwakeAsync(false);
        await _database.ExecuteAsync("select lib_event.create('test.item.seen') from generate_series(1, 2500)");
        (await _database.ScalarAsync<bool>("select changelog.has_unannounced()")).ShouldBeTrue();

        (await _announcer.RunThroughAsync(Token)).Announced.ShouldBe(0);

        (await _database.ScalarAsync<bool>("select changelog.has_unannounced()")).ShouldBeFalse();
        await _listener.ShouldHaveHeardOfAllOnceAsync();
    }

    [Fact]
    public async Task A_recovered_transaction_is_announced_too()
    {
        await _database.ExecuteAsync(
            """
            begin;
            select
                set_config('changelog.transaction', 'recorded', true),
                setval('changelog.marked', pg_current_xact_id()::text::bigint);
            insert into public.item values (1);
            commit
            """);
        await WriteAsync(2);
        await _announcer.RunThroughAsync(Token);

        await Eventually.TrueAsync(
            "the transaction is recovered",
            async () =>
            {
                await _database.ExecuteAsync("select changelog.sweep_transactions()");
                return await _database.ScalarAsync<bool>("select exists (select from changelog.recovered)");
            });
        await _announcer.RunThroughAsync(Token);

        await _listener.ShouldHaveHeardOfAllOnceAsync();
    }

    [Fact]
    public async Task Several_announcers_at_once_leave_nothing_out_and_announce_nothing_twice()
    {
        using var stop = new CancellationTokenSource();
        var announcing = Enumerable.Range(0, 4).Select(_ => AnnounceUntilAsync(stop.Token)).ToList();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 40; i++)
            {
                await WriteAsync((writer * 1000) + i);
            }
        }));
        await stop.CancelAsync();
        await Task.WhenAll(announcing);
        await _announcer.RunThroughAsync(Token);

        await _listener.ShouldHaveHeardOfAllOnceAsync();
        (await _listener.HeardAsync()).Count.ShouldBe(8 * 40 * 2);
    }

    [Theory]
    [InlineData("900000000:900000000:")]
    [InlineData("1:1:")]
    public async Task In_another_cluster_all_that_is_new_there_is_announced(string last)
    {
        await WriteAsync(1);
        await _announcer.RunThroughAsync(Token);
        await WriteAsync(2);
        await _database.ExecuteAsync(
            $"update changelog.announcer set system_identifier = 1, last = '{last}', current = null");
        await WriteAsync(3);

        await _announcer.RunThroughAsync(Token);
        await WriteAsync(4);
        await _announcer.RunThroughAsync(Token);

        await _listener.ShouldHaveHeardOfAllOnceAsync();
        (await _listener.HeardAsync()).Count.ShouldBe(8);
    }

    [Fact]
    public async Task A_failure_that_lasts_is_said_once()
    {
        await _database.ExecuteAsync(
            """
            create sequence public.attempt;
            create function public.full_disk() returns trigger language plpgsql as $$
            begin
                perform nextval('public.attempt');
                raise exception 'no space left' using errcode = 'disk_full';
            end $$;
            create trigger full_disk before update on changelog.announcer execute function public.full_disk()
            """);
        await using var worker = await new HostedWorker(
            _database, [.. HostedWorker.ShortWaits, KeyValuePair.Create(
                "ChangeLog:Notifications:Mode", (string?)"Never")]).StartAsync();
        await WriteAsync(1);

        await _database.WaitUntilAsync("select is_called and last_value > 2 from public.attempt");

        worker.Said.Count(line => line.Contains("Could not announce", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_tells_its_own_notifications_from_others()
    {
        await WriteAsync(1);
        await using var connection = await _database.OpenConnectionAsync();
        var sessions = new List<int>();
        connection.Notification += (_, notification) => sessions.Add(notification.PID);
        await connection.ExecuteAsync("listen \"lib_event.created\"");

        // it remembers a session for a second
        var announcer = new Announcer(_dataSources, new FakeTimeProvider());
        await announcer.RunThroughAsync(Token);
        await AwakeAsync(false);
        await WriteAsync(2);
        await connection.ExecuteAsync("select");
        await connection.ExecuteAsync("select");

        sessions.Select(announcer.HasJustAnnounced).ShouldBe([true, true, false, false]);
    }

    private async Task AnnounceUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await new Announcer(_dataSources, TimeProvider.System).RunThroughAsync(CancellationToken.None);
        }
    }

    private Task<int> AwakeAsync(bool isAwake) => _database.ExecuteAsync(
        "select setval('changelog.awake_until', case when $1 then changelog.clock() + 55000 else 1 end)", isAwake);

    private Task<int> WriteAsync(int id) => _database.ExecuteAsync(
        $"begin; insert into public.item values ({id}); select lib_event.create('test.item.seen'); commit");
}
