using ChangeLog.Keys;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Keys;

/// <summary>What is said of a name that is no captured table's, and of a key that is none of its table.</summary>
public sealed class TableFinderTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create schema shop;
            create table shop.event (id int primary key);
            create table shop.orders (id uuid primary key, status text);
            create view shop.paid as select * from shop.orders where status = 'paid';
            create view shop.paid_events as select e.id from shop.paid p join shop.event e on true;
            create view shop.numbers as select 1 as number;
            create sequence shop.counter;
            create table shop.seats (row_nr int, nr int, primary key (row_nr, nr));
            create domain shop.number as int;
            create table shop.numbered (id shop.number primary key)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("pg_catalog.pg_class", "pg_catalog.pg_class is PostgreSQL's own, which takes no triggers")]
    [InlineData("pg_class", "pg_catalog.pg_class is PostgreSQL's own, which takes no triggers")]
    [InlineData("information_schema.tables", "information_schema.tables is PostgreSQL's own")]
    [InlineData("logs.change", "logs.change is ChangeLog's own, which it does not log: it has no history.")]
    [InlineData("logs.changes", "logs.changes is ChangeLog's own")]
    [InlineData("changelog.cursor", "changelog.cursor is ChangeLog's own")]
    [InlineData("platform.activity_logs", "platform.activity_logs is ChangeLog's own")]
    [InlineData("paid", "shop.paid is a view, and has no history but that of the tables behind it: shop.orders.")]
    [InlineData(
        "shop.paid_events",
        "shop.paid_events is a view, and has no history but that of the tables behind it: shop.event, shop.orders.")]
    [InlineData(
        "shop.numbers", "shop.numbers is a view, and has no history but that of the tables behind it.")]
    [InlineData("shop.counter", "shop.counter is a sequence: it has no rows, and no history.")]
    [InlineData("shop.orders_pkey", "shop.orders_pkey is an index: it has no history but its table's.")]
    [InlineData("shop.order", "There is no table shop.order, and none of that name in the log. Did you mean shop.")]
    [InlineData("shop.invoice",
        "There is no table shop.invoice, and none of that name in the log. changelog status --all lists ")]
    public async Task What_has_no_history_is_said_to_be_what_it_is(string name, string sentence)
    {
        await using var connection = await _database.OpenConnectionAsync();

        var refused = await Should.ThrowAsync<RefusedException>(
            () => new TableFinder(connection).FindAsync(name, Token));

        refused.Message.ShouldStartWith(sentence, Case.Sensitive);
        refused.ExitCode.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task A_temporary_table_of_a_session_is_said_to_be_one()
    {
        await using var other = await _database.OpenConnectionAsync();
        await using var create = new Npgsql.NpgsqlCommand("create temporary table basket (id int)", other);
        await create.ExecuteNonQueryAsync(Token);
        await using var connection = await _database.OpenConnectionAsync();

        (await Should.ThrowAsync<RefusedException>(() => new TableFinder(connection).FindAsync("basket", Token)))
            .Message.ShouldEndWith(".basket is temporary: it goes with its session, and has no history.");
    }

    [Fact]
    public async Task A_table_of_the_application_comes_before_one_of_that_name_of_ChangeLog()
    {
        await using var connection = await _database.OpenConnectionAsync();

        (await new TableFinder(connection).FindAsync("event", Token)).Name.ShouldBe("shop.event");
    }

    [Fact]
    public async Task A_dropped_table_whose_name_a_view_has_now_keeps_its_history()
    {
        await _database.ExecuteAsync("alter table shop.orders rename to sales; drop table shop.event cascade");
        await _database.ExecuteAsync("create view shop.event as select 1 as id");
        await using var connection = await _database.OpenConnectionAsync();

        var table = await new TableFinder(connection).FindAsync("shop.event", Token);

        (table.Name, table.Lives).ShouldBe(("shop.event", false));
    }

    [Theory]
    [InlineData("orders", "42", "Its key id is of type uuid, and 42 is none. Its latest changes, each with its key: "
        + "changelog changes --table shop.orders")]
    [InlineData("orders", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", null)]
    [InlineData("event", "first", "Its key id is of type integer, and first is none. Its latest changes, each with its "
        + "key: changelog changes --table shop.event")]
    [InlineData("event", "007", null)]
    [InlineData("numbered", "x", "Its key id is of type integer, and x is none. Its latest changes, each with its key: "
        + "changelog changes --table shop.numbered")]
    [InlineData("seats", "1", "Its keys are JSON arrays of row_nr, nr: '[1, 2]'.")]
    [InlineData("seats", "[1, 2]", null)]
    public async Task A_text_that_cannot_be_the_key_is_said_to_be_none(string name, string record, string? hint)
    {
        await using var connection = await _database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync(name, Token);

        (await RecordKey.HintAsync(connection, table, record, Token)).ShouldBe(hint);
    }
}
