using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_schema_that_someone_else_planted_under_our_mark_is_refused_untouched()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var attacker = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"""
            create schema changelog authorization {attacker.Name};
            comment on schema changelog is 'ChangeLog: the worker''s own state'
            """);

        var refused = await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2);

        refused.Message.ShouldStartWith(
            $"The schema changelog says that it is ChangeLog's, but belongs to {attacker.Name}");
        (await SchemasAsync(database)).ShouldBe(["changelog"]);
    }

    [Fact]
    public async Task An_incomplete_install_is_refused_untouched()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync("drop schema lib_events cascade");

        var refused = await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2);

        refused.Message.ShouldContain("there is changelog, lib_event, logs, platform, but not all of");
        (await SchemasAsync(database)).ShouldBe(["changelog", "lib_event", "logs", "platform"]);
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_untouched()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            "insert into changelog.script (name, hash) values ('Migrations/9999_of_the_future.sql', 'x')");
        var before = await Catalog.OfAsync(database);

        var refused = await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2);
        (await Installs.RefusalAsync(() => database.DataSource.UninstallAsync(), 2)).Message.ShouldBe(refused.Message);

        refused.Message.ShouldBe("The installed schema is newer than this program: it has "
            + "Migrations/9999_of_the_future.sql. Use the newer program.");
        (await Catalog.OfAsync(database)).ShouldBe(before);
    }

    [Fact]
    public async Task A_migration_that_ran_with_another_text_is_refused()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            "update changelog.script set hash = 'x' where name = 'Migrations/0032_begin_with_tables.sql'");

        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2))
            .Message.ShouldContain("different text of Migrations/0032_begin_with_tables.sql");
    }

    [Fact]
    public async Task A_schema_of_another_version_is_not_worked_with()
    {
        await using var database = await TestDatabase.CreateAsync();
        var installer = new SchemaInstaller(database.DataSource, TimeProvider.System);
        Task RequireAsync() => installer.RequireCurrentAsync(TestContext.Current.CancellationToken);
        await RequireAsync();

        await database.ExecuteAsync(
            "delete from changelog.script where name = 'Routines/changelog.runtime_settings.sql'");
        (await Installs.RefusalAsync(RequireAsync, 1)).Message.ShouldBe(
            "The installed schema is older than this program: it lacks Routines/changelog.runtime_settings.sql. Run: "
                + "changelog install");
        await database.DataSource.InstallAsync();
        await RequireAsync();

        await database.ExecuteAsync(
            "insert into changelog.script (name, hash) values ('Migrations/9999_future.sql', 'x')");
        (await Installs.RefusalAsync(RequireAsync, 2)).Message.ShouldBe(
            "The installed schema is newer than this program: it has Migrations/9999_future.sql. "
                + "Use the newer program.");
    }

    [Fact]
    public async Task An_uninstalled_database_captures_nothing_and_its_data_is_of_this_version()
    {
        await using var database = await TestDatabase.CreateAsync();
        var installer = new SchemaInstaller(database.DataSource, TimeProvider.System);
        await installer.RequireCaptureAsync(TestContext.Current.CancellationToken);
        await database.DataSource.UninstallAsync();

        await installer.RequireCurrentAsync(TestContext.Current.CancellationToken);
        (await Installs.RefusalAsync(
            () => installer.RequireCaptureAsync(TestContext.Current.CancellationToken), 1)).Message.ShouldBe(
            $"ChangeLog was uninstalled from database {database.Name}, which keeps its log: "
            + "no table is captured. "
            + "Run: changelog install");
    }

    [Fact]
    public async Task All_that_settings_name_and_the_database_lacks_is_said_at_once_and_nothing_is_left()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            "create schema shop; create table shop.orders (id uuid primary key); create table users (id int)");
        var settings = new CaptureSettings
        {
            NonLoggedTables = ["a.b.c"],
            Schemas = ["shopp", "platform", "public"],
            UsersTable = TableName.Parse("user"),
            Links = LinkPolicies.Read(["shop.order=keep"]),
            Redaction = new RedactionSettings(
                [new RedactionRule(
                    "ChangeLog:Redaction:Rules:0", new TablePattern("shop.order", "shop", "order"),
                    new ColumnPattern("id"), RedactionMethod.Mask, null)]),
        };
        var reconciler = new TriggerReconciler(database.DataSource, TimeProvider.System);

        var refused = await Installs.RefusalAsync(() => database.DataSource.InstallAsync(settings), 2);
        (await Installs.RefusalAsync(() => database.DataSource.PlanInstallAsync(settings), 2))
            .Message.ShouldBe(refused.Message);
        (await SchemasAsync(database)).ShouldBeEmpty();
        (await database.LinesAsync("select evtname from pg_event_trigger")).ShouldBeEmpty();
        await database.DataSource.InstallAsync();
        var problems = await reconciler.ProblemsAsync(settings, TestContext.Current.CancellationToken);
        (await Installs.RefusalAsync(
            () => reconciler.RequireAsync(settings, TestContext.Current.CancellationToken),
            2)).Message.ShouldBe(string.Join(' ', problems));

        problems.ShouldBe(
        [
            "ChangeLog:Schemas: there is no schema shopp whose tables could be captured. The nearest is shop.",
            "ChangeLog:Platform:UsersTable names public.user, which does not exist. The nearest is public.users.",
            "ChangeLog:Redaction:Rules:0:Table: there is no table shop.order. The nearest is shop.orders.",
            // an install has made it when it asks
            "ChangeLog:Links:Policies: there is no table shop.order.",
            "NON_LOGGED_TABLES: 'a.b.c' is malformed: a table is schema.table; a name with a dot must be "
                + "double-quoted. "
            + "Write schema.table, schema.* or table, separated by commas.",
        ]);
        refused.Message.ShouldBe(string.Join(' ', problems));
    }

    [Theory]
    [InlineData("a.b.c", "NON_LOGGED_TABLES: 'a.b.c' is malformed")]
    [InlineData("!shop.*", "NON_LOGGED_TABLES: !shop.* includes a default exclusion, but shop.* is not one: ")]
    public async Task An_exclusion_that_cannot_be_is_refused_and_nothing_is_left(string pattern, string problem)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(Installs.Without(pattern)), 2))
            .Message.ShouldStartWith(problem);
        (await SchemasAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_upgrade_leaves_the_earlier_version()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            """
            create or replace function changelog.tables_of_before() returns int language sql as 'select 1';
            insert into changelog.script (name, hash) values ('Routines/changelog.tables_of_before.sql', 'x');
            drop function changelog.is_suspended;
            delete from changelog.script where name = 'Routines/changelog.is_suspended.sql'
            """);
        var before = await Catalog.OfAsync(database);

        (await Installs.RefusalAsync(
            () => database.DataSource.InstallAsync(Installs.WithUsers("nobody")), 2))
            .Message.ShouldStartWith("ChangeLog:Platform:UsersTable names public.nobody, which does not exist.");

        (await Catalog.OfAsync(database)).ShouldBe(before);
    }

    private static Task<IReadOnlyList<string>> SchemasAsync(TestDatabase database) => database.LinesAsync(
        """
        select nspname from pg_namespace
        where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
        order by nspname
        """);
}
