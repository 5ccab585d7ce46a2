using ChangeLog.Handlers.Timelines;
using ChangeLog.History;
using ChangeLog.Settings;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>Timelines of any aggregate: what belongs to a root, by whatever path, and what becomes of it.</summary>
public sealed class TimelineTests : IAsyncLifetime
{
    /* language=sql */
    private const string Aggregate =
        """
        create table public.projects (id integer primary key, name text, stage text);
        create table public.lists (
            id integer primary key, project_id integer not null references public.projects on delete cascade,
                name text);
        create table public.cards (
            list_id integer references public.lists on delete cascade, nr integer,
                title text, primary key (list_id, nr));
        create table public.notes (
            id integer generated always as identity primary key, list_id integer, nr integer, note text,
            foreign key (nr, list_id) references public.cards (nr, list_id) on update cascade on delete cascade);
        create table public.unrelated (id integer primary key);
        """;

    /* language=sql */
    private const string Lines =
        """
        select project_id, event_type, payload ->> 'record_id'
        from public.project_events
        order by (payload ->> 'position')::bigint, project_id
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Whatever_reaches_the_root_by_foreign_keys_belongs_to_it_and_a_row_that_moves_to_both()
    {
        await _database.ExecuteAsync(
            Aggregate +
            """
            insert into public.projects values (1, 'a', 'open'), (2, 'b', 'shut');
            insert into public.lists values (10, 1, 'to do');
            insert into public.cards values (10, 1, 'paint');
            insert into public.notes (list_id, nr, note) values (10, 1, 'blue');
            update public.lists set project_id = 2;
            update public.notes set note = 'red';
            insert into public.unrelated values (1);
            """);
        await using var worker = Worker("Service", "pm");
        await worker.DrainAsync();

        (await _database.LinesAsync(Lines)).ShouldBe(
            [
                "1|pm.project.created|1", "2|pm.project.created|2", "1|pm.list.created|10", "1|pm.card.created|[10, 1]",
                "1|pm.note.created|1", "1|pm.list.updated|10", "2|pm.list.updated|10", "2|pm.note.updated|1",
            ]);
        (await _database.LinesAsync(
            "select project_id, stage from public.project_events where event_type = 'pm.list.updated' order by 1"))
            .ShouldBe(["1|open", "2|shut"]);
    }

    [Fact]
    public async Task What_is_deleted_with_the_row_it_leads_through_belongs_to_the_root_that_it_led_to()
    {
        await using var worker = Worker();
        await _database.ExecuteAsync(
            Aggregate +
            """
            insert into public.projects values (1, 'a');
            insert into public.lists values (10, 1, 'to do');
            insert into public.cards values (10, 1, 'paint');
            insert into public.notes (list_id, nr, note) values (10, 1, 'blue');
            """);
        await worker.DrainAsync();
        await _database.ExecuteAsync("delete from public.lists");
        await worker.DrainAsync();

        (await _database.LinesAsync(Lines)).Skip(4).ShouldBe(
            ["1|public.list.deleted|10", "1|public.card.deleted|[10, 1]", "1|public.note.deleted|1"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Rows_older_than_the_log_lead_where_they_led_before_their_first_change()
    {
        await _database.ExecuteAsync(
            $"""
            {Aggregate}
            set session_replication_role = replica;
            insert into public.projects values (1, 'a', 'open'), (2, 'b', null);
            insert into public.lists values (10, 1, 'to do'), (20, 1, 'done'), (30, 1, 'left alone'), (40, 1, 'gone');
            insert into public.cards values (10, 1, 'paint'), (20, 1, 'sand'), (30, 1, 'wait'), (40, 1, 'x');
            reset session_replication_role;
            insert into public.notes (list_id, nr) values (10, 1), (20, 1), (30, 1), (40, 1);
            update public.lists set project_id = 2 where id = 10;
            """);
        await using var worker = Worker();
        await worker.DrainAsync();
        (await _database.LinesAsync(Lines)).ShouldBe(
            [
                "1|public.note.created|1", "1|public.note.created|2", "1|public.note.created|3",
                "1|public.note.created|4",
                "1|public.list.updated|10", "2|public.list.updated|10",
            ]);
        (await _database.LinesAsync("select distinct stage from public.project_events where project_id = 1"))
            .ShouldBe(["open"]);

        // handled and not, seen and not
        await _database.ExecuteAsync(
            """
            insert into public.notes (list_id, nr) values (10, 1), (20, 1);
            update public.lists set project_id = 2 where id = 20;
            insert into public.notes (list_id, nr) values (20, 1);
            """);
        await worker.DrainAsync();
        (await _database.LinesAsync(Lines)).Skip(6).ShouldBe(
            [
                "2|public.note.created|5", "1|public.note.created|6", "1|public.list.updated|20",
                "2|public.list.updated|20", "2|public.note.created|7"]);
    }

    [Fact]
    public async Task A_foreign_key_made_later_is_followed_and_the_tables_named_as_children_are_the_only_ones()
    {
        await _database.ExecuteAsync(Aggregate);
        await using var worker = Worker(("Children", "public.notes"), ("ForeignKeys", "false"));
        await worker.DrainAsync();
        await _database.ExecuteAsync(
            """
            insert into public.projects values (1, 'a');
            insert into public.lists values (10, 1, 'to do');
            insert into public.cards values (10, 1, 'paint');
            insert into public.notes (list_id, nr) values (10, 1);
            """);
        await worker.DrainAsync();
        (await _database.LinesAsync(Lines)).ShouldBe(["1|public.project.created|1", "1|public.note.created|1"]);

        await using var all = Worker(("ForeignKeys", "false"));
        await all.DrainAsync();
        await _database.ExecuteAsync(
            """
            create table public.files (id integer primary key, list_id integer references public.lists);
            insert into public.files values (5, 10);
            """);
        await all.DrainAsync();
        (await _database.LinesAsync(Lines)).Skip(2).ShouldBe(["1|public.file.created|5"]);
    }

    [Fact]
    public async Task An_entry_whose_root_is_gone_is_skipped_and_counted_with_foreign_keys_and_without()
    {
        await using var worker = Worker(("ForeignKeys", "true"));
        await _database.ExecuteAsync(
            Aggregate
                + "insert into public.projects values (1, 'a'), (2, 'b'); delete from public.projects where id = 2;");
        await worker.DrainAsync();
        (await _database.LinesAsync(Lines)).ShouldBe(["1|public.project.created|1"]);
        (await _database.ScalarAsync<long>("select skipped from changelog.timeline")).ShouldBe(2);

        // the key that was made is dropped, and said so
        await using var loose = Worker(("ForeignKeys", "false"));
        await loose.DrainAsync();
        loose.Warnings.ShouldBe(["Timeline project: public.project_events no longer refers to public.projects"]);
        await _database.ExecuteAsync("delete from public.projects");
        await loose.DrainAsync();
        (await _database.LinesAsync(Lines)).ShouldBe(["1|public.project.created|1"]);
        (await _database.ScalarAsync<long>("select skipped from changelog.timeline")).ShouldBe(3);
    }

    [Fact]
    public async Task A_root_that_goes_while_its_entries_are_written_makes_no_dead_letter()
    {
        await using var worker = Worker(("ForeignKeys", "true"));
        await _database.ExecuteAsync(Aggregate);
        await worker.DrainAsync();
        await _database.ExecuteAsync("insert into public.projects values (1, 'a')");
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin; delete from public.projects");

        var draining = worker.DrainAsync();
        await _database.WaitUntilAsync(
            """
            select exists (
                select
                from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and query like '%fill_timeline%')
            """);
        await connection.ExecuteAsync("commit");
        await draining;
        await worker.DrainAsync();

        (await _database.LinesAsync(Lines)).ShouldBeEmpty();
        (await _database.ScalarAsync<long>("select skipped from changelog.timeline")).ShouldBe(2);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_rebuild_gives_the_same_rows_and_leaves_other_rows_and_soft_deletes_alone()
    {
        const string All = "select e.* from public.project_events e order by e.id";
        await using var worker = Worker("Events", "pm.project.*");
        await _database.ExecuteAsync(
            Aggregate +
            """
            insert into public.projects values (1, 'a', 'open'), (2, 'b', null);
            insert into public.lists values (10, 1, 'to do');
            insert into public.cards select 10, n from generate_series(1, 30) n;
            select lib_event.create('pm.project.shared', '{"project_id": 1}', '2020-01-01');
            update public.lists set project_id = 2;
            update public.cards set title = 'x';
            """);
        await worker.DrainAsync();
        await _database.ExecuteAsync(
            """
            insert into public.project_events (project_id, event_type) values (1, 'pm.project.imported');
            update public.project_events set deleted_at = now() where event_type like '%.list.%';
            """);
        var before = await _database.LinesAsync(All);
        before.Count.ShouldBe(67);

        (await worker.RebuildAsync("project")).ShouldBe(new RebuildReport("project", 1, 66, 0, 0));
        (await _database.LinesAsync(All)).ShouldBe(before);

        await _database.ExecuteAsync(
            """
            alter table public.project_events disable trigger refuse_change;
            delete from public.project_events where event_type not like '%.list.%'
                and event_type <> 'pm.project.imported';
            alter table public.project_events enable trigger refuse_change
            """);
        (await worker.RebuildAsync("project")).Written.ShouldBe(63);
        (await _database.LinesAsync(All)).ShouldBe(before);

        await _database.ExecuteAsync("drop table public.project_events");
        (await worker.RebuildAsync("project")).Written.ShouldBe(66);
        (await _database.LinesAsync("select id from public.project_events order by id"))
            .ShouldBeSubsetOf(before.Select(row => row.Split('|')[0]));
    }

    [Fact]
    public async Task What_an_event_holds_makes_no_handler_fail()
    {
        await using var worker = Worker("Events", "pm.*=ref.project,pm.plain.*=id");
        await _database.ExecuteAsync(
            Aggregate +
            """
            insert into public.projects values (1, 'a');
            select lib_event.create('pm.x', '{"ref": {"project": " 1 "}, "stage": "odd"}');
            select lib_event.create('pm.x', '{"ref": {"project": "none"}}');
            select lib_event.create('pm.x', '{"ref": {"project": 99999999999}}');
            select lib_event.create('pm.x', '{"ref": 7}');
            select lib_event.create('pm.x', '[]');
            select lib_event.create('pm.plain.x', '{"id": "1"}');
            select lib_event.create('other.x', '{"id": "1"}');
            select lib_event.create(repeat(' ', 300) || 'pm.' || repeat('y', 300), '{"ref": {"project": 1}}');
            select lib_event.create('pm.' || repeat('y', 300), '{"ref": {"project": 1}}');
            """);
        await worker.DrainAsync();

        (await _database.LinesAsync(
            "select event_type, stage from public.project_events order by (payload ->> 'position')::bigint"))
            .ShouldBe(["public.project.created|∅", "pm.x|odd", "pm.plain.x|∅", $"pm.{new string('y', 252)}|∅"]);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_table_that_is_there_is_filled_and_no_longer_captured()
    {
        await _database.ExecuteAsync(
            Aggregate +
            """
            create type public.step as enum ('open', 'shut');
            create table public.history (
                id uuid primary key, project integer not null, who uuid, event_type varchar(255) not null,
                    stage public.step,
                occurred_at timestamptz, payload jsonb, created_at timestamptz, updated_at timestamptz,
                    deleted_at timestamptz,
                more text);
            insert into public.projects values (1, 'a', 'open'), (2, 'b', 'ajar');
            """);
        await using var worker = Worker(
            ("Table", "history"), ("RootColumn", "project"), ("ActorColumn", "who"),
            ("StageType", "step"), ("Name", "p"));
        await worker.DrainAsync();

        (await _database.LinesAsync("select project, stage, payload ->> 'stage' from public.history order by 1"))
            .ShouldBe(["1|open|open", "2|∅|ajar"]);
        (await _database.LinesAsync(
            "select tgname from pg_trigger where tgrelid = 'public.history'::regclass and not tgisinternal order by 1"))
            .ShouldBe(["refuse_change", "refuse_truncate", "set_timestamp"]);
        (await _database.ScalarAsync<string>("select reason from changelog.tables('public.history'::regclass)"))
            .ShouldBe("holds the timeline p");
    }

    [Theory]
    [InlineData(
        "Root=public.project",
        "ChangeLog:Timelines:0:Root names public.project, which does not exist. "
            + "The nearest is public.projects.")]
    [InlineData(
        "Root=public.pairs",
        "ChangeLog:Timelines:0:Root is public.pairs, which has no single-column key: "
            + "a timeline needs a unique id, or a primary key of one column.")]
    [InlineData(
        "Root=projects;StageColumn=stag",
        "ChangeLog:Timelines:0:StageColumn is stag, which is not a column of public.projects. "
            + "The nearest is stage.")]
    [InlineData(
        "Root=projects;StageType=steps",
        "ChangeLog:Timelines:0:StageType is steps, which does not exist. The nearest is public.step.")]
    [InlineData(
        "Root=plans;StageType=step",
        "ChangeLog:Timelines:0:StageType is step, which lacks the stage 'shot' that public.plans.stage may have. "
            + "The nearest is 'shut'. To add it: alter type public.step add value 'shot'")]
    [InlineData(
        "Root=projects;Children=note",
        "ChangeLog:Timelines:0:Children names public.note, which does not exist. "
            + "The nearest is public.notes.")]
    [InlineData(
        "Root=projects;Children=pairs",
        "ChangeLog:Timelines:0:Children has public.pairs, which has no foreign key to projects, "
            + "in any number of steps.")]
    [InlineData(
        "Root=projects;Table=full",
        "ChangeLog:Timelines:0: the table public.full has no column actor_user_id. "
            + "The nearest is actor_user. Set the column's name, or another Table.")]
    [InlineData(
        "Root=projects;Table=full",
        "ChangeLog:Timelines:0: public.full.project_id is of type bigint, and must be integer.")]
    [InlineData(
        "Root=projects;Table=full",
        "ChangeLog:Timelines:0: public.full.needed is required and has no default, and a timeline has no value for "
            + "it. Give it a default, or set another Table.")]
    [InlineData(
        "Root=projects;Table=nowhere.plan_events",
        "ChangeLog:Timelines:0:Table names nowhere.plan_events, but there is no schema nowhere.")]
    [InlineData(
        "Root=projects;Table=logs.plan_events",
        "ChangeLog:Timelines:0: logs.plan_events cannot be the timeline's Table: the schema logs is ChangeLog's "
            + "own, and goes with it. Set a Table in another schema.")]
    [InlineData(
        "Root=projects;RootColumn=id",
        "ChangeLog:Timelines:0:RootColumn is id, which is already another column of a timeline's table. "
            + "Give it another name.")]
    [InlineData(
        "Root=projects;ActorColumn=payload",
        "ChangeLog:Timelines:0:ActorColumn is payload, which is already another column of a timeline's table. "
            + "Give it another name.")]
    [InlineData(
        "Root=projects;ActorColumn=project_id",
        "ChangeLog:Timelines:0:RootColumn and ChangeLog:Timelines:0:ActorColumn are both project_id. "
            + "Give one of them another name.")]
    public async Task What_cannot_be_is_named_before_anything_is_changed(string settings, string problem)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            Aggregate +
            """
            create type public.step as enum ('open', 'shut');
            create type public.other_step as enum ('open', 'shot');
            create table public.pairs (a integer, b integer, primary key (a, b));
            create table public.plans (id integer primary key, stage public.other_step);
            create table public.full (
                id uuid primary key, project_id bigint, actor_user uuid, event_type varchar(255), stage text,
                    occurred_at timestamptz,
                payload jsonb, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz,
                    needed text not null);
            """);
        await using var worker = new TimelineWorker(
            database.ConnectionString,
            [.. settings.Split(';').Select(setting => setting.Split('=')).Select(pair => ($"0:{pair[0]}", pair[1]))]);

        (await Should.ThrowAsync<SettingsException>(worker.DrainAsync())).Problems.ShouldContain(problem);
        (await database.ScalarAsync<bool>("select to_regnamespace('changelog') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_of_one_name_two_in_one_table_and_a_table_that_holds_another_timeline_are_refused()
    {
        await _database.ExecuteAsync(Aggregate);
        await using var twice = new TimelineWorker(
            _database.ConnectionString, ("0:Root", "projects"), ("1:Root", "projects"), ("2:Name", "x"));
        (await Should.ThrowAsync<SettingsException>(twice.DrainAsync())).Problems.ShouldBe(
            [
                "ChangeLog:Timelines:2:Root is missing: the table whose rows each have a timeline.",
                "ChangeLog:Timelines:0 and ChangeLog:Timelines:1 are both named project. Give each its own Name.",
                "ChangeLog:Timelines:0 and ChangeLog:Timelines:1 are both stored in public.project_events. "
                    + "Give each its own Table.",
            ]);
        await using var together = new TimelineWorker(
            _database.ConnectionString, ("0:Root", "projects"), ("1:Root", "lists"),
            ("1:Table", "public.project_events"));
        (await Should.ThrowAsync<SettingsException>(together.DrainAsync())).Problems.ShouldBe(
            [
                "ChangeLog:Timelines:0 and ChangeLog:Timelines:1 are both stored in public.project_events. "
                    + "Give each its own Table."]);

        await using (var first = Worker())
        {
            await first.DrainAsync();
        }

        await using var second = Worker("Name", "other");
        (await Should.ThrowAsync<SettingsException>(second.DrainAsync())).Problems.ShouldBe(
            [
                "ChangeLog:Timelines:0: public.project_events already holds the timeline project. "
                + "Give this one another Table, "
                + "or the Name project.",
            ]);
    }

    [Fact]
    public async Task A_root_that_is_not_logged_and_children_none_of_which_is_are_warned_of()
    {
        await _database.ExecuteAsync(
            Aggregate +
            """
            insert into changelog.exclusion values
                ('public.projects', 'public', 'projects'), ('public.cards', 'public', 'cards'),
                    ('public.notes', 'public', 'notes');
            """);
        await using var worker = new TimelineWorker(
            _database.ConnectionString,
            ("0:Root", "projects"), ("1:Root", "lists"), ("2:Root", "lists"),
            ("2:Children", "notes"), ("2:Name", "noted"),
            ("2:Table", "noted"), ("3:Root", "unrelated"));
        await worker.DrainAsync();

        worker.Warnings.Where(warning => warning.Contains("captured", StringComparison.Ordinal)).ShouldBe(
            [
                "Timeline project: public.projects is not captured (excluded by public.projects): "
                    + "its changes produce no entries",
                "Timeline list: none of its children is captured: public.cards (excluded by public.cards), "
                + "public.notes (excluded by public.notes)",
                "Timeline noted: none of its children is captured: public.notes (excluded by public.notes)",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Before_a_worker_has_run_there_is_more_to_come_and_a_rebuild_holds_the_cursor()
    {
        await _database.ExecuteAsync(Aggregate + "insert into public.projects values (1, 'a')");
        await using var worker = Worker();
        await worker.DrainAsync();
        (await ReadAsync()).IsBehind.ShouldBeFalse();

        await _database.ExecuteAsync("delete from changelog.cursor where handler = 'timeline.project'");
        (await ReadAsync()).IsBehind.ShouldBeTrue();
        (await worker.RebuildAsync("project")).ShouldBe(new RebuildReport("project", 1, 1, 0, 0));

        (await _database.LinesAsync("select stream, handled from changelog.cursor where handler = 'timeline.project'"))
            .ShouldBe(["both|0"]);
        (await ReadAsync()).IsBehind.ShouldBeTrue();
    }

    [Fact]
    public async Task An_entry_that_was_deleted_softly_is_neither_shown_nor_counted()
    {
        await _database.ExecuteAsync(
            Aggregate + "insert into public.projects values (1, 'a'); update public.projects set name = 'b'");
        await using var worker = Worker();
        await worker.DrainAsync();
        (await ReadAsync()).Total.ShouldBe(2);

        await _database.ExecuteAsync(
            "update public.project_events set deleted_at = now() where event_type = 'public.project.updated'");

        var timeline = await ReadAsync();
        timeline.Total.ShouldBe(1);
        timeline.Entries.Select(entry => entry.EventType).ShouldBe(["public.project.created"]);
    }

    [Fact]
    public async Task A_name_has_the_same_singular_everywhere()
    {
        string[] names = [
            "course_designer_plans", "categories", "days", "boxes", "statuses", "addresses", "batches", "houses",
            "news", "series", "bus", "data", "s", "causes", "quizzes", "Orders", "wishes", "analysis"];
        var known = await _database.LinesAsync(
            "select changelog.singular(n) from unnest($1) with ordinality u (n, place) order by place", [names]);

        names.Select(Singular.Of).ShouldBe(known);
        known.Take(
            8).ShouldBe(["course_designer_plan", "category", "day", "box", "status", "address", "batch", "house"]);
    }

    private async Task<RootTimeline> ReadAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await new TimelineReader(connection).ReadAsync(
            "projects", "1", 10, TestContext.Current.CancellationToken);
    }

    private TimelineWorker Worker(string key, string value) => Worker((key, value));

    private TimelineWorker Worker(params (string Key, string Value)[] settings) => new(
        _database.ConnectionString,
        [("0:Root", "projects"), .. settings.Select(setting => ($"0:{setting.Key}", setting.Value))]);
}
