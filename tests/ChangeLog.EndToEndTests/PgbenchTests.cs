using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>Real input: tables and a load that somebody else wrote.</summary>
public sealed class PgbenchTests
{
    private const int Clients = 8;
    private const int TransactionsEach = 150;

    /// <summary>With a delta of 0 only the insert is a change: the three updates change nothing.</summary>
    private const string TransactionsWithAllTheirChanges =
        """
        select count(*)
        from (
            select
                c.xid,
                array_agg(c.table_name || ' ' || c.op::text order by c.table_name) as changes,
                max((c.record_data ->> 'delta')::int) as delta
            from logs.change c
            join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
            group by c.xid
            having bool_or(c.table_name = 'pgbench_history' and c.op = 'I')
        ) as t
        where t.changes = case
            when t.delta = 0 then array['pgbench_history I']
            else array['pgbench_accounts U', 'pgbench_branches U', 'pgbench_history I', 'pgbench_tellers U']
        end
        """;

    private const string RowsWhoseLastImageDiffers =
        """
        with last as (
            select distinct on (c.table_name, c.record_data -> 'bid', c.record_data -> 'aid', c.record_data -> 'tid')
                c.table_name,
                c.record_data
            from logs.change c
            where c.table_name in ('pgbench_accounts', 'pgbench_branches', 'pgbench_tellers')
            and c.op <> 'T'
            order by
                c.table_name, c.record_data -> 'bid', c.record_data -> 'aid', c.record_data -> 'tid', c.position desc
        ),
        live as (
            select 'pgbench_accounts' as table_name, to_jsonb(a) as record_data from public.pgbench_accounts a
            union all
            select 'pgbench_branches', to_jsonb(b) from public.pgbench_branches b
            union all
            select 'pgbench_tellers', to_jsonb(t) from public.pgbench_tellers t
        )
        select count(*)
        from live
        full join last using (table_name, record_data)
        where live.record_data is null
        or last.record_data is null
        """;

    private const string EveryChangeIsHandledOnce =
        """
        select
            (select count(*) from logs.change) = (select count(*) from logs.change_details)
            and not exists (
                select
                from logs.change c
                left join logs.change_details d on d.position = c.position and d.logged_at = c.logged_at
                where d.position is null
            )
        """;

    public static bool HasPgbench => Pgbench.IsInstalled;

    [Fact(Skip = "pgbench is not installed", SkipUnless = nameof(HasPgbench))]
    public async Task Every_change_of_its_tables_and_its_load_goes_through()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var worker = await StartWorkerAsync(database);

        await Pgbench.RunAsync(database, "-i", "-q");
        await RequireTriggersAsync(database);
        await Pgbench.RunAsync(database, "-n", "-c", $"{Clients}", "-j", "2", "-t", $"{TransactionsEach}");

        await database.WaitUntilAsync(EveryChangeIsHandledOnce);
        (await database.ScalarAsync<long>(TransactionsWithAllTheirChanges)).ShouldBe(Clients * TransactionsEach);
        (await database.ScalarAsync<long>(RowsWhoseLastImageDiffers)).ShouldBe(0);
    }

    [Fact(Skip = "pgbench is not installed", SkipUnless = nameof(HasPgbench))]
    public async Task A_worker_killed_again_and_again_under_load_handles_everything_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await Pgbench.RunAsync(database, "-i", "-q");
        await RequireTriggersAsync(database);

        await using var load = Pgbench.Start(
            database, "-n", "-c", $"{Clients}", "-j", "2", "-t", $"{TransactionsEach * 4}");
        for (var kills = 0; kills < 4; kills++)
        {
            var before = await HandledAsync(database);
            await using var worker = ChangeLogProgram.Start(
                database.ConnectionString,
                ["run"],
                new Dictionary<string, string?> { ["ChangeLog__Handlers__PageSize"] = "100" });
            await Eventually.ValueAsync("it handles more", () => HandledAsync(database), now => now > before);
            await worker.KillAsync();
        }

        (await load.WaitForExitAsync()).ExitCode.ShouldBe(0);
        var last = await ChangeLogProgram.RunAsync(database.ConnectionString, "run", "--once");
        last.ExitCode.ShouldBe(0, last.Error);
        (await database.ScalarAsync<bool>(EveryChangeIsHandledOnce)).ShouldBeTrue();
        (await database.ScalarAsync<long>(TransactionsWithAllTheirChanges)).ShouldBe(Clients * TransactionsEach * 4);
    }

    private static Task<long> HandledAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from logs.change_details");

    private static async Task<RunningProgram> StartWorkerAsync(TestDatabase database)
    {
        var worker = ChangeLogProgram.Start(database.ConnectionString, ["run"]);
        await database.WaitUntilAsync(
            """
            select exists (
                select from pg_stat_activity
                where datname = current_database() and application_name = 'changelog/listener'
            )
            """);
        return worker;
    }

    /// <summary>On a server where the role may not have an event trigger, the periodic reconcile brings them.</summary>
    private static Task RequireTriggersAsync(TestDatabase database) =>
        database.WaitUntilAsync(
            """
            select count(*) = 4
            from pg_trigger t
            join pg_proc p on p.oid = t.tgfoid
            join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'logs'
            and p.proname ~ '^capture_(row_change|[0-9]+)$'
            and t.tgrelid::regclass::text like 'pgbench_%'
            """);
}
