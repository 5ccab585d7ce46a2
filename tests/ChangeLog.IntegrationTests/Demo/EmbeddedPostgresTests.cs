using System.Runtime.Versioning;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Demo;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["fsync"] = "off", ["work_mem"] = "5MB" };

    [Fact]
    public async Task It_takes_its_settings_survives_restart_and_kill_and_leaves_nothing()
    {
        var token = TestContext.Current.CancellationToken;
        string directory;
        await using (var server = await EmbeddedPostgres.StartAsync(PostgresServer.BinDirectory, Settings, token))
        {
            directory = server.Directory;
            await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString());
            (await dataSource.ScalarAsync<string>("show work_mem")).ShouldBe("5MB");
            await dataSource.ExecuteAsync("create table note (body text)");
            await server.RestartAsync(token);
            dataSource.Clear();
            await dataSource.ExecuteAsync("insert into note values ('committed')");
            await server.KillAsync(token);
            await server.StartAsync(token);
            dataSource.Clear();
            (await dataSource.LinesAsync("select body from note")).ShouldBe(["committed"]);
        }

        Directory.Exists(directory).ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_password()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await EmbeddedPostgres.StartAsync(PostgresServer.BinDirectory, Settings, token);
        File.GetUnixFileMode(server.Directory)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Password = "postgres" };
        await using var dataSource = NpgsqlDataSource.Create(wrong);
        var refused = await Should.ThrowAsync<PostgresException>(() => dataSource.ScalarAsync<int>("select 1"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task A_folder_without_a_server_is_named_and_refused()
    {
        var refused = await Should.ThrowAsync<RefusedException>(
            () => EmbeddedPostgres.StartAsync("/usr/share", Settings, TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("ChangeLog:Embedded:BinDirectory is /usr/share");
        refused.ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_setting_the_server_refuses_is_told()
    {
        var refused = await Should.ThrowAsync<RefusedException>(() => EmbeddedPostgres.StartAsync(
            PostgresServer.BinDirectory,
            new Dictionary<string, string> { ["no_such_setting"] = "1" },
            TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("no_such_setting");
    }
}
