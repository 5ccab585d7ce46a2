using ChangeLog.IntegrationTests.Redaction;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>What one stretch of a redaction reads, and what is left to the last.</summary>
public sealed class RedactionStretchTests : IAsyncLifetime
{
    /* language=sql */
    private const string Aggregate =
        """
        create table public.projects (id integer primary key, name text, state text);
        create table public.lists (id integer primary key, project_id integer references public.projects, name text);
        insert into public.projects values (1, 'raw', 'raw open'), (2, 'kept', 'open');
        insert into public.lists values (10, 1, 'kept');
        update public.projects set state = 'raw shut' where id = 1;
        insert into public.lists values (11, 1, 'kept');
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_stretch_that_rewrites_nothing_of_a_timeline_does_not_read_it()
    {
        await using var worker = await DrainAsync();
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var before = await ReadAsync(connection, "public.project_events");

        string[] whats = ["""{"records": ["1"]}""", """{"key": "^state$", "hint": "state", "way": "mask"}"""];
        foreach (var what in whats)
        {
            (await connection.ScalarAsync<long>(
                """
                select cardinality(r.rewritten)
                from lib_event.position p
                cross join lateral changelog.redact_logged(
                    array['public.projects'::regclass::oid], '{public.projects}', $1::jsonb, p.last_value,
                        p.last_value + 100, false) r
                """,
                what)).ShouldBe(0);
        }

        (await ReadAsync(connection, "public.project_events")).ShouldBe(before);
    }

    [Fact]
    public async Task Of_links_and_details_only_those_of_the_stretch_are_read()
    {
        await _database.ExecuteAsync(
            """
            create table public.people (id integer primary key, name text,
                boss integer constraint has_boss references public.people);
            insert into public.people values (1, 'raw', null);
            insert into public.people select n, 'kept', 1 from generate_series(2, 20000) n;
            insert into public.people values (20001, 'raw', 1);
            """);
        await using var worker = new TimelineWorker(_database.ConnectionString);
        await worker.DrainAsync();
        (await _database.ScalarAsync<long>("select count(*) from logs.change_links")).ShouldBe(20_000);
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var before = await ReadAsync(connection, "logs.change_links")
            + await ReadAsync(connection, "logs.change_details");

        (await connection.ScalarAsync<long>(
            """
            select cardinality(r.rewritten)
            from (select max(c.position) from logs.change c where c.record_id = '20001') p (position)
            cross join lateral changelog.redact_logged(
                array['public.people'::regclass::oid], '{public.people}', '{"records": ["20001"]}', p.position - 5,
                    p.position, true) r
            """)).ShouldBe(1);

        (await ReadAsync(connection, "logs.change_links") + await ReadAsync(connection, "logs.change_details") - before)
            .ShouldBeInRange(1, 20);
        (await connection.LinesAsync(
            "select l.* from logs.change_links l join logs.change c using (position) where c.record_id = '20001'"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_timeline_is_brought_in_line_once_and_also_where_the_redaction_was_interrupted_before()
    {
        await using var worker = await DrainAsync();
        // as one that was interrupted before its last stretch has left it
        (await _database.ScalarAsync<long>(
            """
            select cardinality(r.rewritten)
            from changelog.redact_logged(
                array['public.projects'::regclass::oid], '{public.projects}', '{"records": ["1"]}', 0,
                    9223372036854775807, false) r
            """)).ShouldBe(2);
        (await RawAsync()).ShouldNotBeEmpty();

        (await _database.EraseAsync("projects", "1", stretch: 2)).ShouldBe(new RedactionCounts(0, null, null));

        (await RawAsync()).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select payload - '{db_user,os_user,version}'::text[]
            from lib_event.event
            where event_type = 'changelog.redaction.performed'
            """)).ShouldBe(["""{"changes": 0}"""]);
        (await _database.EraseAsync("projects", "1", stretch: 2)).ShouldBe(new RedactionCounts(0, null, null));
        (await _database.ScalarAsync<long>(
            "select count(*) from lib_event.event where event_type = 'changelog.redaction.performed'")).ShouldBe(1);
    }

    [Fact]
    public async Task Contexts_are_rewritten_a_stretch_at_a_time_each_with_its_event()
    {
        await _database.ExecuteAsync("create table public.thing (id integer)");
        foreach (var who in new[] { "raw", "bo", "raw", "raw" })
        {
            await _database.ExecuteAsync(
                $$"""
                begin; select changelog.set_context('{"actor_id": "{{who}}", "ip_address": "10.0.0.1"}');
                insert into public.thing values (1), (2); commit
                """);
        }

        await using var worker = new TimelineWorker(_database.ConnectionString);
        await worker.DrainAsync();

        var planned = await _database.EraseActorAsync("raw", isPlan: true, stretch: 1);
        (await _database.EraseActorAsync("raw", stretch: 1)).ShouldBe(planned);

        planned.ShouldBe(new RedactionCounts(null, 0, 3));
        (await _database.LinesAsync(
            """
            select payload -> 'contexts'
            from lib_event.event
            where event_type = 'changelog.redaction.performed'
            """)).ShouldBe(["1", "1", "1"]);
        (await _database.LinesAsync(
            "select replace(actor_id, logs.redaction_hash('raw'), 'HASH'), count(*) "
                + "from logs.change_details group by 1 order by 1"))
            .ShouldBe(["HASH|6", "bo|2"]);
        (await _database.EraseActorAsync("raw", stretch: 1)).Total.ShouldBe(0);
    }

    private async Task<TimelineWorker> DrainAsync()
    {
        await _database.ExecuteAsync(Aggregate);
        var worker = new TimelineWorker(
            _database.ConnectionString,
            ("project:Root", "public.projects"), ("project:Table", "public.project_events"),
            ("project:StageColumn", "state"));
        await worker.DrainAsync();
        return worker;
    }

    private Task<IReadOnlyList<string>> RawAsync() =>
        _database.LinesAsync(
            "select e.event_type, e.stage from public.project_events e where e::text like '%raw%' order by e.id");

    // of a table or its partitions, in this transaction and before it in this session
    private static Task<long> ReadAsync(NpgsqlConnection connection, string table) => connection.ScalarAsync<long>(
        """
        select sum(seq_scan + seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint
        from pg_stat_xact_all_tables
        where relid = $1::regclass
        or relid in (select relid from pg_partition_tree($1::regclass))
        """,
        table);
}
