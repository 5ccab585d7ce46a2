using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>Tampering with one of our triggers is undone, reported, and named by an event.</summary>
public sealed class TamperedTriggerTests
{
    private const string Events =
        /* language=sql */
        """
        select regexp_replace(payload ->> 'trigger', '[0-9]+$', ''), payload ->> 'table', payload ->> 'action',
               payload ->> 'reason', payload ->> 'command', payload ->> 'db_user' = $1, payload ->> 'db_role'
        from lib_event.event
        where event_type = 'changelog.trigger.restored'
        order by position
        """;

    // what the statements below call it
    private const string Row = "!changelog_row_";
    private const string Truncate = "!changelog_truncate_";
    private const string Impostor =
        "create or replace trigger %I after insert on shop.orders for each row execute function shop.nothing()";

    [Theory]
    [InlineData(Row, "drop trigger %I on shop.orders", "create", "the trigger is missing", "DROP TRIGGER")]
    [InlineData(Truncate, "drop trigger %I on shop.orders", "create", "the trigger is missing", "DROP TRIGGER")]
    [InlineData(Row, "alter trigger %I on shop.orders rename to later", "create", "the trigger is missing",
        "ALTER TRIGGER")]
    [InlineData(Row, "alter trigger %I on shop.orders depends on extension plpgsql", "replace",
        "the trigger was altered", "ALTER TRIGGER")]
    [InlineData(Row, Impostor, "replace", "the trigger was altered", "CREATE TRIGGER")]
    [InlineData(Truncate, "create or replace trigger %I after insert on shop.orders execute function shop.nothing()",
        "replace", "the trigger was altered", "CREATE TRIGGER")]
    [InlineData(Row, "alter table shop.orders disable trigger %I", "enable", "the trigger is disabled", "ALTER TABLE")]
    [InlineData(Row, "alter table shop.orders enable replica trigger %I", "enable",
        "the trigger fires on replicas only", "ALTER TABLE")]
    public async Task What_an_owner_does_to_it_is_undone_in_the_same_transaction_and_leaves_an_event(
        string trigger, string ddl, string action, string reason, string command)
    {
        await using var database = await Installs.CreateAsync();
        await SkipWhereUnknownAsync(database, ddl);
        var owner = await OwnedAsync(database);
        var before = await database.TriggersAsync();
        await using var connection = await database.DataSourceFor(owner)
            .OpenConnectionAsync(TestContext.Current.CancellationToken);
        var told = new List<string>();
        connection.Notice += (_, said) => told.Add(said.Notice.MessageText);

        await connection.ExecuteAsync(
            $"begin; {On("shop.orders", trigger, ddl)}; update shop.orders set n = 2; truncate shop.orders; commit");

        (await database.TriggersAsync()).ShouldBe(before);
        (await database.LinesAsync("select op from logs.change order by position")).ShouldBe(["I", "U", "T"]);
        (await database.LinesAsync(Events, owner.Name)).ShouldBe(
            [$"{trigger}|shop.orders|{action}|{reason}|{command}|t|∅"]);
        told.ShouldBe(
        [
            action == "enable"
                ? "ChangeLog enabled its trigger on shop.orders again"
                : "ChangeLog restored its trigger on shop.orders",
        ]);
        (await database.CoverageAsync()).ShouldBe(["shop.orders|t|∅|still"]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "after insert or update or delete on shop.orders for each row when (false) execute function "
            + "logs.capture_row_change('id')", "the trigger was altered")]
    [InlineData(
        "after insert or delete or update of id on shop.orders for each row execute function "
            + "logs.capture_row_change('id')", "the trigger was altered")]
    [InlineData("after insert on shop.orders for each row execute function logs.capture_row_change('id')",
        "the trigger was altered")]
    [InlineData(
        "before insert or update or delete on shop.orders for each row execute function logs.capture_row_change('id')",
        "the trigger was altered")]
    [InlineData(
        "after insert or update or delete on shop.orders for each row execute function logs.capture_row_change('n')",
        "the columns, the key, the redaction, the options or the root's name changed")]
    public async Task One_of_the_same_name_that_fires_otherwise_is_replaced(string definition, string reason)
    {
        await using var database = await Installs.CreateAsync();
        await OwnedAsync(database);
        var before = await database.TriggersAsync();

        var ddl = On("shop.orders", Row, $"create or replace trigger %I {definition}");
        await SkipWhereUnknownAsync(database, ddl);
        await database.ExecuteAsync($"begin; {ddl}; update shop.orders set n = 2; commit");

        (await database.TriggersAsync()).ShouldBe(before);
        (await database.LinesAsync("select op, record_id from logs.change order by position")).ShouldBe(["I|1", "U|1"]);
        (await database.LinesAsync(Events, "somebody else")).ShouldBe(
            [$"{Row}|shop.orders|replace|{reason}|CREATE TRIGGER|f|∅"]);
    }

