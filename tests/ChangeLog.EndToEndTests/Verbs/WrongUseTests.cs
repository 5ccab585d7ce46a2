using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

public sealed class WrongUseTests
{
    [Theory]
    [InlineData("histroy", "histroy is not a verb of changelog. Did you mean history?")]
    [InlineData("install --dryrun", "--dryrun is not an option of changelog install. Did you mean --dry-run?")]
    [InlineData("history orders", "Required argument 'record' missing")]
    [InlineData("history orders 1 --limit none", "--limit")]
    [InlineData("transaction 17", "17 is not an event__id")]
    [InlineData("status --config /no/such/file", "--config: there is no file /no/such/file")]
    public async Task What_was_typed_wrong_is_said_with_exit_code_2(string typed, string sentence)
    {
        var result = await ChangeLogProgram.RunAsync("Host=/nowhere", typed.Split(' '));

        result.ShouldSatisfyAllConditions(
            () => result.ExitCode.ShouldBe(2),
            () => result.Error.ShouldContain(sentence),
            () => result.Error.Trim().Split('\n').Length.ShouldBe(1),
            () => result.Output.ShouldBeEmpty());
    }

    [Fact]
    public async Task An_unknown_setting_in_a_file_is_named_with_exit_code_2()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, """{ "ChangeLog": { "InstalOnStart": false } }""", TestContext.Current.CancellationToken);
        try
        {
            var result = await ChangeLogProgram.RunAsync("Host=/nowhere", "status", "--config", file);

            (result.ExitCode, result.Error).ShouldSatisfyAllConditions(
                pair => pair.ExitCode.ShouldBe(2),
                pair => pair.Error.ShouldContain("the nearest is ChangeLog:InstallOnStart."));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_settings_file_that_may_not_be_read_is_exit_code_2()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using (File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                var result = await ChangeLogProgram.RunAsync("Host=/nowhere", "status", "--config", file);

                result.ExitCode.ShouldBe(2);
                result.Error.ShouldStartWith("changelog: A settings file is unreadable: ");
                result.Error.ShouldContain(file);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_missing_database_is_exit_code_2()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var missing = await ChangeLogProgram.RunAsync(
            database.ConnectionStringFor(builder => builder.Database = "no_such_database"), "status");

        missing.ExitCode.ShouldBe(2);
        missing.Error.ShouldContain("has no database no_such_database");
    }

    [Fact]
    public async Task A_verb_that_needs_an_install_names_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        foreach (var verb in new[] { "status", "reconcile", "history orders 1" })
        {
            var result = await ChangeLogProgram.RunAsync(database.ConnectionString, verb.Split(' '));
            (result.ExitCode, result.Error.Trim()).ShouldBe((1,
                $"changelog: ChangeLog is not installed in database {database.Name}. Run: changelog install"));
        }
    }
}
