using ChangeLog.Dispatching;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>What a handler's runner makes of one outcome after the other.</summary>
public sealed class HandlerRunnerTests
{
    // ChangeLog:Retry:MaxAttempts unless set
    private const int MaxAttempts = 5;

    // neither a probe nor a page begins without it, and a page that is being handled does not read it
    private const string HoldUp = "begin; lock table changelog.cluster in access exclusive mode";

    [Fact]
    public async Task While_another_worker_has_the_cursor_a_failure_is_not_over()
    {
        await using var database = await FilledAsync();
        var isDown = true;
        await using var worker = await WorkerAsync(
            database,
            (_, _) => isDown ? throw new InvalidOperationException("it is down") : Task.CompletedTask);
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Failing);

        await using (var other = await database.OpenConnectionAsync())
        await using (await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await other.ExecuteAsync("select from changelog.cursor for update");
            (await worker.TryPageAsync()).ShouldBe(PageOutcome.Busy);
        }

        worker.Failure.ShouldNotBeNull().Text.ShouldContain("down");
        isDown = false;
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Page);
        worker.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task While_a_page_is_taken_apart_its_failure_is_not_over()
    {
        await using var database = await FilledAsync();
        await database.ExecuteAsync("insert into public.rule values (4, 'P0001')");
        await using var worker = await WorkerAsync(database);

        // halved
        (await WhileAsync(worker, PageOutcome.Failing)).ShouldBe(PageOutcome.Again);
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Page);
        (await HandledAsync(database)).ShouldBe(2);
        worker.Failure.ShouldNotBeNull();
        (await FailuresAsync(database)).ShouldBe(1);

        await IdleAsync(worker);

        worker.Failure.ShouldBeNull();
        (await FailuresAsync(database)).ShouldBe(0);
        (await HandledAsync(database)).ShouldBe(3);
    }

    [Fact]
    public async Task A_lost_connection_is_no_failure_of_the_handler_that_others_should_read()
    {
        await using var database = await FilledAsync();
        var isDown = true;
        await using var worker = await WorkerAsync(
            database,
            async (page, token) =>
            {
                if (isDown)
                {
                    await page.ExecuteAsync("select pg_terminate_backend(pg_backend_pid())", token);
                }
            });

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Failing);

        worker.Failure.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Connection);
        (await FailuresAsync(database)).ShouldBe(0);
        isDown = false;
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Page);
        (await HandledAsync(database)).ShouldBe(4);
    }

    [Fact]
    public async Task A_handler_that_fails_only_when_it_commits_does_not_work_either()
    {
        await using var database = await FilledAsync();
        await database.ExecuteAsync(
            """
            create function public.refuse_late() returns trigger language plpgsql as $$
            begin
                raise exception 'too late';
            end $$;
            create constraint trigger refuse_late after insert on public.target deferrable initially deferred
                for each row execute function public.refuse_late()
            """);
        await using var worker = await WorkerAsync(database);

        (await WhileAsync(worker, PageOutcome.Failing, PageOutcome.Again)).ShouldBe(PageOutcome.Paused);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
        await database.ExecuteAsync("drop trigger refuse_late on public.target");
        await IdleAsync(worker);

        (await HandledAsync(database)).ShouldBe(4);
    }

    [Fact]
    public async Task While_another_worker_has_the_cursor_a_handler_is_not_probed()
    {
        await using var database = await FilledAsync();
        await using var gate = await database.OpenConnectionAsync();
        await using var other = await database.OpenConnectionAsync();
        var taking = Task.CompletedTask;
        var tried = new List<long>();
        await using var worker = await WorkerAsync(
            database,
            async (page, _) =>
            {
                tried.Add(page.First.Position);
                if (tried.Count == MaxAttempts)
                {
                    // the probe does not begin before another worker has the cursor
                    await gate.ExecuteAsync(HoldUp);
                    taking = TakeAsync();
                }

                throw new InvalidOperationException("it is down");
            },
            pageSize: 1);

        (await WhileAsync(worker, PageOutcome.Failing)).ShouldBe(PageOutcome.Busy);

        await taking;
        tried.ShouldBe(Enumerable.Repeat(tried[0], MaxAttempts));
        await other.ExecuteAsync("commit");

        async Task TakeAsync()
        {
            await other.ExecuteAsync("begin; select from changelog.cursor for update");
            await gate.ExecuteAsync("commit");
        }
    }

    [Fact]
    public async Task What_comes_after_a_change_that_another_worker_has_passed_is_not_given_up_for_it()
    {
        await using var database = await FilledAsync();
        await using var other = await database.OpenConnectionAsync();
        var passing = Task.CompletedTask;
        var tried = new List<long>();
        await using var worker = await WorkerAsync(
            database,
            async (page, _) =>
            {
                tried.Add(page.First.Position);
                switch (tried.Count)
                {
                    case <= MaxAttempts:
                        throw new InvalidOperationException("the first change is bad");
                    case MaxAttempts + 1:
                        // the probe works, and no page is read before another worker has passed the bad change
                        await other.ExecuteAsync(HoldUp);
                        passing = other.ExecuteAsync(
                            "select from changelog.cursor for update; "
                            + "select changelog.take_page('fill', 1, 1000); commit");
                        break;
                    case MaxAttempts + 2:
                        throw new InvalidOperationException("something else, once");
                }
            },
            pageSize: 1);

        // busy while the other still holds the cursor
        (await WhileAsync(worker, PageOutcome.Failing, PageOutcome.Busy)).ShouldBe(PageOutcome.Page);

        await passing;
        await IdleAsync(worker);
        tried.Distinct().Count().ShouldBe(4);
        (await HandledAsync(database)).ShouldBe(3);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_probe_begins_with_the_change_that_worked_the_last_time()
    {
        await using var database = await FilledAsync();
        await database.ExecuteAsync(
            "insert into public.item (id, n) select g, g from generate_series(5, 7) g; "
            + "insert into public.rule select g, 'P0001' from generate_series(1, 4) g");
        var tried = new List<long>();
        await using var worker = await WorkerAsync(
            database,
            (page, _) =>
            {
                tried.Add(page.First.Position);
                return Task.CompletedTask;
            },
            pageSize: 1);

        await IdleAsync(worker);

        // 2, 3 and 4 fail the first probe, then 5 works and is all that the three other probes try
        tried.GroupBy(position => position).OrderBy(page => page.Key).Select(page => page.Count()).ShouldBe(
            [
                MaxAttempts + 1, MaxAttempts + 2, MaxAttempts + 2, MaxAttempts + 2, 4 + 1, 1, 1,
            ]);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(4);
    }

    [Fact]
    public async Task A_message_that_the_database_has_no_characters_for_is_given_up_by_its_type()
    {
        await using var database = await TestDatabase.CreateInEncodingAsync("LATIN1");
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(FillingHandler.Tables);
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("insert into public.item (id, n) values (1, 1), (2, 2)");
        await using var worker = await WorkerAsync(
            database,
            async (page, token) =>
            {
                await foreach (var change in page.ReadChangesAsync(token))
                {
                    if (change.RecordId == "1")
                    {
                        throw new InvalidOperationException("日本");
                    }
                }
            });

        await IdleAsync(worker);

        (await database.LinesAsync("select error from changelog.dead_letter")).ShouldBe(
            ["InvalidOperationException"]);
        (await HandledAsync(database)).ShouldBe(1);
    }

    private static async Task<TestDatabase> FilledAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(FillingHandler.Tables);
        await database.ExecuteAsync("insert into public.item (id, n) select g, g from generate_series(1, 4) g");
        return database;
    }

    private static async Task<Worker> WorkerAsync(
        TestDatabase database, Func<Page, CancellationToken, Task>? before = null, int pageSize = 4)
    {
        var worker = new Worker(
            database.DataSource, pageSize, positionsPerPage: 1_000, new FillingHandler("fill", Streams.Changes)
            {
                Before = before ?? ((_, _) => Task.CompletedTask),
            });
        await worker.RegisterAsync();
        return worker;
    }

    private static async Task IdleAsync(Worker worker) =>
        (await WhileAsync(worker, PageOutcome.Page, PageOutcome.WindowDone, PageOutcome.Again, PageOutcome.Failing))
            .ShouldBe(PageOutcome.Idle);

    private static async Task<PageOutcome> WhileAsync(Worker worker, params PageOutcome[] outcomes)
    {
        PageOutcome outcome;
        do
        {
            outcome = await worker.TryPageAsync();
        }
        while (outcomes.Contains(outcome));
        return outcome;
    }

    private static Task<long> HandledAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from public.target");

    private static Task<long> FailuresAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select count(*) from changelog.handler_failure");
}