    [Fact]
    public async Task A_second_trigger_of_ours_is_dropped_for_each_change_would_be_logged_twice()
    {
        await using var database = await Installs.CreateAsync();
        await OwnedAsync(database);

        await database.ExecuteAsync(
            "create trigger second after insert on shop.orders "
            + "for each row execute function logs.capture_row_change('id')");

        await database.ExecuteAsync("insert into shop.orders values (2, 2)");
        (await database.LinesAsync("select op, record_id from logs.change order by position")).ShouldBe(["I|1", "I|2"]);
        (await database.LinesAsync(Events, "somebody else")).ShouldBe(
            ["second|shop.orders|drop|the table has, or inherits, the trigger it needs|CREATE TRIGGER|f|∅"]);
    }

    [Fact]
    public async Task A_role_that_was_set_is_named_beside_who_logged_in()
    {
        await using var database = await Installs.CreateAsync();
        var owner = await OwnedAsync(database);
        var member = await database.CreateRoleAsync();
        await database.ExecuteAsync($"grant {owner.Name} to {member.Name}");

        await database.DataSourceFor(member).ExecuteAsync(
            $"set role {owner.Name}; {On("shop.orders", Row, "drop trigger %I on shop.orders")}; reset role");

        (await database.LinesAsync(Events, member.Name)).ShouldBe(
            [$"{Row}|shop.orders|create|the trigger is missing|DROP TRIGGER|t|{owner.Name}"]);
    }

