using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>Changes are taken back as people and scripts do it.</summary>
public sealed class UndoVerbTests
{
    private const string Orders = "select * from public.orders order by id";

    private static readonly string[] Filter = ["undo", "--table", "orders", "--actor", "anna"];

    [Fact]
    public async Task A_plan_is_shown_and_changes_nothing()
    {
        await using var database = await CreateAsync();

        var plan = await RunAsync(database, Filter);

        plan.ShouldStartWith("undo of --table orders --actor anna · 3 changes · times are in ");
        plan.ShouldContain(
            """

            delete public.orders 3
                id      3
                status  draft
                total   null

            insert public.orders 2
                id      2
                status  new
                total   9.00

            update public.orders 1
                status  paid → new

            Nothing was changed. --apply changes 3 rows of 1 table; --sql prints the SQL.

            """);
        (await database.LinesAsync(Orders)).ShouldBe(["1|paid|8.50", "3|draft|∅"]);
    }

    [Fact]
    public async Task What_is_applied_is_undone_in_turn_by_the_id_that_it_prints()
    {
        await using var database = await CreateAsync();

        var done = await RunAsync(database, [.. Filter, "--apply", "--confirm", database.Name]);
        (await database.LinesAsync(Orders)).ShouldBe(["1|new|8.50", "2|new|9.00"]);
        done.ShouldContain("Undone: 3 rows of 1 table changed.");
        (await database.LinesAsync(
            "select context ->> 'reason' from logs.transaction order by position desc limit 1")).ShouldBe(
            ["undo of --table orders --actor anna"]);
        await RunAsync(database, ["undo", "--transaction", done.Trim().Split(' ')[^1], "--apply", "--yes"]);

        (await database.LinesAsync(Orders)).ShouldBe(["1|paid|8.50", "3|draft|∅"]);
    }

    [Fact]
    public async Task The_script_does_the_same_in_psql_whatever_the_session_sets_and_fails_the_second_time()
    {
        await using var database = await CreateAsync();
        var script = await RunAsync(database, [.. Filter, "--sql"]);
        await using var connection = await database.OpenConnectionAsync();

        await connection.ExecuteAsync("set search_path = public; set standard_conforming_strings = off;" + script);
        (await database.LinesAsync(Orders)).ShouldBe(["1|new|8.50", "2|new|9.00"]);

        (await Should.ThrowAsync<PostgresException>(() => database.ExecuteAsync(script)))
            .MessageText.ShouldBe("public.orders 3 is no longer as planned");
    }

    [Fact]
    public async Task Without_a_terminal_or_with_conflicts_it_is_refused()
    {
        await using var database = await CreateAsync();

        (await RefusedAsync(database, [.. Filter, "--apply"])).ShouldEndWith(
            $"There is no terminal to confirm it on. Add --yes, or --confirm {database.Name}. Nothing was changed.");
        (await RefusedAsync(database, ["undo"])).ShouldContain("Say what to undo: ");
        (await RefusedAsync(database, [.. Filter, "--keep", "mine"])).ShouldContain("neither theirs nor ours");
        (await RefusedAsync(database, [.. Filter, "--to", "1h", "--since", "1h"])).ShouldContain(
            "--to and --since exclude one another");
        await database.ExecuteAsync("update public.orders set status = 'sent' where id = 1");
        foreach (var form in new[] { "--apply", "--sql" })
        {
            (await RefusedAsync(database, [.. Filter, form, .. form == "--apply" ? ["--yes"] : Array.Empty<string>()]))
                .ShouldEndWith(
                    "1 conflict; public.orders 1: status has been changed since. Say --keep theirs to leave what "
                    + "others changed, or --keep ours to overwrite it. Nothing was changed.");
        }

        await RunAsync(database, [.. Filter, "--apply", "--yes", "--keep", "theirs"]);
        (await database.LinesAsync(Orders)).ShouldBe(["1|sent|8.50", "2|new|9.00"]);
    }

    [Fact]
    public async Task A_row_goes_back_to_what_it_was_at_a_time()
    {
        await using var database = await CreateAsync();
        var before = await database.ScalarAsync<string>(
            """select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""");
        await database.ExecuteAsync("update public.orders set status = 'sent' where id = 1");
        await database.ExecuteAsync("update public.orders set total = 1 where id = 1");

        await RunAsync(database, ["undo", "--table", "orders", "--record", "1", "--to", before, "--apply", "--yes"]);

        (await database.LinesAsync(Orders)).ShouldBe(["1|paid|8.50", "3|draft|∅"]);
    }

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.orders (
                id integer generated always as identity primary key, status text, total numeric);
            insert into public.orders (status, total) values ('new', 8.50), ('new', 9.00)
            """);
        await database.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "anna"}');
            update public.orders set status = 'paid' where id = 1;
            delete from public.orders where id = 2;
            insert into public.orders (status) values ('draft');
            commit
            """);
        return database;
    }

    private static async Task<string> RunAsync(TestDatabase database, string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }

    private static async Task<string> RefusedAsync(TestDatabase database, string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(2, result.Error);
        return result.Error.Trim();
    }
}
