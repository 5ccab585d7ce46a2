using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>What a running worker says when ChangeLog is uninstalled under it, and that it goes on.</summary>
public sealed class UninstalledWorkerTests
{
    [Fact]
    public async Task A_worker_says_once_who_uninstalled_and_works_again_after_an_install()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id int primary key)");
        var user = await database.ScalarAsync<string>("select session_user::text");
        var uninstalled = $"warn  ChangeLog was uninstalled from database {database.Name} by {user} "
            + $"({Environment.UserName}@{Environment.MachineName}): no table is captured any more. "
            + "This worker handles what was logged before, and waits for: changelog install";
        await using var worker = ChangeLogProgram.Start(database.ConnectionString, ["run"]);
        await worker.WaitForOutputAsync("Listening on lib_event.created");

        await RunAsync(database, "uninstall", "--yes");
        await worker.WaitForOutputAsync(uninstalled);
        await RunAsync(database, "install");
        await worker.WaitForOutputAsync($"info  ChangeLog is installed in database {database.Name} again");

        await database.ExecuteAsync("insert into public.item values (1)");
        await database.WaitUntilAsync("select count(*) = 1 from logs.change_details");
        worker.Output.Split(uninstalled).Length.ShouldBe(2, worker.Output);
        worker.Output.ShouldNotContain(" error ");
    }

    [Fact]
    public async Task A_worker_whose_schemas_were_dropped_says_so_and_works_again_after_an_install()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id int primary key)");
        await using var worker = ChangeLogProgram.Start(
            database.ConnectionString,
            ["run"],
            new Dictionary<string, string?> { ["ChangeLog__Retry__PauseMaxDelay"] = "00:00:01" });
        await worker.WaitForOutputAsync("Listening on lib_event.created");

        // the verb refuses while a worker runs; that one's statements may deadlock with the drop
        await Eventually.TrueAsync("the schemas are dropped", async () =>
        {
            try
            {
                await database.ExecuteAsync("drop schema logs, lib_event, lib_events, changelog, platform cascade");
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                return false;
            }
        });
        await worker.WaitForOutputAsync(
            $"warn  ChangeLog was dropped from database {database.Name} with its log: there is nothing to handle. "
            + "This worker waits for: changelog install");
        await RunAsync(database, "install");
        await worker.WaitForOutputAsync($"info  ChangeLog is installed in database {database.Name} again");

        await database.ExecuteAsync("insert into public.item values (1)");
        await database.WaitUntilAsync("select count(*) = 1 from logs.change_details");
    }

    private static async Task RunAsync(TestDatabase database, params string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
    }
}
