using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>Two-phase commit: a transaction stays undecided for as long as its coordinator likes.</summary>
[Collection(FaultTests.Collection)]
public sealed class PreparedTransactionTests
{
    [Fact]
    public async Task A_prepared_transaction_is_handled_once_when_it_is_committed_and_never_when_it_is_rolled_back()
    {
        var random = FaultTests.Random();
        await using var server = await PostgresServer.StartOwnAsync(("max_prepared_transactions", "10"));
        await using var database = await TestDatabase.CreateAsync(server);
        await using var load = await Load.StartAsync(database, random);
        await using var workers = new WorkerFleet(database.ConnectionString);
        await workers.StartWorkingAsync();
        await database.ExecuteAsync("create table public.deal (id integer primary key)");

        await PrepareAsync(database, "kept", 1);
        await PrepareAsync(database, "undone", 2);
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "status")).Output.ShouldContain("never");
        for (var window = 0; window < 5 * FaultTests.Rounds; window++)
        {
            await PassedAsync(database, load);
        }

        (await DealsAsync(database)).ShouldBeEmpty();
        await database.ExecuteAsync("commit prepared 'kept'");
        await database.ExecuteAsync("rollback prepared 'undone'");
        await load.GoOnAsync(50);
        await load.StopAsync();
        await load.DrainAsync(workers);

        (await DealsAsync(database)).ShouldBe(["1|1"]);
        (await load.FindingsAsync()).ShouldBeEmpty();
        await database.ExecuteAsync("insert into public.deal values (2)");
    }

    [Fact]
    public async Task A_prepared_transaction_outlives_the_server_and_the_worker_that_saw_it_in_progress()
    {
        await using var server = await PostgresServer.StartOwnAsync(("max_prepared_transactions", "10"));
        await using var database = await TestDatabase.CreateAsync(server);
        await using var load = await Load.StartAsync(database, FaultTests.Random());
        await using var workers = new WorkerFleet(database.ConnectionString);
        var worker = await workers.StartWorkingAsync();
        await database.ExecuteAsync("create table public.deal (id integer primary key)");
        await PrepareAsync(database, "kept", 1);
        await PassedAsync(database, load);

        await server.RestartAsync(immediate: true);
        await workers.KillAsync(worker);
        await workers.StartWorkingAsync();
        await load.GoOnAsync(50);
        (await DealsAsync(database)).ShouldBeEmpty();
        await database.ExecuteAsync("commit prepared 'kept'");
        await load.StopAsync();
        await load.DrainAsync(workers);

        (await DealsAsync(database)).ShouldBe(["1|1"]);
        (await load.FindingsAsync()).ShouldBeEmpty();
    }

    private static async Task PrepareAsync(TestDatabase database, string name, int deal)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync("insert into public.deal values ($1)", deal);
        await connection.ExecuteAsync($"prepare transaction '{name}'");
    }

    /// <summary>Another window of the load is finished.</summary>
    private static async Task PassedAsync(TestDatabase database, Load load)
    {
        const string Last = "select last::text from changelog.cursor where handler = 'enrich'";
        await database.WaitUntilAsync("select exists (select from changelog.cursor where handler = 'enrich')");
        var before = await database.ScalarAsync<string>(Last);
        await load.GoOnAsync(20);
        await Eventually.ValueAsync(
            "another window", () => database.ScalarAsync<string>(Last), now => now != before, TimeSpan.FromSeconds(60));
    }

    private static Task<IReadOnlyList<string>> DealsAsync(TestDatabase database) =>
        database.LinesAsync(
            """
            select c.record_id, count(d.position)
            from logs.change c
            left join logs.change_details d using (position)
            where c.table_name = 'deal'
            group by c.record_id
            """);
}
