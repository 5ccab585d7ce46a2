using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Handlers.LinkCleanup.Links;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>The sweep: links whose target went without the handler seeing it, by the same rules.</summary>
public sealed class LinkSweepTests
{
    private static readonly KeyValuePair<string, string?>[] Often =
    [
        .. HostedWorker.ShortWaits,
        KeyValuePair.Create("ChangeLog:Links:SweepInterval", (string?)"00:00:00.100"),
    ];

    [Fact]
    public async Task It_finds_what_no_change_tells_and_leaves_the_rest()
    {
        await using var database = await CreateAsync("notes=nullify", "tasks=delete", "pings=keep");
        await database.DataSource.ReconcileAsync(Links.Settings("notes=nullify", "tasks=delete", "pings=keep") with
        {
            NonLoggedTables = ["public.students"],
        });
        await database.ExecuteAsync(
            $"""
            create table public.pings (id integer primary key, linked_table text, linked_id uuid);
            create table public.drafts (id integer primary key, linked_table text, linked_id uuid);
            insert into public.notes values (1, 'students', '{Ann}'), (2, 'students', '{Bo}'), (3, 'nowhere', '{Ann}'),
                (4, null, '{Ann}');
            insert into public.tasks values (1, 'public.students', '{Ann.ToUpperInvariant()}'), (2, 'students', '{Bo}'),
                (3, 'students', 'x');
            insert into public.pings values (1, 'students', '{Ann}');
            insert into public.drafts values (1, 'students', '{Ann}');
            delete from public.students where id = '{Ann}'
            """);
        await database.CleanAsync();
        (await database.DoneAsync()).ShouldBeEmpty();

        var planned = await database.DataSource.SweepAsync(isPlan: true);
        (await database.DoneAsync()).ShouldBeEmpty();
        (await database.RowsAsync("public.notes")).ShouldContain($"1|students|{Ann}");
        var done = await database.DataSource.SweepAsync();
        var again = await database.DataSource.SweepAsync();

        planned.Select(table =>
            $"{table.Table} {table.Policy ?? "none"} {table.Dangling} {table.Cleared} {table.Failed} "
            + $"{string.Join(';', table.Examples)} {string.Join(';', table.Unresolved)}").ShouldBe(
        [
            "platform.global_settings nullify 0 0 0  ",
            "public.drafts none 0 0 0  ",
            $"public.notes nullify 1 0 0 students {Ann} [nowhere, 1]",
            "public.pings keep 0 0 0  ",
            $"public.tasks delete 1 0 0 public.students {Ann.ToUpperInvariant()} ",
        ]);
        done.Select(table => table.Cleared).ShouldBe([0, 0, 1, 0, 1]);
        again.Select(table => table.Cleared).ShouldBe([0, 0, 0, 0, 0]);
        (await database.RowsAsync("public.notes")).ShouldBe(
            ["1|∅|∅", $"2|students|{Bo}", $"3|nowhere|{Ann}", $"4|∅|{Ann}"]);
        (await database.RowsAsync("public.tasks")).ShouldBe([$"2|students|{Bo}", "3|students|x"]);
        (await database.RowsAsync("public.pings")).ShouldBe([$"1|students|{Ann}"]);
        (await database.DoneAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task It_goes_through_a_large_table_and_its_partitions_stretch_by_stretch()
    {
        await using var database = await CreateAsync("parted=nullify");
        await database.ExecuteAsync(
            $"""
            create table public.parted (id integer, linked_table text, linked_id uuid, filler text)
                partition by range (id);
            create table public.parted_1 partition of public.parted for values from (0) to (10000);
            create table public.parted_2 partition of public.parted default;
            insert into public.parted select g, 'students', case g % 100 when 0 then gen_random_uuid() else '{Ann}' end,
                repeat('x', 200)
            from generate_series(1, 20000) g
            """);
        await database.DataSource.GrantAsync();

        var done = await database.DataSource.SweepAsync();

        done.Where(table => table.Cleared > 0).Select(table => $"{table.Table} {table.Cleared}")
            .ShouldBe(["public.parted_1 99", "public.parted_2 101"]);
        (await database.LinesAsync(
            "select count(*), count(linked_id), count(*) filter (where linked_id = $1) from public.parted",
            Guid.Parse(Ann)))
            .ShouldBe(["20000|19800|19800"]);
    }

    [Fact]
    public async Task A_stretch_takes_as_long_as_it_takes()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            """
            insert into public.notes values (1, 'students', gen_random_uuid());
            create function public.dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(1.2);
            return new; end $$;
            create trigger dawdle before update on public.notes for each row execute function public.dawdle()
            """);
        await using var impatient = NpgsqlDataSource.Create(database.ConnectionStringFor(to => to.CommandTimeout = 1));

        (await impatient.SweepAsync()).Sum(table => table.Cleared).ShouldBe(1);
    }

