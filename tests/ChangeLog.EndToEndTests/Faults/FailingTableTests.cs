using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>A handler whose own table cannot be written, as with a full disk, waits; the others go on.</summary>
[Collection(FaultTests.Collection)]
public sealed class FailingTableTests
{
    [Fact]
    public async Task A_full_disk_holds_up_its_handler_only_and_makes_no_dead_letter()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var load = await Load.StartAsync(database, FaultTests.Random());
        await using var workers = new WorkerFleet(database.ConnectionString);
        var worker = await workers.StartWorkingAsync();
        await load.GoOnAsync(100);
        await FillAsync(database);

        await worker.WaitForOutputAsync("could not extend file: No space left on device");
        await load.GoOnAsync(300 * FaultTests.Rounds);
        await Eventually.TrueAsync(
            "the other handler goes on",
            () => database.ScalarAsync<bool>(
                """
                select exists (select from changelog.handler_status where handler = 'enrich' and behind >= 300)
                and exists (select from changelog.handler_status where handler = 'index' and behind < 300)
                """),
            TimeSpan.FromSeconds(60));

        var status = await Eventually.ValueAsync(
            "status says so",
            () => ChangeLogProgram.RunAsync(database.ConnectionString, "status"),
            said => said.Output.ReplaceLineEndings(" ").Contains("enrich has been paused", StringComparison.Ordinal));
        status.ExitCode.ShouldBe(3);
        status.Output.ShouldContain("No space left on device");

        await database.ExecuteAsync("drop trigger full_disk on logs.change_details");
        await load.StopAsync();
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
        (await database.LinesAsync("select error from changelog.dead_letter")).ShouldBeEmpty();
        await Load.PutBackKeyAsync(database);
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "status")).ExitCode.ShouldBe(0);
        worker.HasExited.ShouldBeFalse(workers.Said);
    }

    private static Task<int> FillAsync(TestDatabase database) =>
        database.ExecuteAsync(
            """
            create function public.full_disk() returns trigger language plpgsql as $$
            begin
                raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
            end
            $$;
            create trigger full_disk before insert on logs.change_details
                for each statement execute function public.full_disk()
            """);
}
