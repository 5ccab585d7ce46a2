using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>Transactions whose row a superuser suppressed: who has handled which, and at what cost.</summary>
public sealed class RecoveredTransactionTests : IAsyncLifetime
{
    /* language=sql */
    private const string Forged =
        """
        do $$ begin
            for i in 1..5 loop
                perform set_config('changelog.transaction', 'recorded', true);
                perform setval('changelog.marked', pg_current_xact_id()::text::bigint);
                insert into public.item (id) values (i);
                commit;
            end loop;
        end $$
        """;

    // of before the first migration that this program has
    /* language=sql */
    private const string Older =
        """
        update changelog.script
        set name = 'Migrations/0031_drop_desired_trigger.sql'
        where name = 'Migrations/0032_begin_with_tables.sql'
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (
                nth bigint generated always as identity primary key,
                handler text not null,
                position bigint not null);
            create table public.item (id integer primary key)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_look_reads_no_recovered_transaction_that_is_handled()
    {
        await using var worker = await ForgeAsync();
        await worker.DrainAsync();
        (await SeenAsync()).ShouldBe(["1", "2", "3", "4", "5"]);

        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var before = await ReadAsync(connection);
        (await connection.LinesAsync("select behind from changelog.look(array['test'], false)")).ShouldBe(["{}"]);
        (await ReadAsync(connection)).ShouldBe(before);
    }

    [Fact]
    public async Task Recovered_transactions_are_handled_in_their_order_and_a_handler_from_now_on_has_none()
    {
        await using var worker = await ForgeAsync();
        await _database.ExecuteAsync("select changelog.register_handler('new', 'changes', true)");

        await worker.DrainAsync();

        (await SeenAsync()).ShouldBe(["1", "2", "3", "4", "5"]);
        (await _database.LinesAsync("select handler, recovered_upto from changelog.cursor order by 1"))
            .ShouldBe(["new|5", "test|5"]);
        (await _database.LinesAsync("select handler from changelog.handler_behind where handler = 'new'"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upgrade_waits_for_workers_that_wait_for_it_without_a_deadlock()
    {
        await using var worker = await ForgeAsync();
        await _database.ExecuteAsync(Older);
        await using var page = await _database.OpenConnectionAsync();
        await page.ExecuteAsync("begin; select from changelog.cursor for update");

        var upgrade = _database.DataSource.InstallAsync();
        await WaitForLockAsync("AccessExclusiveLock");
        // as changelog.take_page does: it looks, and then it locks
        await using var next = await _database.OpenConnectionAsync();
        var taken = next.LinesAsync(
            "begin; select from changelog.cursor; select handler from changelog.cursor for update; commit");
        await WaitForLockAsync("AccessShareLock");
        await page.ExecuteAsync("commit");

        (await upgrade).Scripts.ShouldBe(["Migrations/0032_begin_with_tables.sql"]);
        await taken;
    }

    private async Task<Worker> ForgeAsync()
    {
        var worker = new Worker(_database.DataSource, 100, 1000, new CollectingHandler("test", Streams.Changes));
        await worker.RegisterAsync();
        await _database.ExecuteAsync(Forged);
        await Eventually.TrueAsync("the sweep has recovered them", async () =>
        {
            await _database.ExecuteAsync("select changelog.sweep_transactions()");
            return await _database.ScalarAsync<bool>("select count(*) = 5 from changelog.recovered");
        });
        return worker;
    }

    private Task WaitForLockAsync(string mode) => _database.WaitUntilAsync(
        "select exists (select from pg_locks where relation = 'changelog.cursor'::regclass and mode = $1 "
            + "and not granted)", mode);

    private static Task<long> ReadAsync(NpgsqlConnection connection) => connection.ScalarAsync<long>(
        """
        select seq_tup_read + coalesce(idx_tup_fetch, 0)
        from pg_stat_xact_user_tables
        where relid = 'changelog.recovered'::regclass
        """);

    private Task<IReadOnlyList<string>> SeenAsync() => _database.LinesAsync(
        "select c.record_id from public.seen s join logs.change c on c.position = s.position order by s.nth");
}
