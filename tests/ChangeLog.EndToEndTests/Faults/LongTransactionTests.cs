using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>A transaction that is open for as long as the load runs holds up nothing but itself.</summary>
[Collection(FaultTests.Collection)]
public sealed class LongTransactionTests
{
    [Fact]
    public async Task Everything_else_is_handled_while_a_transaction_is_open_here_and_in_another_database()
    {
        // an old transaction is in everybody's snapshot
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        await using var elsewhere = await TestDatabase.CreateAsync(server);
        await using var load = await Load.StartAsync(database, FaultTests.Random());
        await using var here = await BeginAsync(database);
        await using var there = await BeginAsync(elsewhere);
        await using var workers = new WorkerFleet(database.ConnectionString);
        await workers.StartWorkingAsync();
        await load.GoOnAsync(1000 * FaultTests.Rounds);
        await load.StopAsync();

        // with both still open
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
        (await database.LinesAsync("select record_id from logs.change where table_name = 'long'")).ShouldBeEmpty();

        await here.ExecuteAsync("commit");
        await there.ExecuteAsync("commit");
        await load.DrainAsync(workers);
        (await load.FindingsAsync()).ShouldBeEmpty();
        (await database.LinesAsync("select record_id from logs.change where table_name = 'long'")).ShouldBe(["1"]);
    }

    private static async Task<NpgsqlConnection> BeginAsync(TestDatabase database)
    {
        await database.ExecuteAsync("create table public.long (id integer primary key)");
        var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin isolation level repeatable read");
        await connection.ExecuteAsync("insert into public.long values (1)");
        return connection;
    }
}
