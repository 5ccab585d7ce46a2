using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>What a person sees of redaction: the rules in status, wrong ones refused, and the log rewritten.</summary>
public sealed class RedactVerbTests
{
    [Fact]
    public async Task What_is_logged_is_rewritten_and_the_rules_are_shown()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.person (id int primary key, ssn text, token text);
            begin;
            select changelog.set_context('{"actor_id": "anna"}');
            insert into public.person values (1, 'raw', 'x');
            commit;
            select lib_event.create('a.b.paid', '{"iban": "raw"}');
            """);

        var dry = await RunAsync(database, "redact", "person", "ssn", "--dry-run");
        var done = await RunAsync(database, "redact", "person", "ssn", "--json", "--yes");
        var erased = await RunAsync(database, "redact", "person", "--record", "1", "--yes");
        var neither = await RunAsync(database, "redact", "person", "--yes");
        var both = await RunAsync(database, "redact", "person", "--actor", "anna", "--yes");
        var ofEvents = await RunAsync(database, "redact", "lib_event.event", "--record", "1", "--yes");
        var actor = await RunAsync(database, "redact", "--actor", "anna", "--yes");
        var key = await RunAsync(database, "redact", "lib_event.event", "iban", "--dry-run");
        var misspelt = await RunAsync(database, "redact", "person", "snn", "--yes");
        var status = await RunAsync(database, "status");

        dry.ExitCode.ShouldBe(0, dry.Error);
        dry.Output.ShouldContain("Would be rewritten: 1 change of public.person.ssn");
        dry.Output.ShouldContain("future values are logged raw");
        using var report = JsonDocument.Parse(done.Output);
        report.RootElement.GetProperty("changes").GetInt64().ShouldBe(1);
        erased.Output.ShouldContain("Rewritten: 0 changes of one record of public.person");
        (neither.ExitCode, neither.Error.Trim()).ShouldBe((2,
            "changelog: Say what to redact: changelog redact users ssn, changelog redact users --record 42, "
            + "or changelog redact --actor 42."));
        (both.ExitCode, both.Error).ShouldBe((neither.ExitCode, neither.Error));
        (ofEvents.ExitCode, ofEvents.Error.Trim()).ShouldBe((2,
            "changelog: lib_event.event has no records to redact: name a key, changelog redact lib_event.event iban, "
            + "or an actor, changelog redact --actor 42."));
        actor.Output.ShouldContain("Rewritten: 0 events, 1 transaction context of one actor");
        key.Output.ShouldContain("Would be rewritten: 1 event of lib_event.event.iban");
        key.Output.ShouldContain("future values are logged raw");
        (misspelt.ExitCode, misspelt.Error.Trim()).ShouldBe((2,
            "changelog: public.person has no column snn, and nothing is logged under such a JSON key. The nearest "
                + "is ssn."));
        status.Output.ShouldContain("Redaction · 2 columns now");
        status.Output.ShouldMatch(@"\*token +mask +always +public\.person\.token");
        status.Output.ShouldMatch(
            @"platform\.global_settings\.value +mask +is_secret +platform\.global_settings\.value");
        (await database.LinesAsync("select record_data from logs.change"))
            .ShouldBe(["""{"id": 1, "ssn": "[redacted]", "token": "[redacted]"}"""]);
    }

    [Fact]
    public async Task What_the_log_does_not_know_is_said_and_what_was_erased_is_found_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.users (id uuid primary key, name text);
            create table public.person (email text primary key, name text);
            create table public.note (words text);
            create table public.seat (row_nr int, nr int, who text, primary key (row_nr, nr));
            begin;
            select changelog.set_context('{"actor_id": "anna"}');
            insert into public.person values ('anna@x', 'Anna');
            insert into public.note values ('a');
            insert into public.seat values (1, 2, 'Anna');
            commit;
            """);

        foreach (var (arguments, sentence) in new[]
        {
            ("person --record nope", "Nothing of public.person nope is in the log, under that key or its hash."),
            ("person --record nope --dry-run", "Nothing of public.person nope is in the log, under that key "
                + "or its hash."),
            ("users --record nope", "Nothing of public.users nope is in the log, under that key or its hash. "
                + "Its key id is of type uuid, and nope is none. Its latest changes, each with its key: "
                + "changelog changes --table public.users"),
            ("note --record 1", "Nothing of public.note 1 is in the log, under that key or its hash. "
                + "The table has no key, so no row of it has a history of its own. All its changes: logs.changes."),
            ("seat --record 1", "Nothing of public.seat 1 is in the log, under that key or its hash. "
                + "Its keys are JSON arrays of row_nr, nr: '[1, 2]'."),
            ("--actor nobody", "Nothing that nobody did is in the log, under that name or its hash. "
                + "Contexts hold the actor_id that "
                + "the application gave: changelog history shows who did what."),
        })
        {
            var refused = await RunAsync(database, ["redact", .. arguments.Split(' '), "--yes"]);
            (refused.ExitCode, refused.Error.Trim(), refused.Output).ShouldBe(
                (1, $"changelog: {sentence}", string.Empty), arguments);
        }

        foreach (var arguments in new[] { "person --record anna@x", "seat --record [1,2]", "--actor anna" })
        {
            var first = await RunAsync(database, ["redact", .. arguments.Split(' '), "--yes"]);
            var again = await RunAsync(database, ["redact", .. arguments.Split(' '), "--yes"]);
            (first.ExitCode, first.Error, again.ExitCode, again.Error).ShouldBe(
                (0, string.Empty, 0, string.Empty), arguments);
            first.Output.ShouldContain("1 ", customMessage: arguments);
            again.Output.ShouldStartWith("Rewritten: 0 ", customMessage: arguments);
        }

        (await database.ScalarAsync<long>("select count(*) from logs.change where record_data::text like '%Anna%'"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task Under_how_many_keys_a_record_was_found_is_said()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.person (email text primary key, name text);
            insert into public.person values ('a@x', 'Anna'), ('b@x', 'Bo');
            update public.person set email = 'a2@x' where email = 'a@x';
            """);

        var dry = await RunAsync(database, "redact", "person", "--record", "a2@x", "--dry-run");
        var done = await RunAsync(database, "redact", "person", "--record", "a2@x", "--json", "--yes");
        var only = await RunAsync(database, "redact", "person", "--record", "b@x", "--yes");

        dry.Output.ReplaceLineEndings(" ").ShouldContain(
            "Would be rewritten: 2 changes of one record of public.person, which the log has under 2 keys, "
            + "from today");
        using var report = JsonDocument.Parse(done.Output);
        (report.RootElement.GetProperty(
            "changes").GetInt64(), report.RootElement.GetProperty("keys").GetInt32()).ShouldBe((2, 2));
        only.Output.ShouldContain(
            "Rewritten: 1 change of one record of public.person, from today" + Environment.NewLine);
        (await database.ScalarAsync<long>("select count(*) from logs.change where record_data::text ~ '@x|Anna|Bo'"))
            .ShouldBe(0);
    }

    [Theory]
    [InlineData("person --record 1 --way Hash", "--way is for a column or a key")]
    [InlineData("--actor anna --way mask", "--way is for a column or a key")]
    [InlineData(
        "person ssn --way hsh",
        "--way is hsh, which is not one of Mask, Hash, Omit. The nearest is Hash. See: changelog redact --help")]
    public async Task A_way_that_is_none_or_has_no_column_is_wrong_use(string arguments, string sentence)
    {
        var result = await ChangeLogProgram.RunAsync("Host=/nowhere", ["redact", .. arguments.Split(' ')]);

        (result.ExitCode, result.Output).ShouldBe((2, string.Empty));
        result.Error.ShouldStartWith($"changelog: {sentence}");
    }

    [Fact]
    public async Task A_rule_that_names_no_table_stops_the_worker_before_anything_is_changed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var program =
            ChangeLogProgram.Start(database.ConnectionString, ["run"], new Dictionary<string, string?>
        {
            ["ChangeLog__Redaction__Rules__0__Table"] = "persons",
            ["ChangeLog__Redaction__Rules__0__Column"] = "ssn",
        });

        var result = await program.WaitForExitAsync();

        (result.ExitCode, result.Error.Trim()).ShouldBe(
            (2, "changelog: ChangeLog:Redaction:Rules:0:Table: there is no table public.persons."));
        (await database.ScalarAsync<bool>("select to_regnamespace('changelog') is null")).ShouldBeTrue();
    }

    private static Task<ProgramResult> RunAsync(TestDatabase database, params string[] arguments) =>
        ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
}
