using System.Data;
using ChangeLog.History;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>The feed goes on with whatever is committed, once each, without a worker.</summary>
public sealed class FeedFollowerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.orders (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_is_committed_after_the_snapshot_is_followed_with_nothing_lost_or_shown_twice()
    {
        await WriteAsync(1);
        await using var late = await _database.OpenConnectionAsync();
        await using var open = await late.BeginTransactionAsync(Token);
        await late.ExecuteAsync("insert into public.orders values (100)");
        await using var connection = await _database.OpenConnectionAsync();
        var filter = new FeedFilter { Tables = ["orders"], Limit = 9 };
        FeedPlace place;
        await using (await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token))
        {
            place = await FeedFollower.PlaceAsync(connection, Token);
            (await new FeedReader(connection).ReadAsync(filter, null, Token)).Changes.Select(Line).ShouldBe(["1"]);
        }

        await using var followed = Follow(filter, place);
        await WriteAsync(2);
        (await NextAsync(followed, 1)).ShouldBe(["2"]);
        await open.CommitAsync(Token);
        (await NextAsync(followed, 1)).ShouldBe(["100"]);
        await WriteAsync(3);
        await WriteAsync(4);
        (await NextAsync(followed, 2)).ShouldBe(["3", "4"]);
    }

    [Fact]
    public async Task A_table_that_is_made_while_it_is_followed_is_followed_too()
    {
        await _database.ExecuteAsync("create schema stock; create table stock.items (id integer primary key)");
        await using var followed = Follow(
            new FeedFilter { Tables = ["public.*,stock.items"], Limit = 9 }, await PlaceAsync());

        await _database.ExecuteAsync("create table public.later (id integer primary key)");
        await _database.ExecuteAsync("insert into public.later values (1)");
        (await NextAsync(followed, 1)).ShouldBe(["1"]);
        await _database.ExecuteAsync("drop table stock.items; create table stock.items (id integer primary key)");
        await _database.ExecuteAsync("insert into stock.items values (2)");
        (await NextAsync(followed, 1)).ShouldBe(["2"]);
    }

    [Fact]
    public async Task What_is_committed_while_the_connection_is_lost_is_not_skipped()
    {
        List<string> losses = [];
        await using var followed = Follow(new FeedFilter { Limit = 9 }, await PlaceAsync(), losses.Add);
        await WriteAsync(1);
        (await NextAsync(followed, 1)).ShouldBe(["1"]);

        await _database.ExecuteAsync(
            """
            insert into public.orders values (2);
            select pg_terminate_backend(a.pid)
            from pg_stat_activity a
            where a.datname = current_database() and a.pid <> pg_backend_pid()
            """);
        await WriteAsync(3);

        (await NextAsync(followed, 2)).ShouldBe(["2", "3"]);
        losses.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_whose_row_is_recovered_is_followed_once()
    {
        await using var followed = Follow(new FeedFilter { Limit = 9 }, await PlaceAsync());

        await _database.ExecuteAsync(
            """
            do $$ begin
                perform set_config('changelog.transaction', 'recorded', true);
                perform setval('changelog.marked', pg_current_xact_id()::text::bigint);
                insert into public.orders values (1), (2);
            end $$
            """);
        await WriteAsync(3);
        (await NextAsync(followed, 1)).ShouldBe(["3"]);
        await Eventually.TrueAsync("the sweep has recovered it", async () =>
        {
            await _database.ExecuteAsync("select changelog.sweep_transactions()");
            return await _database.ScalarAsync<bool>("select exists (select from changelog.recovered)");
        });

        (await NextAsync(followed, 2)).ShouldBe(["1", "2"]);
        await WriteAsync(4);
        (await NextAsync(followed, 1)).ShouldBe(["4"]);
    }

    private static string Line(LoggedChange change) => change.RecordId ?? "-";

    private static async Task<IEnumerable<string>> NextAsync(
        IAsyncEnumerator<IReadOnlyList<LoggedChange>> followed, int count)
    {
        List<string> lines = [];
        while (lines.Count < count)
        {
            (await followed.MoveNextAsync()).ShouldBeTrue();
            lines.AddRange(followed.Current.Select(Line));
        }

        return lines;
    }

    private IAsyncEnumerator<IReadOnlyList<LoggedChange>> Follow(
        FeedFilter filter, FeedPlace place, Action<string>? lost = null) =>
        new FeedFollower(_database.DataSource, TimeProvider.System, lost)
            .FollowAsync(filter, place, Token)
            .GetAsyncEnumerator(Token);

    private async Task<FeedPlace> PlaceAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await FeedFollower.PlaceAsync(connection, Token);
    }

    private Task<int> WriteAsync(int id) => _database.ExecuteAsync("insert into public.orders values ($1)", id);
}
