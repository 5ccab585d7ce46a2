using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Cli;

/// <summary>What a person sees of redaction: the rules in status, wrong ones refused, and the log rewritten.</summary>
public sealed class RedactVerbTests
{
    [Fact]
    public async Task What_is_logged_is_rewritten_and_the_rules_are_shown()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "create table public.person (id int primary key, ssn text, token text); insert into public.person values (1, 'raw', 'x')");

        var dry = await RunAsync(database, "redact", "person", "ssn", "--dry-run");
        var done = await RunAsync(database, "redact", "person", "ssn", "--json");
        var erased = await RunAsync(database, "redact", "person", "--record", "1");
        var neither = await RunAsync(database, "redact", "person");
        var misspelt = await RunAsync(database, "redact", "person", "snn");
        var status = await RunAsync(database, "status");

        dry.ExitCode.ShouldBe(0, dry.Error);
        dry.Output.ShouldContain("Would be rewritten: 1 change of public.person.ssn");
        dry.Output.ShouldContain("what is written next is logged as it is");
        using var report = JsonDocument.Parse(done.Output);
        report.RootElement.GetProperty("changes").GetInt64().ShouldBe(1);
        erased.Output.ShouldContain("Rewritten: 0 changes of one record of public.person");
        (neither.ExitCode, neither.Error.Trim()).ShouldBe((2,
            "changelog: Say what is to be redacted: changelog redact users ssn, or changelog redact users --record 42."));
        (misspelt.ExitCode, misspelt.Error.Trim()).ShouldBe((2,
            "changelog: public.person has no column snn, and nothing is logged under such a key. The nearest is ssn."));
        status.Output.ShouldContain("Redaction · 2 columns now");
        status.Output.ShouldMatch(@"\*token +mask +always +public\.person\.token");
        status.Output.ShouldMatch(@"platform\.global_settings\.value +mask +is_secret +platform\.global_settings\.value");
        (await database.LinesAsync("select record_data from logs.change"))
            .ShouldBe(["""{"id": 1, "ssn": "[redacted]", "token": "[redacted]"}"""]);
    }

    [Fact]
    public async Task A_rule_that_names_no_table_stops_the_worker_before_anything_is_changed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var program = ChangeLogProgram.Start(database.ConnectionString, ["run"], new Dictionary<string, string?>
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
