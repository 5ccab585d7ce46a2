using ChangeLog.Dispatching;
using ChangeLog.Handlers;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Handlers.LinkCleanup.Links;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>The handler link_cleanup: what becomes of links when the record that they lead to is deleted.</summary>
public sealed class LinkCleanupTests
{
    private const string Reason = "the linked record is gone";

    [Fact]
    public async Task What_becomes_of_a_link_is_the_policy_of_its_table()
    {
        await using var database = await CreateAsync("notes=nullify", "public.tasks=delete", "pings=keep");
        await database.ExecuteAsync(
            $"""
            create table public.pings (id integer primary key, linked_table text, linked_id uuid);
            create table public.drafts (id integer primary key, linked_table text, linked_id uuid);
            insert into public.notes values (1, 'students', '{Ann}'), (2, 'public.students', '{Ann}'),
                (3, 'students', '{Bo}');
            insert into public.tasks values (1, 'students', '{Ann}'), (2, 'public.students', '{Ann}'),
                (3, 'students', '{Bo}');
            insert into public.pings values (1, 'students', '{Ann}');
            insert into public.drafts values (1, 'students', '{Ann}');
            insert into platform.global_settings (key, value, linked_table, linked_id) values
                ('a', '1', 'students', '{Ann}'), ('b', '2', 'students', '{Bo}');
            delete from public.students where id = '{Ann}'
            """);

        await database.CleanAsync();

        (await database.RowsAsync("public.notes")).ShouldBe(["1|∅|∅", "2|∅|∅", $"3|students|{Bo}"]);
        (await database.RowsAsync("public.tasks")).ShouldBe([$"3|students|{Bo}"]);
        (await database.RowsAsync("public.pings")).ShouldBe([$"1|students|{Ann}"]);
        (await database.RowsAsync("public.drafts")).ShouldBe([$"1|students|{Ann}"]);
        (await database.LinesAsync(
            "select key, value, linked_table, linked_id from platform.global_settings order by key"))
            .ShouldBe(["a|1|∅|∅", $"b|2|students|{Bo}"]);
        (await database.DoneAsync()).Order().ShouldBe(
        [
            $"global_settings|U|{await SettingAsync(database)}|students|{Reason}",
            $"notes|U|1|students|{Reason}", $"notes|U|2|public.students|{Reason}",
            $"tasks|D|1|∅|{Reason}", $"tasks|D|2|∅|{Reason}",
        ]);
    }

