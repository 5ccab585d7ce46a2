using ChangeLog.Dispatching;
using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Handlers.LinkCleanup.Links;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>
/// Links that cannot be cleared: a dead letter says why, and nothing else is held up; what an application's
/// triggers may.
/// </summary>
public sealed class LinkFailureTests
{
    private const string Raising =
        """
        create function public.refuse() returns trigger language plpgsql as
        $$ begin if old.id = 1 then raise exception 'not on a Friday, hunter%', old.id + 1; end if; return new; end $$;
        create trigger refuse before update on public.notes for each row execute function public.refuse()
        """;

    private const string Holding =
        """
        create table public.replies (note integer references public.notes);
        insert into public.replies values (1)
        """;

    private const string Keeping =
        """
        create function public.hold() returns trigger language plpgsql as
        $$ begin if old.id = 1 then return null; end if; return new; end $$;
        create trigger hold before update on public.notes for each row execute function public.hold()
        """;

    private const string Reverting =
        """
        create function public.revert() returns trigger language plpgsql as
        $$ begin if old.id = 1 then new.linked_id := old.linked_id; end if; return new; end $$;
        create trigger revert before update on public.notes for each row execute function public.revert()
        """;

    [Theory]
    [InlineData("nullify", "alter table public.notes add check (id > 1 or linked_id is not null)", "23514", "alter "
        + "table public.notes drop constraint notes_check",
        "(23514). A trigger or constraint of the table refuses it: fix that, "
            + "or set the policy to keep (ChangeLog:Links:Policies): new row for relation ...")]
    [InlineData("nullify", "alter table public.notes alter linked_id set not null", "23502", "alter table public.notes "
        + "alter linked_id drop not null",
        "(23502). Its policy is nullify, but a column may not be null: set the policy to delete "
            + "or keep (ChangeLog:Links:Policies), or drop NOT NULL")]
    [InlineData("nullify", Raising, "P0001", "drop trigger refuse on public.notes",
        "(P0001). A trigger or constraint of the table refuses it: fix that, "
            + "or set the policy to keep (ChangeLog:Links:Policies)")]
    [InlineData("nullify", Keeping, "09000", "drop trigger hold on public.notes",
        "(09000). A trigger of the table keeps its rows from being changed: fix that, "
            + "or set the policy to keep (ChangeLog:Links:Policies)")]
    [InlineData("nullify", Reverting, "09000", "drop trigger revert on public.notes",
        "(09000). A trigger of the table keeps its rows from being changed: fix that, "
            + "or set the policy to keep (ChangeLog:Links:Policies)")]
    [InlineData("delete", Holding, "23503", "drop table public.replies",
        "(23503). A trigger or constraint of the table refuses it: fix that, "
            + "or set the policy to keep (ChangeLog:Links:Policies): update or delete on table ...")]
    public async Task A_dead_letter_says_which_table_and_what_to_do_and_the_others_go_on(
        string policy, string obstacle, string state, string cure, string said)
    {
        await using var database = await CreateAsync($"notes={policy}", "tasks=delete");
        await database.ExecuteAsync(
            $"""
            insert into public.notes values (1, 'students', '{Ann}'), (2, 'tasks', '{Bo}');
            insert into public.tasks values (1, 'students', '{Ann}'), (2, 'students', '{Bo}');
            {obstacle}
            """);
        await using var worker = await new HostedWorker(database, HostedWorker.ShortWaits).StartAsync();
        await database.ExecuteAsync($"delete from public.students where id = '{Ann}'");
        await database.ExecuteAsync($"delete from public.students where id = '{Bo}'");

        await database.WaitUntilAsync("select count(*) = 1 from changelog.dead_letter");
        await database.WaitUntilAsync("select not exists (select from public.tasks where id = 2)");

        (await database.LinesAsync("select handler, table_name, op, record_id, sqlstate from changelog.dead_letter"))
            .ShouldBe([$"link_cleanup|students|D|{Ann}|{state}"]);
        (await database.ScalarAsync<string>("select error from changelog.dead_letter"))
            .ShouldStartWith($"the links that public.notes holds could not be cleared {said}");
        (await database.ScalarAsync<string>("select error from changelog.dead_letter")).ShouldNotContain("hunter");
        (await database.LinesAsync("select id from public.tasks")).ShouldBe(["1"]);

        await database.ExecuteAsync(cure);
        var id = await database.ScalarAsync<long>("select id from changelog.dead_letter");
        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.Retried);
        (await database.LinesAsync("select linked_id from public.notes where id = 1")).ShouldBe(
            policy == "delete" ? [] : ["∅"]);
        (await database.ScalarAsync<long>("select count(*) from public.tasks")).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_the_application_holds_locked_is_waited_for_and_costs_no_attempt()
    {
        await using var database = await CreateAsync("notes=nullify");
        await using var worker = database.DataSource.Cleaner();
        await worker.RegisterAsync();
        await database.ExecuteAsync($"insert into public.notes values (1, 'students', '{Ann}')");
        await using var application = await database.OpenConnectionAsync();
        await application.ExecuteAsync("begin; select from public.notes for update");
        await database.ExecuteAsync($"delete from public.students where id = '{Ann}'");

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Failing);
        (worker.Failure!.SqlState, worker.Failure.Kind).ShouldBe(("55P03", FailureKind.Infrastructure));
        await application.ExecuteAsync("rollback");
        await worker.DrainAsync();

