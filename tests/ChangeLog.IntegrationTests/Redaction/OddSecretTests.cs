using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>A secret under a name, or in a shape, that is easily overlooked.</summary>
public sealed class OddSecretTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(
        """{"changelog:text": "1", "password": "raw"}""", """{"password": "[redacted]", "changelog:text": "1"}""")]
    [InlineData(
        """{"changelog:text": "[]", "a": [{"password": "raw"}]}""",
        """{"a": [{"password": "[redacted]"}], "changelog:text": "[]"}""")]
    [InlineData("""{"changelog:text": "{\"p\\u0061ssword\": \"raw\"}"}""", "\"[redacted]\"")]
    [InlineData("""{"changelog:text": {"password": "raw"}}""", "\"[redacted]\"")]
    [InlineData("""{"changelog:text": "(raw,raw)"}""", "\"[redacted]\"")]
    public async Task Json_that_looks_like_the_stand_in_for_a_text_hides_no_key(string content, string logged)
    {
        await _database.ExecuteAsync("create table item (id int primary key, body jsonb, text json)");

        await _database.ExecuteAsync("insert into item values (1, $1::jsonb, $1::json)", content);
        await _database.ExecuteAsync("update item set id = 2");
        await _database.ExecuteAsync(
            "set session_replication_role = replica; insert into item select 9, body, text from item");

        var row = $$"""{"id": 1, "body": {{logged}}, "text": {{logged}}}""";
        (await _database.LinesAsync("select record_data, previous_data from logs.change order by position")).ShouldBe(
            [$"{row}|∅", $$"""{{row.Replace("\"id\": 1", "\"id\": 2")}}|{"id": 1}"""]);
        (await _database.LinesAsync("select logs.as_of('item', '9', now())")).ShouldBe(
            [row.Replace("\"id\": 1", "\"id\": 9")]);
    }

    // the tests' own databases are of locale C, which knows no case beyond a to z
    [Fact]
    public async Task Case_does_not_matter_beyond_a_to_z_either()
    {
        var server = await PostgresServer.GetAsync();
        var name = $"changelog_test_{Guid.NewGuid():N}";
        try
        {
            await server.Admin.ExecuteAsync(
                $"create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.WrongObjectType)
        {
            Assert.Skip($"The server's system has no locale C.UTF-8: {e.MessageText}");
        }

        try
        {
            await using var database = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name });
            await database.InstallAsync();
            Assert.SkipUnless(
                await database.ScalarAsync<bool>("select 'Ö' ~* 'ö'"),
                "The locale C.UTF-8 of the server's system knows no case beyond a to z.");
            await database.ExecuteAsync("create table item (id int primary key, \"GRÖßE\" text)");
            var rule = new RedactionRule(
                "ChangeLog:Redaction:Rules:0", TableFilter.Parse(["public.item"])[0], new ColumnPattern("*größe*"),
                RedactionMethod.Mask, null);
            await database.ReconcileAsync(Installs.Defaults with { Redaction = new RedactionSettings([rule]) });

            await database.ExecuteAsync("insert into item values (1, 'raw')");

            (await database.LinesAsync("select record_data from logs.change")).ShouldBe(
                ["""{"id": 1, "GRÖßE": "[redacted]"}"""]);
        }
        finally
        {
            await server.Admin.ExecuteAsync($"drop database {name} with (force)");
        }
    }
}
