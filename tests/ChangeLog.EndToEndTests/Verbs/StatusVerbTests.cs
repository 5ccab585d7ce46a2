using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>What status says where nothing is captured or nobody handles what is.</summary>
public sealed class StatusVerbTests
{
    [Fact]
    public async Task Something_that_no_worker_comes_for_is_a_problem()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id int primary key)");
        (await RunAsync(database, "run", "--once")).ExitCode.ShouldBe(0);
        var well = await RunAsync(database, "status");

        await database.ExecuteAsync(
            """
            insert into logs.transaction (position, event__id, xid, logged_at, context, db_user, announced)
            select
                nextval('lib_event.position'), gen_random_uuid(), pg_current_xact_id(), now() - interval '13 minutes',
                '{}', session_user, false;
            insert into logs.change (
                position, xid, logged_at, table_oid, op, table_schema, table_name, record_id, record_data)
            select
                nextval('lib_event.position'), pg_current_xact_id(), now() - interval '13 minutes',
                'public.item'::regclass, 'S', 'public', 'item', '1', '{"id": 1}'
            """);
        var waiting = await RunAsync(database, "status");
        (await RunAsync(database, "run", "--once")).ExitCode.ShouldBe(0);
        var handled = await RunAsync(database, "status");

        const string problem =
            "wrong  No worker is running; 1 change pending, the oldest for 13 min. Run: changelog run";
        const string note = "note   No worker is running: changes are captured, but not handled. Run: changelog run";
        (well.ExitCode, well.Output.Contains(note)).ShouldBe((0, true), well.Output);
        (waiting.ExitCode, waiting.Output.Contains(problem), waiting.Output.Contains(note)).ShouldBe(
            (3, true, false), waiting.Output);
        (handled.ExitCode, handled.Output.Contains(note)).ShouldBe((0, true), handled.Output);
    }

    [Fact]
    public async Task An_uninstalled_database_promises_no_capture()
    {
        await using var database = await TestDatabase.CreateAsync();
        (await RunAsync(database, "uninstall", "--yes")).ExitCode.ShouldBe(0);

        var status = await RunAsync(database, "status");

        status.ExitCode.ShouldBe(3);
        status.Output.ShouldMatch(@"  uninstalled    \d{4}-\d\d-\d\d \d\d:\d\d:\d\d");
        status.Output.ShouldNotContain("new tables");
        status.Output.ShouldNotContain("reconciled");
        status.Output.ShouldNotContain("captured, but not handled");
        status.Output.ShouldEndWith(
            "wrong  ChangeLog is no longer installed here: nothing is captured. Run: changelog install"
            + Environment.NewLine);
    }

    private static Task<ProgramResult> RunAsync(TestDatabase database, params string[] arguments) =>
        ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
}
