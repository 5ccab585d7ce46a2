using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Cli;

public sealed class WrongUseTests
{
    [Theory]
    [InlineData("histroy", "histroy is no verb of changelog. Did you mean history?")]
    [InlineData("install --dryrun", "--dryrun is no option of changelog install. Did you mean --dry-run?")]
    [InlineData("history orders", "Required argument 'record' missing")]
    [InlineData("history orders 1 --limit none", "--limit")]
    [InlineData("transaction 17", "17 is no event__id")]
    [InlineData("status --config /no/such/file", "There is no file /no/such/file")]
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
    public async Task An_unknown_setting_in_the_environment_is_named_with_exit_code_2()
    {
        await using var program = ChangeLogProgram.Start(
            "Host=/nowhere", ["run"], new Dictionary<string, string?> { ["ChangeLog__Handlers__PageSiz"] = "1" });

        var result = await program.WaitForExitAsync();

        (result.ExitCode, result.Error.Trim()).ShouldBe((2,
            "changelog: ChangeLog:Handlers:PageSiz is not a setting (in the environment: ChangeLog__Handlers__PageSiz); "
            + "the nearest that exists is ChangeLog:Handlers:PageSize."));
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
                pair => pair.Error.ShouldContain("the nearest that exists is ChangeLog:InstallOnStart."));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_unreachable_server_is_exit_code_1_for_run_too()
    {
        var result = await ChangeLogProgram.RunAsync("Host=127.0.0.1;Port=1;Password=geheim", "run");

        (result.ExitCode, result.Error.Trim()).ShouldBe((1,
            "changelog: PostgreSQL at 127.0.0.1:1 cannot be reached: Connection refused. "
            + "Start it, or correct Host and Port in ConnectionStrings:ChangeLog."));
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_exit_code_2_and_is_not_repeated()
    {
        var result = await ChangeLogProgram.RunAsync("Hst=x;Password=geheim", "run");

        (result.ExitCode, result.Error).ShouldSatisfyAllConditions(
            pair => pair.ExitCode.ShouldBe(2),
            pair => pair.Error.ShouldContain("hst"),
            pair => pair.Error.ShouldNotContain("geheim"));
    }

    [Fact]
    public async Task A_refused_login_and_a_missing_database_are_exit_code_2()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var login = await ChangeLogProgram.RunAsync(
            database.ConnectionStringFor(builder => (builder.Username, builder.Password) = ("nobody_here", "geheim")), "run");
        var missing = await ChangeLogProgram.RunAsync(
            database.ConnectionStringFor(builder => builder.Database = "no_such_database"), "status");

        login.ExitCode.ShouldBe(2);
        login.Error.ShouldContain("refused the login of nobody_here");
        login.Error.ShouldNotContain("geheim");
        missing.ExitCode.ShouldBe(2);
        missing.Error.ShouldContain("has no database no_such_database");
    }

    [Fact]
    public async Task Without_rights_nothing_is_done_and_install_is_named()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var role = await database.CreateRoleAsync();
        var connectionString = database.ConnectionStringFor(
            builder => (builder.Username, builder.Password) = (role.Name, role.Password));

        var run = await ChangeLogProgram.RunAsync(connectionString, "run");
        var status = await ChangeLogProgram.RunAsync(connectionString, "status");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("changelog install");
        status.ExitCode.ShouldBe(1);
        status.Error.ShouldContain("ChangeLog is not installed in database");
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'changelog'")).ShouldBe(0);
    }
}
