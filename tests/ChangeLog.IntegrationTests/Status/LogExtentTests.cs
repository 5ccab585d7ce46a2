using ChangeLog.Status;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Status;

/// <summary>What is said of a log before it is dropped.</summary>
public sealed class LogExtentTests
{
    [Fact]
    public async Task A_log_is_counted_up_to_a_limit_and_estimated_beyond()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.item (id int primary key);
            create table public.part (id int) partition by list (id);
            create table public.part_1 partition of public.part for values in (1);
            insert into public.item select generate_series(1, 20);
            insert into public.part values (1);
            select lib_event.create('a.b.paid');
            analyze logs.change, lib_event.event
            """);
        var events = await database.ScalarAsync<long>("select count(*) from lib_event.event");
        await using var connection = await database.OpenConnectionAsync();

        var counted = await LogExtent.ReadAsync(connection, TestContext.Current.CancellationToken);
        var estimated = await LogExtent.ReadAsync(connection, TestContext.Current.CancellationToken, mostCounted: 10);
        await database.ExecuteAsync("insert into public.item select generate_series(21, 30)");
        var outdated = await LogExtent.ReadAsync(connection, TestContext.Current.CancellationToken, mostCounted: 25);

        // those of platform that are captured too, and no partition of its own
        counted.ShouldBe(counted with
        {
            CapturedTables = 4, Changes = 21, Tables = 2, Events = events, IsEstimate = false,
        });
        counted.From.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(counted.Until!.Value);
        estimated.ShouldBe(counted with { Tables = estimated.Tables, IsEstimate = true });
        (outdated.Changes, outdated.IsEstimate).ShouldBe((25, true));
    }

    [Fact]
    public async Task Of_an_empty_log_nothing_is_said()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "set session_replication_role = replica; delete from lib_event.event; reset session_replication_role");
        await using var connection = await database.OpenConnectionAsync();

        (await LogExtent.ReadAsync(connection, TestContext.Current.CancellationToken))
            .ShouldBe(new LogExtent(2, 0, 0, 0, IsEstimate: false, From: null, Until: null));
    }
}
