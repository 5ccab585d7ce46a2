using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>What the event triggers put right in the transaction of the DDL itself.</summary>
public sealed class DdlTests
{
    [Fact]
    public async Task A_new_table_is_captured_from_its_first_row_on()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "begin; create table orders (id int primary key); insert into orders values (1); commit");
        (await database.LinesAsync("select op, table_name from logs.change")).ShouldBe(["I|orders"]);
        (await database.CoverageAsync()).ShouldBe(["public.orders|t|∅|still"]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create unique index on orders (id)", "'id'")]
    [InlineData("alter table orders add primary key (code, id)", "'', '{code,id}'")]
    [InlineData("alter table orders add primary key (code); alter table orders rename code to number", "'number'")]
    [InlineData("alter table orders add primary key (code); alter table orders drop constraint orders_pkey", "")]
    [InlineData("create unique index u on orders (id); drop index u", "")]
    [InlineData(
        "create schema s; alter table orders add primary key (code); alter table orders set schema s", "'code'")]
    public async Task A_key_is_followed(string ddl, string arguments)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int, code int)");
        await database.ExecuteAsync(ddl);
        (await database.TriggersAsync())[0].Split('|')[2].ShouldBe($"logs.capture_own({arguments})");
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create table parent (id int primary key); create table item () inherits (parent)",
        "alter table parent add column password text", "insert into item values (1, 'raw')")]
    [InlineData("create table parent (id int primary key, a text); create table item () inherits (parent)",
        "alter table parent rename column a to api_key", "insert into item values (1, 'raw')")]
    [InlineData("create type kind as (id int); create table item of kind",
        "alter type kind add attribute password text cascade", "insert into item values (1, 'raw')")]
    [InlineData("create type kind as (id int, a text); create table item of kind",
        "alter type kind rename attribute a to token cascade", "insert into item values (1, 'raw')")]
    [InlineData("create table root (a text primary key); create table between (b text primary key references root); "
        + "create table item (id int primary key, c text references between)",
        "alter table root rename column a to token",
        "insert into root values ('raw'); insert into between values ('raw'); insert into item values (1, 'raw')")]
    [InlineData("create table root (a text primary key) partition by hash (a); create table leaf partition of root for "
        + "values with (modulus 1, remainder 0); "
        + "create table item (id int primary key, c text references root)",
        "alter table root rename column a to token",
        "insert into root values ('raw'); insert into item values (1, 'raw')")]
    [InlineData("create type mood as enum ('raw'); create domain moods as mood[]; create table item (id int primary "
        + "key, a mood, b moods); "
        + "create function as_json(mood) returns json language sql as $$ select json_build_object('password', "
        + "$1::text) $$",
        "create cast (mood as json) with function as_json(mood)", "insert into item values (1, 'raw', '{raw}')")]
    public async Task What_reaches_other_tables_is_redacted_there_at_once(string tables, string ddl, string insert)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(tables);

        await database.ExecuteAsync(ddl);

        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        await database.ExecuteAsync(insert);
        (await database.ScalarAsync<long>("select count(*) from logs.change where table_name = 'item'")).ShouldBe(1);
        (await database.LinesAsync("select c from logs.change c where c::text like '%raw%'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_not_null_that_is_not_valid_makes_no_key_until_it_is_validated()
    {
        await using var database = await Installs.CreateAsync();
        Assert.SkipUnless(await database.ServerVersionAsync() >= 18, "NOT NULL … NOT VALID came with PostgreSQL 18.");
        await database.ExecuteAsync(
            """
            create table orders (code int unique);
            alter table orders add constraint code_is_given not null code not valid
            """);
        (await database.TriggersAsync())[0].Split('|')[2].ShouldBe("logs.capture_own()");

        await database.ExecuteAsync("alter table orders validate constraint code_is_given");

        (await database.TriggersAsync())[0].Split('|')[2].ShouldBe("logs.capture_own('code')");
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Virtual_columns_are_left_out_as_they_come_and_go()
    {
        await using var database = await Installs.CreateAsync();
        Assert.SkipUnless(await database.ServerVersionAsync() >= 18, "Virtual columns came with PostgreSQL 18.");
        await database.ExecuteAsync(
            """
            create table orders (
                code text primary key,
                price int,
                gross int generated always as (price * 2) virtual,
                vat int generated always as (price / 5) stored,
                note json);
            insert into orders values ('a', 10, default, default, '"\u0000"')
            """);
        await database.ExecuteAsync(
            "alter table orders rename gross to total; update orders set price = 20, note = null");
        await database.ExecuteAsync(
            """
            begin;
            alter table orders add id int generated always as (price) virtual, add net int
                generated always as (1) virtual;
            delete from orders;
            commit;
            alter table orders drop id, drop total, drop net;
            insert into orders (code) values ('b')
            """);

        (await database.LinesAsync(
            "select op, record_id, record_data, previous_data from logs.change order by position"))
            .ShouldBe(
            [
                """I|a|{"vat": 2, "code": "a", "note": {"changelog:text": "\"\\u0000\""}, "price": 10}|∅""",
                """U|a|{"vat": 4, "code": "a", "note": null, "price": 20}|"""
                    + """{"vat": 2, "note": {"changelog:text": "\"\\u0000\""}, "price": 10}""",
                """D|a|{"vat": 4, "code": "a", "note": null, "price": 20}|∅""",
                """I|b|{"vat": null, "code": "b", "note": null, "price": null}|∅""",
            ]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Attach_and_detach_are_put_right_in_the_same_transaction()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table root (id int primary key) partition by range (id);
            create table leaf (id int primary key);
            insert into leaf values (1)
            """);
        await database.ExecuteAsync(
            """
            begin;
            alter table root attach partition leaf for values from (0) to (10);
            insert into root values (2);
            commit
            """);
        await database.ExecuteAsync(
            "begin; alter table root detach partition leaf; insert into leaf values (3); truncate leaf; commit");

        (await database.LinesAsync("select op, count(*) from logs.change group by op order by op"))
            .ShouldBe(["I|3", "T|1"]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        (await database.CoverageAsync()).ShouldBe(
        [
            "public.root|t|∅|still",
            "public.leaf|t|∅|over",
            "public.root|f|partition public.leaf was attached: its rows were not captured|over",
            "public.leaf|t|∅|still",
            "public.root|f|partition public.leaf was detached: its rows left uncaptured|over",
        ],
        ignoreOrder: true);
    }

    [Fact]
    public async Task A_detached_branch_becomes_a_root_of_its_own()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table root (id int primary key) partition by range (id);
            create table branch partition of root for values from (0) to (10) partition by range (id);
            create table twig partition of branch default
            """);
        await database.ExecuteAsync("alter table root detach partition branch");
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        var triggers = await database.TriggersAsync();
        triggers.ShouldContain("branch|!changelog_row_own|"
            + "logs.capture_partition_change('id', '', '', '', '', 'oid', 'public', 'branch')|O");
        triggers.Count(line => line.Contains("'branch'", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Renames_of_a_root_and_of_its_schema_are_followed_by_its_partitions()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create schema shop;
            create table shop.root (id int primary key) partition by range (id);
            create table shop.leaf partition of shop.root default
            """);
        await database.ExecuteAsync("alter table shop.root rename to trunk");
        await database.ExecuteAsync("alter schema shop rename to store");
        (await database.TriggersAsync()).ShouldAllBe(line => line.Contains("'store', 'trunk'"));
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_no_trigger_sees_is_noted()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table copied as select 1 as id");
        await database.ExecuteAsync("alter table copied alter column id type text using id || 'x'");
        await database.ExecuteAsync("alter table copied set unlogged");
        await database.ExecuteAsync(
            "create table root (id int) partition by range (id); create table leaf partition of root default");
        await database.ExecuteAsync("drop table leaf");
        await database.ExecuteAsync("drop table copied");

        (await database.CoverageAsync()).ShouldBe(
        [
            "public.copied|t|∅|over",
            "public.copied|f|filled by CREATE TABLE AS: its first rows were not captured|over",
            "public.copied|f|rewritten by ALTER TABLE: the changes to its rows were not captured|over",
            "public.root|t|∅|still",
            "public.root|f|partition public.leaf was dropped: its rows left uncaptured|over",
        ]);
    }

    [Fact]
    public async Task A_trigger_disabled_by_its_owner_is_enabled_again_at_once_and_says_so()
    {
        await using var database = await Installs.CreateAsync();
        await using var owner = await database.OpenConnectionAsync();
        var told = new List<string>();
        owner.Notice += (_, said) => told.Add($"{said.Notice.MessageText} {said.Notice.Hint}");
        await owner.ExecuteAsync("create table orders (id int primary key)");
        told.ShouldBeEmpty();

        await owner.ExecuteAsync("alter table orders disable trigger user");

        (await database.TriggersAsync()).ShouldAllBe(line => line.EndsWith("|O"));
        told.Distinct().ShouldBe(
            [
                "ChangeLog enabled its trigger on public.orders again To exclude a table from capture, name it in "
                    + "NON_LOGGED_TABLES."]);
    }

    [Fact]
    public async Task The_users_ddl_succeeds_even_when_ours_cannot()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("alter table changelog.coverage add constraint never check (false) not valid");
        await database.ExecuteAsync(
            """
            create table orders (id int);
            alter table orders add primary key (id);
            alter table orders alter column id type text;
            alter table orders drop constraint orders_pkey;
            drop table orders;
            create type kind as (id int);
            create table item of kind;
            alter function changelog.ddl_reach rename to gone;
            alter type kind add attribute password text cascade
            """);
        (await database.LinesAsync("select to_regclass('orders')")).ShouldBe(["∅"]);
    }

    [Fact]
    public async Task A_plain_users_ddl_is_followed_with_no_right_on_anything_of_ours()
    {
        await using var database = await Installs.CreateAsync();
        var role = await database.CreateRoleAsync();
        await database.ExecuteAsync($"create schema own authorization {role.Name}");
        var user = database.DataSourceFor(role);
        await user.ExecuteAsync("create table own.notes (id int primary key); insert into own.notes values (1)");
        await user.ExecuteAsync("create temporary table passing (id int)");
        (await database.LinesAsync("select table_schema, table_name from logs.change")).ShouldBe(["own|notes"]);
        (await database.CoverageAsync()).ShouldBe(["own.notes|t|∅|still"]);
    }
}
