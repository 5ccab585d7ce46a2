using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.LinkCleanup;
using Npgsql;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Handlers.LinkCleanup.Links;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>The policies of links: which are in force, what they take, and what is wrong with them.</summary>
public sealed class LinkSettingsTests
{
    [Fact]
    public async Task Policies_are_put_in_force_with_an_event_and_the_more_specific_holds()
    {
        await using var database = await CreateAsync();
        (await PoliciesAsync(database)).ShouldBe(
            ["platform.global_settings nullify", "public.notes -", "public.tasks -"]);

        var first = await database.DataSource.ReconcileAsync(
            Links.Settings("public.*=nullify", "notes=delete", "platform.global_settings=keep"));
        var same = await database.DataSource.ReconcileAsync(
            Links.Settings("notes=delete", "public.*=nullify", "platform.global_settings=keep"));
        (await PoliciesAsync(database)).ShouldBe(
            ["platform.global_settings keep", "public.notes delete", "public.tasks nullify"]);
        var stored = await database.DataSource.ReconcileAsync(Installs.Defaults);
        (await PoliciesAsync(database)).ShouldBe(
            ["platform.global_settings keep", "public.notes delete", "public.tasks nullify"]);
        await database.DataSource.ReconcileAsync(Links.Settings());

        first.SettingChanges.ShouldBe(
        [
            "Dangling links from now on: platform.global_settings (keep)",
            "Dangling links from now on: public.notes (delete)",
            "Dangling links from now on: public.* (nullify)",
            "Links of public.notes: grant select (ctid, linked_table, linked_id), update (linked_table, linked_id), "
                + "delete on public.notes to changelog_links",
            "Links of public.tasks: grant select (ctid, linked_table, linked_id), update (linked_table, "
                + "linked_id) on public.tasks to changelog_links",
        ]);
        same.SettingChanges.ShouldBeEmpty();
        stored.SettingChanges.ShouldBeEmpty();
        (await PoliciesAsync(database)).ShouldBe(
            ["platform.global_settings nullify", "public.notes -", "public.tasks -"]);
        (await database.ScalarAsync<long>(
            "select count(*) from lib_event.event where event_type = 'changelog.link_policies.changed'"))
            .ShouldBe(2);
    }

