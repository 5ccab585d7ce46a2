using System.Text.Json.Nodes;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Events;

/// <summary>The source document lib-event.md: every argument, header, column and rule, and our additions.</summary>
public sealed class LibEventTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("lib_event")]
    [InlineData("lib_events")]
    public async Task An_event_is_stored_whole_and_read_back_by_its_id(string schema)
    {
        var id = await _database.ScalarAsync<Guid>(
            $$"""
            select {{schema}}.create(
                'billing.invoice.paid',
                '{"total": 12.50}',
                '2026-01-02 03:04:05+00',
                '00000000-0000-0000-0000-00000000000a',
                '{"auth_level": 3, "event_type": "forged"}',
                'customer-7')
            """);

        var row = (await _database.QueryAsync(
            """
            select
                headers - 'created_at' as headers,
                (headers ->> 'created_at')::timestamptz <= now() as known,
                payload
            from lib_events.events
            where event__id = $1
            """,
            id)).Single();
        JsonNode.DeepEquals(
            JsonNode.Parse((string)row["headers"]!),
            JsonNode.Parse(
                $$"""
                {
                    "event_type": "billing.invoice.paid",
                    "event__id": "{{id}}",
                    "occurred_at": "2026-01-02T03:04:05+00:00",
                    "source": "00000000-0000-0000-0000-00000000000a",
                    "partition_key": "customer-7",
                    "auth_level": 3
                }
                """)).ShouldBeTrue((string)row["headers"]!);
        row["known"].ShouldBe(true);
        row["payload"].ShouldBe("""{"total": 12.50}""");
    }

    [Fact]
    public async Task Every_argument_but_the_first_has_a_default_and_null_means_the_same()
    {
        await _database.ExecuteAsync(
            "select lib_event.create('a'), lib_event.create('a', null, null, null, null, null, null)");

        (await _database.LinesAsync(
            """
            select distinct format(
                '%s %s %s %s %s %s', event_type, occurred_at = created_at, source is null, partition_key is null,
                    headers, payload)
            from lib_event.event
            where event_type = 'a'
            """)).ShouldBe(["a t t t {} {}"]);
    }

    [Theory]
    [InlineData("select lib_event.create(null)", "23502")]
    [InlineData("select lib_event.create('')", "23514")]
    [InlineData("select lib_event.create(E' \t\n')", "23514")]
    [InlineData("select lib_event.create('a', headers => '[]')", "23514")]
    [InlineData(
        "select lib_event.create('a', event__id => '00000000-0000-0000-0000-000000000001') from generate_series(1, 2)",
        "23505")]
    public async Task What_is_no_event_is_refused(string sql, string sqlState)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql));

        refused.SqlState.ShouldBe(sqlState);
    }

    [Fact]
    public async Task The_id_of_a_recorded_transaction_is_no_other_events()
    {
        await _database.ExecuteAsync(
            "create table public.item (id integer primary key); insert into public.item values (1)");
        var id = await _database.ScalarAsync<Guid>("select event__id from logs.transaction");

        foreach (var sql in new[]
        {
            "select lib_event.create('billing.invoice.paid', event__id => $1)",
            "insert into platform.audit_logs (id, action, resource) values ($1, 'export', 'report')",
        })
        {
            var refused = await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql, id));
            (refused.SqlState, refused.MessageText).ShouldBe(
                ("23505", $"the id {id} is that of a recorded transaction, not of an event"));
        }

        (await _database.ScalarAsync<long>("select count(*) from lib_events.events where event__id = $1", id))
            .ShouldBe(1);
    }

    [Theory]
    [InlineData("changelog.audit.recorded")]
    [InlineData(" ChangeLog\t.schema.installed")]
    [InlineData("changelog\u200B.x")]
    [InlineData("\uFEFFchangelog.x")]
    [InlineData("\u00A0CHANGELOG\u3000\u2024x")]
    [InlineData("c\u00ADhange\u2060log\u202E.x")]
    [InlineData("change\u0001log\u007F.x")]
    [InlineData("\uFF43\uFF48\uFF41\uFF4E\uFF47\uFF45\uFF4C\uFF4F\uFF47\uFF0Ex")]
    [InlineData("changelog\u0336\uFE0F.x")]
    [InlineData("\u3164\uDB40\uDC41changelog.x")]
    [InlineData("\u2003\u1680changelog.x")]
    public async Task What_ChangeLog_says_is_said_by_nobody_else(string type)
    {
        var refused = await Should.ThrowAsync<PostgresException>(
            () => _database.QueryAsync("select lib_events.create($1, '{\"password\": \"hush\"}')", type));

        refused.MessageText.ShouldBe($"lib_event.create: only ChangeLog may create events of type {type}");
        await _database.ExecuteAsync("select lib_event.create('changelogs.page.read'), lib_event.create('changelog')");
        string[] alike = [
            "ch\u00e2ngelog.x", "\u65e5\u672cchangelog.x", "\u0441hangelog.x", "change log.x",
            "shop.\u200Bchangelog.x"];
        await _database.QueryAsync("select lib_event.create(t) from unnest($1::text[]) t", (object)alike);
    }

    [Fact]
    public async Task A_payload_may_have_any_size()
    {
        var id = await _database.ScalarAsync<Guid>(
            "select lib_event.create('a', jsonb_build_object('text', repeat('x', 20000000)))");

        (await _database.ScalarAsync<int>(
            "select length(payload ->> 'text') from lib_events.events where event__id = $1", id)).ShouldBe(20_000_000);
    }

    [Theory]
    [InlineData("update lib_event.event set payload = '{}'")]
    [InlineData("delete from lib_event.event")]
    [InlineData("truncate lib_event.event")]
    public async Task An_event_is_immutable(string sql)
    {
        await _database.ExecuteAsync("select lib_event.create('a', '{\"n\": 1}')");

        await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql));
    }

    [Fact]
    public async Task Every_id_announced_can_be_selected()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await using var listener = await _database.OpenConnectionAsync();
        var announced = new List<Guid>();
        listener.Notification += (_, notification) => announced.Add(Guid.Parse(notification.Payload));
        await listener.ExecuteAsync("listen \"lib_event.created\"");

        await _database.ExecuteAsync("select lib_event.create('test.item.seen')");
        await _database.ExecuteAsync(
            "begin; insert into public.item values (1); insert into public.item values (2); commit");
        while (announced.Count < 2)
        {
            (await listener.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        }

        (await _database.LinesAsync(
            """
            select headers ->> 'event_type'
            from unnest($1::uuid[]) with ordinality a (event__id, nth)
            join lib_events.events e using (event__id)
            order by a.nth
            """,
            announced.ToArray())).ShouldBe(["test.item.seen", "changelog.transaction.recorded"]);
    }

    [Fact]
    public async Task The_context_comes_into_the_headers_where_the_caller_gives_none()
    {
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "ann", "ip_address": "10.1.1.1", "user_agent": "curl",
                "request_id": "r-1", "reason": "x"}');
            select
                lib_event.create('a', headers => '{"actor_id": "bob"}'),
                    lib_event.create('b', headers => '{"actor": "cy"}'),
                lib_event.create('c', headers => '{"actor": "", "request_id": "r-2"}');
            commit
            """);

        (await _database.LinesAsync(
            "select lib_event.actor_of(headers), headers from lib_event.event where event_type in ('a', 'b', 'c') "
                + "order by event_type")).ShouldBe(
        [
            """bob|{"actor_id": "bob", "ip_address": "10.1.1.1", "request_id": "r-1", "user_agent": "curl"}""",
            """cy|{"actor": "cy", "ip_address": "10.1.1.1", "request_id": "r-1", "user_agent": "curl"}""",
            """ann|{"actor": "", "actor_id": "ann", "ip_address": "10.1.1.1", "request_id": "r-2","""
                + """ "user_agent": "curl"}""",
        ]);
    }
}
