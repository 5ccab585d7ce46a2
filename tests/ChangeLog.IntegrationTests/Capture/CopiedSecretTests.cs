using ChangeLog.IntegrationTests.Platform;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>A secret that stands in more columns than the one that a rule names.</summary>
public sealed class CopiedSecretTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_generated_column_that_is_made_of_a_redacted_one_is_masked_but_a_plain_one()
    {
        await _database.ExecuteAsync(
            """
            create table account (
                id int primary key, password text,
                copy text generated always as (upper(password)) stored, has boolean generated always as (password is not null) stored);
            insert into account (id, password) values (1, 'raw'), (2, null);
            update account set password = 'raw2' where id = 1;
            """);

        (await _database.LinesAsync("select record_data, previous_data from logs.change order by position")).ShouldBe(
        [
            """{"id": 1, "has": true, "copy": "[redacted]", "password": "[redacted]"}|∅""",
            """{"id": 2, "has": false, "copy": null, "password": null}|∅""",
            """{"id": 1, "has": true, "copy": "[redacted]", "password": "[redacted]"}|{"copy": "[redacted]", "password": "[redacted]"}""",
        ]);
    }

    [Fact]
    public async Task A_foreign_key_that_leads_to_a_redacted_column_by_way_of_another_is_hashed_too()
    {
        await _database.ExecuteAsync(
            """
            create table session (token text primary key);
            create table visit (session text primary key references session);
            create table click (id int primary key, visit text references visit);
            insert into session values ('raw');
            insert into visit values ('raw');
            insert into click values (1, 'raw');
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select replace(record_data::text, h.hash, 'HASH'), replace(record_id, h.hash, 'HASH')
            from logs.change, logs.redaction_hash('raw') h (hash)
            order by position
            """)).ShouldBe(["""{"token": "[redacted]"}|HASH""", """{"session": "HASH"}|HASH""", """{"id": 1, "visit": "HASH"}|1"""]);
        (await _database.LinesAsync("select linked_table, linked_id = logs.redaction_hash('raw') from logs.change_links order by 1")).ShouldBe(
            ["public.session|t", "public.visit|t"]);
    }

    [Fact]
    public async Task Json_that_is_a_key_is_hashed_in_the_records_identity()
    {
        await _database.ExecuteAsync(
            """
            create table thing (key jsonb primary key, n int);
            insert into thing values ('{"password": "raw"}', 1);
            update thing set n = 2;
            """);

        (await _database.LinesAsync("select record_id = logs.redaction_hash('{\"password\": \"raw\"}'), record_data -> 'key' from logs.change")).ShouldBe(
            ["""t|{"password": "[redacted]"}""", """t|{"password": "[redacted]"}"""]);
    }
}
