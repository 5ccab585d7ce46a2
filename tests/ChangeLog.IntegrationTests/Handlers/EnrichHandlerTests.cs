using ChangeLog.Handlers.Enrichment;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>logs.change_details: exactly one row a change.</summary>
public sealed class EnrichHandlerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Each_change_gets_its_action_its_actor_and_its_changed_columns()
    {
        await _database.ExecuteAsync(
            "create table public.item (id integer primary key, name text, deleted_at timestamptz)");
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "ann"}');
            insert into public.item values (1, 'a');
            update public.item set name = 'b';
            update public.item set deleted_at = '2026-01-01', name = 'c';
            update public.item set deleted_at = '2026-01-02';
            update public.item set deleted_at = null;
            delete from public.item;
            commit
            """);
        await _database.ExecuteAsync("truncate public.item");

        await DrainAsync();

        (await _database.LinesAsync(
            """
            select format('%s %s %s %s', d.record_id, d.action, d.actor_id, d.changed_columns)
            from logs.change_details d
            where d.table_oid = 'public.item'::regclass
            order by d.position
            """)).ShouldBe(
            [
                "1 create ann ",
                "1 update ann {name}",
                "1 soft_delete ann {name,deleted_at}",
                "1 update ann {deleted_at}",
                "1 restore ann {deleted_at}",
                "1 delete ann ",
                " truncate  ",
            ]);
        (await _database.ScalarAsync<long>(
            """
            select count(*)
            from logs.change c
            full join logs.change_details d using (position, logged_at)
            where c.table_oid is distinct from d.table_oid
            """)).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_too_long_for_an_index_is_kept_as_its_hash()
    {
        await _database.ExecuteAsync("create table public.wide (a text, b text, primary key (a, b))");
        await _database.ExecuteAsync("insert into public.wide values (repeat('é', 700), 'b')");

        await DrainAsync();

        (await _database.LinesAsync(
            """
            select format('%s %s %s', d.record_id = logs.index_key(c.record_id), left(d.record_id, 7),
                length(d.record_id))
            from logs.change_details d
            join logs.change c using (position, logged_at)
            where c.table_name = 'wide'
            """)).ShouldBe(["t sha256: 71"]);
    }

    [Fact]
    public async Task An_actor_too_long_for_an_index_is_kept_as_its_hash()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context(jsonb_build_object(
                'actor_id', (select string_agg(sha256(g::text::bytea)::text, '') from generate_series(1, 200) g)));
            insert into public.item values (1);
            commit
            """);

        await DrainAsync();

        (await _database.LinesAsync(
            """
            select d.actor_id = logs.index_key(t.actor_id), length(t.actor_id), length(d.actor_id)
            from logs.change_details d
            cross join logs.transaction t
            """)).ShouldBe(["t|13200|71"]);
    }

    [Fact]
    public async Task A_change_gets_the_request_of_its_context()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        foreach (var context in new[] { "{\"request_id\": \"r-1\"}", "{\"request_id\": 7}", "{\"version\": \"2\"}" })
        {
            await _database.ExecuteAsync(
                $"""
                begin; select changelog.set_context('{context}');
                insert into public.item select coalesce(max(id), 0) + 1 from public.item; commit
                """);
        }

        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context(jsonb_build_object('request_id', repeat('x', 1001)));
            insert into public.item values (4);
            commit
            """);

        await DrainAsync();

        (await _database.LinesAsync(
            """
            select record_id, left(request_id, 7), length(request_id), installation = i.number
            from logs.change_details, changelog.installation i
            order by position
            """)).ShouldBe(["1|r-1|3|t", "2|7|1|t", "3|∅|∅|t", "4|sha256:|71|t"]);
    }

    [Fact]
    public async Task The_history_of_a_record_is_found_by_an_index()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await _database.ExecuteAsync("insert into public.item select generate_series(1, 20000)");
        await DrainAsync();
        await _database.ExecuteAsync("analyze");

        var plan = await _database.LinesAsync(
            """
            explain
            select *
            from logs.change_details d
            join logs.change c using (position, logged_at)
            where d.table_oid = 'public.item'::regclass
            and d.record_id = '77'
            order by d.position
            """);

        plan.ShouldNotContain(line => line.Contains("Seq Scan on change", StringComparison.Ordinal)
            && !line.Contains("rows=1 ", StringComparison.Ordinal));
        plan.ShouldContain(line => line.Contains("record_id", StringComparison.Ordinal)
            && line.Contains("Index", StringComparison.Ordinal));
    }

    private async Task DrainAsync()
    {
        await using var worker = new Worker(_database.DataSource, 1000, 10_000, new EnrichHandler());
        await worker.RegisterAsync();
        await worker.DrainAsync();
    }
}