    [Fact]
    public async Task A_row_that_cannot_be_cleared_and_one_that_is_locked_hold_up_no_other()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            insert into public.notes select g, 'students', gen_random_uuid() from generate_series(1, 5) g;
            alter table public.notes add check (id <> 2 or linked_id is not null)
            """);
        await using var application = await database.OpenConnectionAsync();
        await application.ExecuteAsync("begin; select from public.notes where id = 3 for update");

        var done = (await database.DataSource.SweepAsync()).Single(table => table.Table == "public.notes");

        (done.Dangling, done.Cleared, done.Failed).ShouldBe((5, 3, 2));
        done.Reason.ShouldStartWith(
            "the links that public.notes holds could not be cleared (23514). A trigger "
                + "or constraint of the table refuses it");
        (await database.LinesAsync("select id from public.notes where linked_id is not null order by id")).ShouldBe(
            ["2", "3"]);
    }

    [Fact]
    public async Task Workers_at_once_sweep_once_and_again_when_the_handler_asks_or_the_interval_is_over()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            "insert into public.notes select g, 'students', gen_random_uuid() from generate_series(1, 3000) g");
        KeyValuePair<string, string?>[] hourly = [.. HostedWorker.ShortWaits];
        await using var one = await new HostedWorker(database, hourly).StartAsync(everything: true);
        await using var two = await new HostedWorker(database, hourly).StartAsync(everything: true);

        await database.WaitUntilAsync("select finished_at is not null from changelog.link_sweep");
        (await database.DoneAsync()).Count.ShouldBe(3000);
        await database.ExecuteAsync("insert into public.notes values (0, 'students', gen_random_uuid())");
        await database.ExecuteAsync("update changelog.link_sweep set requested_at = clock_timestamp()");
        await database.WaitUntilAsync("select linked_id is null from public.notes where id = 0");
        await one.StopAsync(TimeSpan.FromSeconds(10));
        await two.StopAsync(TimeSpan.FromSeconds(10));

        await using var often = await new HostedWorker(database, Often).StartAsync(everything: true);
        await database.ExecuteAsync("insert into public.notes values (-1, 'students', gen_random_uuid())");
        await database.WaitUntilAsync("select linked_id is null from public.notes where id = -1");
        (await database.DoneAsync()).Count.ShouldBe(3002);
    }

    [Fact]
    public async Task The_flag_that_stops_the_handler_stops_the_sweep_too()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            """
            insert into platform.feature_flags (key) values ('changelog.handler.link_cleanup');
            insert into public.notes values (1, 'students', gen_random_uuid())
            """);
        await using var worker = await new HostedWorker(database, Often).StartAsync(everything: true);
        await database.WaitUntilAsync("select exists (select from changelog.running_worker)");
        (await database.LinesAsync("select started_at from changelog.link_sweep")).ShouldBe(["∅"]);

        await database.ExecuteAsync("update platform.feature_flags set is_enabled = true");

        await database.WaitUntilAsync("select linked_id is null from public.notes where id = 1");
    }

    [Theory]
    [InlineData("ChangeLog:Links:Enabled")]
    [InlineData("ChangeLog:Handlers:BuiltIn")]
    public async Task Switched_off_nothing_is_cleared(string setting)
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"insert into public.notes values (1, 'students', '{Ann}'), (2, 'students', gen_random_uuid())");
        await using var worker = await new HostedWorker(
            database, [.. Often, KeyValuePair.Create(setting, (string?)"false")])
            .StartAsync(everything: true);
        await database.ExecuteAsync($"delete from public.students where id = '{Ann}'");
        await database.WaitUntilAsync("select exists (select from changelog.running_worker)");
        await worker.StopAsync(TimeSpan.FromSeconds(10));

        (await database.LinesAsync("select count(linked_id) from public.notes")).ShouldBe(["2"]);
        (await database.LinesAsync("select started_at from changelog.link_sweep")).ShouldBe(["∅"]);
        (await database.LinesAsync("select handler from changelog.cursor where handler = 'link_cleanup'"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_wrong_at_the_sweep_before_is_not_said_again_until_it_was_right_between()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync("insert into public.notes values (1, 'nowhere', gen_random_uuid())");
        await using var worker = new HostedWorker(database, HostedWorker.Defaults);
        const string warning = "Left 1 links of public.notes as they are";

        await worker.SweepLinksAsync(database);
        await worker.SweepLinksAsync(database);
        worker.Said.Count(line => line.StartsWith(warning, StringComparison.Ordinal)).ShouldBe(1);

        await database.ExecuteAsync("update public.notes set linked_table = 'students', linked_id = '" + Ann + "'");
        await worker.SweepLinksAsync(database);
        await database.ExecuteAsync("update public.notes set linked_table = 'nowhere'");
        await worker.SweepLinksAsync(database);
        worker.Said.Count(line => line.StartsWith(warning, StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Readers_of_tables_that_keep_their_links_see_which_are_gone()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync(
            $$"""
            select lib_event.create('a.b.done', headers => '{"linked_table": "students", "linked_id": "{{Ann}}"}');
            select lib_event.create('a.b.done', headers => '{"linked_table": "students", "linked_id": "{{Bo}}"}');
            select lib_event.create('a.b.done', headers => '{"linked_table": "nowhere", "linked_id": "{{Bo}}"}');
            select lib_event.create('a.b.done');
            insert into platform.audit_logs (action, resource, linked_table, linked_id)
                values ('export', 'x', 'public.students', '{{Ann}}')
            """);
        await database.DeriveAsync();
        await database.ExecuteAsync($"delete from public.students where id = '{Ann}'");
        await database.CleanAsync();
        await database.DataSource.SweepAsync();

        (await database.LinesAsync(
            "select linked_table, linked_id, platform.link_gone(linked_table, linked_id) from platform.activity_logs "
            + "where event_type = 'a.b.done' order by 1, 2"))
            .ShouldBe([$"nowhere|{Bo}|∅", $"students|{Ann}|t", $"students|{Bo}|f", "∅|∅|∅"]);
        (await database.LinesAsync(
            "select linked_id, platform.link_gone(linked_table, linked_id) from platform.audit_logs "
                + "where resource = 'x'"))
            .ShouldBe([$"{Ann}|t"]);
    }
}
