using System.Data;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>The server ends the page of a worker that hangs, whatever state its connection is in.</summary>
public sealed class HangingPageTests : IAsyncLifetime
{
    private static readonly PageLimits Limits = new(100, 1000, TimeSpan.FromSeconds(2));

    // the limit, and what a slow machine takes on top of it
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2 + 20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase _database = null!;
    private TcpProxy _proxy = null!;
    private NpgsqlDataSource _through = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _proxy = TcpProxy.Start((await PostgresServer.GetAsync()).Port);
        _through = _database.DataSourceFor(builder => builder.Port = _proxy.Port);
        await new CursorStore(_database.DataSource).RegisterAsync("test", Streams.Changes, fromNow: false, Token);
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await _database.ExecuteAsync("insert into public.item select generate_series(1, 10)");
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_that_asks_nothing_more_loses_its_page()
    {
        await using var connection = await TakeAsync();

        await FreeAsync();

        await Should.ThrowAsync<NpgsqlException>(() => connection.ExecuteAsync("select 1"));
    }

    [Fact]
    public async Task A_worker_whose_statement_runs_on_loses_its_page()
    {
        await using var connection = await TakeAsync();

        var running = connection.ExecuteAsync("select pg_sleep(600)");
        await FreeAsync();

        (await Should.ThrowAsync<PostgresException>(() => running)).SqlState.ShouldBe(PostgresErrorCodes.QueryCanceled);
    }

    [Fact]
    public async Task A_worker_that_does_not_fetch_the_answer_loses_its_page()
    {
        await using var connection = await TakeAsync();

        // more than all the buffers between hold
        _proxy.ToClient.Shut();
        var reading = connection.LinesAsync("select repeat(md5(g::text), 32000) from generate_series(1, 64) g");
        await FreeAsync();
        _proxy.ToClient.Open();

        await Should.ThrowAsync<NpgsqlException>(() => reading);
    }

    [Fact]
    public async Task What_bounds_a_page_ends_with_it()
    {
        await using var connection = await _database.OpenConnectionAsync();
        const string Settings =
            """
            select concat_ws(' ', current_setting('idle_in_transaction_session_timeout'),
                current_setting('statement_timeout'), current_setting('tcp_user_timeout'))
            """;
        var before = await connection.ScalarAsync<string>(Settings);

        await using (var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, Token))
        {
            await CursorStore.OpenWindowAsync(transaction, "test", Limits, patience: 1, Token);
            (await connection.ScalarAsync<string>(Settings)).ShouldBe("2s 2s 2000");
            await transaction.CommitAsync(Token);
        }

        (await connection.ScalarAsync<string>(Settings)).ShouldBe(before);
    }

    private async Task<NpgsqlConnection> TakeAsync()
    {
        var connection = await _through.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, Token);
        (await CursorStore.OpenWindowAsync(transaction, "test", Limits, patience: 1, Token)).Page
            .ShouldBeOfType<TakenPage.Taken>().Page.Count.ShouldBe(10);
        (await IsFreeAsync()).ShouldBeFalse();
        return connection;
    }

    private Task FreeAsync() => Eventually.TrueAsync("another worker can have the page", IsFreeAsync, Bound);

    private Task<bool> IsFreeAsync() =>
        _database.ScalarAsync<bool>(
            "select exists (select from changelog.cursor where handler = 'test' for update skip locked)");
}
