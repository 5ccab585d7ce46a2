using System.Diagnostics;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>The network between worker and server goes silent, breaks, or dies on one side only.</summary>
[Collection(FaultTests.Collection)]
public sealed class CutNetworkTests
{
    // what the listener promises is 15 s; the rest is for a slow machine
    private static readonly TimeSpan ListenerBound = TimeSpan.FromSeconds(15 + 10);

    // PageTimeout of 3 s, 5 s more until the worker gives up waiting, the pause before the next attempt
    private static readonly TimeSpan HandlersBound = TimeSpan.FromSeconds(3 + 5 + 10 + 20);

    public enum Cut
    {
        BothSilent,
        ToServerSilent,
        ToClientSilent,
        Dropped,
        HalfOpen,
    }

    // at once, for most of it is waiting
    [Fact]
    public Task A_worker_cut_off_from_its_pages_goes_on_once_the_network_is_back() =>
        Task.WhenAll(Enum.GetValues<Cut>().Select(CutOffAsync));

    private static async Task CutOffAsync(Cut cut)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, FaultTests.Random(), writers: 1);
        await using var proxy = await ProxyAsync();
        await using var workers = new WorkerFleet(
            database.ConnectionStringFor(b => b.Port = proxy.Port), ListeningAt(database.ConnectionString));
        var worker = await workers.StartWorkingAsync();
        await load.GoOnAsync(100);

        await CutAsync(proxy, cut);
        await load.GoOnAsync(100);
        var handled = await HandledAsync(database);
        var silent = Stopwatch.StartNew();
        // what was silent stays silent for the connections there are; only new ones get through
        proxy.LeaveHalfOpen();
        proxy.Flow();
        await Eventually.ValueAsync(
            "it handles again", () => HandledAsync(database), now => now > handled, HandlersBound * 2);

        silent.Elapsed.ShouldBeLessThan(HandlersBound);
        await load.StopAsync();
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
        worker.HasExited.ShouldBeFalse(workers.Said);
    }

    [Fact]
    public async Task A_worker_that_went_silent_with_a_page_open_loses_it_to_another()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, FaultTests.Random());
        await using var proxy = await ProxyAsync();
        await using var cut = new WorkerFleet(database.ConnectionStringFor(b => b.Port = proxy.Port));
        await using var workers = new WorkerFleet(database.ConnectionString);
        await cut.StartWorkingAsync();
        for (var n = 0; n < 3 * FaultTests.Rounds; n++)
        {
            await load.GoOnAsync(100);
            proxy.Stall();
            await workers.StartWorkingAsync();
            var handled = await HandledAsync(database);
            await Eventually.ValueAsync(
                "another handles", () => HandledAsync(database), now => now > handled, HandlersBound);
            await workers.KillAsync(workers.Workers[0]);

            // and what it had sent before arrives after all
            proxy.Flow();
        }

        await load.StopAsync();
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public Task A_LISTEN_connection_that_is_dead_is_noticed_and_made_anew() =>
        Task.WhenAll(Enum.GetValues<Cut>().Select(CutListenerAsync));

    private static async Task CutListenerAsync(Cut cut)
    {
        await using var database = await TestDatabase.CreateAsync();
        await Load.PrepareAsync(database);
        await using var proxy = await ProxyAsync();
        await using var workers = new WorkerFleet(
            database.ConnectionString, ListeningAt(database.ConnectionStringFor(b => b.Port = proxy.Port)));
        await workers.StartWorkingAsync(Listening);
        var before = proxy.Accepted;

        var noticing = Stopwatch.StartNew();
        await CutAsync(proxy, cut);
        await Eventually.ValueAsync(
            "it connects again", () => Task.FromResult(proxy.Accepted), now => now > before, ListenerBound * 2);
        noticing.Elapsed.ShouldBeLessThan(ListenerBound);

        proxy.Flow();
        await RungAsync(database);
    }

    [Fact]
    public async Task A_LISTEN_connection_that_is_terminated_is_made_anew()
    {
        await using var database = await TestDatabase.CreateAsync();
        await Load.PrepareAsync(database);
        await using var workers = new WorkerFleet(database.ConnectionString);
        await workers.StartWorkingAsync(Listening);

        for (var n = 0; n < 3 * FaultTests.Rounds; n++)
        {
            var terminated = await database.ScalarAsync<int>(
                $"select pid from ({Listeners} limit 1) l, lateral pg_terminate_backend(pid)");
            await Eventually.TrueAsync(
                "another listens",
                () => database.ScalarAsync<bool>($"select exists ({Listeners} and pid <> $1)", terminated),
                ListenerBound);
            await RungAsync(database);
        }
    }

    private const string Listening = "Listening on lib_event.created";

    private const string Listeners =
        """
        select pid
        from pg_stat_activity
        where datname = current_database()
        and application_name = 'changelog/listener'
        """;

    private static Task<TcpProxy> ProxyAsync() => ProxyAsync(PostgresServer.GetAsync());

    private static async Task<TcpProxy> ProxyAsync(Task<PostgresServer> server) => TcpProxy.Start((await server).Port);

    private static Dictionary<string, string?> ListeningAt(string connectionString) =>
        new(WorkerFleet.Brisk) { ["ConnectionStrings__ChangeLogListen"] = connectionString };

    private static async Task CutAsync(TcpProxy proxy, Cut cut)
    {
        switch (cut)
        {
            case Cut.BothSilent:
                proxy.Stall();
                break;
            case Cut.ToServerSilent:
                proxy.ToServer.Shut();
                break;
            case Cut.ToClientSilent:
                proxy.ToClient.Shut();
                break;
            case Cut.Dropped:
                proxy.Drop();
                break;
            case Cut.HalfOpen:
                proxy.LeaveHalfOpen();
                break;
        }

        await Task.CompletedTask;
    }

    private static Task<long> HandledAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select coalesce(sum(handled), 0)::bigint from changelog.cursor");

    /// <summary>A commit after the cut is handled.</summary>
    private static async Task RungAsync(TestDatabase database)
    {
        var change = await database.ScalarAsync<long>(
            "select coalesce(max(position), 0) from logs.change");
        await database.ExecuteAsync(
            "create table if not exists public.bell (id bigint generated always as identity primary key)");
        await database.ExecuteAsync("insert into public.bell default values");
        await database.WaitUntilAsync("select exists (select from logs.change_details where position > $1)", change);
    }
}
