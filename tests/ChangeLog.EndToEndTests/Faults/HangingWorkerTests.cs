using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>A worker that is stopped (SIGSTOP), not dead: the server is not told, and must not wait for it.</summary>
[Collection(FaultTests.Collection)]
public sealed class HangingWorkerTests
{
    // PageTimeout of 3 s; the rest is for a slow machine
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3 + 15);

    [Fact]
    public async Task A_worker_that_hangs_between_two_statements_of_a_page_loses_it_to_another()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, FaultTests.Random());
        await using var workers = new WorkerFleet(database.ConnectionString);
        var hanging = await StopWithAPageOpenAsync(database, workers, async holder => await holder.CloseAsync());

        await workers.StartWorkingAsync();
        await FreedAsync(database);

        await ResumeAsync(hanging, load, workers);
    }

    [Fact]
    public async Task A_worker_that_hangs_while_its_statement_runs_on_loses_the_page_to_another()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, FaultTests.Random());
        await using var workers = new WorkerFleet(database.ConnectionString);
        NpgsqlConnection? holding = null;
        var hanging = await StopWithAPageOpenAsync(database, workers, holder =>
        {
            holding = holder;
            return Task.CompletedTask;
        });

        // the statement waits for a lock that is never given up while the worker hangs
        await FreedAsync(database);
        await holding!.DisposeAsync();
        await workers.StartWorkingAsync();

        await ResumeAsync(hanging, load, workers);
    }

    /// <summary>A lock on the details makes the worker's statement wait; there it is stopped.</summary>
    private static async Task<RunningProgram> StopWithAPageOpenAsync(
        TestDatabase database, WorkerFleet workers, Func<NpgsqlConnection, Task> thenAsync)
    {
        var holder = await database.OpenConnectionAsync();
        await holder.ExecuteAsync("begin");
        await holder.ExecuteAsync("lock table logs.change_details in share mode");
        var worker = workers.Start();
        await Eventually.TrueAsync(
            "the page waits for the lock",
            () => database.ScalarAsync<bool>(
                """
                select exists (
                    select
                    from pg_stat_activity
                    where datname = current_database()
                    and application_name = 'changelog/handlers'
                    and wait_event_type = 'Lock'
                    and query like '%derive_details%')
                """),
            TimeSpan.FromSeconds(60));
        await worker.SignalAsync("STOP");
        await thenAsync(holder);
        return worker;
    }

    /// <summary>The cursor that the stopped worker held is free again.</summary>
    private static Task FreedAsync(TestDatabase database) =>
        Eventually.TrueAsync(
            "the cursor is free",
            () => database.ScalarAsync<bool>(
                """
                select exists (
                    select
                    from changelog.cursor
                    where handler = 'enrich'
                    for update skip locked)
                """),
            Bound);

    /// <summary>The worker that hung goes on too, and what it had begun is not done again.</summary>
    private static async Task ResumeAsync(RunningProgram hanging, Load load, WorkerFleet workers)
    {
        await load.GoOnAsync(100);
        await hanging.SignalAsync("CONT");
        await load.GoOnAsync(100);
        foreach (var other in workers.Workers.Where(worker => worker != hanging).ToList())
        {
            await workers.KillAsync(other);
        }

        await load.GoOnAsync(100);
        await load.StopAsync();
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
        hanging.HasExited.ShouldBeFalse(workers.Said);
    }
}
