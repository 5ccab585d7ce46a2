using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>A schema of one of our names that the application had first.</summary>
public sealed class SharedSchemaTests
{
    private const string OwnObjects =
        "select o.schema || '.' || o.name from changelog.own_objects() o where o.kind in ('r', 'p', 'v', 'S', 'f')";

    [Fact]
    public async Task What_is_ours_is_known_by_name_and_is_all_that_an_install_makes()
    {
        await using var database = await TestDatabase.CreateAsync();
        var all = await database.LinesAsync(
            """
            select n.nspname || '.' || c.relname
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
                and c.relkind in ('r', 'p', 'v', 'S')
            union all
            select n.nspname || '.' || p.proname
            from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
            """);

        // a name that is missing here is one for changelog.is_own, or for changelog.own_objects
        all.Except(await database.LinesAsync(OwnObjects)).ShouldBeEmpty();
        EmbeddedScripts.All.SelectMany(OwnNames.Relations).Concat(EmbeddedScripts.All.SelectMany(OwnNames.Routines))
            .Distinct().Except(
                await database.LinesAsync("select o.schema || '.' || o.name from changelog.own_objects() o"))
            .ShouldBeEmpty();
        (await database.LinesAsync(
            """
            select n.nspname || '.' || c.relname
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform') and c.relkind in ('i', 'I')
            and c.oid not in (select objid from changelog.own_objects())
            """)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("lib_event")]
    [InlineData("lib_events")]
    [InlineData("changelog")]
    [InlineData("platform")]
    public async Task A_schema_of_the_application_is_shared_and_stays_as_it_is(string schema)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var owner = await database.CreateRoleAsync();
        var reader = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"""
            create schema {schema} authorization {owner.Name};
            comment on schema {schema} is 'our own';
            grant usage on schema {schema} to {reader.Name}, public;
            alter default privileges in schema {schema} grant select on tables to {reader.Name};
            set role {owner.Name};
            create table {schema}.entry (id int primary key, api_key text);
            create table {schema}.part (id int, at int) partition by list (at);
            create table {schema}.part_1 partition of {schema}.part for values in (1);
            create view {schema}.entries as select * from {schema}.entry;
            grant select on {schema}.entry to public;
            create function {schema}.add(id int) returns void language sql as
                'insert into {schema}.entry values (id, ''x'')';
            reset role;
            create function public.touch_{schema}() returns void language sql as 'select {schema}.add(7)'
            """);
        var before = await OwnersAsync(database, schema);

        (await database.DataSource.InstallAsync()).Changed.ShouldBeTrue();
        (await database.DataSource.InstallAsync()).Changed.ShouldBeFalse();

        (await OwnersAsync(database, schema)).ShouldBe(before);
        (await SchemaAsync(database, schema)).ShouldBe([$"{owner.Name}|our own|true|true"]);
        await database.ExecuteAsync(
            $"set role {owner.Name}; select public.touch_{schema}(); insert into {schema}.part values (1, 1)");
        await database.ExecuteAsync(
            $"set role {owner.Name}; create table {schema}.later (id int primary key); insert into {schema}.later "
                + "values (3)");
        await database.ExecuteAsync($"create table {schema}.latest (id int primary key)");
        (await database.LinesAsync(
            "select table_schema, table_name, record_id, record_data from logs.change order by position"))
            .ShouldBe(
            [
                $$"""{{schema}}|entry|7|{"id": 7, "api_key": "[redacted]"}""",
                $$"""{{schema}}|part|∅|{"at": 1, "id": 1}""",
                $$"""{{schema}}|later|3|{"id": 3}""",
            ]);
        (await database.LinesAsync(
            $"select table_name, captured from changelog.coverage where table_schema = '{schema}' "
            + "and valid_until is null "
            + "and table_name !~ '^(feature|global)' order by 1")).ShouldBe(
            ["entry|t", "later|t", "latest|t", "part|t"]);

        await database.DataSource.UninstallAsync(dropData: true);

