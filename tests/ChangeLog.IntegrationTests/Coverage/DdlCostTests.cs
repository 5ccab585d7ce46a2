using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>What DDL makes ChangeLog look at, in calls: what cannot matter costs a look at the command.</summary>
/// <remarks>The benchmark "ddl" has the times.</remarks>
public sealed class DdlCostTests
{
    private const string Calls =
        /* language=sql */
        """
        select funcname, calls
        from pg_stat_xact_user_functions
        where schemaname = 'changelog'
          and funcname in (
              'reconcile_table', 'trigger_plan', 'tables', 'redacted_columns', 'ddl_reach', 'unreconciled_tables')
        order by funcname collate "C"
        """;

    [Theory]
    [InlineData("comment on table shop.orders is 'orders'")]
    [InlineData("grant select on shop.orders to public")]
    [InlineData("create index on shop.orders (n)")]
    [InlineData("create unique index on shop.orders (n)")]
    [InlineData("create unique index on shop.items (o)")]
    [InlineData("alter index shop.items_o rename to items_order")]
    [InlineData("drop index shop.items_o")]
    [InlineData("create trigger own after insert on shop.orders for each row execute function shop.nothing()")]
    [InlineData(
        "create trigger own after insert on shop.orders execute function shop.nothing(); alter trigger own on "
            + "shop.orders rename to own2; drop trigger own2 on shop.orders")]
    [InlineData("create view shop.numbers as select n from shop.orders")]
    [InlineData("drop function shop.nothing()")]
    [InlineData("create temporary table passing (id int primary key)")]
    [InlineData("drop table shop.items")]
    public async Task What_changes_no_key_no_column_and_no_trigger_of_ours_asks_nothing_of_any_table(string ddl) =>
        (await CountAsync(ddl)).ShouldBeEmpty();

    [Theory]
    [InlineData("create table shop.fresh (id int primary key, o int references shop.orders)",
        "reconcile_table|1, redacted_columns|1, tables|3, trigger_plan|1")]
    // its function is written anew
    [InlineData("alter table shop.orders add column more text",
        "ddl_reach|1, reconcile_table|1, redacted_columns|2, tables|3, trigger_plan|1")]
    [InlineData("alter table shop.orders add column token text",
        "ddl_reach|1, reconcile_table|1, redacted_columns|3, tables|3, trigger_plan|1")]
    [InlineData("create unique index on shop.keyless (n)",
        "reconcile_table|1, redacted_columns|1, tables|3, trigger_plan|1")]
    [InlineData("create table shop.l3 partition of shop.root for values from (20) to (30)",
        "reconcile_table|2, redacted_columns|1, tables|7, trigger_plan|2")]
    [InlineData("alter table shop.root add column more int",
        "ddl_reach|1, reconcile_table|1, redacted_columns|1, tables|3, trigger_plan|1")]
    public async Task What_concerns_one_table_plans_that_table_once_and_no_other(string ddl, string calls) =>
        string.Join(", ", await CountAsync(ddl)).ShouldBe(calls);

    private static async Task<IReadOnlyList<string>> CountAsync(string ddl)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create schema shop;
            create table shop.orders (id int primary key, n int);
            create table shop.items (id int primary key, o int not null references shop.orders);
            create index items_o on shop.items (o);
            create table shop.keyless (n int not null);
            create table shop.root (id int primary key) partition by range (id);
            create table shop.l1 partition of shop.root for values from (0) to (10);
            create table shop.l2 partition of shop.root for values from (10) to (20);
            create function shop.nothing() returns trigger language plpgsql as 'begin return null; end'
            """);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin; set local track_functions = 'all'");
        await connection.ExecuteAsync(ddl);
        return await connection.LinesAsync(Calls);
    }
}
