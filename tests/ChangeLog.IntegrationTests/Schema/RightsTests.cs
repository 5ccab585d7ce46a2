using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

public sealed class RightsTests
{
    [Fact]
    public async Task A_role_without_rights_is_told_exactly_what_a_dba_has_to_run()
    {
        await using var other = await Installs.CreateAsync();
        await using var database = await TestDatabase.CreateEmptyAsync();
        var role = await database.CreateRoleAsync();
        var dataSource = database.DataSourceFor(role);

        var refused = await Installs.RefusalAsync(() => dataSource.InstallAsync(), 1);

        var start = $"{role.Name} may not install ChangeLog here. Let a DBA run, in this database: ";
        refused.Message.ShouldStartWith(start);
        refused.Message.ShouldContain($"grant create on database {database.Name} to {role.Name};");
        await database.ExecuteAsync(refused.Message[start.Length..]);
        var report = await dataSource.InstallAsync();
        report.IsFirst.ShouldBeTrue();
        report.FollowsDdl.ShouldBeFalse();
        report.Warnings.ShouldContain(
            "The role may not create event triggers: new tables are captured from the next reconcile on, and a new "
            + "or renamed column that should be redacted is logged raw until then. Reconcile after each migration, "
            + "before its columns are written: "
            + "changelog reconcile");
    }

    [Fact]
    public async Task A_role_with_the_rights_installs_captures_its_tables_and_upgrades()
    {
        await using var other = await Installs.CreateAsync();
        await using var database = await TestDatabase.CreateEmptyAsync();
        var role = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"grant create on database {database.Name} to {role.Name}; grant changelog_capture to {role.Name}");
        var dataSource = database.DataSourceFor(role);
        await dataSource.InstallAsync();
        await dataSource.ExecuteAsync("create schema shop create table orders (id int primary key)");

        (await dataSource.ReconcileAsync()).Failed.ShouldBeEmpty();
        await dataSource.ExecuteAsync("update changelog.script set hash = '' where name not like 'Migrations/%'");
        var upgrade = await dataSource.InstallAsync();

