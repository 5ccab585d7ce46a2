using System.Threading.Channels;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Demo;

public sealed class LatencyMeterTests
{
    [Fact]
    public async Task A_transaction_that_only_locks_rows_is_neither_counted_nor_waited_for()
    {
        var token = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id integer primary key)");
        var insert = await database.ScalarAsync<ulong>(
            "insert into public.item values (1) returning pg_current_xact_id()");
        var locking = await database.ScalarAsync<ulong>(
            "select pg_current_xact_id() from public.item for update");
        await using (var worker = new Worker(database.DataSource, 10, 10, new EnrichHandler()))
        {
            await worker.RegisterAsync();
            await worker.DrainAsync();
        }

        var commits = Channel.CreateUnbounded<Commit>();
        await commits.Writer.WriteAsync(new Commit(insert, 0), token);
        await commits.Writer.WriteAsync(new Commit(locking, 0), token);
        commits.Writer.Complete();

        var latencies = await new LatencyMeter(database.DataSource, TimeProvider.System, commits.Reader)
            .RunAsync(token)
            .WaitAsync(Eventually.Deadline, token);

        latencies.Count.ShouldBe(1);
    }
}
