using ChangeLog.IntegrationTests.Redaction;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>What is redacted is so in timelines too, and a rebuild gives the same rows.</summary>
public sealed class RedactedTimelineTests : IAsyncLifetime
{
    /* language=sql */
    private const string Aggregate =
        """
        create type public.state as enum ('raw open', 'raw shut');
        create table public.projects (id integer primary key, name text, state public.state);
        create table public.lists (id integer primary key, project_id integer references public.projects, name text);
        create table public.cards (id integer primary key, list_id integer references public.lists, name text);
        begin;
        select changelog.set_context('{"actor_id": "anna@raw"}');
        insert into public.projects values (1, 'raw', 'raw open'), (2, 'kept', 'raw open');
        insert into public.lists values (10, 1, 'raw'), (20, 2, 'kept');
        insert into public.cards values (100, 10, 'raw'), (200, 20, 'kept');
        select lib_event.create('pm.project.paid', '{"project": 1, "iban": "raw", "state": "raw open"}');
        commit;
        update public.projects set state = 'raw shut', name = name || '2' where id = 1;
        update public.cards set name = name || '2';
        delete from public.cards where id = 100;
        """;

    // updated_at says when it was rewritten
    /* language=sql */
    private const string Rows =
        "select e.*, null as updated_at from public.project_events e order by (payload ->> 'position')::bigint";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Columns_keys_and_actors_redacted_late_are_so_in_every_entry_and_a_rebuild_gives_the_same_rows()
    {
        await _database.ExecuteAsync(Aggregate);
        await using var worker = Worker();
        await worker.DrainAsync();
        var before = await _database.LinesAsync(
            "select id, project_id, event_type from public.project_events order by id");

        foreach (var (table, column) in new[]
        {
            ("projects", "name"), ("lists", "name"), ("cards", "name"), ("projects", "state"),
        })
        {
            var planned = await _database.RedactAsync(table, column, isPlan: true);
            (await _database.RedactAsync(table, column)).ShouldBe(planned);
            planned.Total.ShouldBeGreaterThan(0);
        }

        await _database.RedactKeyAsync(RedactedPlace.Events, "iban");
        await _database.RedactKeyAsync(RedactedPlace.Events, "state");
        await _database.EraseActorAsync("anna@raw");

        (await _database.LinesAsync("select e.payload from public.project_events e where e::text ~ 'raw|kept'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select k from changelog.timeline_key k where k::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select id, project_id, event_type from public.project_events order by id"))
            .ShouldBe(before);
        (await _database.LinesAsync(
            """
            select event_type, stage, payload ->> 'stage', payload #>> '{new_values,name}',
                payload #>> '{previous_values,name}'
            from public.project_events
            where project_id = 1
            order by (payload ->> 'position')::bigint
            """)).ShouldBe(
            [
                "public.project.created|∅|[redacted]|[redacted]|∅", "public.list.created|∅|[redacted]|[redacted]|∅",
                "public.card.created|∅|[redacted]|[redacted]|∅", "pm.project.paid|∅|[redacted]|∅|∅",
                "public.project.updated|∅|[redacted]|[redacted]|[redacted]",
                "public.card.updated|∅|[redacted]|[redacted]|[redacted]",
                "public.card.deleted|∅|[redacted]|∅|[redacted]",
            ]);
        await ShouldBeRebuiltAsync(worker);
    }

