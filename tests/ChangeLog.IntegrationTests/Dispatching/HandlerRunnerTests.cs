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
        TestDatabase database, Func<Page, CancellationToken, Task>? before = null)
    {
        var worker = new Worker(
            database.DataSource, pageSize: 4, positionsPerPage: 1_000, new FillingHandler("fill", Streams.Changes)
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