        (await database.LinesAsync(
            "select nspname from pg_namespace where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', "
                + "'platform')"))
            .ShouldBe([schema]);
        (await OwnersAsync(database, schema, "later", "latest", "later_pkey", "latest_pkey")).ShouldBe(before);
        (await SchemaAsync(database, schema)).ShouldBe([$"{owner.Name}|our own|true|true"]);
        (await database.ScalarAsync<string>(
            "select coalesce(string_agg(a.grantee::regrole::text, ','), '') from pg_namespace n, "
            + "aclexplode(n.nspacl) a "
            + $"where n.nspname = '{schema}' and a.grantee in (select oid from pg_roles "
            + "where rolname like 'changelog\\_%' and rolname not like 'changelog\\_test\\_%')"))
            .ShouldBe(string.Empty);
        await database.ExecuteAsync($"set role {owner.Name}; select {schema}.add(8)");
        (await database.DataSource.InstallAsync()).Changed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("create table logs.change (id int)", "table logs.change")]
    [InlineData("create view logs.changes as select 1 as one", "view logs.changes")]
    [InlineData("create sequence logs.change_table", "sequence logs.change_table")]
    [InlineData("create type logs.transaction as enum ('a')", "type logs.transaction")]
    [InlineData("create type logs.transaction as (a int)", "type logs.transaction")]
    [InlineData("create domain logs.change_details as int", "type logs.change_details")]
    [InlineData(
        "create function logs.index_key(int) returns int language sql as 'select 1'",
        "function logs.index_key(integer)")]
    [InlineData("create table logs.change_2031_07 (id int)", "table logs.change_2031_07")]
    public async Task Where_a_name_is_taken_the_refusal_says_which(string make, string named)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync($"create schema logs; {make}");

        var refused = await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2);

        refused.Message.ShouldStartWith(
            $"Objects of yours have names that ChangeLog needs: {named}. Nothing was changed.");
        refused.Message.ShouldNotContain("alter schema");
        (await database.LinesAsync(
            "select nspname from pg_namespace where nspname in ('logs', 'lib_event', 'changelog', 'platform')"))
            .ShouldBe(["logs"]);
        var (exitCode, errors) = await Psql.TryAsync(database, SchemaInstaller.PrintSql());
        if (named != "table logs.change_2031_07")
        {
            exitCode.ShouldBe(3);
            errors.ShouldContain("there are objects already under names that ChangeLog needs: logs.");
        }
    }

    [Fact]
    public async Task The_refusal_names_what_refers_to_the_schema_and_what_names_the_object()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            """
            create schema logs;
            create table logs.change (id int primary key);
            create table logs.other (id int primary key);
            create table orders (id int primary key, change_id int constraint orders_change references logs.change);
            create view recent as select * from logs.other;
            create function note() returns void language sql as 'insert into logs . "change" values (1)';
            create function count_other() returns bigint language sql as 'select count(*) from logs.other';
            create function unrelated() returns text language sql as 'select ''catalogs.change'''
            """);

        var refused = await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2);

        refused.Message.ShouldBe(
            "Objects of yours have names that ChangeLog needs: table logs.change. Nothing was changed. "
            + "These refer to the schema "
            + "logs, so it keeps its name: function public.count_other(), function public.note(), "
            + "view public.recent, foreign key "
            + "orders_change of public.orders. The objects are named by the text of function public.note(): "
            + "give them other names only in "
            + "one transaction with these, and in the application's own queries; or use another database.");
    }

    [Fact]
    public async Task The_owner_of_a_shared_schema_cannot_replace_what_of_it_is_ours()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"create schema logs authorization {owner.Name}; grant create on database "
            + $"{database.Name} to {owner.Name}; "
            + $"grant create on schema public to {owner.Name}");
        await database.DataSource.InstallAsync();
        await using var owners = database.DataSourceFor(owner);

        (string Attempt, string Needed)[] attempts =
        [
            ("drop table logs.change_table cascade", "logs.change_table: DROP TABLE"),
            ("drop function logs.index_key(text) cascade", "logs.index_key(pg_catalog.text): DROP FUNCTION"),
            ("drop schema logs cascade", "DROP SCHEMA"),
            ("alter schema logs rename to old", "logs: ALTER SCHEMA"),
            ("create function logs.index_key(varchar) returns text language sql as 'select $1::text'",
                "logs.index_key(character varying): CREATE FUNCTION"),
            ("create function public.index_key(varchar) returns text language sql as 'select $1::text'; "
                + "alter function public.index_key(varchar) set schema logs",
                "logs.index_key(character varying): ALTER FUNCTION"),
        ];
        foreach (var (attempt, needed) in attempts)
        {
            var refused = await Should.ThrowAsync<PostgresException>(() => owners.ExecuteAsync(attempt), attempt);
            refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, attempt);
            refused.MessageText.ShouldStartWith("ChangeLog needs ");
            refused.MessageText.ShouldEndWith($"{needed} is refused");
        }

        await owners.ExecuteAsync(
            """
            create table logs.own (id int);
            create function logs.own_function() returns int language sql as 'select 1';
            drop function logs.own_function();
            drop table logs.own
            """);
    }

    [Fact]
    public async Task Who_is_no_superuser_shares_no_schema_with_whom_it_could_not_keep_out()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var (installer, owner) = (await database.CreateRoleAsync("createrole"), await database.CreateRoleAsync());
        await database.ExecuteAsync(
            $"create schema logs authorization {owner.Name}; grant create on database {database.Name} to "
            + $"{installer.Name}; "
            + $"grant {owner.Name} to {installer.Name}; grant create on database {database.Name} to {owner.Name}");

        (await Should.ThrowAsync<MissingRightsException>(
            () => database.DataSourceFor(installer).InstallAsync())).Message.ShouldBe(
            $"ChangeLog would share the schema logs with objects of yours, but {owner.Name} could put functions of "
            + "their own in the "
            + $"place of ChangeLog's there. Nothing was changed. Install as a superuser, or as {owner.Name}.");
    }

    [Fact]
    public async Task A_name_that_a_later_version_adds_and_the_application_has_is_refused_at_the_upgrade()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync("create schema platform");
        await database.DataSource.InstallAsync();
        // as if this version brought it
        await database.ExecuteAsync(
            """
            delete from changelog.script where name = 'Routines/platform.feature_enabled.sql';
            drop function platform.feature_enabled;
            create function platform.feature_enabled(mine int) returns int language sql as 'select mine'
            """);

        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2)).Message.ShouldStartWith(
            "Objects of yours have names that ChangeLog needs: function platform.feature_enabled(integer). "
                + "Nothing was changed.");
        (await database.ScalarAsync<int>("select platform.feature_enabled(5)")).ShouldBe(5);
    }

    [Fact]
    public async Task Dropping_the_data_leaves_what_the_application_keeps_in_a_schema_of_ours()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "create table platform.plans (id int primary key); insert into platform.plans values (1)");

        await database.DataSource.UninstallAsync(dropData: true);

        (await database.LinesAsync("select * from platform.plans")).ShouldBe(["1"]);
        (await database.LinesAsync(
            "select nspname from pg_namespace where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', "
                + "'platform')"))
            .ShouldBe(["platform"]);
        (await database.LinesAsync(
            "select relname from pg_class where relnamespace = 'platform'::regnamespace and relkind <> 'i'"))
            .ShouldBe(["plans"]);
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync("insert into platform.plans values (2)");
        (await database.LinesAsync("select table_name, record_id from logs.change")).ShouldBe(["plans|2"]);
    }

    [Fact]
    public async Task The_printed_install_shares_a_schema_too()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync("create schema logs; create table logs.entry (id int primary key)");

        await Psql.RunAsync(database, SchemaInstaller.PrintSql());

        await database.ExecuteAsync("insert into logs.entry values (1)");
        (await database.LinesAsync("select table_schema, table_name, record_id from logs.change"))
            .ShouldBe(["logs|entry|1"]);
        (await database.LinesAsync(
            "select shared_schemas, obj_description('logs'::regnamespace) from changelog.installation"))
            .ShouldBe(["{logs}|∅"]);
        (await database.DataSource.InstallAsync()).Changed.ShouldBeFalse();
    }

    private static Task<IReadOnlyList<string>> OwnersAsync(
        TestDatabase database, string schema, params string[] without) =>
        database.LinesAsync(
            """
            select c.relname, c.relowner::regrole, c.relacl
            from pg_class c
            where c.relnamespace = to_regnamespace($1)
            and c.relname = any (array['entry', 'entry_pkey', 'part', 'part_1', 'entries'])
            and c.relname <> all ($2)
            union all
            select p.proname, p.proowner::regrole, p.proacl
            from pg_proc p
            where p.pronamespace = to_regnamespace($1) and p.proname = 'add'
            union all
            select d.defaclobjtype::text, d.defaclrole::regrole, d.defaclacl
            from pg_default_acl d
            where d.defaclnamespace = to_regnamespace($1)
            order by 1
            """, schema, without);

    private static Task<IReadOnlyList<string>> SchemaAsync(TestDatabase database, string schema) => database.LinesAsync(
        """
        select n.nspowner::regrole, obj_description(n.oid, 'pg_namespace'),
               exists (select from aclexplode(n.nspacl) a where a.grantee = 0 and a.privilege_type = 'USAGE')::text,
               (not exists (select from aclexplode(n.nspacl) a where a.grantee = 0
                   and a.privilege_type = 'CREATE'))::text
        from pg_namespace n
        where n.nspname = $1
        """, schema);
}
