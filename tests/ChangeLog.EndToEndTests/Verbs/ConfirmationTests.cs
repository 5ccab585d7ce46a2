using System.Globalization;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>What destroys something says what, and is done only for whoever names the database.</summary>
public sealed class ConfirmationTests
{
    // a change of 27 days ago, then two of today
    private const string Logged =
        """
        create table public.person (id int primary key, ssn text);
        create table public.item (id int primary key);
        insert into logs.change (
            position, xid, logged_at, table_oid, op, table_schema, table_name, record_id, record_data)
        select
            nextval('lib_event.position'), pg_current_xact_id(), now() - interval '27 days',
            'public.person'::regclass, 'S', 'public', 'person', '1', '{"id": 1, "ssn": "raw"}';
        insert into public.person values (2, 'raw');
        insert into public.item values (1);
        """;

    private const string EndOfFile = "\u0004";

    private static readonly string[] DropData = ["uninstall", "--drop-data"];

    [Fact]
    public async Task Whoever_types_the_databases_name_drops_what_the_question_names()
    {
        await using var database = await CreateAsync();
        var events = await database.ScalarAsync<long>("select count(*) from lib_event.event");

        var (code, said) = await AnswerAsync(database, $"{database.Name}\n", DropData);

        code.ShouldBe(0, said);
        said.ShouldContain(
            $"This drops the log for good: 3 changes of 2 tables and {events} {(events == 1 ? "event" : "events")}, "
            + $"from {Day(27)} to today (27 days). "
            + $"To go on, type the name of the database, {database.Name} at 127.0.0.1:");
        said.ShouldContain("ChangeLog and its log are gone.");
        (await LogIsThereAsync(database)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("shop\n", 2, "shop is not the database's name. Nothing was changed.")]
    [InlineData("\n", 2, "No name was typed. Nothing was changed.")]
    [InlineData(EndOfFile, 2, "No name was typed. Nothing was changed.")]
    [InlineData("\u0003", 1, "Stopped before it was finished.")]
    public async Task Whoever_types_anything_else_changes_nothing(string typed, int exitCode, string sentence)
    {
        await using var database = await CreateAsync();

        var (code, said) = await AnswerAsync(database, typed, DropData);

        (code, said.EndsWith($"changelog: {sentence}", StringComparison.Ordinal)).ShouldBe((exitCode, true), said);
        (await LogIsThereAsync(database)).ShouldBeTrue();
        (await database.ScalarAsync<bool>("select uninstalled_at is null from changelog.installation")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_uninstall_that_keeps_the_log_names_what_will_not_be_logged()
    {
        await using var database = await CreateAsync();

        var (code, said) = await AnswerAsync(database, $"{database.Name}\n", "uninstall");

        code.ShouldBe(0, said);
        said.ShouldContain(
            "This stops the capture of 4 tables: what changes there from now on is not logged. The log stays: "
            + "3 changes of 2 tables");
        said.ShouldContain("A worker that starts installs again, unless ChangeLog:InstallOnStart is false.");
    }

    [Fact]
    public async Task A_redaction_names_what_it_replaces_and_does_it_once()
    {
        await using var database = await CreateAsync();

        var (code, said) = await AnswerAsync(database, $"{database.Name}\n", "redact", "person", "ssn");
        // nothing is lost by it
        var (again, saidAgain) = await AnswerAsync(database, string.Empty, "redact", "person", "ssn");
        var (unknown, saidOfUnknown) = await AnswerAsync(database, string.Empty, "redact", "person", "snn");

        code.ShouldBe(0, said);
        var rewritten = $"2 changes of public.person.ssn, from {Day(27)} to today (27 days)";
        said.ShouldContain($"This replaces raw values for good: {rewritten}. To go on, ");
        said.ShouldContain($"Rewritten: {rewritten}");
        (again, saidAgain.StartsWith("Rewritten: 0 changes")).ShouldBe((0, true), saidAgain);
        (unknown, saidOfUnknown.Contains("has no column snn")).ShouldBe((2, true), saidOfUnknown);
        (await database.ScalarAsync<long>(
            "select count(*) from logs.change where record_data ->> 'ssn' = '[redacted]'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_discard_names_what_is_given_up()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync(
            "alter table logs.change_details add constraint \"no 2\" check (record_id is distinct from '2')");
        await ChangeLogProgram.RunAsync(database.ConnectionString, "run", "--once");
        string[] discard = ["dead-letters", "discard", "1", "9", "--reason", "test data"];

        var (wrong, said) = await AnswerAsync(database, "shop\n", discard);
        var (code, done) = await AnswerAsync(database, $"{database.Name}\n", discard);

        wrong.ShouldBe(2, said);
        said.ShouldContain(
            "This gives up 1 dead letter for good, from today: 1 of enrich, public.person 2. To go on, ");
        (code, done.EndsWith("changelog: There is no dead letter 9.")).ShouldBe((1, true), done);
        (await database.LinesAsync("select id, resolution from changelog.dead_letter")).ShouldBe(["1|discarded"]);
    }

    [Theory]
    [InlineData("uninstall")]
    [InlineData("uninstall --drop-data")]
    [InlineData("redact person ssn")]
    [InlineData("dead-letters discard 1 --reason test")]
    public async Task Without_a_terminal_a_script_has_to_say_so_itself(string verb)
    {
        await using var database = await CreateAsync();

        var asked = await RunAsync(database, verb);
        var other = await RunAsync(database, $"{verb} --confirm shop");
        var both = await RunAsync(database, $"{verb} --yes --confirm shop");
        var confirmed = await RunAsync(database, $"{verb} --confirm {database.Name}");

        asked.ShouldBe(
            (2, "changelog: There is no terminal to confirm it on. "
                + $"Add --yes, or --confirm {database.Name}. Nothing was changed."));
        other.ShouldBe(
            (2, $"changelog: --confirm is shop, but the database is {database.Name}. Nothing was changed."));
        both.ShouldBe(other);
        confirmed.Code.ShouldNotBe(2, confirmed.Error);
    }

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Logged);
        return database;
    }

    private static async Task<(int Code, string Said)> AnswerAsync(
        TestDatabase database, string answer, params string[] arguments)
    {
        await using var program = ChangeLogProgram.StartOnTerminal(database.ConnectionString, arguments);
        if (answer.Length > 0)
        {
            await program.WaitForOutputAsync("type the name of the");
            await program.TypeAsync(answer);
        }

        var exit = program.WaitForExitAsync();
        if (answer == EndOfFile)
        {
            // a terminal that is just being set up for reading swallows it
            await Eventually.TrueAsync("the end of the input is seen", async () =>
            {
                try
                {
                    await program.TypeAsync(answer);
                    return exit.IsCompleted;
                }
                catch (IOException)
                {
                    // it has just ended
                    return true;
                }
            });
        }

        var result = await exit;
        return (result.ExitCode, Words(result.Output));
    }

    private static async Task<(int Code, string Error)> RunAsync(TestDatabase database, string arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments.Split(' '));
        return (result.ExitCode, Words(result.Error));
    }

    private static string Words(string said) =>
        string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Task<bool> LogIsThereAsync(TestDatabase database) =>
        database.ScalarAsync<bool>("select to_regclass('logs.change') is not null");

    private static string Day(int ago) =>
        TimeProvider.System.GetLocalNow().AddDays(-ago).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
