using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>kill -9, again and again, at any moment: starting, installing, in the middle of a page, idle.</summary>
[Collection(FaultTests.Collection)]
public sealed class KilledWorkerTests
{
    private const int Kills = 20;

    [Fact]
    public async Task A_worker_killed_at_random_moments_under_load_loses_and_doubles_nothing()
    {
        var random = FaultTests.Random();
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, random);
        await using var workers = new WorkerFleet(database.ConnectionString);
        for (var kill = 0; kill < Kills * FaultTests.Rounds; kill++)
        {
            var worker = workers.Start();
            await NextMomentAsync(database, kill, random);
            await workers.KillAsync(worker);
        }

        await load.StopAsync();
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Four_workers_on_one_backlog_killed_at_random_lose_and_double_nothing()
    {
        var random = FaultTests.Random();
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, random);
        await load.GoOnAsync(1500);
        await using var workers = new WorkerFleet(database.ConnectionString);
        for (var n = 0; n < 4; n++)
        {
            workers.Start();
        }

        for (var kill = 0; kill < Kills * FaultTests.Rounds; kill++)
        {
            await NextMomentAsync(database, kill, random);
            await workers.KillAsync(workers.Workers[random.Next(workers.Workers.Count)]);
            workers.Start();
        }

        await load.StopAsync();
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
    }

    // every second time in the middle of work, which those killed at any moment may never begin
    private static async Task NextMomentAsync(TestDatabase database, int kill, Random random)
    {
        if (kill % 2 == 1)
        {
            await FaultTests.MomentAsync(random, 800);
            return;
        }

        var before = await HandledAsync(database);
        await Eventually.ValueAsync(
            "it handles more", () => HandledAsync(database), now => now > before, TimeSpan.FromSeconds(120));
        await FaultTests.MomentAsync(random, 100);
    }

    private static Task<long> HandledAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select coalesce(sum(handled), 0)::bigint from changelog.cursor");
}
