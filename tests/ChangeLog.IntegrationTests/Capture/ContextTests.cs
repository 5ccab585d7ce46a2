using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>Who and from where, as it gets into logs.transaction.</summary>
public sealed class ContextTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table item (id int)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Calls_merge_and_one_after_the_first_change_amends_the_transactions_row()
    {
        (await RecordedAsync(
            """select changelog.set_context('{"actor_id": "anna", "device_id": "d1"}')""",
            "insert into item values (1)",
            """select changelog.set_context('{"actor_id": "bert", "reason": "because"}')"""))
            .ShouldBe(["""bert|{"reason": "because", "actor_id": "bert", "device_id": "d1"}"""]);
    }

    [Fact]
    public async Task A_read_only_transaction_that_has_an_id_may_have_a_context()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("create temp table own (id int)");
        await connection.ExecuteAsync("begin read only");
        await connection.ExecuteAsync("insert into own values (1)");

        await connection.ExecuteAsync("""select changelog.set_context('{"actor_id": "anna"}')""");

        (await connection.LinesAsync("select changelog.current_context()")).ShouldBe(["""{"actor_id": "anna"}"""]);
    }

    [Fact]
    public async Task A_context_ends_with_its_transaction_and_with_its_savepoint()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync("""select changelog.set_context('{"actor_id": "anna"}')""");
        await connection.ExecuteAsync("savepoint a");
        await connection.ExecuteAsync("""select changelog.set_context('{"actor_id": "bert"}')""");
        await connection.ExecuteAsync("rollback to a");
        await connection.ExecuteAsync("insert into item values (1)");
        await connection.ExecuteAsync("commit");
        await connection.ExecuteAsync("insert into item values (2)");

        (await connection.LinesAsync("select actor_id, context from logs.transaction order by position"))
            .ShouldBe(["""anna|{"actor_id": "anna"}""", "∅|{}"]);
    }

    [Theory]
    [InlineData("garbage", """∅|{"invalid": "garbage"}""")]
    [InlineData("[1]", """∅|{"invalid": "[1]"}""")]
    [InlineData("""{"a": "\u0000"}""", """∅|{"invalid": "{\"a\": \"\\u0000\"}"}""")]
    [InlineData("null", """∅|{"invalid": "null"}""")]
    [InlineData("", "∅|{}")]
    [InlineData(
        """{"ip_address": "not one", "actor_id": "x"}""",
        """x|{"invalid": "not one", "actor_id": "x", "ip_address": null}""")]
    [InlineData("""{"ip_address": "2001:db8::1"}""", """∅|{"ip_address": "2001:db8::1"}""")]
    [InlineData("""{"actor_id": 17}""", """17|{"actor_id": 17}""")]
    public async Task Whatever_the_setting_holds_no_write_fails(string setting, string expected)
    {
        (await RecordedAsync(
            $"select set_config('changelog.context', '{setting}', true)",
            "insert into item values (1)")).ShouldBe([expected]);
    }

    [Theory]
    [InlineData("""{"sub": "u1"}""", "", """u1|{"actor_id": "u1"}""")]
    [InlineData("""{"sub": "u1"}""", """{"actor_id": "anna"}""", """anna|{"actor_id": "anna"}""")]
    [InlineData("garbage", "", "∅|{}")]
    [InlineData("""{"role": "x"}""", "", "∅|{}")]
    public async Task Without_an_actor_the_claims_name_one(string claims, string context, string expected)
    {
        (await RecordedAsync(
            $"select set_config('request.jwt.claims', '{claims}', true)",
            $"select set_config('changelog.context', '{context}', true)",
            "insert into item values (1)")).ShouldBe([expected]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("'[]'")]
    [InlineData("'\"anna\"'")]
    public async Task A_context_that_is_no_object_is_the_callers_error(string argument)
    {
        var refused = await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync($"select changelog.set_context({argument})"));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InvalidParameterValue);
        refused.MessageText.ShouldStartWith("changelog.set_context: the context must be a JSON object, not ");
    }

    [Fact]
    public async Task The_role_set_and_the_session_user_are_recorded()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant insert on item to {role.Name}");

        await RecordedAsync($"set local role {role.Name}", "insert into item values (1)");

        (await _database.LinesAsync("select db_user = current_user, db_role = $1 from logs.transaction", role.Name))
            .ShouldBe(["t|t"]);
    }

    private async Task<IReadOnlyList<string>> RecordedAsync(params string[] statements)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin");
        foreach (var statement in statements)
        {
            await connection.ExecuteAsync(statement);
        }

        await connection.ExecuteAsync("commit");
        return await connection.LinesAsync("select actor_id, context from logs.transaction order by position");
    }
}