        (await database.RowsAsync("public.notes")).ShouldBe(["1|∅|∅"]);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_is_changed_while_the_handler_waits_for_it_is_cleared_all_the_same()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"alter table public.notes add body text; insert into public.notes values (1, 'students', '{Ann}'), (2, "
                + $"'students', '{Ann}')");
        await using var application = await database.OpenConnectionAsync();
        await application.ExecuteAsync(
            $"begin; update public.notes set body = 'new' where id = 1; update public.notes set linked_id = '{Bo}' "
                + "where id = 2");
        await database.ExecuteAsync($"delete from public.students where id = '{Ann}'");

        var cleaning = database.CleanAsync();
        await database.WaitUntilAsync(
            "select exists (select from pg_stat_activity where datname = current_database() "
                + "and wait_event_type = 'Lock')");
        await application.ExecuteAsync("commit");
        await cleaning;

        (await database.LinesAsync("select id, linked_id, body from public.notes order by id")).ShouldBe(
            ["1|∅|new", $"2|{Bo}|∅"]);
    }

    [Fact]
    public async Task A_trigger_of_the_application_finds_its_own_tables_and_none_of_the_log()
    {
        await using var database = await CreateAsync("shop.notes=nullify");
        await database.ExecuteAsync(
            $"""
            create schema shop;
            create table shop.notes (id integer primary key, linked_table text, linked_id uuid);
            create table shop.seen (who text, may_read boolean, is_super text);
            grant usage on schema shop to public;
            grant insert on shop.seen to public;
            create function shop.see() returns trigger language plpgsql as
            $$ begin
                insert into seen
                    values (current_user, has_table_privilege('logs.change', 'select'),
                    current_setting('is_superuser'));
                return new;
            end $$;
            create trigger see before update on shop.notes for each row execute function shop.see();
            insert into shop.notes values (1, 'students', '{Ann}');
            delete from public.students
            """);
        await database.DataSource.GrantAsync();

        await database.CleanAsync();

        (await database.RowsAsync("shop.notes")).ShouldBe(["1|∅|∅"]);
        (await database.LinesAsync("select who, may_read from shop.seen")).ShouldBe([$"{CleanerLogin.Name}|f"]);
    }

    // at Debug, Npgsql writes notices into the worker's log
    [Fact]
    public async Task What_a_trigger_of_the_application_says_is_for_its_own_users()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $$"""
            create function public.tell() returns trigger language plpgsql as
            $f$ begin raise warning 'hunter2 %', old.id; return new; end $f$;
            create trigger tell before update on public.notes for each row execute function public.tell();
            insert into public.notes values (1, 'students', '{{Ann}}');
            alter table public.students disable trigger all;
            delete from public.students where id = '{{Ann}}'
            """);
        await using var cleaner = database.DataSource.AsCleaner();
        await using var connection = await cleaner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var notices = new List<string>();
        connection.Notice += (_, e) => notices.Add(e.Notice.MessageText);

        (await connection.LinesAsync(
            "select cleared, failed from changelog.clear_links('public.notes'::regclass, '{\"(0,1)\"}', false)"))
            .ShouldBe(["1|0"]);

        notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_trigger_of_the_application_cannot_say_that_it_was_somebody_else()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $$"""
            create function public.lie() returns trigger language plpgsql as
            $f$ begin perform changelog.set_context('{"actor_id": "ann", "reason": "mine"}'); return new; end $f$;
            create trigger lie before update on public.notes for each row execute function public.lie();
            insert into public.notes values (1, 'students', '{{Ann}}'), (2, 'students', '{{Bo}}');
            delete from public.students where id = '{{Ann}}'
            """);

        await database.CleanAsync();
        await database.ExecuteAsync("alter table public.students disable trigger all; delete from public.students");
        await database.DataSource.SweepAsync();

        (await database.DoneAsync()).ShouldBe(
        [
            "notes|U|1|students|the linked record is gone",
            "notes|U|2|students|the linked record is gone",
        ]);
    }

    [Fact]
    public async Task A_check_of_a_domain_never_runs_with_the_owners_rights()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            create table public.seen (who text);
            grant insert on public.seen to public;
            create function public.spy(uuid) returns boolean language plpgsql as
            $$ begin insert into public.seen values (current_user); return true; end $$;
            create domain public.strange as uuid check (public.spy(value));
            create table public.odd (id public.strange primary key);
            insert into public.odd values ('{Ann}'), ('{Bo}');
            truncate public.seen;
            insert into public.notes values (1, 'odd', '{Ann}'), (2, 'odd', '{Bo}');
            delete from public.odd where id::uuid = '{Ann}'::uuid;
            truncate public.seen
            """);

        await database.CleanAsync();
        await database.DataSource.SweepAsync();

        (await database.RowsAsync("public.notes")).ShouldBe(["1|∅|∅", $"2|odd|{Bo}"]);
        (await database.LinesAsync("select who from public.seen")).ShouldBeEmpty();
    }
}
