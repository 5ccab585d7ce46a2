using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>What concerns a whole server, and so needs one of its own: roles of fixed names, recovery.</summary>
public sealed class OwnServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Roles_that_exist_are_granted_what_they_are_for()
    {
        await using var server = await StartAsync();
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString());
        await admin.ExecuteAsync(
            """
            create role changelog_owner;
            create role changelog_worker;
            create role changelog_reader;
            create role changelog_application;
            """);
        await admin.InstallAsync();

        (await admin.LinesAsync(
            """
            select r.rolname,
                   has_table_privilege(r.oid, 'logs.change', 'select'),
                   has_table_privilege(r.oid, 'logs.change', 'insert'),
                   has_table_privilege(r.oid, 'logs.change_details', 'insert'),
                   has_table_privilege(r.oid, 'changelog.cursor', 'update'),
                   has_table_privilege(r.oid, 'changelog.script', 'update'),
                   has_table_privilege(r.oid, 'lib_events.events', 'select'),
                   has_sequence_privilege(r.oid, 'lib_event.position', 'usage'),
                   has_function_privilege(r.oid, 'changelog.make_partitions(integer)', 'execute'),
                   has_function_privilege(r.oid, 'logs.index_key(text)', 'execute')
            from pg_roles r
            where r.rolname in ('changelog_owner', 'changelog_worker', 'changelog_reader', 'changelog_application')
            order by r.rolname
            """)).ShouldBe(
        [
            "changelog_application|f|f|f|f|f|t|f|f|f",
            "changelog_owner|t|t|t|t|t|t|t|t|t",
            "changelog_reader|t|f|f|f|f|t|f|f|t",
            "changelog_worker|t|f|f|t|f|t|f|t|t",
        ]);
        await admin.ExecuteAsync(
            "create table orders (id int primary key, created_at timestamptz default now()); insert into orders "
                + "values (1)");
        (await admin.LinesAsync("set role changelog_reader; select table_name, record_id from logs.changes"))
            .ShouldBe(["orders|1"]);
        (await admin.LinesAsync("set role changelog_application; select count(*) from lib_events.events"))
            .ShouldBe(["2"]);
        (await admin.LinesAsync("set role changelog_worker; select count(*) from changelog.handler_status"))
            .ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_member_of_the_owner_installs_and_another_member_upgrades()
    {
        await using var server = await StartAsync();
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString());
        await admin.ExecuteAsync(
            """
            create role changelog_capture;
            create role changelog_owner;
            grant changelog_capture to changelog_owner;
            grant create on database postgres to changelog_owner;
            create role alice login password 'a';
            grant changelog_owner to alice;
            """);
        var builder = new NpgsqlConnectionStringBuilder(server.ConnectionString());
        await using var owner = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Options = "-c role=changelog_owner" });
        await owner.InstallAsync();
        (builder.Username, builder.Password) = ("alice", "a");
        await using var alice = NpgsqlDataSource.Create(builder);
        await admin.ExecuteAsync("update changelog.script set hash = '' where name not like 'Migrations/%'");

        (await alice.InstallAsync()).Changed.ShouldBeTrue();

        (await admin.LinesAsync(
            "select distinct relowner::regrole from pg_class where relnamespace = 'changelog'::regnamespace"))
            .ShouldBe(["changelog_owner"]);
        (await alice.UninstallAsync(dropData: true)).DroppedData.ShouldBeTrue();
    }

    [Fact]
    public async Task A_role_that_may_create_roles_installs_upgrades_and_uninstalls_by_itself()
    {
        await using var server = await StartAsync();
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString());
        await admin.ExecuteAsync(
            """
            create role deployer login createrole password 'd';
            grant create on database postgres to deployer;
            create role writer;
            """);
        await using var deployer = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "deployer", Password = "d" });

        (await deployer.InstallAsync()).IsFirst.ShouldBeTrue();
        await deployer.ExecuteAsync(
            """
            create schema shop create table orders (id int primary key);
            grant usage on schema shop to writer;
            grant insert on shop.orders to writer
            """);
        (await deployer.ReconcileAsync()).Failed.ShouldBeEmpty();
        await admin.ExecuteAsync("begin; set local role writer; insert into shop.orders values (1); commit");
        await deployer.ExecuteAsync("update changelog.script set hash = '' where name not like 'Migrations/%'");

        (await deployer.InstallAsync()).Changed.ShouldBeTrue();

        (await deployer.LinesAsync("select table_name, record_id from logs.changes")).ShouldBe(["orders|1"]);
        (await admin.LinesAsync(
            """
            select distinct proowner::regrole, proacl
            from pg_proc
            where oid in ('logs.capture_row_change()'::regprocedure, 'logs.capture_truncate()'::regprocedure)
            """)).ShouldBe(["changelog_capture|{changelog_capture=X/changelog_capture}"]);
        var uninstalled = await deployer.UninstallAsync(dropData: true);
        (uninstalled.DroppedData, uninstalled.DroppedRole).ShouldBe((true, true));
    }

    [Fact]
    public async Task A_capture_role_that_can_do_more_than_it_should_is_refused()
    {
        await using var server = await StartAsync();
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString());
        await admin.ExecuteAsync("create role changelog_capture login");
        (await Installs.RefusalAsync(() => admin.InstallAsync(), 1)).Message.ShouldStartWith(
            "The role changelog_capture, with whose rights every change is captured, can do more than it should.");
        await admin.ExecuteAsync(
            "alter role changelog_capture nologin; grant pg_read_server_files to changelog_capture");
        await Installs.RefusalAsync(() => admin.InstallAsync(), 1);
        (await admin.LinesAsync("select to_regnamespace('logs')")).ShouldBe(["∅"]);
    }

    [Fact]
    public async Task The_capture_role_goes_with_the_last_install_of_the_cluster()
    {
        await using var server = await StartAsync();
        await using var one = NpgsqlDataSource.Create(server.ConnectionString());
        await one.ExecuteAsync("create database other");
        await using var other = NpgsqlDataSource.Create(server.ConnectionString("other"));
        await one.InstallAsync();
        await other.InstallAsync();
        (await one.UninstallAsync(dropData: true)).DroppedRole.ShouldBeFalse();
        (await other.UninstallAsync(dropData: true)).DroppedRole.ShouldBeTrue();
        (await one.LinesAsync("select to_regrole('changelog_capture')")).ShouldBe(["∅"]);
    }

    [Fact]
    public async Task A_transaction_with_changes_and_events_can_be_prepared()
    {
        await using var server = await EmbeddedPostgres.StartAsync(
            PostgresServer.BinDirectory,
            new Dictionary<string, string>(PostgresServer.QuickSettings) { ["max_prepared_transactions"] = "2" },
            Token);
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString());
        await admin.InstallAsync();
        await admin.ExecuteAsync("create table item (id int primary key)");

        await admin.ExecuteAsync(
            "begin; insert into item values (1); select lib_event.create('test.item.seen'); "
                + "prepare transaction 'both'");
        await admin.ExecuteAsync("commit prepared 'both'");

        (await admin.LinesAsync("select op, record_id from logs.change")).ShouldBe(["I|1"]);
    }

    [Fact]
    public async Task A_server_in_recovery_is_refused()
    {
        await using var server = await StartAsync();
        await server.StopAsync(immediate: false, Token);
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "standby.signal"), string.Empty, Token);
        await server.StartAsync(Token);
        await using var standby = NpgsqlDataSource.Create(server.ConnectionString());
        (await Installs.RefusalAsync(() => standby.InstallAsync(), 1)).Message.ShouldEndWith(
            "is a standby in recovery: it is read-only. Connect to the primary.");
    }

    private static Task<EmbeddedPostgres> StartAsync() =>
        EmbeddedPostgres.StartAsync(PostgresServer.BinDirectory, PostgresServer.QuickSettings, Token);
}
