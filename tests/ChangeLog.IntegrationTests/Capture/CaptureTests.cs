using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>What is logged of ordinary tables: section 3 of the design.</summary>
public sealed class CaptureTests : IAsyncLifetime
{
    private const string Changes =
        /* language=sql */
        """
        select op, table_schema, table_name, record_id, record_data, previous_data
        from logs.change
        order by position
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task An_insert_an_update_and_a_delete_are_logged_whole()
    {
        await _database.ExecuteAsync("create table item (id int primary key, name text, note text)");

        await _database.ExecuteAsync("insert into item values (7, 'a', null)");
        await _database.ExecuteAsync("update item set name = 'b'");
        await _database.ExecuteAsync("delete from item");

        (await _database.LinesAsync(Changes)).ShouldBe(
        [
            """I|public|item|7|{"id": 7, "name": "a", "note": null}|∅""",
            """U|public|item|7|{"id": 7, "name": "b", "note": null}|{"name": "a"}""",
            """D|public|item|7|{"id": 7, "name": "b", "note": null}|∅""",
        ]);
    }

    [Fact]
    public async Task A_transaction_is_recorded_once_and_before_its_first_change()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");

        await _database.ExecuteAsync("insert into item select generate_series(1, 3)");

        (await _database.LinesAsync(
            """
            select
                count(*) over () as transactions,
                t.position < min(c.position) as before_its_changes,
                count(c.*) as changes,
                t.db_user = current_user as by_user,
                t.db_role,
                t.application_name,
                t.context,
                t.actor_id
            from logs.transaction t
            join logs.change c using (xid, logged_at)
            group by t.position, t.db_user, t.db_role, t.application_name, t.context, t.actor_id
            """)).ShouldBe(["1|t|3|t|∅|tests|{}|∅"]);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_is_not_logged()
    {
        await _database.ExecuteAsync("create table item (id int primary key, body json, amount numeric)");
        await _database.ExecuteAsync("""insert into item values (1, '{"a": 1}', 1.0)""");

        await _database.ExecuteAsync("""update item set body = '{"a": 1}', amount = 1.0""");

        (await _database.LinesAsync("select op from logs.change")).ShouldBe(["I"]);
    }

    [Theory]
    [InlineData("numeric", "1.0", "1.00", """{"v": 1.0}""")]
    [InlineData("jsonb", "\"1\"", "1", """{"v": "1"}""")]
    [InlineData("jsonb", "\"true\"", "true", """{"v": "true"}""")]
    [InlineData("jsonb", "{\"a\": 1.0}", "{\"a\": 1.00}", """{"v": {"a": 1.0}}""")]
    [InlineData("jsonb", "[\"1\", 1]", "[1, \"1\"]", """{"v": ["1", 1]}""")]
    [InlineData("jsonb", "null", null, "{}")]
    [InlineData("json", "{\"a\":1}", "{\"a\": 1}", "{}")]
    [InlineData("text", "", null, """{"v": ""}""")]
    [InlineData("text", "null", null, """{"v": "null"}""")]
    [InlineData("text[]", "{1,2}", "{2,1}", """{"v": ["1", "2"]}""")]
    [InlineData("bytea", "\\x00", "\\x0000", """{"v": "\\x00"}""")]
    [InlineData("double precision", "0.1", "0.10000000000000002", """{"v": 0.1}""")]
    public async Task The_old_value_is_kept_where_the_text_differs(
        string type, string from, string? to, string previous)
    {
        await _database.ExecuteAsync($"create table item (id int primary key, v {type}, same numeric default 1.50)");
        await _database.ExecuteAsync($"insert into item values (1, $1::text::{type})", from);

        await _database.ExecuteAsync($"update item set v = $1::text::{type}", to);

        (await _database.LinesAsync("select previous_data from logs.change where op = 'U'")).ShouldBe([previous]);
    }

    [Theory]
    [InlineData("(id int primary key, x int)", "5")]
    [InlineData("(id int, x int primary key, unique (id))", "5")]
    [InlineData("(id int, x text primary key)", "a b")]
    [InlineData("(id int, x text, primary key (x, id))", "[\"a b\", 5]")]
    [InlineData("(id int, x text not null unique)", "a b")]
    [InlineData("(id int, x text)", "∅")]
    [InlineData("(id int, \"Odd \"\"Key\" text primary key)", "a b")]
    public async Task The_record_id_is_the_identity(string definition, string expected)
    {
        await _database.ExecuteAsync($"create table item {definition}");

        await _database.ExecuteAsync(
            definition.Contains("x int") ? "insert into item values (5, 6)" : "insert into item values (5, 'a b')");

        (await _database.LinesAsync("select record_id from logs.change")).ShouldBe([expected]);
    }

    [Fact]
    public async Task A_rolled_back_savepoint_takes_its_changes_and_its_transaction_row_with_it()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");
        await using var connection = await _database.OpenConnectionAsync();

        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync("savepoint a");
        await connection.ExecuteAsync("insert into item values (1)");
        await connection.ExecuteAsync("rollback to a");
        await connection.ExecuteAsync("insert into item values (2)");
        await connection.ExecuteAsync("commit");

        (await _database.LinesAsync(
            "select c.record_id, t.xid is not null from logs.change c left join logs.transaction t using (xid, "
                + "logged_at)"))
            .ShouldBe(["2|t"]);
    }

    [Fact]
    public async Task A_lost_marker_neither_fails_a_write_nor_doubles_the_transaction()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");
        await using var connection = await _database.OpenConnectionAsync();

        await connection.ExecuteAsync("begin isolation level serializable");
        await connection.ExecuteAsync("insert into item values (1)");
        await connection.ExecuteAsync("reset all");
        await connection.ExecuteAsync("insert into item values (2)");
        await connection.ExecuteAsync("commit");

        (await _database.LinesAsync("select count(*) from logs.transaction")).ShouldBe(["1"]);
        (await _database.LinesAsync("select count(*) from logs.change")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_forged_marker_hides_neither_a_change_nor_who_made_it()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");
        await using var connection = await _database.OpenConnectionAsync();

        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync("select set_config('changelog.transaction', 'recorded', true)");
        await connection.ExecuteAsync("insert into item values (1)");
        await connection.ExecuteAsync("commit");

        (await _database.LinesAsync(
            "select c.op, c.record_id, t.db_user = session_user from logs.change c join logs.transaction t using "
                + "(xid)"))
            .ShouldBe(["I|1|t"]);
    }

    [Fact]
    public async Task A_truncation_is_one_change_for_each_table_truncated()
    {
        await _database.ExecuteAsync("create table a (id int primary key); create table b (id int references a)");

        await _database.ExecuteAsync("truncate a cascade");

        (await _database.LinesAsync(
            "select op, table_name, record_id, record_data, previous_data from logs.change order by table_name"))
            .ShouldBe(["T|a|∅|∅|∅", "T|b|∅|∅|∅"]);
    }

    [Fact]
    public async Task A_partition_bears_the_roots_name_and_a_moved_row_is_deleted_and_inserted()
    {
        await _database.ExecuteAsync(
            """
            create table root (id int primary key, name text) partition by range (id);
            create table low partition of root for values from (0) to (10);
            create table high partition of root for values from (10) to (20);
            """);

        await _database.ExecuteAsync("insert into root values (1, 'x')");
        await _database.ExecuteAsync("update root set id = 11");
        await _database.ExecuteAsync("truncate high");

        (await _database.LinesAsync(
            """
            select op, table_schema, table_name, table_oid = 'root'::regclass, record_id, record_data, previous_data
            from logs.change
            order by position
            """)).ShouldBe(
        [
            """I|public|root|t|1|{"id": 1, "name": "x"}|∅""",
            """D|public|root|t|1|{"id": 1, "name": "x"}|∅""",
            """I|public|root|t|11|{"id": 11, "name": "x"}|∅""",
            """T|public|root|t|∅|{"partition": "public.high"}|∅""",
        ]);
    }

    [Fact]
    public async Task A_column_added_or_dropped_in_the_same_session_is_followed()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("create table item (id int primary key, gone text)");
        await connection.ExecuteAsync("insert into item values (1, 'x')");

        await connection.ExecuteAsync("alter table item add column extra json, drop column gone");
        await connection.ExecuteAsync("""update item set extra = '{"a": 1}'""");

        (await connection.LinesAsync("select record_data, previous_data from logs.change where op = 'U'"))
            .ShouldBe(["""{"id": 1, "extra": {"a": 1}}|{"extra": null}"""]);
    }
}
