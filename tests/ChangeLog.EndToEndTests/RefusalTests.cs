using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>Bad input: a sentence with what, which object and what to do; an exit code; nothing half-done.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RefusalTests
{
    private const int Failed = 1;
    private const int WrongUse = 2;

    [Theory]
    [InlineData("install")]
    [InlineData("run")]
    [InlineData("status")]
    public async Task A_server_that_is_not_there_is_named(string verb)
    {
        var result = await ChangeLogProgram.RunAsync("Host=127.0.0.1;Port=1;Username=app;Database=app;Timeout=2", verb);
        Refused(result, Failed, "127.0.0.1");
    }

    [Fact]
    public async Task A_server_without_SSL_that_it_requires_is_no_wrong_host()
    {
        await using var server = await PostgresServer.StartOwnAsync();

        var result = await ChangeLogProgram.RunAsync($"{server.ConnectionString};SSL Mode=Require", "status");

        Refused(result, WrongUse, "offers no SSL, which ConnectionStrings:ChangeLog requires", "SSL Mode=Prefer");
        result.Error.ShouldNotContain("host and port");
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_told()
    {
        var result = await ChangeLogProgram.RunAsync("Host=127.0.0.1;Colour=blue", "status");
        Refused(result, WrongUse, "olour");
    }

    [Fact]
    public async Task No_connection_string_is_told_with_the_setting_to_use()
    {
        var result = await ChangeLogProgram.RunAsync(null, "status");
        Refused(result, WrongUse, "ConnectionStrings");
    }

    [Fact]
    public async Task A_refused_login_is_told_without_the_password()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var wrong = database.ConnectionStringFor(builder => builder.Password = "not-the-password");
        var result = await ChangeLogProgram.RunAsync(wrong, "install");
        Refused(result, WrongUse, "postgres");
        result.Error.ShouldNotContain("not-the-password");
    }

    [Fact]
    public async Task A_role_that_may_not_install_is_told_and_nothing_is_made()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var role = await database.CreateRoleAsync();
        var theirs = database.ConnectionStringFor(b => (b.Username, b.Password) = (role.Name, role.Password));
        foreach (var verb in new[] { "install", "run" })
        {
            var result = await ChangeLogProgram.RunAsync(theirs, verb);
            Refused(result, Failed, role.Name, database.Name);
        }

        (await database.LinesAsync(
            "select nspname from pg_namespace where nspname in ('logs', 'changelog', 'lib_event')"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_locked_for_long_is_named_and_holds_up_no_other()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            "create table public.busy (id int primary key); create table public.free (id int primary key)");
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("lock table public.busy in access exclusive mode");

        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, "install");
        var again = await ChangeLogProgram.RunAsync(database.ConnectionString, "reconcile");

        Refused(result, Failed, "public.busy could not be reconciled: locked by pid ");
        Refused(again, Failed, "public.busy could not be reconciled: locked by pid ");
        again.Output.ShouldNotContain("all triggers are in place");
        await database.ExecuteAsync("insert into public.free values (1)");
        (await database.LinesAsync("select table_name, op, record_id from logs.change")).ShouldBe(["free|I|1"]);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "reconcile")).ExitCode.ShouldBe(0);
        await database.ExecuteAsync("insert into public.busy values (2)");
        (await database.LinesAsync("select table_name, op, record_id from logs.change where table_name = 'busy'"))
            .ShouldBe(["busy|I|2"]);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("public.")]
    [InlineData(".orders")]
    public async Task A_malformed_exclusion_is_quoted_and_nothing_is_made(string pattern)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var program = ChangeLogProgram.Start(
            database.ConnectionString, ["install"],
            new Dictionary<string, string?> { ["NON_LOGGED_TABLES"] = $"public.ok,{pattern}" });
        Refused(await program.WaitForExitAsync(), WrongUse, "NON_LOGGED_TABLES", pattern);
        (await database.ScalarAsync<string?>("select to_regnamespace('logs')::text")).ShouldBeNull();
    }

    [Fact]
    public async Task An_unknown_setting_is_named_with_the_nearest_known_one()
    {
        await using var program = ChangeLogProgram.Start(
            "Host=127.0.0.1;Port=1",
            ["run"],
            new Dictionary<string, string?> { ["ChangeLog__Handlers__PageSiz"] = "10" });
        Refused(await program.WaitForExitAsync(), WrongUse, "PageSiz ", "PageSize");
    }

    [Theory]
    [InlineData(
        "shop", "/nowhere/shop.sql", "ChangeLog:SqlHandlers:0:File is /nowhere/shop.sql, which does not exist.")]
    [InlineData("", "/nowhere/shop.sql", "ChangeLog:SqlHandlers:0:Name is missing", "ChangeLog:SqlHandlers:0:File is")]
    [InlineData("enrich", null, "A handler is named enrich, as one of ChangeLog's own is.")]
    public async Task A_sql_handler_that_cannot_be_run_is_named_and_nothing_is_made(
        string name, string? file, params string[] words)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var usable = Path.Combine(Directory.CreateTempSubdirectory("changelog-test-").FullName, "usable.sql");
        await File.WriteAllTextAsync(usable, "select @changes", TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string?>
        {
            ["ChangeLog__SqlHandlers__0__Name"] = name,
            ["ChangeLog__SqlHandlers__0__File"] = file ?? usable,
        };
        foreach (var arguments in new string[][] { ["run"], ["run", "--once"] })
        {
            await using var program = ChangeLogProgram.Start(database.ConnectionString, arguments, settings);
            Refused(await program.WaitForExitAsync(), WrongUse, words);
        }

        (await database.ScalarAsync<string?>("select to_regnamespace('logs')::text")).ShouldBeNull();
        await using var install = ChangeLogProgram.Start(database.ConnectionString, ["install"], settings);
        (await install.WaitForExitAsync()).ExitCode.ShouldBe(0, "install runs no handler");
    }

    [Fact]
    public async Task An_unknown_verb_is_named_with_the_nearest_known_one()
    {
        Refused(
            await ChangeLogProgram.RunAsync("Host=127.0.0.1", "instal"), WrongUse,
            "instal is not a verb of changelog", "Did you mean install");
    }

    [Theory]
    [InlineData("install", "true")]
    [InlineData("run", "true")]
    [InlineData("run --once", "false")]
    [InlineData("reconcile", "false")]
    [InlineData("dead-letters list", "false")]
    public async Task A_schema_newer_than_the_program_is_refused_untouched(string verb, string installs)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "insert into changelog.script (name, hash) values ('Migrations/9999_from_the_future.sql', 'x')");
        Refused(
            await RunAsync(database.ConnectionString, verb, ("ChangeLog__InstallOnStart", installs)),
            WrongUse, "9999_from_the_future");
    }

    [Theory]
    [InlineData("run --once")]
    [InlineData("reconcile")]
    [InlineData("dead-letters list")]
    public async Task A_schema_older_than_the_program_is_refused_with_what_to_run(string verb)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "delete from changelog.script where name = 'Routines/changelog.runtime_settings.sql'; "
                + "drop function changelog.runtime_settings cascade");

        var result = await RunAsync(database.ConnectionString, verb, ("ChangeLog__InstallOnStart", "false"));

        Refused(
            result, Failed, "older than this program: it lacks Routines/changelog.runtime_settings.sql",
            "Run: changelog install");
    }

    [Fact]
    public async Task An_upgrade_that_does_not_get_its_lock_ends_the_worker()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "delete from changelog.script where name = 'Routines/changelog.runtime_settings.sql'");
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin; lock table changelog.script in share row exclusive mode");

        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, "run", "--once");

        Refused(
            result,
            Failed,
            "Another session holds a lock that the install needs",
            $"It is held by process {connection.ProcessID} of {connection.UserName}, application tests, since ",
            $"(to end it: select pg_terminate_backend({connection.ProcessID})). Retry.");
        // logged once, while it waits
        Regex.Count(
            result.Output, $"Waiting for a lock held by process {connection.ProcessID} of ").ShouldBe(1, result.Output);
    }

    [Theory]
    [InlineData("install")]
    [InlineData("run")]
    [InlineData("reconcile")]
    public async Task A_schema_that_does_not_exist_is_named_before_anything_is_changed(string verb)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.orders (id int primary key)");

        var result = await RunAsync(database.ConnectionString, verb, ("ChangeLog__Schemas", "publik"));

        Refused(result, WrongUse, "ChangeLog:Schemas: there is no schema publik", "The nearest is public.");
        (await database.ScalarAsync<long>("select count(*) from pg_trigger where tgrelid = 'public.orders'::regclass"))
            .ShouldBe(2);
    }

    [Theory]
    [InlineData("install")]
    [InlineData("run")]
    public async Task All_that_the_database_lacks_of_what_settings_name_is_said_at_once(string verb)
    {
        await using var database = await TestDatabase.CreateAsync();
        var result = await RunAsync(
            database.ConnectionString,
            verb,
            ("ChangeLog__Schemas", "publik"),
            ("ChangeLog__Platform__UsersTable", "nobody"),
            ("ChangeLog__Redaction__Rules__0__Table", "nowhere"),
            ("ChangeLog__Redaction__Rules__0__Column", "x"),
            ("ChangeLog__Links__Policies", "nothing=keep"),
            ("ChangeLog__Timelines__0__Root", "never"));

        Refused(result, WrongUse, "publik", "public.nobody", "public.nowhere", "public.nothing", "public.never");
    }

    [Fact]
    public async Task A_reconcile_of_an_uninstalled_database_names_the_install()
    {
        await using var database = await TestDatabase.CreateAsync();
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "uninstall", "--yes")).ExitCode.ShouldBe(0);

        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, "reconcile");

        Refused(result, Failed, $"ChangeLog was uninstalled from database {database.Name}", "Run: changelog install");
    }

    [Fact]
    public async Task A_server_in_recovery_is_refused()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await EmbeddedPostgres.StartAsync(
            PostgresServer.BinDirectory, PostgresServer.QuickSettings, token);
        (await ChangeLogProgram.RunAsync(server.ConnectionString(), "install")).ExitCode.ShouldBe(0);
        await server.StopAsync(immediate: false, token);
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "standby.signal"), "", token);
        await server.StartAsync(token);
        foreach (var verb in new[] { "install", "run", "reconcile", "uninstall --yes" })
        {
            var result = await ChangeLogProgram.RunAsync(server.ConnectionString(), verb.Split(' '));
            Refused(result, Failed, $"127.0.0.1:{server.Port}", " standby in recovery", "onnect to the primary");
        }
    }

    [Fact]
    public async Task A_server_that_is_starting_up_is_waited_for()
    {
        // a standby without hot_standby answers 57P03 for ever, as a server does during recovery
        var token = TestContext.Current.CancellationToken;
        var settings = new Dictionary<string, string>(PostgresServer.QuickSettings) { ["hot_standby"] = "off" };
        await using var server = await EmbeddedPostgres.StartAsync(PostgresServer.BinDirectory, settings, token);
        await server.StopAsync(immediate: false, token);
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "standby.signal"), "", token);
        await server.StartAsync(token);
        await using var worker = ChangeLogProgram.Start(server.ConnectionString(), ["run", "--once"]);

        await worker.WaitForOutputAsync($"PostgreSQL at 127.0.0.1:{server.Port} is starting up; waiting for it");
        worker.HasExited.ShouldBeFalse();
        await server.PromoteAsync(token);

        var result = await worker.WaitForExitAsync();
        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
        result.Output.ShouldContain("Everything committed before the start has been handled");
    }

    [Fact]
    public async Task A_worker_that_may_not_upgrade_uses_what_the_owner_of_the_database_installed()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var database = await TestDatabase.CreateEmptyAsync();
        var owner = await database.CreateRoleAsync();
        var worker = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"alter database {database.Name} owner to {owner.Name}; grant changelog_capture to {owner.Name}");
        string Of(TestRole role) =>
            database.ConnectionStringFor(b => (b.Username, b.Password) = (role.Name, role.Password));
        (await ChangeLogProgram.RunAsync(Of(owner), "install")).ExitCode.ShouldBe(0);
        await database.ExecuteAsync(
            $"""
            grant usage on schema logs, lib_event, changelog, platform to {worker.Name};
            grant all on all tables in schema logs, lib_event, changelog to {worker.Name};
            grant select on platform.feature_flags, platform.global_settings to {worker.Name};
            grant all on all sequences in schema lib_event, changelog to {worker.Name};
            grant execute on all routines in schema logs, lib_event, changelog, platform to {worker.Name};
            """);

        Refused(await ChangeLogProgram.RunAsync(Of(worker), "install"), Failed, $"installed here by {owner.Name}");
        var run = await ChangeLogProgram.RunAsync(Of(worker), "run", "--once");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("The installed version is used as it is");
    }

    private static async Task<ProgramResult> RunAsync(
        string connectionString, string arguments, params (string Name, string Value)[] settings)
    {
        await using var program = ChangeLogProgram.Start(
            connectionString, arguments.Split(' '), settings.ToDictionary(one => one.Name, one => (string?)one.Value));
        return await program.WaitForExitAsync();
    }

    private static void Refused(ProgramResult result, int exitCode, params string[] words)
    {
        var said = result.Error + result.Output;
        result.ExitCode.ShouldBe(exitCode, said);
        foreach (var word in words)
        {
            said.ShouldContain(word, Case.Sensitive);
        }

        said.ShouldNotContain("   at ChangeLog");
    }
}
