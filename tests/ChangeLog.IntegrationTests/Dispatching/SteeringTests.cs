using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Flags and settings in the database, which a running worker follows without a restart.</summary>
public sealed class SteeringTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (nth bigint generated always as identity primary key, handler text,
                position bigint);
            create table public.item (id integer primary key)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_flag_stops_a_handler_and_starts_it_again_and_nothing_is_skipped()
    {
        await using var worker = await new HostedWorker(
            _database,
            HostedWorker.ShortWaits,
            new CollectingHandler("stopped", Streams.Changes),
            new CollectingHandler("other", Streams.Changes)).StartAsync();
        await _database.ExecuteAsync("insert into platform.feature_flags (key) values ('changelog.handler.stopped')");
        await Eventually.TrueAsync("it is told", () => HasSaidAsync(worker, "is stopped by the flag"));

        // a turn that had begun may still end with it
        await SeeOneMoreAsync(1);
        await SeeOneMoreAsync(2);
        await _database.ExecuteAsync("insert into public.item select g from generate_series(3, 10) g");
        await Eventually.TrueAsync("the other has seen all", () => HasSeenAllAsync("other"));
        (await _database.ScalarAsync<long>(
            """
            select count(*)
            from public.seen s
            join logs.change c using (position)
            where s.handler = 'stopped' and c.table_name = 'item' and c.record_id::integer > 1
            """)).ShouldBe(0);

        await _database.ExecuteAsync("update platform.feature_flags set deleted_at = now()");

        await Eventually.TrueAsync("it has seen all", () => HasSeenAllAsync("stopped"));
        (await _database.ScalarAsync<long>("select count(*) - count(distinct (handler, position)) from public.seen"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task A_setting_overrides_the_configuration_at_once()
    {
        await using var worker = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new CollectingHandler("test", Streams.Changes)).StartAsync();
        await _database.ExecuteAsync(
            "insert into platform.global_settings (key, value) values ('changelog.handlers.page_size', '3')");
        await Eventually.TrueAsync("it is told", () => HasSaidAsync(worker, "page size 3"));
        await _database.ExecuteAsync("insert into public.item values (0)");
        await Eventually.TrueAsync("a turn of before is over", () => HasSeenAllAsync("test"));

        await _database.ExecuteAsync("insert into public.item select g from generate_series(1, 10) g");

        await Eventually.TrueAsync("it has seen all", () => HasSeenAllAsync("test"));
        // each page is a transaction of its own
        (await _database.ScalarAsync<long>(
            """
            select max(n)
            from (
                select count(*) as n
                from public.seen s
                join logs.change c using (position)
                where c.table_name = 'item'
                group by s.xmin) page
            """)).ShouldBe(3);
    }

    [Fact]
    public async Task A_handler_that_is_stopped_when_the_worker_starts_handles_nothing()
    {
        await _database.ExecuteAsync(
            """
            insert into platform.feature_flags (key) values ('changelog.handler.stopped');
            insert into public.item select g from generate_series(1, 10) g
            """);

        await using var worker = await new HostedWorker(
            _database,
            HostedWorker.ShortWaits,
            new CollectingHandler("stopped", Streams.Changes),
            new CollectingHandler("other", Streams.Changes)).StartAsync(everything: true);

        await Eventually.TrueAsync("the other has seen all", () => HasSeenAllAsync("other"));
        (await _database.ScalarAsync<long>("select count(*) from public.seen where handler = 'stopped'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_handler_that_fails_is_stopped_too_and_gives_nothing_up()
    {
        var failing = new FailingHandler();
        await using var worker = await new HostedWorker(
            _database,
            [.. HostedWorker.ShortWaits, KeyValuePair.Create("ChangeLog:Retry:MaxAttempts", (string?)"100")],
            failing,
            new CollectingHandler("other", Streams.Changes)).StartAsync();
        await _database.ExecuteAsync("insert into public.item values (1)");
        await Eventually.TrueAsync("it is tried", () => Task.FromResult(failing.Attempts > 3));

        await _database.ExecuteAsync("insert into platform.feature_flags (key) values ('changelog.handler.failing')");
        await Eventually.TrueAsync("it is told", () => HasSaidAsync(worker, "is stopped by the flag"));
        await SeeOneMoreAsync(2);
        var attempts = failing.Attempts;
        await SeeOneMoreAsync(3);
        await SeeOneMoreAsync(4);
        await SeeOneMoreAsync(5);
        failing.Attempts.ShouldBe(attempts);

        failing.IsWell = true;
        await _database.ExecuteAsync("update platform.feature_flags set is_enabled = true");
        await Eventually.TrueAsync("nothing is skipped", () => Task.FromResult(failing.Handled > 0));
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_flag_or_setting_that_nothing_follows_is_said_once_with_the_nearest_name()
    {
        await using var worker = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new CollectingHandler("enrich-more", Streams.Changes)).StartAsync();
        await _database.ExecuteAsync(
            """
            insert into platform.feature_flags (key) values ('changelog.handler.enrichmore'),
                ('changelog.handlers.enrich');
            insert into platform.global_settings (key, value)
            values ('changelog.handlers.pagesize', '3'), ('changelog.retry.max_attempts', '"many"'),
                ('changelog.handlers.page_size', (repeat('[', 1000) || repeat(']', 1000))::jsonb),
                ('changelog.handlers.positions_per_page', '-3')
            """);
        await Eventually.TrueAsync("it is told", () => HasSaidAsync(worker, "enrichmore"));
        await _database.ExecuteAsync(
            "insert into platform.feature_flags (key) values ('changelog.handler.enrich-more')");
        await Eventually.TrueAsync("it is told", () => HasSaidAsync(worker, "is stopped by the flag"));

        worker.Said.Where(line => line.Contains("changelog.", StringComparison.Ordinal)).ShouldBe(
        [
            "The flag changelog.handler.enrichmore matches no handler of this worker. The nearest is "
                + "changelog.handler.enrich-more.",
            "The flag changelog.handlers.enrich matches no handler of this worker. The nearest is "
                + "changelog.handler.enrich.",
            "Cannot apply changelog.handlers.page_size of platform.global_settings: its value is not an integer. "
                + "The configured value stays",
            "Cannot apply changelog.handlers.pagesize of platform.global_settings: "
                + "it is not a runtime setting; the nearest is changelog.handlers.page_size. The configured value "
                + "stays",
            "Cannot apply changelog.handlers.positions_per_page of platform.global_settings: "
                + "The field PositionsPerPage must be between 1000 and 10000000. The configured value stays",
            "Cannot apply changelog.retry.max_attempts of platform.global_settings: its value is not an integer. "
                + "The configured value stays",
            "Handler enrich-more is stopped by the flag changelog.handler.enrich-more; it will skip nothing",
        ]);
    }

    private async Task SeeOneMoreAsync(int id)
    {
        await _database.ExecuteAsync("insert into public.item values ($1)", id);
        await Eventually.TrueAsync("the other has seen it", () => HasSeenAllAsync("other"));
    }

    private static Task<bool> HasSaidAsync(HostedWorker worker, string words) =>
        Task.FromResult(worker.Said.Any(line => line.Contains(words, StringComparison.Ordinal)));

    private Task<bool> HasSeenAllAsync(string handler) => _database.ScalarAsync<bool>(
        $"""
        select not exists (
            select from logs.change c
            where not exists (select from public.seen s where s.handler = '{handler}' and s.position = c.position))
        """);

    private sealed class FailingHandler : IHandler
    {
        private int _attempts;
        private int _handled;

        public string Name => "failing";

        public Streams Reads => Streams.Changes;

        public HandlerFilter Filter => HandlerFilter.Everything;

        public bool IsWell { get; set; }

        public int Attempts => _attempts;

        public int Handled => _handled;

        public Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            if (!IsWell)
            {
                // of the moment, and so no reason for a dead letter
                throw new TimeoutException("the other side does not answer");
            }

            Interlocked.Increment(ref _handled);
            return Task.CompletedTask;
        }
    }
}
