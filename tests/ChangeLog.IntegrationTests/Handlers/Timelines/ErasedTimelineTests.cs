using ChangeLog.IntegrationTests.Redaction;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>A timeline whose root is known by a name: what is left of it where the name is redacted late.</summary>
public sealed class ErasedTimelineTests : IAsyncLifetime
{
    /* language=sql */
    private const string Aggregate =
        """
        create schema cases;
        create table public.persons (email text primary key, name text);
        create table cases."case" (id integer primary key, person text references public.persons);
        create table cases.step (id integer primary key, case_id integer references cases."case");
        create table cases.seat (person text references public.persons, nr integer,
            place text, primary key (person, nr));
        create table cases.wish (id integer primary key, person text, nr integer,
            foreign key (person, nr) references cases.seat);
        insert into public.persons values ('raw@x', 'Anna'), ('kept@x', 'Bo');
        insert into cases."case" values (1, 'raw@x'), (2, 'kept@x');
        insert into cases.step values (10, 1), (20, 2);
        insert into cases.seat values ('raw@x', 1, 'a'), ('kept@x', 1, 'b');
        insert into cases.wish values (100, 'raw@x', 1), (200, 'kept@x', 1);
        """;

    /* language=sql */
    private const string Rows =
        "select e.*, null as updated_at from public.person_events e order by (payload ->> 'position')::bigint";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neither_its_entries_nor_what_is_kept_of_the_way_to_it_names_a_root_that_is_redacted_late(
        bool isRecord)
    {
        await _database.ExecuteAsync(Aggregate);
        await using var worker = Worker();
        await worker.DrainAsync();
        var before = await _database.LinesAsync("select id, event_type from public.person_events order by id");
        before.Count.ShouldBe(10);

        if (isRecord)
        {
            await _database.EraseAsync("persons", "raw@x");
        }
        else
        {
            (await _database.RedactAsync("persons", "email")).Changes.ShouldBe(10 - 2);
        }

        (await _database.LinesAsync("select e.* from public.person_events e where e::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select k from changelog.timeline_key k where k::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select id, event_type from public.person_events order by id")).ShouldBe(before);
        (await _database.LinesAsync(
            """
            select case person_id when logs.redaction_hash('raw@x') then 'RAW' when logs.redaction_hash('kept@x') then
                'KEPT' else person_id end, count(*)
            from public.person_events
            group by 1
            order by 1
            """)).ShouldBe([isRecord ? "kept@x|5" : "KEPT|5", "RAW|5"], ignoreOrder: true);
        var rows = await _database.LinesAsync(Rows);
        (await worker.RebuildAsync("person")).Written.ShouldBe(0);
        (await _database.LinesAsync(Rows)).ShouldBe(rows);
    }

    [Fact]
    public async Task A_root_that_refers_to_an_erased_record_is_known_by_its_hash()
    {
        await _database.ExecuteAsync(
            """
            create table public.logins (name text primary key);
            create table public.persons (login text primary key references public.logins, state text);
            insert into public.logins values ('raw'), ('kept');
            insert into public.persons values ('raw', 'open'), ('kept', 'open');
            """);
        await using var worker = Worker();
        await worker.DrainAsync();

        await _database.EraseAsync("logins", "raw");

        (await _database.LinesAsync(
            "select replace(person_id, logs.redaction_hash('raw'), 'HASH') from public.person_events "
                + "order by (payload ->> 'position')::bigint"))
            .ShouldBe(["HASH", "kept"]);
        (await _database.LinesAsync("select e.* from public.person_events e where e::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select k from changelog.timeline_key k where k::text like '%raw%'"))
            .ShouldBeEmpty();
    }

    private TimelineWorker Worker() => new(
        _database.ConnectionString,
        ("person:Root", "public.persons"), ("person:Table", "public.person_events"), ("person:ForeignKeys", "false"));
}