    [Fact]
    public async Task A_trigger_of_a_partition_is_put_back_too()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create schema shop;
            create table shop.root (id int primary key) partition by range (id);
            create table shop.leaf partition of shop.root default;
            """);
        var before = await database.TriggersAsync();

        await database.ExecuteAsync(On("shop.leaf", Truncate, "drop trigger %I on shop.leaf"));
        await database.ExecuteAsync(On("shop.root", Row, "drop trigger %I on shop.root"));
        await database.ExecuteAsync(On("shop.root", Row, "alter table shop.leaf disable trigger %I"));

        (await database.TriggersAsync()).ShouldBe(before);
        (await database.LinesAsync(Events, "somebody else")).ShouldBe(
        [
            $"{Truncate}|shop.leaf|create|the trigger is missing|DROP TRIGGER|f|∅",
            $"{Row}|shop.root|create|the trigger is missing|DROP TRIGGER|f|∅",
            $"{Row}|shop.leaf|enable|the trigger is disabled|ALTER TABLE|f|∅",
        ]);
    }

    [Fact]
    public async Task A_trigger_of_a_foreign_partition_is_enabled_again_too()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create foreign data wrapper elsewhere;
            create server elsewhere foreign data wrapper elsewhere;
            create schema shop;
            create table shop.root (id int) partition by range (id);
            create foreign table shop.leaf partition of shop.root default server elsewhere;
            """);
        var before = await database.TriggersAsync();

        await database.ExecuteAsync(On("shop.root", Row, "alter foreign table shop.leaf disable trigger %I"));

        (await database.TriggersAsync()).ShouldBe(before);
        (await database.LinesAsync(Events, "somebody else")).ShouldBe(
            [$"{Row}|shop.leaf|enable|the trigger is disabled|ALTER FOREIGN TABLE|f|∅"]);
    }

    [Fact]
    public async Task A_function_that_stood_in_the_place_of_ours_takes_nothing_along_when_it_goes()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await SkipWhereUnknownAsync(database, Impostor);
        await OwnedAsync(database);
        await database.DataSource.ReconcileAsync();
        var before = await database.TriggersAsync();
        await database.ExecuteAsync(On("shop.orders", Row, Impostor));
        await database.DataSource.InstallAsync();
        var after = before.Select(trigger => trigger.Replace("capture_row_change", "capture_own")).ToList();
        (await database.TriggersAsync()).ShouldBe(after);
        await database.ExecuteAsync(
            $"""
            begin;
            set local changelog.reconciling = on;
            {On("shop.orders", Row, Impostor)};
            commit;
            drop function shop.nothing() cascade
            """);

        (await database.TriggersAsync()).ShouldBe(after);
    }

    [Theory]
    [InlineData("drop trigger %I on shop.orders", "create", "the trigger is missing")]
    [InlineData("alter trigger %I on shop.orders rename to later", "create", "the trigger is missing")]
    [InlineData("alter table shop.orders disable trigger %I", "enable", "the trigger is disabled")]
    [InlineData(Impostor, "replace", "the trigger was altered")]
    [InlineData(
        "drop trigger %1$I on shop.orders; create constraint trigger %1$I after insert on shop.orders for each row "
            + "execute function shop.nothing()", "replace", "the trigger was altered")]
    [InlineData(
        "drop trigger %1$I on shop.orders; create constraint trigger %1$I after insert or update or delete "
            + "on shop.orders initially deferred for each row execute function logs.capture_row_change('id')",
        "replace", "the trigger was altered")]
    [InlineData("alter trigger %I on shop.orders depends on extension plpgsql", "replace", "the trigger was altered")]
    public async Task Where_no_event_triggers_may_be_had_a_reconcile_finds_it_and_the_gap_is_known(
        string ddl, string action, string reason)
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await SkipWhereUnknownAsync(database, ddl);
        await OwnedAsync(database);
        await database.DataSource.ReconcileAsync();
        await database.DataSource.ReconcileAsync();
        var before = await database.TriggersAsync();
        await database.ExecuteAsync(On("shop.orders", Row, ddl));
        var good = await database.ScalarAsync<DateTime>("select reconciled_at from changelog.installation");

        var done = await database.DataSource.ReconcileAsync();
        await database.DataSource.ReconcileAsync();

        done.Failed.ShouldBeEmpty();
        (await database.TriggersAsync()).ShouldBe(before);
        (await database.CoverageAsync()).ShouldBe(
        [
            "shop.orders|t|∅|over",
            $"shop.orders|f|changes of shop.orders went unseen: {reason}|over",
            "shop.orders|t|∅|still",
        ]);
        (await database.ScalarAsync<DateTime>(
            "select valid_from from changelog.coverage where not captured and table_schema = 'shop'")).ShouldBe(good);
        (await database.LinesAsync(
            """
            select regexp_replace(payload ->> 'trigger', '[0-9]+$', ''), payload ->> 'table', payload ->> 'action',
                   payload ->> 'reason', (payload ->> 'unseen_since')::timestamptz = $1,
                   payload ->> 'found_by' = session_user, payload ? 'db_user'
            from lib_event.event
            where event_type = 'changelog.trigger.restored'
            """,
            good)).ShouldBe([$"{Row}|shop.orders|{action}|{reason}|t|t|f"]);
    }

    [Fact]
    public async Task What_ChangeLog_does_to_its_triggers_itself_leaves_no_such_event()
    {
        await using var database = await Installs.CreateAsync();
        await OwnedAsync(database);
        await database.ExecuteAsync(
            """
            alter table shop.orders drop constraint orders_pkey;
            create table shop.root (id int) partition by range (id);
            create table shop.leaf partition of shop.root default;
            create table shop.other (id int);
            alter table shop.root detach partition shop.leaf;
            alter table shop.root attach partition shop.leaf default;
            drop table shop.other;
            """);
        await database.DataSource.ReconcileAsync(Installs.Defaults with { FireAlways = true });
        await database.DataSource.ReconcileAsync(Installs.Without("shop.orders"));
        await database.DataSource.ReconcileAsync(Installs.Without());
        await database.DataSource.UninstallAsync();
        await database.DataSource.InstallAsync();

        (await database.LinesAsync(Events, "somebody else")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Guards_of_the_log_that_are_dropped_renamed_or_replaced_are_made_anew()
    {
        const string replacement = "create or replace trigger refuse_change before update on lib_event.event "
            + "for each row when (false) execute function logs.refuse_change()";
        await using var database = await Installs.CreateAsync();
        await SkipWhereUnknownAsync(database, replacement);
        const string guards =
            "select tgrelid::regclass, tgname, pg_get_triggerdef(oid), tgenabled from pg_trigger "
            + "where tgfoid = 'logs.refuse_change'::regproc and tgname like 'refuse%' "
            + "order by tgrelid::regclass::text collate \"C\", tgname";
        var before = await database.LinesAsync(guards);

        await database.ExecuteAsync("drop trigger refuse_change on logs.change");
        await database.ExecuteAsync("drop trigger refuse_truncate on logs.change_default");
        await database.ExecuteAsync("alter trigger refuse_change on platform.activity_logs rename to refused");
        await database.ExecuteAsync(replacement);
        await database.ExecuteAsync("drop trigger refused on platform.activity_logs");

        (await database.LinesAsync(guards)).ShouldBe(before);
        (await database.LinesAsync(Events, "somebody else")).ShouldBe(
        [
            "refuse_change|logs.change|create|the trigger is missing|DROP TRIGGER|f|∅",
            "refuse_truncate|logs.change_default|create|the trigger is missing|DROP TRIGGER|f|∅",
            "refuse_change|platform.activity_logs|create|the trigger is missing|ALTER TRIGGER|f|∅",
            "refuse_change|lib_event.event|replace|the trigger was altered|CREATE TRIGGER|f|∅",
        ]);
        (await database.ScalarAsync<int>("select changelog.restore_guards()")).ShouldBe(0);
    }

    private static async Task SkipWhereUnknownAsync(TestDatabase database, string ddl) => Assert.SkipWhen(
        ddl.Contains("or replace trigger", StringComparison.Ordinal) && await database.ServerVersionAsync() < 14,
        "CREATE OR REPLACE TRIGGER came with PostgreSQL 14.");

    private static async Task<TestRole> OwnedAsync(TestDatabase database)
    {
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"create schema shop authorization {owner.Name}");
        await database.DataSourceFor(owner).ExecuteAsync(
            """
            create table shop.orders (id int primary key, n int);
            insert into shop.orders values (1, 1);
            create function shop.nothing() returns trigger language plpgsql as 'begin return null; end'
            """);
        return owner;
    }

    // a statement whose trigger's name contains the table's oid
    private static string On(string table, string trigger, string ddl) =>
        $"do $do$ begin execute format($ddl${ddl}$ddl$, '{trigger}' || '{table}'::regclass::oid); end $do$";
}