    [Fact]
    public async Task A_row_that_an_exact_name_keeps_is_kept_whatever_a_wildcard_says()
    {
        await using var database = await CreateAsync("public.*=delete", "public.notes=keep");
        await database.ExecuteAsync(
            $"""
            insert into public.notes values (1, 'students', '{Ann}');
            insert into public.tasks values (1, 'students', '{Ann}');
            delete from public.students where id = '{Ann}'
            """);

        await database.CleanAsync();

        (await database.RowsAsync("public.notes")).ShouldBe([$"1|students|{Ann}"]);
        (await database.RowsAsync("public.tasks")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pattern_that_matches_no_table_with_links_is_a_warning()
    {
        await using var database = await CreateAsync();

        (await database.DataSource.ReconcileAsync(
            Links.Settings(
                "public.nots*=nullify", "public.note*=keep", "platform.activity_logs=keep"))).Warnings.ShouldBe(
            ["ChangeLog:Links:Policies: public.nots* matches no table with links. The nearest is public.notes."]);
    }

    [Fact]
    public async Task What_a_plan_would_grant_is_shown_and_a_column_that_may_not_be_null_is_said()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync("alter table public.notes alter linked_id set not null");

        var plan = await database.DataSource.PlanReconcileAsync(Links.Settings("notes=nullify"));

        plan.SettingChanges.ShouldBe(
        [
            "Dangling links from now on: public.notes (nullify)",
            "Links of public.notes: grant select (ctid, linked_table, linked_id), update (linked_table, "
                + "linked_id) on public.notes to changelog_links",
        ]);
        plan.Warnings.ShouldBe(
        [
            "Links of public.notes cannot be nulled, because linked_id is NOT NULL: set its policy to delete "
                + "or keep (ChangeLog:Links:Policies).",
        ]);
        (await PoliciesAsync(database)).ShouldContain("public.notes -");
        (await database.LinesAsync(
            "select has_column_privilege('changelog_links', 'public.notes', 'linked_id', 'update')")).ShouldBe(["f"]);
    }

    [Fact]
    public async Task Rights_are_granted_once_however_many_do_it_at_once()
    {
        await using var database = await CreateAsync("public.*=nullify");
        for (var i = 0; i < 20; i++)
        {
            await database.ExecuteAsync($"create table public.t{i} (id integer, linked_table text, linked_id uuid)");
        }

        var granted = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var connection = await database.OpenConnectionAsync();
            return (await LinkStore.GrantAsync(connection, TestContext.Current.CancellationToken)).Done.Count;
        }));

        granted.Order().ShouldBe([0, 0, 0, 0, 0, 20]);
    }

    [Fact]
    public async Task A_name_that_is_written_like_statements_is_a_name()
    {
        await using var database = await CreateAsync("*.*=delete");
        await database.ExecuteAsync(
            """
            create schema "s; create table public.forged_schema (id int); --";
            create table "s; create table public.forged_schema (id int); --"."t; create table public.forged (id int);
            --" (
                id integer, linked_table text, linked_id integer);
            insert into "s; create table public.forged_schema (id int); --"."t; create table public.forged (id int);
            --" values
                (1, 's; create table public.forged_schema (id int); --.t; create table public.forged (id int); --', 2)
            """);

        await database.DataSource.GrantAsync();
        var swept = await database.DataSource.SweepAsync();

        (await database.LinesAsync("select relname from pg_class where relname like 'forged%'")).ShouldBeEmpty();
        swept.Sum(table => table.Failed).ShouldBe(0);
    }

    [Fact]
    public async Task The_settings_may_be_deleted_with_their_record()
    {
        await using var database = await CreateAsync("platform.global_settings=delete");
        await database.ExecuteAsync(
            "insert into platform.global_settings (key, value, linked_table, linked_id) values ('a', '1', 'students', "
                + $"'{Ann}'), ('b', '2', 'students', '{Bo}')");
        await database.ExecuteAsync($"delete from public.students where id = '{Ann}'");

        await database.CleanAsync();

        (await database.LinesAsync("select key from platform.global_settings")).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Without_a_login_only_the_settings_are_cleaned_and_what_to_run_is_said()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            insert into public.notes values (1, 'students', '{Ann}');
            insert into platform.global_settings (key, value, linked_table, linked_id) values
                ('a', '1', 'students', '{Ann}'), ('b', '2', 'students', '{Bo}');
            delete from public.students where id = '{Ann}'
            """);
        var nobody = new LinkLogin(null);
        await using (var worker = database.DataSource.Cleaner(new LinkCleanupHandler(nobody)))
        {
            await worker.RegisterAsync();
            await worker.DrainAsync();
        }

        (await database.LinesAsync("select key from platform.global_settings where linked_id is null")).ShouldBe(["a"]);
        await database.ExecuteAsync("alter table public.students disable trigger all; delete from public.students");
        var swept = await database.DataSource.SweepAsync(login: nobody);

        swept.Select(table => $"{table.Table} {table.Cleared} {table.Failed} {table.Reason}")
            .ShouldBe(["platform.global_settings 1 0 ", "public.notes 0 0 ", "public.tasks 0 0 "]);
        (await database.RowsAsync("public.notes")).ShouldBe([$"1|students|{Ann}"]);
        await using var connection = await database.OpenConnectionAsync();
        (await nobody.WarningAsync(connection, TestContext.Current.CancellationToken)).ShouldBe(
            "Links of public.notes are not cleared: triggers of the application would run with the worker's rights. "
            + "Let a DBA run: "
            + "create role changelog_cleaner login password '...' in role changelog_links; "
            + "and set ConnectionStrings__ChangeLogLinks to "
            + "that login (docs/configuration.md).");
        (await database.DataSource.Login().WarningAsync(connection, TestContext.Current.CancellationToken))
            .ShouldBeNull();

        await database.DataSource.SweepAsync();
        (await database.RowsAsync("public.notes")).ShouldBe(["1|∅|∅"]);
    }

    [Theory]
    [InlineData("superuser", "is superuser")]
    [InlineData("createrole", "may create roles")]
    [InlineData("createdb", "may create databases")]
    [InlineData("replication", "may replicate")]
    [InlineData("in role changelog_capture", "changelog_capture is a role that it acts as")]
    [InlineData("in role pg_execute_server_program", "pg_execute_server_program is a role that it acts as")]
    [InlineData("in role pg_read_all_stats noinherit", "lacks the rights of changelog_links")]
    public async Task A_login_that_may_do_more_than_clear_links_is_refused(string attributes, string said)
    {
        await using var database = await CreateAsync("notes=nullify");
        var role = await database.CreateRoleAsync(attributes);
        await database.ExecuteAsync($"grant changelog_links to {role.Name}");
        await database.ExecuteAsync(
            $"insert into public.notes values (1, 'students', '{Ann}'); delete from public.students "
                + $"where id = '{Ann}'");
        var login = new LinkLogin(database.DataSourceFor(role));
        await using (var worker = database.DataSource.Cleaner(new LinkCleanupHandler(login)))
        {
            await worker.RegisterAsync();
            await worker.DrainAsync();
        }

        (await database.DataSource.SweepAsync(login: login)).Sum(table => table.Cleared + table.Failed).ShouldBe(0);
        await using var connection = await database.OpenConnectionAsync();
        (await login.WarningAsync(connection, TestContext.Current.CancellationToken))!.ShouldContain(said);
        (await database.RowsAsync("public.notes")).ShouldBe([$"1|students|{Ann}"]);

        // and not even by hand
        await using var session = await database.DataSourceFor(
            role).OpenConnectionAsync(TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<PostgresException>(() => session.ExecuteAsync(
            "select changelog.clear_links('public.notes'::regclass, '{\"(0,1)\"}', true)"))).SqlState.ShouldBe("42501");
    }

    [Fact]
    public async Task A_login_that_owns_something_is_refused()
    {
        await using var database = await CreateAsync("notes=nullify");
        var role = await database.CreateRoleAsync("in role changelog_links");
        await database.ExecuteAsync($"create schema its_own authorization {role.Name}");
        await using var connection = await database.OpenConnectionAsync();

        (await new LinkLogin(
            database.DataSourceFor(role)).WarningAsync(connection, TestContext.Current.CancellationToken))!
            .ShouldContain($"{role.Name} owns objects");
    }

    [Fact]
    public async Task A_login_of_another_database_is_refused()
    {
        await using var database = await CreateAsync("notes=nullify");
        await using var other = await CreateAsync("notes=nullify");
        await using var connection = await database.OpenConnectionAsync();

        (await other.DataSource.Login().WarningAsync(connection, TestContext.Current.CancellationToken))
            .ShouldBe(
                "Links of public.notes are not cleared: ConnectionStrings:ChangeLogLinks is for another database.");
    }

    [Theory]
    [InlineData("note=nullify", "there is no table public.note. The nearest is public.notes.")]
    [InlineData("part=nullify", "public.part is a partition: name its root public.parted instead.")]
    [InlineData(
        "students=nullify",
        "public.students has neither linked_table, a text, nor linked_id, and so no links.")]
    [InlineData("half=nullify", "public.half has no column linked_id, and so no links.")]
    [InlineData(
        "numbered=nullify",
        "public.numbered has no column linked_table that is a text, and so no links.")]
    [InlineData(
        "platform.activity_logs=delete",
        "platform.activity_logs is append-only and keeps its links; platform.link_gone says which of them are "
            + "dangling.")]
    [InlineData(
        "platform.audit_logs=nullify",
        "platform.audit_logs is append-only and keeps its links; platform.link_gone says which of them are dangling.")]
    public async Task A_policy_of_what_has_no_links_is_refused_before_anything_is_changed(string policy, string said)
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.half (linked_table text);
            create table public.numbered (linked_table int, linked_id int);
            create table public.parted (linked_table text, linked_id int) partition by list (linked_id);
            create table public.part partition of public.parted default
            """);
        var reconciler = new TriggerReconciler(database.DataSource, TimeProvider.System);

        var refused = await Installs.RefusalAsync(
            () => reconciler.RequireAsync(Links.Settings(policy), TestContext.Current.CancellationToken), 2);
        await Installs.RefusalAsync(() => database.DataSource.InstallAsync(Links.Settings(policy)), 2);

        refused.Message.ShouldBe($"ChangeLog:Links:Policies: {said}");
        (await database.ScalarAsync<long>("select count(*) from changelog.link_policy")).ShouldBe(1);
    }

    [Theory]
    [InlineData("notes", "'notes' is not table=policy. Write it, such as public.notes=nullify.")]
    [InlineData("notes=nulify", "'nulify' of 'notes=nulify' is not a policy; the nearest is nullify.")]
    [InlineData("a.b.c=keep", "'a.b.c' is malformed: a table is schema.table; a name with a dot must be double-quoted. "
        + "Write schema.table, schema.* or table, separated by commas.")]
    public async Task A_policy_that_cannot_be_read_is_refused(string policy, string said) =>
        (await Installs.RefusalAsync(() => Task.FromResult(Links.Settings(policy)), 2)).Message.ShouldBe(
            $"ChangeLog:Links:Policies: {said}");

    private static Task<IReadOnlyList<string>> PoliciesAsync(TestDatabase database) => database.LinesAsync(
        "select table_schema || '.' || table_name || ' ' || coalesce(policy, '-') from changelog.link_tables() "
            + "order by 1");
}
