using ChangeLog.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>A handler's loop that ends unexpectedly ends the worker, or its changes would wait for ever.</summary>
public sealed class EndedLoopTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(FillingHandler.Tables);
        await _database.ExecuteAsync("insert into public.item (id, n) select g, g from generate_series(1, 10) g");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_worker_ends_and_says_which_handler_while_the_others_could_go_on()
    {
        await using var worker = new HostedWorker(
            _database,
            HostedWorker.ShortWaits,
            new FillingHandler("fill", Streams.Changes),
            new FillingHandler("odd", Streams.Changes) { Before = (_, _) => throw new UnreadableException() });
        await worker.StartAsync();

        var ended = await Should.ThrowAsync<HandlerDownException>(() => worker.Dispatching.WaitAsync(
            Eventually.Deadline, TimeProvider.System, TestContext.Current.CancellationToken));

        ended.Message.ShouldBe(
            "The handler odd cannot go on: its loop ended unexpectedly (UnreadableException). "
            + "Unhandled changes are left for the next run.");
        worker.Said.ShouldContain(line => line.StartsWith(
            "The loop of handler odd ended unexpectedly (UnreadableException): the worker stops",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_of_another_handler_in_hand_is_committed_or_rolled_back_whole_before_the_worker_ends()
    {
        var begun = new TaskCompletionSource();
        await using var worker = new HostedWorker(
            _database,
            HostedWorker.ShortWaits,
            new FillingHandler("fill", Streams.Changes)
            {
                Before = async (_, token) =>
                {
                    begun.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                },
            },
            new FillingHandler("odd", Streams.Changes)
            {
                Before = async (_, token) =>
                {
                    await begun.Task.WaitAsync(token);
                    throw new UnreadableException();
                },
            });
        await worker.StartAsync();

        await Should.ThrowAsync<HandlerDownException>(() => worker.Dispatching.WaitAsync(
            Eventually.Deadline, TimeProvider.System, TestContext.Current.CancellationToken));

        (await _database.ScalarAsync<long>("select count(*) from public.target")).ShouldBe(0);
        (await _database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() "
                + "and state like 'idle in transaction%'"))
            .ShouldBe(0);
    }

    // whoever asks what is wrong fails
    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new UnreadableException();
    }
}