    [Fact]
    public async Task A_root_erased_keeps_its_entries_without_a_value_and_a_rebuild_gives_the_same_rows()
    {
        await _database.ExecuteAsync(Aggregate);
        await using var worker = Worker();
        await worker.DrainAsync();
        var others = await _database.LinesAsync(
            "select e.* from public.project_events e where project_id = 2 order by id");

        var planned = await _database.EraseAsync("projects", "1", isPlan: true);
        (await _database.EraseAsync("projects", "1")).ShouldBe(planned);

        planned.Total.ShouldBe(2);
        (await _database.LinesAsync(
            """
            select payload -> 'new_values', stage, payload ->> 'stage'
            from public.project_events
            where project_id = 1 and payload ->> 'table' = 'public.projects'
            order by (payload ->> 'position')::bigint
            """)).ShouldBe(
            [
                """{"id": 1, "name": "[redacted]", "state": "[redacted]"}|∅|[redacted]""",
                """{"id": 1, "name": "[redacted]", "state": "[redacted]"}|∅|[redacted]""",
            ]);
        (await _database.LinesAsync(
            "select stage, count(*) from public.project_events where project_id = 1 group by 1 order by 1")).ShouldBe(
            ["raw open|1", "∅|6"], "the event's own stage is no value of the record");
        (await _database.LinesAsync("select e.* from public.project_events e where project_id = 2 order by id"))
            .ShouldBe(others);
        await ShouldBeRebuiltAsync(worker);
    }

    [Fact]
    public async Task A_row_on_the_way_erased_leaves_what_is_below_it_with_its_root()
    {
        await _database.ExecuteAsync(Aggregate);
        await using var worker = Worker();
        await worker.DrainAsync();
        await _database.EraseAsync("lists", "10");
        await _database.ExecuteAsync("insert into public.cards values (101, 10, 'new')");
        await worker.DrainAsync();
        var rows = await _database.LinesAsync(Rows);

        (await worker.RebuildAsync("project")).Written.ShouldBe(0);
        (await _database.LinesAsync(Rows)).ShouldBe(rows);
        (await _database.LinesAsync(
            "select event_type, payload -> 'new_values' from public.project_events where payload ->> 'record_id' in "
                + "('10', '101') order by 1"))
            .ShouldBe(
            [
                """public.card.created|{"id": 101, "name": "new", "list_id": 10}""",
                """public.list.created|{"id": 10, "name": "[redacted]", "project_id": "[redacted]"}""",
            ]);
    }

