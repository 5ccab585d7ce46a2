using ChangeLog.Dispatching;
using ChangeLog.Status;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>A timeline whose tables, columns and foreign keys change while it is filled.</summary>
public sealed class TimelineDriftTests : IAsyncLifetime
{
    /* language=sql */
    private const string Aggregate =
        """
        create table public.projects (id integer primary key, stage text);
        create table public.items (
            id integer generated always as identity primary key, project_id integer references public.projects,
                n integer);
        create table public.unrelated (id integer primary key);
        insert into public.projects values (1, 'open');
        """;

    /* language=sql */
    private const string Lines =
        """
        select event_type, stage, payload ->> 'stage'
        from public.project_events
        order by (payload ->> 'position')::bigint
        """;

    private TestDatabase _database = null!;
    private TimelineWorker _worker = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(Aggregate);
        _worker = new TimelineWorker(_database.ConnectionString, ("0:Root", "projects"), ("0:Service", "pm"));
        await _worker.DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_foreign_keys_are_followed_once_and_again_only_after_they_have_changed()
    {
        const string IsFollowed =
            "select graph = changelog.foreign_key_state() from changelog.timeline where name = 'project'";
        const string Versions = "select xmin, ctid from changelog.timeline_table order by id";
        (await _database.ScalarAsync<bool>(IsFollowed)).ShouldBeTrue();
        var before = await _database.LinesAsync(Versions);
        before.Count.ShouldBe(2);

        await _database.ExecuteAsync(
            """
            insert into public.items (project_id) values (1);
            create table public.elsewhere (id integer primary key, at_unrelated integer);
            """);
        await _worker.DrainAsync();
        (await _database.LinesAsync(Versions)).ShouldBe(before);

        string[] changes =
        [
            "alter table public.items rename column n to m; alter table public.items rename column project_id to "
                + "root_id",
            "alter table public.items rename to parts",
            "create schema other; alter table public.parts set schema other",
            "alter table public.projects add unique (stage)",
            "alter table public.projects rename column id to key",
            "alter table public.elsewhere add foreign key (at_unrelated) references public.unrelated",
            "drop table other.parts",
            "insert into changelog.timeline (name, root_schema, root_table, root_key, table_schema, table_name, "
                + "root_column, actor_column, "
                + "stage_type, foreign_keys) values ('x', 'public', 'x', 'id', 'public', 'x_events', 'x_id', 'who', "
                + "'text', false)",
        ];
        foreach (var change in changes)
        {
            await _database.ExecuteAsync(change);
            (await _database.ScalarAsync<bool>(IsFollowed)).ShouldBeFalse(change);
            await _database.ExecuteAsync("update changelog.timeline set graph = changelog.foreign_key_state()");
        }
    }

    [Fact]
    public async Task A_column_of_a_foreign_key_that_was_renamed_leads_to_the_root_by_its_new_name()
    {
        await _database.ExecuteAsync(
            """
            alter table public.items rename column project_id to pid;
            insert into public.items (pid, n) values (1, 1);
            """);
        await _worker.DrainAsync();

        (await _database.LinesAsync(Lines)).ShouldBe(["pm.project.created|open|open", "pm.item.created|open|open"]);
    }

    [Fact]
    public async Task A_root_table_that_is_not_there_holds_the_timeline_up_until_it_is_and_makes_no_dead_letter()
    {
        const string Problem = "the timeline project: its root table public.projects is missing";
        await _database.ExecuteAsync(
            "alter table public.projects rename to plans; insert into public.unrelated values (1); "
                + "insert into public.plans values (2)");

        (await Should.ThrowAsync<HandlerDownException>(_worker.DrainAsync())).Message.ShouldContain(Problem);
        var refused = await Should.ThrowAsync<PostgresException>(_worker.RebuildAsync("project"));
        (refused.SqlState, refused.MessageText).ShouldBe(("42P01", Problem));
        refused.Hint.ShouldNotBeNull();
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
        (await StatusAsync()).Warnings.ShouldContain(
            "The timeline project is blocked: its root table public.projects does not exist. "
            + "Rename it back, or name it in ChangeLog:Timelines and start the worker again.");

        await _database.ExecuteAsync("alter table public.plans rename to projects");
        await _worker.DrainAsync();
        (await _database.LinesAsync(Lines)).ShouldBe(["pm.project.created|open|open", "pm.plan.created|∅|∅"]);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
        (await StatusAsync()).Warnings.ShouldNotContain(
            warning => warning.Contains("timeline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_root_table_that_was_moved_to_another_schema_is_not_there_either()
    {
        await _database.ExecuteAsync("create schema archive; alter table public.projects set schema archive");

        (await StatusAsync()).Warnings.ShouldContain(
            "The timeline project is blocked: its root table public.projects does not exist. "
            + "Rename it back, or name it in ChangeLog:Timelines and start the worker again.");
    }

    [Fact]
    public async Task A_stage_whose_column_was_renamed_is_not_known_until_it_is_back_and_that_is_said()
    {
        await _database.ExecuteAsync(
            """
            alter table public.projects rename column stage to phase;
            update public.projects set phase = 'shut';
            insert into public.items (project_id) values (1);
            """);
        await _worker.DrainAsync();
        (await _database.LinesAsync(Lines)).ShouldBe(
            ["pm.project.created|open|open", "pm.project.updated|∅|∅", "pm.item.created|∅|∅"]);
        (await StatusAsync()).Warnings.ShouldContain(
            "The timeline project no longer finds its roots' stage or key: public.projects has no column stage. "
            + "Rename it back, or name it in ChangeLog:Timelines and start the worker again.");

        await _database.ExecuteAsync(
            """
            update public.projects set phase = 'ajar';
            alter table public.projects rename column phase to stage;
            update public.projects set stage = 'done';
            insert into public.items (project_id) values (1);
            """);
        await _worker.DrainAsync();
        (await _database.LinesAsync(Lines)).Skip(3).ShouldBe(
            ["pm.project.updated|∅|∅", "pm.project.updated|done|done", "pm.item.created|done|done"]);
    }

    [Fact]
    public async Task A_stage_that_is_back_is_known_from_the_roots_next_change_on_whatever_that_changes()
    {
        await _database.ExecuteAsync(
            """
            alter table public.projects add column name text;
            alter table public.projects rename column stage to phase;
            update public.projects set name = 'a';
            alter table public.projects rename column phase to stage;
            update public.projects set name = 'b';
            insert into public.items (project_id) values (1);
            """);
        await _worker.DrainAsync();

        (await _database.LinesAsync(Lines)).ShouldBe(
            [
                "pm.project.created|open|open", "pm.project.updated|∅|∅", "pm.project.updated|open|open",
                "pm.item.created|open|open"]);
    }

    private async Task<DatabaseStatus> StatusAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await new StatusReader(connection).ReadAsync(TestContext.Current.CancellationToken);
    }
}
