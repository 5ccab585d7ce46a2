using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>pgbouncer in transaction mode between everyone and the server: no session can be relied upon.</summary>
[Collection(FaultTests.Collection)]
public sealed class PoolerTests
{
    public static bool HasPgBouncer => PgBouncer.IsInstalled;

    [Theory(Skip = "pgbouncer is not installed", SkipUnless = nameof(HasPgBouncer))]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Writers_and_workers_go_through_a_transaction_pooler(bool listensDirectly)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString);
        var pooled = database.ConnectionStringFor(builder =>
        {
            builder.Port = pooler.Port;
            builder.NoResetOnClose = true;
        });
        (await ChangeLogProgram.RunAsync(pooled, "install")).ExitCode.ShouldBe(0);
        await Load.PrepareAsync(database);
        await using var through = NpgsqlDataSource.Create(pooled);
        await using var load = Load.Start(database, FaultTests.Random(), through: through);
        var settings = new Dictionary<string, string?>(WorkerFleet.Brisk);
        if (listensDirectly)
        {
            settings["ConnectionStrings__ChangeLogListen"] = database.ConnectionString;
        }
        else
        {
            settings["ChangeLog__Notifications__Mode"] = "Never";
        }

        await using var workers = new WorkerFleet(pooled, settings);
        var first = workers.Start();
        var second = workers.Start();
        await load.GoOnAsync(800 * FaultTests.Rounds);
        await load.StopAsync();
        await load.DrainAsync(workers);

        load.Failures.ShouldBeEmpty();
        (await load.FindingsAsync()).ShouldBeEmpty();
        (await database.LinesAsync(OfAnotherWriter)).ShouldBeEmpty();
        (first.HasExited, second.HasExited).ShouldBe((false, false), workers.Said);
        await Load.PutBackKeyAsync(database);
        (await ChangeLogProgram.RunAsync(pooled, "status")).ExitCode.ShouldBe(0);
    }

    /// <summary>A writer's context must not leak to the next writer in the same session.</summary>
    private const string OfAnotherWriter =
        """
        select c.record_id || ' by ' || coalesce(t.actor_id, 'nobody')
        from logs.change c
        join logs.transaction t on t.xid = c.xid
        where c.table_name = 'entry'
        and t.actor_id is distinct from (c.record_id::bigint / 1000000)::text
        """;
}
