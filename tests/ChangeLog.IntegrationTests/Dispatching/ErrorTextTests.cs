using ChangeLog.Dispatching;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>What the log may keep of a server's message: names that a statement holds, no values of a row.</summary>
public sealed class ErrorTextTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("'raw'", "regclass", "undefined table")]
    [InlineData("'raw'", "regtype", "undefined object")]
    [InlineData("'raw'", "regproc", "undefined function")]
    [InlineData("'raw(int)'", "regprocedure", "undefined function")]
    [InlineData("'raw'", "regoper", "undefined function")]
    [InlineData("'raw(int,int)'", "regoperator", "undefined function")]
    public async Task A_value_that_is_read_as_a_name_is_left_out(string value, string type, string said)
    {
        var error = await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync($"select (t.password)::{type} from (values ({value})) t (password) offset 0"));

        error.MessageText.ShouldContain("raw");
        ErrorText.Of(error).ShouldBe(said);
    }

    [Theory]
    [InlineData("select from missing", "relation \"missing\" does not exist")]
    [InlineData("select missing(1)", "function missing(integer) does not exist")]
    [InlineData("select 1::missing", "type \"missing\" does not exist")]
    public async Task A_name_that_a_statement_holds_is_kept(string sql, string said) =>
        ErrorText.Of(await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql))).ShouldBe(said);
}
