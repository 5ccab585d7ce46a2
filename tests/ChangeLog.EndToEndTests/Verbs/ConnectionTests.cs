using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>The ways in which an operator may say which database is meant.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task The_database_is_named_as_for_psql()
    {
        await using var database = await TestDatabase.CreateAsync();
        var to = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var password = to.Password ?? string.Empty;
        var text = $"host={to.Host} port={to.Port} dbname={to.Database} user={to.Username} password='{password}'";
        var uri = $"postgres://{to.Username}:{Uri.EscapeDataString(password)}@"
            + $"{Uri.EscapeDataString(to.Host!)}:{to.Port}/{to.Database}?connect_timeout=10";

        foreach (var settings in new (string Name, string? Value)[][]
            {
                [("ConnectionStrings__ChangeLog", text), ("DATABASE_URL", "postgres://nowhere.invalid/no")],
                [("DATABASE_URL", uri), ("PGHOST", "nowhere.invalid"), ("PGDATABASE", "no")],
                [("DATABASE_URL", "postgres://"), .. Variables(to)],
                [.. Variables(to), ("PGAPPNAME", "psql")],
            })
        {
            var result = await RunAsync(settings, "status");

            (result.ExitCode, result.Error).ShouldBe((0, string.Empty), settings[0].Name);
            result.Output.ShouldContain(database.Name);
        }
    }

    [Fact]
    public async Task A_failure_names_the_variable_and_not_the_password()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var to = new NpgsqlConnectionStringBuilder(database.ConnectionString);

        var url = await RunAsync([("DATABASE_URL", "host=h colour=blue password=secret")], "status");
        var port = await RunAsync([("PGHOST", "h"), ("PGPORT", "secret")], "status");
        var login = await RunAsync(
            [.. Variables(to), ("PGUSER", "nobody_of_this_name"), ("PGPASSWORD", "secret")], "status");

        url.ExitCode.ShouldBe(2);
        url.Error.ShouldContain("DATABASE_URL is invalid: the keyword colour is not supported.");
        port.ExitCode.ShouldBe(2);
        port.Error.Trim().ShouldBe("changelog: The environment variable PGPORT has an invalid value.");
        login.ExitCode.ShouldBe(2);
        login.Error.ShouldContain("refused the login of nobody_of_this_name");
        login.Error.ShouldContain("in the PG* variables.");
        (url.Error + port.Error + login.Error).ShouldNotContain("secret");
    }

    private static (string Name, string? Value)[] Variables(NpgsqlConnectionStringBuilder to) =>
    [
        ("PGHOST", to.Host), ("PGPORT", $"{to.Port}"), ("PGDATABASE", to.Database),
        ("PGUSER", to.Username), ("PGPASSWORD", to.Password),
    ];

    private static async Task<ProgramResult> RunAsync((string Name, string? Value)[] settings, params string[] verb)
    {
        var environment = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        await using var program = ChangeLogProgram.Start(null, verb, environment);
        return await program.WaitForExitAsync();
    }
}
