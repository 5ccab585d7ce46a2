using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>An owner without further rights makes partitions as before; each change is captured once.</summary>
public sealed class PartitionOwnerTests
{
    private const string DropSeal =
        """
        do $$ begin
            execute (
                select format('drop type changelog.%I', c.relname)
                from pg_class c
                where c.relnamespace = 'changelog'::regnamespace
                and starts_with(c.relname, 'root_'));
        end $$
        """;

    private const string Changes =
        """
        select c.op, c.table_schema || '.' || c.table_name, c.record_id, c.record_data ->> 'v'
        from logs.change c
        where c.op <> 'T'
        order by c.position
        """;

    private const string Attached =
        """
        create table shop.m (a int primary key, v text) partition by range (a);
        create table shop.m1 partition of shop.m for values from (0) to (10);
        create table shop.m2 partition of shop.m for values from (10) to (20) partition by range (a);
        create table shop.m21 partition of shop.m2 for values from (10) to (15);
        insert into shop.m values (1, 'one'), (11, 'deeper');
        create table shop.late (a int primary key, v text);
        alter table shop.m2 attach partition shop.late for values from (15) to (20);
        insert into shop.m values (16, 'attached');
        alter table shop.m2 detach partition shop.late;
        insert into shop.late values (17, 'detached');
        alter table shop.m2 attach partition shop.late for values from (15) to (20);
        update shop.m set v = 'attached again' where a = 17;
        create table shop.alike (like shop.m including all);
        insert into shop.alike values (1, 'alike');
        """;

