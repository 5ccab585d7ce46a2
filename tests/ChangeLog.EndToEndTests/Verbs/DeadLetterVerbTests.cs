using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>What an operator sees and does about dead letters and a handler that is down.</summary>
public sealed class DeadLetterVerbTests
{
    [Fact]
    public async Task A_bad_change_is_listed_tried_again_and_done()
    {
        await using var database = await CreateAsync();
        await BreakAsync(database);
        (await RunAsync(database, "run", "--once")).ExitCode.ShouldBe(0);

        var status = await RunAsync(database, "status");
        var list = await RunAsync(database, "dead-letters", "list");
        var alone = await RunAsync(database, "dead-letters");
        var failed = await RunAsync(database, "dead-letters", "retry", "1");
        var failedTwice = await RunAsync(database, "dead-letters", "retry", "1", "1");
        await database.ExecuteAsync("""alter table logs.change_details drop constraint "no 13" """);
        var retried = await RunAsync(database, "dead-letters", "retry", "--all");
        var again = await RunAsync(database, "dead-letters", "retry", "1");
        var late = await RunAsync(database, "dead-letters", "discard", "1", "--reason", "too late", "--yes");
        var well = await RunAsync(database, "status");

        status.ExitCode.ShouldBe(3);
        status.Output.ShouldContain(
            "The handler enrich has 1 dead letter. Run: changelog dead-letters list --handler enrich");
        list.ExitCode.ShouldBe(0, list.Error);
        list.Output.ShouldMatch(@"1 +enrich +public\.item 13 +\d{4}-\d\d-\d\d");
        list.Output.ShouldContain("no 13");
        alone.ShouldBe(list);
        (failed.ExitCode, failed.Output).ShouldBe((1, failed.Output));
        failed.Output.ShouldContain(
            "1 · enrich · public.item 13 · failed again: new row for relation \"change_details_");
        failed.Output.ShouldContain("\"no 13\"");
        failedTwice.Output.Trim().Split('\n').Length.ShouldBe(2, failedTwice.Output);
        (retried.ExitCode, retried.Output.Trim()).ShouldBe((0, "1 · enrich · public.item 13 · handled"));
        (again.ExitCode, again.Output.Trim()).ShouldBe((0, "1 · enrich · public.item 13 · was handled before"));
        (late.ExitCode, late.Error.Trim()).ShouldBe(
            (1, "changelog: Dead letter 1 was handled by an earlier retry: it is not discarded."));
        (well.ExitCode, well.Error).ShouldBe((0, string.Empty));
        (await database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(20);
    }

    [Fact]
    public async Task A_bad_change_is_discarded_with_a_reason_and_never_without()
    {
        await using var database = await CreateAsync();
        await BreakAsync(database);
        (await RunAsync(database, "run", "--once")).ExitCode.ShouldBe(0);

        var without = await RunAsync(database, "dead-letters", "discard", "1");
        var discarded = await RunAsync(database, "dead-letters", "discard", "1", "--reason", "test data", "--yes");
        var twice = await RunAsync(database, "dead-letters", "discard", "1", "--reason", "other", "--yes");
        var unknown = await RunAsync(database, "dead-letters", "discard", "99", "--reason", "other", "--yes");
        var unknownJson = await RunAsync(
            database, "dead-letters", "discard", "1", "99", "--reason", "other", "--json", "--yes");
        var retry = await RunAsync(database, "dead-letters", "retry", "1");
        var all = await RunAsync(database, "dead-letters", "list", "--all", "--json");

        (without.ExitCode, without.Error.Trim()).ShouldBe((2,
            "changelog: Discarding takes ids and a reason: changelog dead-letters discard 17 --reason \"why it is not "
                + "to be handled\""));
        discarded.ExitCode.ShouldBe(0, discarded.Error);
        discarded.Output.ShouldContain("1 · enrich · public.item 13 · discarded by ");
        twice.ExitCode.ShouldBe(0, twice.Error);
        twice.Output.ShouldContain("(test data)");
        (unknown.ExitCode, unknown.Error.Trim(), unknown.Output).ShouldBe(
            (1, "changelog: There is no dead letter 99.", string.Empty));
        (unknownJson.ExitCode, unknownJson.Error.Trim()).ShouldBe((1, "changelog: There is no dead letter 99."));
        unknownJson.Output.ShouldContain("\"id\": 1,");
        retry.ExitCode.ShouldBe(1);
        retry.Output.ShouldContain("1 · enrich · public.item 13 · not retried: discarded by ");
        using var json = JsonDocument.Parse(all.Output);
        var letter = json.RootElement.EnumerateArray().ShouldHaveSingleItem();
        letter.GetProperty("resolution").GetString().ShouldBe("discarded");
        letter.GetProperty("record_id").GetString().ShouldBe("13");
        (await database.ScalarAsync<string>(
            "select payload ->> 'reason' from lib_event.event where event_type = 'changelog.dead_letter.discarded'"))
            .ShouldBe("test data");
        await database.ExecuteAsync("""alter table logs.change_details drop constraint "no 13" """);
        // the event of the discard may not wait for long
        (await RunAsync(database, "run", "--once")).ExitCode.ShouldBe(0);
        var status = await RunAsync(database, "status");
        status.ExitCode.ShouldBe(0, status.Output);
    }

    [Fact]
    public async Task A_handler_that_is_down_is_shown_with_the_reason_and_goes_on_by_itself()
    {
        await using var database = await CreateAsync();
        await TakeDownAsync(database);
        await using var worker =
            ChangeLogProgram.Start(database.ConnectionString, ["run"], new Dictionary<string, string?>
        {
            ["ChangeLog__Retry__MaxDelay"] = "00:00:00.200",
            ["ChangeLog__Retry__PauseMaxDelay"] = "00:00:01",
        });
        await worker.WaitForOutputAsync("Handler enrich is paused");

        var status = await RunAsync(database, "status");
        await database.ExecuteAsync("drop trigger down on logs.change_details");
        await database.WaitUntilAsync("select count(*) = 20 from logs.change_details");
        await database.WaitUntilAsync("select not exists (select from changelog.handler_failure)");

        status.ExitCode.ShouldBe(3);
        status.Output.ReplaceLineEndings(" ").ShouldMatch(
            @"wrong +The handler enrich has been paused since .* at the change at position +\d+: +down +for +the "
                + "+night");
        (await RunAsync(database, "status")).ExitCode.ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_ends_does_not_wait_for_a_handler_that_is_down()
    {
        await using var database = await CreateAsync();
        await TakeDownAsync(database);

        var result = await RunAsync(database, "run", "--once");

        (result.ExitCode, result.Error.Trim()).ShouldBe((1,
            "changelog: The handler enrich cannot go on: down for the night. "
            + "Unhandled changes are left for the next run."));
    }

    [Theory]
    [InlineData("--limit 5", "--limit is not an option of changelog dead-letters.")]
    [InlineData("retry", "Say which to retry")]
    [InlineData("retry 1 --all", "Give either ids, or --all and --handler.")]
    [InlineData("retry x", "See: changelog dead-letters retry --help")]
    [InlineData("lost", "lost is not a verb of changelog dead-letters. Did you mean list?")]
    public async Task Wrong_use_is_said_in_a_sentence(string arguments, string sentence)
    {
        var result = await ChangeLogProgram.RunAsync(
            "Host=127.0.0.1;Port=1;Database=x",
            ["dead-letters", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldContain(sentence);
    }

    [Fact]
    public async Task A_worker_told_to_stop_in_the_middle_of_a_page_leaves_nothing_half_done()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync(
            """
            create function public.slow() returns trigger language plpgsql as $$ begin perform pg_sleep(600);
            return null; end $$;
            create trigger slow after insert on logs.change_details for each statement execute function public.slow()
            """);
        await using var worker = ChangeLogProgram.Start(database.ConnectionString, ["run"]);
        await database.WaitUntilAsync(
            "select exists (select from pg_stat_activity where datname = current_database() "
                + "and wait_event = 'PgSleep')");

        await worker.SignalAsync("TERM");
        // five seconds are promised; ten more for a machine that is busy with other tests
        var result = await worker.WaitForExitAsync(TimeSpan.FromSeconds(15));

        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
        (await database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(0);
        await database.ExecuteAsync("drop trigger slow on logs.change_details");
        (await RunAsync(database, "run", "--once")).ExitCode.ShouldBe(0);
        (await database.LinesAsync("select count(*), count(distinct position) from logs.change_details"))
            .ShouldBe(["20|20"]);
    }

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.item (id integer primary key);
            insert into public.item select generate_series(1, 20)
            """);
        return database;
    }

    private static Task<int> BreakAsync(TestDatabase database) =>
        database.ExecuteAsync("""alter table logs.change_details add constraint "no 13" check (record_id <> '13')""");

    private static Task<int> TakeDownAsync(TestDatabase database) =>
        database.ExecuteAsync(
            """
            create function public.down() returns trigger language plpgsql as $$
            begin raise exception 'down for the night'; end $$;
            create trigger down before insert on logs.change_details for each row execute function public.down()
            """);

    private static Task<ProgramResult> RunAsync(TestDatabase database, params string[] arguments) =>
        ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
}
