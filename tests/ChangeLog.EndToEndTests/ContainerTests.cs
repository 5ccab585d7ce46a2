using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>What deploy/docker builds and starts, on an engine that test.sh has found or started.</summary>
public sealed class ContainerTests
{
    private static readonly string ComposeFile = InClone("deploy/docker/compose.yaml");

    public static bool HasCompose => PostgresBinaries.OnPath("docker-compose") is not null;

    public static bool HasComposeAndImage => HasCompose && ProgramImage.IsNamed;

    [Fact(Skip = ProgramImage.Missing, SkipUnless = nameof(ProgramImage.IsNamed), SkipType = typeof(ProgramImage))]
    public async Task The_tests_server_runs_in_the_container_asked_for()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("CHANGELOG_TEST_CONTAINER") is { Length: > 0 },
            "CHANGELOG_TEST_CONTAINER asks for no container");
        await using var database = await TestDatabase.CreateEmptyAsync();

        // a private one is asked on loopback
        (await database.ScalarAsync<bool>("select inet_server_addr() <<= '127.0.0.0/8'")).ShouldBeFalse();
    }

    [Fact(Skip = ProgramImage.Missing, SkipUnless = nameof(ProgramImage.IsNamed), SkipType = typeof(ProgramImage))]
    public async Task Run_once_in_the_image_handles_what_is_there()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.item (id int primary key, name text);
            insert into public.item values (1, 'a');
            update public.item set name = 'b'
            """);

        await using var program = ProgramImage.Start(database.ConnectionString, [], "run", "--once");
        var result = await program.WaitForExitAsync(Eventually.Deadline);

        (result.ExitCode, result.Error).ShouldBe((0, ""), result.Output);
        (await database.LinesAsync(
            """
            select c.op, c.record_data ->> 'name', d.position is not null
            from logs.change c
            left join logs.change_details d on d.position = c.position
            where c.table_name = 'item'
            order by c.position
            """)).ShouldBe(["I|a|t", "U|b|t"]);
    }

    [Fact(Skip = ProgramImage.Missing, SkipUnless = nameof(ProgramImage.IsNamed), SkipType = typeof(ProgramImage))]
    public async Task A_worker_in_the_image_ends_with_0_when_its_container_is_stopped()
    {
        await using var database = await TestDatabase.CreateAsync();
        var name = $"changelog-test-{Guid.NewGuid():N}";
        await using var worker = ProgramImage.Start(database.ConnectionString, ["--name", name]);
        await database.ExecuteAsync("create table public.item (id int primary key)");
        await database.ExecuteAsync("insert into public.item values (1)");
        await database.WaitUntilAsync(
            """
            select exists (
                select from logs.change c
                join logs.change_details d on d.position = c.position
                where c.table_name = 'item'
            )
            """);

        await using var stop = RunningProgram.Start("docker", ["stop", "--time", "60", name], []);

        (await stop.WaitForExitAsync(Eventually.Deadline)).ExitCode.ShouldBe(0);
        (await worker.WaitForExitAsync(Eventually.Deadline)).ExitCode.ShouldBe(0, worker.Error);
    }

    [Fact(Skip = ProgramImage.Missing, SkipUnless = nameof(ProgramImage.IsNamed), SkipType = typeof(ProgramImage))]
    public async Task Without_a_database_the_image_says_what_to_set_and_ends_with_2()
    {
        await using var program = ProgramImage.Start(null, []);
        var result = await program.WaitForExitAsync(Eventually.Deadline);

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldContain("set the environment variable ConnectionStrings__ChangeLog");
    }

    [Fact(Skip = ProgramImage.Missing, SkipUnless = nameof(ProgramImage.IsNamed), SkipType = typeof(ProgramImage))]
    public async Task The_image_runs_as_a_user_without_rights()
    {
        await using var id = ProgramImage.Start(null, ["--entrypoint", "id"], "-u");
        var result = await id.WaitForExitAsync(Eventually.Deadline);

        (result.ExitCode, result.Output.Trim()).ShouldBe((0, "1654"), result.Error);
    }

    [Fact(Skip = "docker-compose is not installed", SkipUnless = nameof(HasCompose))]
    public async Task The_compose_file_is_accepted()
    {
        var result = await ComposeAsync("accepted", 0, "config", "--quiet");
        (result.ExitCode, result.Error.Trim()).ShouldBe((0, ""));
    }

    [Fact(Skip = "There is no docker-compose, or no image of the program", SkipUnless = nameof(HasComposeAndImage))]
    public async Task What_the_compose_file_starts_captures_the_writes_of_its_database()
    {
        var project = $"changelog-test-{Guid.NewGuid():N}";
        var port = FreePort();
        try
        {
            var up = await ComposeAsync(project, port, "up", "--detach", "--no-build");
            up.ExitCode.ShouldBe(0, up.Error);
            await using var dataSource = NpgsqlDataSource.Create(
                $"Host=127.0.0.1;Port={port};Database=app;Username=postgres;Password=only-to-try-it");
            await Eventually.TrueAsync(
                "the worker has installed",
                () => dataSource.ScalarAsync<bool>("select to_regclass('logs.change_details') is not null"));
            await dataSource.ExecuteAsync("create table item (id int primary key); insert into item values (1)");

            await Eventually.TrueAsync(
                "the write is handled",
                () => dataSource.ScalarAsync<bool>(
                    """
                    select exists (
                        select from logs.change c
                        join logs.change_details d on d.position = c.position
                        where c.table_name = 'item' and c.op = 'I'
                    )
                    """));
        }
        finally
        {
            await ComposeAsync(project, port, "down", "--volumes");
        }
    }

    private static async Task<ProgramResult> ComposeAsync(string project, int port, params string[] arguments)
    {
        await using var compose = RunningProgram.Start(
            "docker-compose", ["--file", ComposeFile, "--project-name", project, .. arguments],
            new Dictionary<string, string?>
            {
                ["POSTGRES_PASSWORD"] = null,
                ["POSTGRES_PORT"] = $"{port}",
                ["POSTGRES_IMAGE"] = Environment.GetEnvironmentVariable("CHANGELOG_TEST_CONTAINER"),
                ["CHANGELOG_IMAGE"] = ProgramImage.Name,
            });
        return await compose.WaitForExitAsync(TimeSpan.FromSeconds(180));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string InClone(string path, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", path));
}
