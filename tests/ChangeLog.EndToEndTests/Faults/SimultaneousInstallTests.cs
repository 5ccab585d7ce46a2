using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>Two upgrades at once, with workers working and writers writing: nobody notices.</summary>
[Collection(FaultTests.Collection)]
public sealed class SimultaneousInstallTests
{
    [Fact]
    public async Task Two_installs_at_once_under_load_fail_no_write_and_lose_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, FaultTests.Random(), writers: 2);
        await using var workers = new WorkerFleet(database.ConnectionString);
        var first = await workers.StartWorkingAsync();
        var second = await workers.StartWorkingAsync();
        for (var upgrade = 0; upgrade < 2 * FaultTests.Rounds; upgrade++)
        {
            // as if every routine and view had changed
            await database.ExecuteAsync("update changelog.script set hash = 'older' where name !~ '^Migrations/'");
            var installs = await Task.WhenAll(
                ChangeLogProgram.RunAsync(database.ConnectionString, "install"),
                ChangeLogProgram.RunAsync(database.ConnectionString, "install"));
            installs.ShouldAllBe(
                install => install.ExitCode == 0, string.Join('\n', installs.Select(install => install.Error)));
            await load.GoOnAsync(50);
        }

        await load.StopAsync();
        await load.DrainAsync(workers);
        load.Failures.ShouldBeEmpty();
        (await load.FindingsAsync()).ShouldBeEmpty();
        (first.HasExited, second.HasExited).ShouldBe((false, false), workers.Said);
    }
}