        upgrade.Changed.ShouldBeTrue();
        upgrade.Reconcile.Failed.ShouldBeEmpty();
        (await database.LinesAsync(
            "select distinct proowner::regrole from pg_proc where pronamespace = 'logs'::regnamespace "
            + "and proname like 'capture\\_%' and prorettype = 'trigger'::regtype"))
            .ShouldAllBe(owner => owner == "changelog_capture");
    }

    [Fact]
    public async Task Another_role_is_told_who_installed_it()
    {
        await using var database = await Installs.CreateAsync();
        var role = await database.CreateRoleAsync();
        var refused = await Installs.RefusalAsync(() => database.DataSourceFor(role).InstallAsync(), 1);
        refused.Message.ShouldStartWith("ChangeLog is installed here by ");
    }

    [Fact]
    public async Task Everyone_may_execute_these_four_functions_and_nothing_else()
    {
        await using var database = await Installs.CreateAsync();
        var nobody = await database.CreateRoleAsync();
        var routines = await database.LinesAsync(
            """
            select distinct pronamespace::regnamespace || '.' || proname
            from pg_proc
            where pronamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
              and has_function_privilege($1, oid, 'execute')
            order by 1
            """,
            nobody.Name);
        routines.ShouldBe(
            ["changelog.set_context", "lib_event.create", "lib_events.create", "logs.capture_partition_change"]);

        (await database.LinesAsync(
            """
            select nspname || ':' || has_schema_privilege($1, oid, 'usage') || ':' || has_schema_privilege($1, oid,
                'create')
            from pg_namespace
            where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
            order by 1
            """,
            nobody.Name)).ShouldBe(
            [
                "changelog:true:false", "lib_event:true:false", "lib_events:true:false", "logs:false:false",
                "platform:false:false",
            ]);

        (await database.LinesAsync(
            """
            select oid::regclass
            from pg_class
            where relnamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
              and (relkind in ('r', 'p', 'v')
                   and has_table_privilege($1, oid, 'select, insert, update, delete, truncate, references, trigger')
                   or relkind = 'S' and has_sequence_privilege($1, oid, 'usage, select, update'))
            """,
            nobody.Name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Default_privileges_do_not_open_what_is_installed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            """
            alter default privileges grant all on tables to public;
            alter default privileges grant all on sequences to public;
            alter default privileges grant all on schemas to public;
            alter default privileges grant all on functions to public
            """);
        await database.DataSource.InstallAsync();
        var nobody = await database.CreateRoleAsync();

        (await database.LinesAsync(
            """
            select oid::regclass
            from pg_class
            where relnamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
              and relkind in ('r', 'p', 'v')
              and has_table_privilege($1, oid, 'select, insert, update, delete')
            """,
            nobody.Name)).ShouldBeEmpty();
        await database.ExecuteAsync("select changelog.make_partitions(13)");
        (await database.ScalarAsync<bool>(
            """
            select bool_or(has_table_privilege($1, oid, 'select'))
            from pg_class
            where relnamespace = 'logs'::regnamespace
              and relkind = 'r'
            """,
            nobody.Name)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_capture_role_may_write_the_two_tables_and_nothing_else()
    {
        await using var database = await Installs.CreateAsync();
        (await database.LinesAsync(
            """
            select c.oid::regclass, a.privilege_type
            from pg_class c
            cross join aclexplode(c.relacl) a
            where a.grantee = 'changelog_capture'::regrole
            order by c.oid::regclass::text, 2
            """)).ShouldBe(
            [
                "changelog.awake_until|SELECT",
                "changelog.key_redaction|SELECT",
                "changelog.marked|SELECT",
                "changelog.marked|UPDATE",
                "lib_event.\"position\"|USAGE",
                "logs.change|INSERT",
                "logs.transaction|INSERT",
            ]);
        (await database.LinesAsync(
            """
            select rolsuper or rolcanlogin or rolcreaterole or rolcreatedb,
                   exists (select from pg_auth_members m where m.member = r.oid),
                   has_schema_privilege(oid, 'logs', 'create')
            from pg_roles r
            where rolname = 'changelog_capture'
            """)).ShouldBe(["f|f|f"]);
    }

    [Fact]
    public async Task A_table_of_someone_else_is_named_and_its_coverage_says_why()
    {
        await using var other = await Installs.CreateAsync();
        await using var database = await TestDatabase.CreateEmptyAsync();
        var role = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"grant create on database {database.Name} to {role.Name}; grant changelog_capture to {role.Name}");
        await database.ExecuteAsync(
            "create table theirs (id int primary key); create schema hidden create table \"One\" (id int primary key)");
        var dataSource = database.DataSourceFor(role);

        await dataSource.InstallAsync();
        var report = await dataSource.ReconcileAsync();

        var ofTable = $"grant trigger on public.theirs to {role.Name}";
        var ofSchema = $"grant usage on schema hidden to {role.Name}; grant trigger on hidden.\"One\" to {role.Name}";
        string[] reasons =
        [
            $"hidden.One|permission denied for schema hidden (let its owner run: {ofSchema})",
            $"public.theirs|permission denied for table theirs (let its owner run: {ofTable})",
        ];
        report.Failed.Select(failed => $"{failed.Table}|{failed.Reason}").Order().ShouldBe(reasons);
        (await database.LinesAsync(
            """
            select table_schema || '.' || table_name, reason
            from changelog.current_coverage
            join changelog.coverage using (table_oid, captured, reason)
            where not captured
            order by 1
            """)).ShouldBe(reasons);
        await database.ExecuteAsync($"{ofTable}; {ofSchema}");
        (await dataSource.ReconcileAsync()).Failed.ShouldBeEmpty();
        (await database.CoverageAsync())[^1].ShouldBe("public.theirs|t|∅|still");
    }
}
