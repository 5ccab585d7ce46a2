using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>PostgreSQL stops and starts under load: writers and worker come back by themselves.</summary>
[Collection(FaultTests.Collection)]
public sealed class RestartedServerTests
{
    private static readonly int Restarts = 2 * FaultTests.Rounds;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_restarted_under_load_loses_no_commit_and_doubles_none(bool immediate)
    {
        var random = FaultTests.Random();
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        await using var load = await Load.StartAsync(database, random);
        await using var workers = new WorkerFleet(database.ConnectionString);
        var worker = await workers.StartWorkingAsync();
        for (var restart = 0; restart < Restarts; restart++)
        {
            await load.GoOnAsync(200);
            await FaultTests.MomentAsync(random, 200);
            await server.RestartAsync(immediate);
        }

        await load.GoOnAsync(200);
        await load.StopAsync();
        await load.DrainAsync(workers);

        (await load.FindingsAsync()).ShouldBeEmpty();
        load.Failures.ShouldNotBeEmpty("no writer noticed, so this run proves less than it should");
        worker.HasExited.ShouldBeFalse(workers.Said);
    }
}
