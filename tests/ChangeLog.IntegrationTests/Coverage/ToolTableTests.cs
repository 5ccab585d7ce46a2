using ChangeLog.IntegrationTests.Schema;
using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>Working tables of tools are left out by default, and can be taken in.</summary>
public sealed class ToolTableTests
{
    [Theory]
    [InlineData("repack", "repack.*", "pg_repack")]
    [InlineData("_timescaledb_internal", "_timescaledb_*.*", "TimescaleDB")]
    [InlineData("cron", "cron.*", "pg_cron")]
    [InlineData("partman", "partman.*", "pg_partman")]
    [InlineData("pgroll", "pgroll.*", "pgroll")]
    public async Task Tables_of_a_tool_are_not_captured_and_say_why(string schema, string pattern, string tool)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync($"create schema {schema}; create table {schema}.work (id int primary key)");
        await database.ExecuteAsync($"insert into {schema}.work values (1)");

        (await database.LinesAsync("select count(*) from logs.change")).ShouldBe(["0"]);
        (await database.LinesAsync($"select captured, reason from changelog.tables() where table_schema = '{schema}'"))
            .ShouldBe([$"f|excluded by default as {tool}'s: {pattern}"]);
        // pg_repack makes two tables for each table that it rewrites, and rewrites ours too
        (await database.LinesAsync($"select * from changelog.coverage where table_schema = '{schema}'"))
            .ShouldBeEmpty();
        (await database.DataSource.ReconcileAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_that_a_tool_fills_beside_its_table_is_captured_once_it_takes_the_tables_place()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int primary key); insert into orders values (1)");

        await database.ExecuteAsync(
            """
            create table pgosc_st_orders_714a8e (like orders including all);
            insert into pgosc_st_orders_714a8e select * from orders;
            begin;
            alter table orders rename to pgosc_op_table_orders;
            alter table pgosc_st_orders_714a8e rename to orders;
            commit;
            insert into orders values (2)
            """);

        (await database.LinesAsync("select table_name, record_id from logs.change order by position"))
            .ShouldBe(["orders|1", "orders|2"]);
        (await database.LinesAsync("select reason from changelog.tables() where table_name like 'pgosc%'"))
            .ShouldBe(["excluded by default as pg-osc's: *.pgosc_*"]);
    }

    [Fact]
    public async Task A_schema_that_only_looks_like_a_tools_is_captured()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create schema repacked; create table repacked.work (id int primary key);
            insert into repacked.work values (1);
            create schema xtimescaledb_internal; create table xtimescaledb_internal.work (id int primary key);
            insert into xtimescaledb_internal.work values (2)
            """);

        (await database.LinesAsync("select record_id from logs.change order by position")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_chunk_that_holds_rows_of_the_applications_table_is_captured()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table metrics (id int primary key);
            create schema _timescaledb_internal;
            create table _timescaledb_internal.chunk (primary key (id)) inherits (metrics);
            insert into _timescaledb_internal.chunk values (1)
            """);

        (await database.LinesAsync("select table_name, record_id from logs.change")).ShouldBe(["chunk|1"]);
    }

    [Fact]
    public async Task A_default_is_taken_in_and_left_out_again_and_the_event_tells_it_from_what_was_given()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "create schema cron; create table cron.job (id int primary key); create table tmp (id int)");

        (await database.DataSource.PlanReconcileAsync(Installs.Without("!cron.*", "public.tmp"))).SettingChanges
            .ShouldBe(["Captured from now on, unless another entry matches: cron.*", "No longer captured: public.tmp"]);
        (await database.DataSource.ReconcileAsync(Installs.Without("!cron.*", "public.tmp", "repack.*"))).SettingChanges
            .ShouldBe(["Captured from now on, unless another entry matches: cron.*", "No longer captured: public.tmp"]);
        await database.ExecuteAsync("insert into cron.job values (1); insert into tmp values (1)");
        (await database.DataSource.ReconcileAsync(Installs.Without())).SettingChanges
            .ShouldBe(
                ["No longer captured: cron.*", "Captured from now on, unless another entry matches: public.tmp"],
                ignoreOrder: true);
        await database.ExecuteAsync("insert into cron.job values (2); insert into tmp values (2)");

        (await database.LinesAsync("select table_name, record_data ->> 'id' from logs.change order by position"))
            .ShouldBe(["job|1", "tmp|2"]);
        (await database.LinesAsync(
            "select payload -> 'before', payload -> 'after' from lib_event.event where event_type = "
                + "'changelog.exclusions.changed' order by position"))
            .ShouldBe(["""[]|["!cron.*", "public.tmp"]""", """["!cron.*", "public.tmp"]|[]"""]);
        (await database.DataSource.ReconcileAsync()).SettingChanges.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_default_is_not_taken_in()
    {
        await using var database = await Installs.CreateAsync();

        (await Should.ThrowAsync<RefusedException>(
            () => database.DataSource.ReconcileAsync(Installs.Without("!shop.*")))).Message
            .ShouldStartWith(
                "NON_LOGGED_TABLES: !shop.* includes a default exclusion, but shop.* is not one: *.pgosc_*, "
                    + "_timescaledb_*.*, cron.*");
    }

    [Fact]
    public async Task A_repacked_table_is_captured_exactly_once_during_and_after()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "create table orders (id int primary key, note text); insert into orders values (1, 'before')");
        // what pg_repack runs: its log and its copy, its trigger on the table, the swap of the two
        await database.ExecuteAsync(
            """
            create schema repack;
            create table repack.log_1 (id bigserial primary key, pk int, row orders);
            create function repack.note() returns trigger language plpgsql as
                'begin insert into repack.log_1 (pk, row) values (coalesce(old.id, new.id), new); return new; end';
            create trigger repack_trigger after insert or update
                or delete on orders for each row execute function repack.note();
            alter table orders enable always trigger repack_trigger;
            create table repack.table_1 as select * from only orders;
            create unique index index_1 on repack.table_1 (id)
            """);
        await database.ExecuteAsync("update orders set note = 'during'; insert into orders values (2, 'during')");
        await database.ExecuteAsync(
            """
            begin;
            insert into repack.table_1 select (row).* from repack.log_1 where pk = 2;
            update repack.table_1 t set note = (l.row).note from repack.log_1 l where l.pk = t.id;
            drop trigger repack_trigger on orders;
            commit;
            drop table repack.table_1, repack.log_1 cascade
            """);
        await database.ExecuteAsync("update orders set note = 'after' where id = 2");

        (await database.LinesAsync(
            "select table_name, op, record_id, record_data ->> 'note' from logs.change order by position"))
            .ShouldBe(["orders|I|1|before", "orders|U|1|during", "orders|I|2|during", "orders|U|2|after"]);
    }
}