    [Fact]
    public async Task What_is_in_a_partition_is_captured_once_under_the_roots_name()
    {
        await using var database = await Installs.CreateAsync();
        var owner = await database.CreateRoleAsync();
        var heir = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"""
            create schema shop authorization {owner.Name};
            grant {heir.Name} to {owner.Name};
            grant all on schema shop to {heir.Name}
            """);
        await using var dataSource = database.DataSourceFor(owner);
        await using var connection = await dataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);

        await connection.ExecuteAsync(Attached);
        await connection.ExecuteAsync(
            $"""
            alter table shop.m owner to {heir.Name};
            set role {heir.Name};
            create table shop.m3 partition of shop.m for values from (20) to (30);
            insert into shop.m values (21, 'of another owner');
            truncate shop.m3;
            """);

        (await database.LinesAsync(Changes)).ShouldBe(
        [
            "I|shop.m|1|one",
            "I|shop.m|11|deeper",
            "I|shop.m|16|attached",
            "I|shop.late|17|detached",
            "U|shop.m|17|attached again",
            "I|shop.alike|1|alike",
            "I|shop.m|21|of another owner",
        ]);
        (await database.LinesAsync("select table_name, record_data from logs.change where op = 'T'"))
            .ShouldBe(["""m|{"partition": "shop.m3"}"""]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_partition_is_captured_at_once_where_no_event_trigger_follows()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"create schema shop authorization {owner.Name}");
        await using var dataSource = database.DataSourceFor(owner);
        await dataSource.ExecuteAsync("create table shop.m (a int primary key, v text) partition by range (a)");
        await database.DataSource.ReconcileAsync();

        await dataSource.ExecuteAsync(
            "create table shop.m1 partition of shop.m for values from (0) to (10); insert into shop.m values (1, "
                + "'one')");
        (await database.DataSource.ReconcileAsync()).Actions.Select(action => action.Action).ShouldBe(["create"]);
        await dataSource.ExecuteAsync("truncate shop.m");

        (await database.LinesAsync("select op, table_name, record_id from logs.change order by position"))
            .ShouldBe(["I|m|1", "T|m|∅"]);
    }

    [Theory]
    // on another table, on a temporary one, on one that is excluded, on another tree
    [InlineData("create table shop.x (a int primary key, v text)", "shop.x")]
    [InlineData("create temp table x (a int primary key, v text)", "pg_temp.x")]
    [InlineData("create table shop.excluded (a int primary key, v text)", "shop.excluded")]
    [InlineData(
        "create table shop.x (a int primary key, v text) partition by range (a); create table shop.x1 partition of "
            + "shop.x default",
        "shop.x")]
    public async Task In_the_hands_of_an_owner_the_function_writes_nothing(string table, string name)
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.DataSource.ReconcileAsync(Installs.Without("shop.excluded"));
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"create schema shop authorization {owner.Name}; grant usage on schema logs to {owner.Name}");
        await using var dataSource = database.DataSourceFor(owner);
        await using var connection = await dataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(
            """
            create table shop.m (a int primary key, v text) partition by range (a);
            create table shop.m1 partition of shop.m default;
            """);
        await database.DataSource.ReconcileAsync(Installs.Without("shop.excluded"));
        var oid = await connection.ScalarAsync<uint>("select 'shop.m'::regclass::oid");

        await connection.ExecuteAsync(table);
        await connection.ExecuteAsync(
            $"""
            create trigger "!changelog_row_{oid}" after insert on {name} for each row
                execute function logs.capture_partition_change('a', '', '', '', '', '{oid}', 'shop', 'm');
            create trigger "!changelog_row_1" after insert on {name} for each row
                execute function logs.capture_partition_change('a', '', '', '', '', '1', 'shop', 'forged');
            create trigger z_bare after insert on {name} for each row execute function logs.capture_partition_change();
            """);
        await connection.ExecuteAsync($"insert into {name} values (1, 'forged')");
        await connection.ExecuteAsync(
            $"""
            create trigger "!changelog_row_1" after insert on shop.m for each row
                execute function logs.capture_partition_change('a', '', '', '', '', '{oid}', 'shop', 'm');
            create trigger "!changelog_row_{oid}x" after insert on shop.m for each row
                execute function logs.capture_partition_change('v', '', '', '', '', '{oid}', 'shop', 'other');
            insert into shop.m values (1, 'true');
            """);

        (await database.LinesAsync(Changes)).ShouldBe(["I|shop.m|1|true"]);
    }

    [Fact]
    public async Task Made_anew_by_the_owner_the_roots_trigger_writes_with_no_other_arguments_than_its_own()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"create schema shop authorization {owner.Name}; grant usage on schema logs to {owner.Name}");
        await using var dataSource = database.DataSourceFor(owner);
        await dataSource.ExecuteAsync(
            """
            create table shop.m (a int primary key, v text) partition by range (a);
            create table shop.m1 partition of shop.m default;
            """);
        await database.DataSource.ReconcileAsync();

        foreach (var (from, to, row) in new[]
        {
            ("''a''", "''v''", "1, 'another key'"), ("''v''", "''a''", "2, 'its own'"),
            ("''shop'', ''m''", "''shop'', ''n''", "3, 'another name'"),
        })
        {
            await dataSource.ExecuteAsync(
                $"""
                do $do$
                declare
                    made record;
                begin
                    select tgname, pg_get_triggerdef(oid) as definition into made
                    from pg_trigger
                    where tgrelid = 'shop.m'::regclass
                    and tgname like '!changelog_row%';
                    execute format('drop trigger %I on shop.m', made.tgname);
                    execute replace(made.definition, '{from}', '{to}');
                end $do$;
                insert into shop.m values ({row})
                """);
        }

        (await database.LinesAsync(Changes)).ShouldBe(["I|shop.m|2|its own"]);
    }

    [Fact]
    public async Task A_seal_that_was_dropped_ends_the_capture_until_the_reconcile_makes_it_anew()
    {
        await using var database = await PartitionedAsync();
        await database.ExecuteAsync($"{DropSeal}; insert into shop.m values (1, 'lost')");

        (await database.DataSource.ReconcileAsync()).Actions.Select(action => $"{action.Table} {action.Action}")
            .ShouldBe(["shop.m replace"]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty("its clone was replaced with it");
        await database.ExecuteAsync("insert into shop.m values (2, 'kept')");

        (await database.LinesAsync(Changes)).ShouldBe(["I|shop.m|2|kept"]);
    }

    [Fact]
    public async Task A_partition_whose_trigger_was_disabled_for_a_while_is_told_though_the_roots_is_replaced()
    {
        await using var database = await PartitionedAsync();
        await database.ExecuteAsync(
            $"""
            alter table shop.m1 disable trigger all;
            insert into shop.m values (1, 'lost');
            alter table shop.m1 enable trigger all;
            {DropSeal}
            """);

        (await database.DataSource.ReconcileAsync()).Actions.Select(action => $"{action.Table} {action.Reason}")
            .Distinct()
            .ShouldBe(
                [
                    "shop.m the columns, the key, the redaction, the options or the root's name changed",
                    "shop.m1 the trigger was altered and restored since it was last found correct",
                ],
                ignoreOrder: true);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_trigger_with_the_oid_of_before_a_restore_captures_until_the_reconcile_and_no_longer()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table m (a int primary key, v text) partition by range (a);
            create table m1 partition of m default
            """);
        await database.DataSource.ReconcileAsync();
        var trigger = await database.ScalarAsync<string>(
            "select pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'm'::regclass "
                + "and tgname like '!changelog_row%'");

        await database.ExecuteAsync("drop table m");
        await database.ExecuteAsync(
            $"""
            create table m (a int primary key, v text) partition by range (a);
            create table m1 partition of m default;
            {trigger};
            insert into m values (1, 'before')
            """);
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("insert into m values (2, 'after')");

        (await database.LinesAsync(
            "select record_id, table_oid = 'm'::regclass from logs.change where op <> 'T' order by position"))
            .ShouldBe(["1|t", "2|t"]);
        (await database.ScalarAsync<long>(
            "select count(*) from pg_class where relnamespace = 'changelog'::regnamespace and starts_with(relname, "
                + "'root_')"))
            .ShouldBe(1);
    }

    private static async Task<TestDatabase> PartitionedAsync()
    {
        var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create schema shop;
            create table shop.m (a int primary key, v text) partition by range (a);
            create table shop.m1 partition of shop.m default;
            """);
        await database.DataSource.ReconcileAsync();
        return database;
    }
}
