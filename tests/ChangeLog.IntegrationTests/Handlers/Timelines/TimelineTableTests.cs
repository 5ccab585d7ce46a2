using ChangeLog.Handlers.Timelines;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Settings;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>Making a timeline's table: what it must not block, and what the application's own must have.</summary>
public sealed class TimelineTableTests : IAsyncLifetime
{
    /* language=sql */
    private const string Own =
        """
        create table public.history (
            id uuid primary key, project_id integer not null, actor_user_id uuid, event_type varchar(255) not null,
                stage text,
            occurred_at timestamptz, payload jsonb, created_at timestamptz, updated_at timestamptz,
                deleted_at timestamptz);
        """;

    /* language=sql */
    private const string ForeignKeys =
        """
        select conname, convalidated
        from pg_constraint
        where conrelid = to_regclass($1) and contype = 'f'
        order by conname
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.projects (id integer primary key, n integer);
            insert into public.projects values (1), (2);
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_writer_of_the_root_is_not_held_up_behind_one_that_the_foreign_key_waits_for()
    {
        await using var first = await _database.OpenConnectionAsync();
        await first.ExecuteAsync("begin; update public.projects set n = 1 where id = 1");
        await using var worker = Worker();
        var preparing = worker.DrainAsync();
        await _database.WaitUntilAsync(
            """
            select exists (
                select
                from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and query like '%timeline%')
            """);

        await _database.ExecuteAsync("set statement_timeout = '20s'; update public.projects set n = 1 where id = 2");

        await first.ExecuteAsync("commit");
        await preparing;
        (await _database.LinesAsync(ForeignKeys, "public.project_events")).ShouldBe(
            ["project_events_project_id_fkey|t"]);
    }

    [Fact]
    public async Task A_root_that_stays_locked_is_said_and_what_to_do()
    {
        await using var first = await _database.OpenConnectionAsync();
        await _database.ExecuteAsync("alter function changelog.link_timeline set lock_timeout = '10ms'");
        await first.ExecuteAsync("begin; lock table public.projects in share mode");
        await using var worker = Worker();

        (await Should.ThrowAsync<RefusedException>(worker.DrainAsync())).Message.ShouldBe(
            "Another session holds a lock that the timeline project needs: canceling statement due to lock timeout. "
            + "Find it in pg_stat_activity, then retry.");

        await first.ExecuteAsync("rollback");
        await worker.DrainAsync();
        (await _database.LinesAsync(ForeignKeys, "public.project_events")).ShouldBe(
            ["project_events_project_id_fkey|t"]);
    }

    [Fact]
    public async Task The_foreign_key_of_a_table_that_has_rows_is_validated_apart_and_one_that_cannot_be_is_warned_of()
    {
        await _database.ExecuteAsync(
            Own
                + "insert into public.history (id, project_id, event_type) values (gen_random_uuid(), 1, 'a'), "
                + "(gen_random_uuid(), 9, 'b')");
        await using (var worker = Worker(("Table", "history")))
        {
            await worker.DrainAsync();
            worker.Warnings.ShouldContain(
                "Timeline project: the foreign key history_project_id_fkey of public.history applies "
                + "only to new rows, because existing ones refer to missing rows of public.projects. Add those, or "
                + "delete such rows with the trigger refuse_change disabled, and run: alter table public.history "
                + "validate constraint history_project_id_fkey. ForeignKeys: false drops it");
            (await _database.LinesAsync(ForeignKeys, "public.history")).ShouldBe(["history_project_id_fkey|f"]);
            (await _database.ScalarAsync<long>("select count(*) from public.history")).ShouldBe(4);
        }

        await _database.ExecuteAsync("insert into public.projects values (9)");
        await using var again = Worker(("Table", "history"));
        await again.DrainAsync();
        (await _database.LinesAsync(ForeignKeys, "public.history")).ShouldBe(["history_project_id_fkey|t"]);
        again.Warnings.ShouldNotContain(warning => warning.Contains("holds only", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("actor_user_id")]
    [InlineData("stage")]
    [InlineData("deleted_at")]
    public async Task A_column_for_which_an_entry_may_have_nothing_must_be_nullable(string column)
    {
        await _database.ExecuteAsync(Own + $"alter table public.history alter column {column} set not null");
        await using var worker = Worker(("Table", "history"));

        (await Should.ThrowAsync<SettingsException>(worker.DrainAsync())).Problems.ShouldBe(
            [
                $"ChangeLog:Timelines:0: public.history.{column} must be nullable: "
                + $"alter table public.history alter column {column} drop not null",
            ]);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a. .b")]
    public async Task A_path_in_the_payload_has_no_empty_step(string path)
    {
        await using var worker = Worker(("Events", $"pm.*={path}"));

        (await Should.ThrowAsync<SettingsException>(worker.DrainAsync())).Problems.ShouldBe(
            [
                $"ChangeLog:Timelines:0:Events has pm.*={path}, whose path to the root's key has an empty segment. "
                + "Write it as in courses.plan.*=plan.id.",
            ]);
    }

    [Fact]
    public async Task Rights_are_asked_for_on_the_users_that_can_be_referred_to_and_a_roles_name_is_quoted_once()
    {
        var login = await _database.CreateRoleAsync();
        var owner = $"{login.Name}-owner";
        await _database.ExecuteAsync(
            $"""
            create schema auth;
            create table auth.users (id uuid);
            create table public.users (id uuid primary key);
            {Own}
            create role "{owner}";
            alter table public.history owner to "{owner}";
            -- PostgreSQL 15 is the first that grants it to nobody
            revoke create on schema public from public;
            -- as changelog_worker may
            grant execute on function changelog.has_user_ids to {login.Name};
            """);
        try
        {
            await using var dataSource = NpgsqlDataSource.Create(_database.ConnectionStringFor(
                builder => (builder.Username, builder.Password) = (login.Name, login.Password)));
            await using var connection = await dataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
            var timeline = new Timeline(
                "project", "public", "projects", "id", "public", "history", "project_id", "actor_user_id", null,
                null, "text", null, [], true);

            var refused = await Should.ThrowAsync<RefusedException>(
                new TimelineRights(Installs.WithUsers("users")).RequireAsync(
                    connection, [timeline], TestContext.Current.CancellationToken));

            refused.Message.Split(": ")[1].Split("; ").ShouldBe(
                [
                    $"grant create on schema public to {login.Name}",
                    $"grant references (id) on public.projects to {login.Name}",
                    $"grant references (id) on public.users to {login.Name}",
                    $"grant \"{owner}\" to {login.Name}",
                    $"grant select (id) on public.projects to {login.Name}",
                    $"grant insert, select on public.history to {login.Name};",
                ]);
        }
        finally
        {
            await _database.ExecuteAsync($"drop owned by \"{owner}\"; drop role \"{owner}\"");
        }
    }

    private TimelineWorker Worker(params (string Key, string Value)[] settings) => new(
        _database.ConnectionString,
        [("0:Root", "projects"), ("0:ForeignKeys", "true"), .. settings.Select(
            setting => ($"0:{setting.Key}", setting.Value))]);
}