    [Fact]
    public async Task A_soft_delete_and_a_record_that_is_there_again_keep_their_links()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            insert into public.notes values (1, 'students', '{Ann}'), (2, 'students', '{Bo}');
            update public.students set deleted_at = now() where id = '{Ann}';
            delete from public.students where id = '{Bo}';
            insert into public.students values ('{Bo}')
            """);

        await database.CleanAsync();

        (await database.RowsAsync("public.notes")).ShouldBe([$"1|students|{Ann}", $"2|students|{Bo}"]);
        (await database.DoneAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_that_is_emptied_takes_all_links_to_it_along()
    {
        await using var database = await CreateAsync("notes=nullify", "tasks=delete");
        await database.ExecuteAsync(
            $"""
            insert into public.notes values (1, 'students', '{Ann}'), (2, 'public.students', '{Bo}'),
                (3, 'tasks', null);
            insert into public.tasks values (1, 'students', '{Bo}');
            truncate public.students;
            insert into public.students values ('{Bo}')
            """);

        await database.CleanAsync();

        (await database.RowsAsync("public.notes")).ShouldBe(["1|∅|∅", $"2|public.students|{Bo}", "3|tasks|∅"]);
        (await database.RowsAsync("public.tasks")).ShouldBe([$"1|students|{Bo}"]);
    }

    [Fact]
    public async Task What_is_too_much_for_one_transaction_is_left_to_the_sweep()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            insert into public.notes select g, 'students', '{Ann}' from generate_series(1, 10500) g;
            delete from public.students where id = '{Ann}'
            """);

        await database.CleanAsync();

        (await database.ScalarAsync<bool>("select requested_at is not null from changelog.link_sweep")).ShouldBeTrue();
        await database.DataSource.SweepAsync();
        (await database.ScalarAsync<long>("select count(linked_id) from public.notes")).ShouldBe(0);
        (await database.DoneAsync()).Count.ShouldBe(10_500);
    }

    [Fact]
    public async Task A_deleted_row_may_be_a_target_itself_and_the_chain_ends()
    {
        await using var database = await CreateAsync("notes=delete", "tasks=delete");
        await database.ExecuteAsync(
            $"""
            alter table public.tasks add unique (linked_table, linked_id);
            insert into public.notes values (1, 'students', '{Ann}'), (2, 'students', '{Bo}');
            insert into public.tasks values (1, 'notes', '1'), (2, 'tasks', '1'), (3, 'tasks', '2'), (4, 'tasks', '4'),
                (5, 'notes', '2');
            delete from public.students where id = '{Ann}'
            """);

        await database.CleanAsync();
        var done = await database.DoneAsync();
        await database.CleanAsync();

        (await database.RowsAsync("public.notes")).ShouldBe([$"2|students|{Bo}"]);
        (await database.RowsAsync("public.tasks")).ShouldBe(["4|tasks|4", "5|notes|2"]);
        done.ShouldBe(
        [
            $"notes|D|1|∅|{Reason}", $"tasks|D|1|∅|{Reason}", $"tasks|D|2|∅|{Reason}", $"tasks|D|3|∅|{Reason}",
        ]);
        (await database.DoneAsync()).ShouldBe(done);
    }

    [Fact]
    public async Task The_index_on_the_link_is_used_for_both_spellings()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            insert into public.notes
            select g, case g % 2 when 0 then 'students' else 'public.students' end, gen_random_uuid()
                from generate_series(1, 20000) g;
            insert into public.notes values (0, 'students', '{Ann}');
            """);
        await database.ExecuteAsync("analyze public.notes");
        await using var cleaner = database.DataSource.AsCleaner();
        await using var connection = await cleaner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        // what the session did before may not have been counted yet
        const string scans = "select coalesce(sum(seq_scan), 0) from pg_stat_xact_user_tables where relname = 'notes'";
        var before = await connection.ScalarAsync<decimal>(scans);

        (await connection.LinesAsync(
            "select found_names, found_ids from changelog.find_links('public.notes'::regclass, "
                + "'{students,public.students}', array[$1, 'x'], 9)",
            Ann)).ShouldBe([$"{{students}}|{{{Ann}}}"]);

        (await connection.ScalarAsync<decimal>(scans)).ShouldBe(before);
    }

    [Fact]
    public async Task A_page_that_is_broken_off_is_done_again_and_does_nothing_twice()
    {
        await using var database = await CreateAsync("notes=nullify", "tasks=delete");
        await using var worker = database.DataSource.Cleaner(new BrokenOff(database.DataSource.Login()));
        await worker.RegisterAsync();
        await database.ExecuteAsync(
            $"""
            insert into public.notes values (1, 'students', '{Ann}');
            insert into public.tasks values (1, 'students', '{Ann}');
            insert into platform.global_settings (key, value, linked_table, linked_id)
                values ('a', '1', 'students', '{Ann}');
            delete from public.students where id = '{Ann}'
            """);

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Failing);
        // what is the application's is committed beside the page, ChangeLog's own with it
        (await database.RowsAsync("public.notes")).ShouldBe(["1|∅|∅"]);
        (await database.LinesAsync("select count(linked_id) from platform.global_settings")).ShouldBe(["1"]);
        // set again meanwhile, to one that is there
        await database.ExecuteAsync($"update public.notes set linked_table = 'students', linked_id = '{Bo}'");
        await worker.DrainAsync();

        (await database.DoneAsync()).ShouldBe(
        [
            $"notes|U|1|students|{Reason}",
            $"tasks|D|1|∅|{Reason}",
            $"global_settings|U|{await SettingAsync(database)}|students|{Reason}",
        ]);
        (await database.RowsAsync("public.notes")).ShouldBe([$"1|students|{Bo}"]);
    }

    [Fact]
    public async Task Four_workers_at_once_clear_each_link_once()
    {
        await using var database = await CreateAsync("notes=nullify", "tasks=delete");
        await database.ExecuteAsync(
            """
            insert into public.students select gen_random_uuid() from generate_series(1, 400);
            insert into public.notes select row_number() over (), 'students', id from public.students;
            insert into public.tasks select row_number() over (), 'students', id from public.students
            """);
        List<Worker> workers = [];
        for (var i = 0; i < 4; i++)
        {
            workers.Add(
                new Worker(database.DataSource, 20, 10_000, new LinkCleanupHandler(database.DataSource.Login())));
        }

        await workers[0].RegisterAsync();
        workers.ForEach(worker => worker.Start());
        await database.ExecuteAsync("delete from public.students");
        var sweeps = Enumerable.Range(0, 3).Select(_ => database.DataSource.SweepAsync()).ToList();
        await Task.WhenAll(sweeps);
        await database.WaitUntilAsync(
            "select count(linked_id) = 0 and (select count(*) = 0 from public.tasks) from public.notes");
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        await database.CleanAsync();
        (await database.LinesAsync(
            """
            select c.table_name, c.op, count(*), count(distinct c.record_id)
            from logs.change c
            join logs.transaction t using (xid, logged_at)
            where t.actor_id = 'changelog'
            group by 1, 2
            order by 1
            """)).ShouldBe(["notes|U|402|402", "tasks|D|402|402"]);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    private static Task<string> SettingAsync(TestDatabase database) =>
        database.ScalarAsync<string>("select id::text from platform.global_settings where key = 'a'");

    // its first page is handled, and then something happens before the commit
    private sealed class BrokenOff(LinkLogin login) : IHandler
    {
        private readonly LinkCleanupHandler _handler = new(login);
        private bool _isBroken;

        public string Name => _handler.Name;

        public Streams Reads => _handler.Reads;

        public async Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            await _handler.HandleAsync(page, cancellationToken);
            if (!_isBroken)
            {
                _isBroken = true;
                throw new NpgsqlException("cut off", new IOException("cut off"));
            }
        }
    }
}
