using ChangeLog.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>What has been handled when <c>run --once</c> returns, and what it does not wait for.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(FillingHandler.Tables);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_was_committed_after_the_open_window_is_handled_too()
    {
        await _database.ExecuteAsync("select changelog.register_handler('fill', 'changes', false)");
        await WriteAsync(1);
        (await _database.ScalarAsync<string>("select changelog.open_window('fill')")).ShouldBe("open");
        await WriteAsync(2);
        await using var worker = Worker();

        await DrainAsync(worker);

        (await HandledAsync()).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task What_is_committed_meanwhile_is_not_waited_for()
    {
        await WriteAsync(1);
        var last = 1;
        await using var worker = Worker(new FillingHandler("fill", Streams.Changes)
        {
            // the log never ends
            Before = (_, _) => WriteAsync(++last),
        });

        await DrainAsync(worker);

        (await HandledAsync()).ShouldContain("1");
    }

    [Fact]
    public async Task A_transaction_that_the_sweep_recovers_is_handled_by_the_same_run()
    {
        await _database.ExecuteAsync(
            """
            begin;
            select
                set_config('changelog.transaction', 'recorded', true),
                setval('changelog.marked', pg_current_xact_id()::text::bigint);
            insert into public.item (id, n) values (1, 1);
            commit
            """);
        await using var worker = Worker();

        // transactions of other tests hold the sweep up
        await Eventually.TrueAsync("the sweep has recovered it", async () =>
        {
            await DrainAsync(worker);
            var isRecovered = await _database.ScalarAsync<bool>("select exists (select from changelog.recovered)");
            (await HandledAsync()).ShouldBe(isRecovered ? ["1"] : []);
            return isRecovered;
        });
    }

    [Fact]
    public async Task A_handler_that_its_flag_stops_is_not_waited_for_and_the_others_run()
    {
        await _database.ExecuteAsync("insert into platform.feature_flags (key) values ('changelog.handler.fill')");
        await WriteAsync(1);
        await using var worker = Worker(
            new FillingHandler("fill", Streams.Changes), new FillingHandler("more", Streams.Changes));

        await DrainAsync(worker);

        (await _database.LinesAsync("select handler, id from public.target")).ShouldBe(["more|1"]);
    }

    [Fact]
    public async Task A_handler_that_is_down_is_named_and_gives_nothing_up()
    {
        await _database.ExecuteAsync("insert into public.rule values (0, 'P0001')");
        await WriteAsync(1, 2);
        await using var worker = Worker();

        (await Should.ThrowAsync<HandlerDownException>(() => DrainAsync(worker))).Message
            .ShouldBe("The handler fill cannot go on: refused. Unhandled changes are left for the next run.");

        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
        await _database.ExecuteAsync("delete from public.rule");
        await DrainAsync(worker);
        (await HandledAsync()).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task What_its_writer_has_left_to_a_worker_is_announced()
    {
        await using var listener = await OtherListener.StartAsync(_database);
        await _database.ExecuteAsync("select setval('changelog.awake_until', changelog.clock() + 55000)");
        await WriteAsync(1);
        (await listener.HeardAsync()).ShouldBeEmpty();
        await using var worker = Worker();

        await DrainAsync(worker);

        (await listener.HeardAsync()).Count.ShouldBe(1);
    }

    private static Task DrainAsync(HostedWorker worker) =>
        worker.Drain.RunUntilDrainedAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);

    private HostedWorker Worker(params FillingHandler[] handlers) => new(
        _database,
        [.. HostedWorker.ShortWaits, KeyValuePair.Create("ChangeLog:Handlers:BuiltIn", (string?)"false")],
        handlers.Length > 0 ? handlers : [new FillingHandler("fill", Streams.Changes)]);

    private async Task WriteAsync(params int[] ids)
    {
        foreach (var id in ids)
        {
            await _database.ExecuteAsync("insert into public.item (id, n) values ($1, 1)", id);
        }
    }

    private Task<IReadOnlyList<string>> HandledAsync() =>
        _database.LinesAsync("select id from public.target where handler = 'fill' order by nth");
}
