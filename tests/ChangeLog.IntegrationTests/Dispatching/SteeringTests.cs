using ChangeLog.TestSupport;
using ChangeLogWorker.Changes;
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
            create table public.seen (nth bigint generated always as identity primary key, handler text, position bigint);
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

        await _database.ExecuteAsync("insert into public.item select g from generate_series(1, 10) g");
        await Eventually.TrueAsync("the other has seen all", () => HasSeenAllAsync("other"));
        (await HasSeenAllAsync("stopped")).ShouldBeFalse();

        await _database.ExecuteAsync("update platform.feature_flags set deleted_at = now()");

        await Eventually.TrueAsync("it has seen all", () => HasSeenAllAsync("stopped"));
        (await _database.ScalarAsync<long>("select count(*) - count(distinct (handler, position)) from public.seen")).ShouldBe(0);
    }

    [Fact]
    public async Task A_setting_overrides_the_configuration_at_once()
    {
        await using var worker = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new CollectingHandler("test", Streams.Changes)).StartAsync();
        await _database.ExecuteAsync(
            "insert into platform.global_settings (key, value) values ('changelog.handlers.page_size', '3')");
        await Eventually.TrueAsync("it is told", () => HasSaidAsync(worker, "page size 3"));

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

    private static Task<bool> HasSaidAsync(HostedWorker worker, string words) =>
        Task.FromResult(worker.Said.Any(line => line.Contains(words, StringComparison.Ordinal)));

    private Task<bool> HasSeenAllAsync(string handler) => _database.ScalarAsync<bool>(
        $"""
        select not exists (
            select from logs.change c
            where not exists (select from public.seen s where s.handler = '{handler}' and s.position = c.position))
        """);
}
