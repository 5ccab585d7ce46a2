using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>Status finds what was done to ChangeLog's own objects; every verb that may install repairs it.</summary>
public sealed class AlteredInstallationTests
{
    // our own function, with a body that makes a superuser of whoever calls it
    private const string Alter =
        """
        do $$
        begin
            execute regexp_replace(
                pg_get_functiondef('changelog.scan_links(oid, bigint, integer)'::regprocedure),
                'AS [$]function[$].*[$]function[$]',
                'AS $function$ begin create role changelog_hostile superuser; end $function$');
        end
        $$
        """;

    private const string DropAll =
        """
        drop event trigger if exists changelog_ddl;
        drop event trigger if exists changelog_drop;
        drop event trigger if exists changelog_rewrite;
        do $$
        declare
            routine record;
        begin
            for routine in
                select p.oid, p.oid::regprocedure::text as name
                from pg_proc p
                where p.pronamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
            loop
                if exists (select from pg_proc p where p.oid = routine.oid) then
                    execute format('drop function %s cascade', routine.name);
                end if;
            end loop;
        end
        $$
        """;

    private const string Routines =
        """
        select p.oid::regprocedure::text, p.prosrc, p.proowner::regrole
        from pg_proc p
        where p.pronamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
        order by 1
        """;

    [Theory]
    [InlineData("install")]
    [InlineData("run", "--once")]
    [InlineData("links")]
    public async Task A_hostile_function_and_functions_that_are_all_gone_are_made_anew_by(params string[] verb)
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        await CleanerLogin.EnsureAsync(database.DataSource);
        (await RunAsync(database.ConnectionString, "install")).ExitCode.ShouldBe(0);
        var routines = await database.LinesAsync(Routines);

        await database.ExecuteAsync(Alter);
        await database.ExecuteAsync("drop trigger mark_transaction on logs.transaction");
        string[] altered = ["changelog.scan_links(", "The trigger mark_transaction of logs.transaction is missing."];
        await IsFoundAsync(database, altered);
        await RestoresAsync(database, verb, altered);
        (await database.LinesAsync("select from pg_roles where rolname = 'changelog_hostile'")).ShouldBeEmpty();
        (await database.LinesAsync(Routines)).ShouldBe(routines);

        await database.ExecuteAsync(DropAll);
        await IsFoundAsync(database, "The function changelog.scan_links is missing.");
        await RestoresAsync(database, verb, "The function changelog.scan_links is missing.");
        (await database.LinesAsync(Routines)).ShouldBe(routines);
        (await RunAsync(database.ConnectionString, "status")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Who_may_not_install_is_told_what_to_do_and_an_owner_who_is_no_superuser_restores()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateEmptyAsync(server);
        var roles = InRepository("deploy/database/create_roles.sql");
        await database.ExecuteAsync(await File.ReadAllTextAsync(roles, TestContext.Current.CancellationToken));
        await database.ExecuteAsync(
            """
            create role deployer login password 'p' in role changelog_owner;
            alter role deployer set role to changelog_owner;
            create role daemon login password 'p' in role changelog_worker
            """);
        var (deployer, daemon) = (As(database, "deployer"), As(database, "daemon"));
        (await RunAsync(deployer, "install")).ExitCode.ShouldBe(0);
        var routines = await database.LinesAsync(Routines);
        (await RunAsync(deployer, "status")).ExitCode.ShouldBe(0);

        await database.ExecuteAsync(Alter);
        await database.ExecuteAsync(
            "drop index logs.change_details_logged_at_idx; drop trigger record_audit_entry on platform.audit_logs; "
            + "grant insert on changelog.exclusion to changelog_worker; "
            + "revoke insert on changelog.cursor from changelog_worker");
        var refused = await RunAsync(daemon, "reconcile");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("changelog.scan_links(");
        refused.Error.ShouldContain("Run, as whoever installed it: changelog install");
        (await RunAsync(daemon, "status")).ExitCode.ShouldBe(3);

        var restored = await RunAsync(deployer, "install");
        restored.ExitCode.ShouldBe(0, restored.Error);
        var said = Words(restored);
        said.ShouldContain("has a different text. It was restored.");
        said.ShouldContain("The index change_details_logged_at_idx of logs.change_details is missing. It was "
            + "restored.");
        said.ShouldContain("The trigger record_audit_entry of platform.audit_logs is missing. It was restored.");
        said.ShouldContain("changelog_worker has INSERT on changelog.exclusion. It was restored.");
        said.ShouldContain("changelog_worker lacks INSERT on changelog.cursor. It was restored.");
        (await RunAsync(daemon, "status")).ExitCode.ShouldBe(0);
        (await database.LinesAsync(Routines)).ShouldBe(routines);
    }

    private static async Task IsFoundAsync(TestDatabase database, params string[] findings)
    {
        var status = await RunAsync(database.ConnectionString, "status");
        status.ExitCode.ShouldBe(3);
        findings.ShouldAllBe(finding => Words(status).Contains(finding), Words(status));
        Words(status).ShouldContain("Run: changelog install");
    }

    private static async Task RestoresAsync(TestDatabase database, string[] verb, params string[] findings)
    {
        var result = await RunAsync(database.ConnectionString, verb);
        result.ExitCode.ShouldBe(0, result.Error);
        findings.ShouldAllBe(finding => Words(result).Contains(finding), Words(result));
        Words(result).ShouldContain("It was restored.");
    }

    private static async Task<ProgramResult> RunAsync(string connectionString, params string[] verb)
    {
        await using var program = ChangeLogProgram.Start(connectionString, verb, new Dictionary<string, string?>
        {
            ["ConnectionStrings__ChangeLogLinks"] = CleanerLogin.ConnectionString(connectionString),
        });
        return await program.WaitForExitAsync();
    }

    // long lines are wrapped
    private static string Words(ProgramResult result) =>
        string.Join(
            ' ', $"{result.Output} {result.Error}".Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    private static string As(TestDatabase database, string login) =>
        new NpgsqlConnectionStringBuilder(
            database.ConnectionString) { Username = login, Password = "p" }.ConnectionString;

    private static string InRepository(string path) => Path.Combine(Above(AppContext.BaseDirectory), path);

    private static string Above(string directory) =>
        File.Exists(Path.Combine(directory, "ChangeLog.sln")) ? directory : Above(Path.GetDirectoryName(directory)!);
}
