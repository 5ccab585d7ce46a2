using System.Data;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.History;
using ChangeLog.IntegrationTests.Redaction;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>Changes that an earlier version enriched, without their request_id, get it afterwards.</summary>
public sealed class RequestBackfillTests : IAsyncLifetime
{
    private const int Changes = 5_000;

    private static readonly string[] Complete = ["r-1|2500", "∅|2500"];

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key, name text)");
        await _database.ExecuteAsync(
            $$"""
            begin;
            select changelog.set_context('{"request_id": "r-1"}');
            insert into public.item select g from generate_series(1, {{Changes / 2}}) g;
            commit;
            """);
        await _database.ExecuteAsync($"insert into public.item select g from generate_series(-{Changes / 2}, -1) g");
        await _database.DeriveAsync();
        await _database.ExecuteAsync(
            """
            update logs.change_details set request_id = null;
            insert into logs.request_backfill (below) select max(position) + 1 from logs.change_details
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task They_get_it_in_short_transactions_however_often_and_whoever_else_does_it()
    {
        (await Task.WhenAll(BackfillAsync(), BackfillAsync())).Sum().ShouldBe(Changes);

        (await RequestsAsync()).ShouldBe(Complete);
        (await _database.ScalarAsync<long>("select count(*) from logs.request_backfill")).ShouldBe(0);
        (await BackfillAsync()).ShouldBe(0);
        (await RequestsAsync()).ShouldBe(Complete);
    }

    [Fact]
    public async Task The_feed_finds_a_request_before_during_and_after()
    {
        (await FoundAsync()).ShouldBe(Changes / 2);
        await _database.ScalarAsync<int>("select logs.backfill_requests($1)", Changes * 3 / 4);
        (await RequestsAsync()).ShouldBe(["r-1|1250", "∅|3750"]);
        (await FoundAsync()).ShouldBe(Changes / 2);
        await BackfillAsync();
        (await FoundAsync()).ShouldBe(Changes / 2);
    }

    [Fact]
    public async Task What_is_enriched_meanwhile_keeps_its_own()
    {
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"request_id": "r-2"}');
            update public.item set name = 'b' where id = 1;
            commit
            """);
        await _database.DeriveAsync();
        await BackfillAsync();

        (await RequestsAsync()).ShouldBe(["r-1|2500", "r-2|1", "∅|2500"]);
    }

    [Fact]
    public async Task A_request_that_is_redacted_before_is_not_brought_back()
    {
        await _database.ScalarAsync<int>("select logs.backfill_requests($1)", Changes * 3 / 4);
        (await _database.RedactKeyAsync(RedactedPlace.Contexts, "request_id")).Contexts.ShouldBe(1);
        (await RequestsAsync()).ShouldBe(["[redacted]|1250", "∅|3750"]);

        await BackfillAsync();

        (await RequestsAsync()).ShouldBe(["[redacted]|2500", "∅|2500"]);
    }

    [Fact]
    public async Task It_waits_for_a_redaction_that_is_under_way()
    {
        await using var redacting = await _database.OpenConnectionAsync();
        await using var transaction = await redacting.BeginTransactionAsync(Token);
        await redacting.ExecuteAsync("select changelog.start_redaction()");
        await using var other = await _database.OpenConnectionAsync();
        await other.ExecuteAsync("set lock_timeout = '100ms'");

        (await Should.ThrowAsync<PostgresException>(() => other.ExecuteAsync("select logs.backfill_requests(10)")))
            .SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
    }

    private async Task<long> BackfillAsync() =>
        (await new RequestBackfillService(
            _database.DataSource, TimeProvider.System, NullLogger<RequestBackfillService>.Instance)
            .RunOnceAsync(Token)).Details;

    private Task<IReadOnlyList<string>> RequestsAsync() =>
        _database.LinesAsync(
            "select request_id, count(*) from logs.change_details group by request_id order by request_id");

    private async Task<int> FoundAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        return (await new FeedReader(connection).ReadAsync(
            new() { Request = "r-1", Limit = Changes }, null, Token)).Changes.Count;
    }
}