    [Fact]
    public async Task A_root_that_is_known_by_a_name_is_known_by_its_hash_where_no_foreign_key_holds_it()
    {
        await _database.ExecuteAsync(
            """
            create table public.projects (name text primary key, state text);
            create table public.lists (id integer primary key,
                project text references public.projects on delete cascade);
            insert into public.projects values ('raw', 'open'), ('other', 'open');
            insert into public.lists values (1, 'raw'), (2, 'other');
            """);
        await using var worker = new TimelineWorker(
            _database.ConnectionString,
            ("project:Root", "public.projects"), ("project:Table", "public.project_events"),
            ("project:ForeignKeys", "false"));
        await worker.DrainAsync();

        await _database.EraseAsync("projects", "raw");

        (await _database.LinesAsync("select e.* from public.project_events e where e::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select k from changelog.timeline_key k where k::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select c.attname, count(*)
            from public.project_events e
            join pg_attribute c on c.attrelid = 'public.project_events'::regclass and c.attnum = 2
            where e::text like '%' || logs.redaction_hash('raw') || '%'
            group by 1
            """)).ShouldBe(["project_id|2"]);
        var rows = await _database.LinesAsync(Rows);
        (await worker.RebuildAsync("project")).Written.ShouldBe(0);
        (await _database.LinesAsync(Rows)).ShouldBe(rows);
    }

    [Fact]
    public async Task The_mark_of_a_redaction_is_no_use_to_an_application_that_may_hide_entries()
    {
        await _database.ExecuteAsync(Aggregate);
        await using var worker = Worker();
        await worker.DrainAsync();
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant select, update on public.project_events to {role.Name}");
        await using var application = _database.DataSourceFor(role);
        await using var connection = await application.OpenConnectionAsync(TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(
            """
            begin;
            select set_config('changelog.redacting', pg_current_xact_id()::text, true);
            update public.project_events set payload = '{}';
            """))).SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
        await using var owner = await _database.OpenConnectionAsync();
        (await Should.ThrowAsync<PostgresException>(() => owner.ExecuteAsync(
            """
            begin;
            select set_config('changelog.redacting', pg_current_xact_id()::text, true);
            update public.project_events set occurred_at = now() - interval '1 day';
            """))).SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Fact]
    public async Task A_key_that_is_not_recorded_raw_leads_nowhere_and_makes_no_handler_fail()
    {
        await _database.ExecuteAsync(
            """
            insert into changelog.redaction_rule (place, name, is_default, schema_like, table_like, column_like,
                key_expression, key_hint, way)
            values (1, 'project_id', false, '%', '%', 'project\_id', '^project_id$', 'project_id', 'mask'),
                   (2, 'list_id', false, '%', '%', 'list\_id', '^list_id$', 'list_id', 'hash'),
                   (3, 'state', false, '%', '%', 'state', '^state$', 'state', 'mask');
            """);
        await _database.ExecuteAsync(
            $"""
            {Aggregate}
            set session_replication_role = replica;
            insert into public.projects values (3, 'old', 'raw open');
            insert into public.lists values (30, 3, 'old');
            reset session_replication_role;
            select lib_event.create('pm.project.paid', '{"{\"project\": 3}"}');
            """);
        await using var worker = Worker();
        await worker.DrainAsync();

        (await _database.LinesAsync(
            "select event_type, project_id, stage from public.project_events order by (payload ->> "
                + "'position')::bigint")).ShouldBe(
            [
                "public.project.created|1|∅", "public.project.created|2|∅", "pm.project.paid|1|raw open",
                "public.project.updated|1|∅", "pm.project.paid|3|∅",
            ]);
        (await _database.LinesAsync("select k from changelog.timeline_key k where k::text like '%raw%'"))
            .ShouldBeEmpty();
        (await _database.LinesAsync("select * from changelog.dead_letter")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_trigger_function_of_the_applications_own_neither_fires_for_a_redaction_nor_rewrites_an_entry()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $$"""
            grant create on schema public to {{role.Name}};
            create table public.fired (who text);
            grant insert on public.fired to {{role.Name}};
            set role {{role.Name}};
            create function public.trigger_set_timestamp() returns trigger language plpgsql as $f$
            begin
                insert into public.fired values (current_user);
                new.payload := '{"rewritten": true}';
                return new;
            end $f$;
            reset role;
            {{Aggregate}}
            """);
        await using var worker = Worker();
        await worker.DrainAsync();
        var before = await _database.ScalarAsync<long>("select count(*) from public.project_events");

        (await _database.RedactAsync("projects", "name")).Total.ShouldBeGreaterThan(0);

        (await _database.LinesAsync("select who from public.fired")).ShouldBeEmpty();
        (await _database.ScalarAsync<bool>("select tgenabled = 'O' from pg_trigger where tgname = 'set_timestamp'"))
            .ShouldBeTrue();
        (await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync(
                "update public.project_events set deleted_at = now()"))).SqlState.ShouldBe("55000");
        (await _database.LinesAsync("select count(*), bool_or(payload ? 'rewritten') from public.project_events"))
            .ShouldBe([$"{before}|f"]);
    }

    private TimelineWorker Worker() => new(
        _database.ConnectionString,
        ("project:Root", "public.projects"), ("project:Table", "public.project_events"),
        ("project:StageColumn", "state"),
        ("project:Events:0", "pm.*=project"));

    private async Task ShouldBeRebuiltAsync(TimelineWorker worker)
    {
        var rows = await _database.LinesAsync(
            Rows.Replace("e.*,", "to_jsonb(e) - 'updated_at',", StringComparison.Ordinal));
        (await worker.RebuildAsync("project")).Written.ShouldBe(0);
        await _database.ExecuteAsync(
            "set session_replication_role = replica; delete from public.project_events; "
                + "reset session_replication_role");
        (await worker.RebuildAsync("project")).Written.ShouldBe(rows.Count);
        (await _database.LinesAsync(Rows.Replace("e.*,", "to_jsonb(e) - 'updated_at',", StringComparison.Ordinal)))
            .ShouldBe(rows);
    }
}
