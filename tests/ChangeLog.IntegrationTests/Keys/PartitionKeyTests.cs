using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.IntegrationTests.Redaction;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Keys;

/// <summary>An event's partition key may be a person: it is hashed, so that related events stay together.</summary>
public sealed class PartitionKeyTests : IAsyncLifetime
{
    private const string Keys = /* language=sql */
        """
        select case partition_key when logs.redaction_hash('raw@x') then 'HASH' else partition_key end, payload ->> 'ip'
        from lib_event.event
        where event_type like 'a.%'
        order by position
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task It_is_hashed_where_it_is_the_actor_and_of_what_others_did_nothing_else_is()
    {
        await CreateEventsAsync();

        var planned = await _database.EraseActorAsync("raw@x", isPlan: true);
        (await _database.EraseActorAsync("raw@x")).ShouldBe(planned);
        (await _database.EraseActorAsync("raw@x")).Total.ShouldBe(0);

        planned.Events.ShouldBe(2);
        (await _database.LinesAsync(Keys)).ShouldBe(["HASH|[redacted]", "HASH|10.0.0.2", "7|10.0.0.3", "∅|10.0.0.4"]);
        (await _database.LinesAsync("select event_details ->> 'ip' from platform.activity_logs "
            + "where event_type = 'a.b.c' order by 1")).ShouldBe(
            ["10.0.0.2", "10.0.0.3", "10.0.0.4", "[redacted]"]);
    }

    [Fact]
    public async Task It_is_hashed_where_it_is_an_erased_record()
    {
        await _database.ExecuteAsync(
            "create table person (email text primary key); insert into person values ('raw@x')");
        await CreateEventsAsync();

        (await _database.EraseAsync("person", "raw@x")).ShouldBe(new RedactionCounts(3, null, null));

        (await _database.LinesAsync(Keys)).ShouldBe(["HASH|10.0.0.1", "HASH|10.0.0.2", "7|10.0.0.3", "∅|10.0.0.4"]);
    }

    [Fact]
    public async Task Redacted_late_by_its_name_it_is_hashed_whatever_the_way()
    {
        await CreateEventsAsync();

        var planned = await _database.RedactKeyAsync(
            RedactedPlace.Events, "partition_key", RedactionMethod.Mask, isPlan: true);
        (await _database.RedactKeyAsync(RedactedPlace.Events, "partition_key")).ShouldBe(planned);
        (await _database.RedactKeyAsync(RedactedPlace.Events, "partition_key")).Total.ShouldBe(0);

        planned.Events.ShouldBe(3);
        (await _database.LinesAsync(Keys)).ShouldBe(
        [
            "HASH|10.0.0.1", "HASH|10.0.0.2",
            await _database.ScalarAsync<string>("select logs.redaction_hash('7')") + "|10.0.0.3",
            "∅|10.0.0.4",
        ]);
    }

    [Fact]
    public async Task A_rule_of_its_name_hashes_it_before_it_is_stored()
    {
        await _database.ExecuteAsync(
            """
            insert into changelog.redaction_rule (place, name, is_default, schema_like, table_like, column_like,
                key_expression, key_hint, way)
            values (1, 'partition_key', false, 'lib\_event', 'event', 'partition\_key', '^partition[_-]?key$',
                'partition[_-]?key', 'mask');
            select changelog.refresh_key_redaction();
            select lib_event.create('a.b.c', partition_key => 'raw@x');
            select lib_event.create('a.b.c', partition_key => logs.redaction_hash('raw@x'));
            select lib_event.create('a.b.c');
            """);

        (await _database.LinesAsync(Keys)).ShouldBe(["HASH|∅", "HASH|∅", "∅|∅"]);
    }

    private async Task CreateEventsAsync()
    {
        await _database.ExecuteAsync(
            """
            select lib_event.create('a.b.c', '{"ip": "10.0.0.1"}', headers => '{"actor": "raw@x"}',
                partition_key => 'raw@x');
            select lib_event.create('a.b.c', '{"ip": "10.0.0.2"}', headers => '{"actor": "bo"}',
                partition_key => 'raw@x');
            select lib_event.create('a.b.c', '{"ip": "10.0.0.3"}', headers => '{"actor": "bo"}', partition_key => '7');
            select lib_event.create('a.b.c', '{"ip": "10.0.0.4"}', headers => '{"actor": "bo"}');
            """);
        await _database.DeriveAsync();
    }
}
