using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>What becomes of a dead letter: tried again, by whichever program has the handler, or discarded.</summary>
public sealed class DeadLetterTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(FillingHandler.Tables);
        await _database.ExecuteAsync(
            "insert into public.item (id, n) select g, case g when 5 then '-23' else g::text end "
                + "from generate_series(1, 10) g");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_retry_handles_it_once_and_late_and_again_is_harmless()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));
        await CureAsync();

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.Retried);
        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.AlreadyRetried);

        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10 5");
        (await _database.LinesAsync(
            "select attempts, resolution, resolved_by = session_user, resolved_at >= last_failed_at "
                + "from changelog.dead_letter"))
            .ShouldBe(["2|retried|t|t"]);
    }

    [Fact]
    public async Task Retries_at_once_handle_it_once()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));
        await CureAsync();

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => worker.Retry.RunAsync(id, CancellationToken.None)));

        outcomes.Count(report => report.Outcome == RetryOutcome.Retried).ShouldBe(1);
        outcomes.ShouldAllBe(report => report.IsDone);
        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10 5");
    }

    [Fact]
    public async Task A_retry_that_fails_again_says_why_and_leaves_it_open()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));
        await _database.ExecuteAsync("insert into public.rule values (-23, '42501')");

        var report = await worker.Retry.RunAsync(id, CancellationToken.None);

        (report.Outcome, report.Error).ShouldBe((RetryOutcome.FailedAgain, "refused ..."));
        (await _database.LinesAsync(
            "select sqlstate, error_type, error, attempts, last_failed_at > first_failed_at, resolved_at "
                + "from changelog.dead_letter"))
            .ShouldBe(["42501|42501|refused ...|2|t|∅"]);
        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10");
    }

    [Fact]
    public async Task What_a_handlers_filter_no_longer_lets_pass_stays_open()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes)
        {
            Filter = new HandlerFilter { Tables = ["public.other"] },
        });
        await CureAsync();

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.NotWanted);

        (await _database.LinesAsync("select attempts, resolution from changelog.dead_letter")).ShouldBe(["1|∅"]);
        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10");
    }

    [Fact]
    public async Task A_retry_that_time_may_cure_is_no_attempt()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));
        await _database.ExecuteAsync("insert into public.rule values (-23, '40P01')");

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.FailedAgain);

        (await _database.LinesAsync("select sqlstate, attempts from changelog.dead_letter")).ShouldBe(["40P01|1"]);
    }

    [Fact]
    public async Task A_handler_that_is_to_begin_anew_has_nothing_retried_before_it_does()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));
        await CureAsync();
        await _database.ExecuteAsync("delete from changelog.cursor");

        var report = await worker.Retry.RunAsync(id, CancellationToken.None);

        (report.Outcome, report.Error).ShouldBe(
            (RetryOutcome.FailedAgain, "the handler fill has no cursor yet: a worker creates it when it starts"));
        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10");
        (await _database.LinesAsync("select attempts, resolution from changelog.dead_letter")).ShouldBe(["1|∅"]);
    }

    [Fact]
    public async Task A_program_without_the_handler_has_a_running_worker_do_it()
    {
        var id = await GiveUpAsync();
        await CureAsync();
        await using var worker = await Program(new FillingHandler("fill", Streams.Changes)).StartAsync();
        await using var other = Program();

        (await other.Requests.RunAsync([id], CancellationToken.None)).Select(report => report.Outcome)
            .ShouldBe([RetryOutcome.Retried]);
        (await other.Requests.RunAsync([id], CancellationToken.None)).Select(report => report.Outcome)
            .ShouldBe([RetryOutcome.AlreadyRetried]);

        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10 5");
    }

    [Fact]
    public async Task A_program_without_the_handler_says_why_it_failed_again_with_the_worker()
    {
        var id = await GiveUpAsync();
        await using var worker = await Program(new FillingHandler("fill", Streams.Changes)).StartAsync();
        await using var other = Program();

        (await other.Requests.RunAsync([id], CancellationToken.None)).Select(
            report => (report.Outcome, report.Letter!.Sqlstate))
            .ShouldBe([(RetryOutcome.FailedAgain, "23514")]);
    }

    [Fact]
    public async Task Without_a_worker_that_has_the_handler_the_asking_ends_and_leaves_no_request_behind()
    {
        var id = await GiveUpAsync();
        await CureAsync();
        await using var other = Program();

        (await other.Requests.RunAsync([id], CancellationToken.None)).Select(report => report.Outcome)
            .ShouldBe([RetryOutcome.NoHandler]);

        (await _database.LinesAsync("select retry_requested_at, resolved_at from changelog.dead_letter"))
            .ShouldBe(["∅|∅"]);
    }

    [Fact]
    public async Task What_is_discarded_keeps_the_reason_leaves_an_event_and_is_not_tried_again()
    {
        var id = await GiveUpAsync();
        await CureAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));

        (await worker.Letters.DiscardAsync([id], "test data", """{"version": "1"}""", CancellationToken.None))
            .ShouldBe([id]);
        (await worker.Letters.DiscardAsync([id], "again", "{}", CancellationToken.None)).ShouldBeEmpty();

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.Discarded);
        (await _database.LinesAsync("select resolution, reason, resolved_by = session_user from changelog.dead_letter"))
            .ShouldBe(["discarded|test data|t"]);
        (await _database.LinesAsync(
            """
            select e.payload = jsonb_build_object(
                'db_user', session_user, 'reason', 'test data', 'version', '1', 'id', d.id, 'handler', 'fill', 'kind',
                    'change',
                'position', d.position)
            from changelog.dead_letter d
            join lib_event.event e on e.event_type = 'changelog.dead_letter.discarded'
            """)).ShouldBe(["t"]);
        (await HandledAsync()).ShouldBe("1 2 3 4 6 7 8 9 10");
    }

    [Fact]
    public async Task What_is_given_up_again_is_the_same_dead_letter_and_its_attempts_add_up()
    {
        foreach (var (error, attempts) in new[] { ("first", 3), ("second", 2) })
        {
            await _database.ExecuteAsync(
                """
                select changelog.write_dead_letter('fill', 'change', c.position, c.logged_at, $1, '23514', $1, $2,
                    clock_timestamp())
                from logs.change c
                where c.record_id = '5'
                """,
                error,
                attempts);
        }

        (await _database.LinesAsync(
            "select error, error_type, attempts, first_failed_at < last_failed_at from changelog.dead_letter"))
            .ShouldBe(["second|second|5|t"]);
    }

    [Fact]
    public async Task What_the_log_no_longer_holds_is_not_said_to_be_handled()
    {
        var id = await GiveUpAsync();
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "set session_replication_role = replica; delete from logs.change where record_id = '5'");
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.NotLogged);
        (await worker.Retry.RunAsync(id + 1, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.Unknown);
    }

    private HostedWorker Program(params FillingHandler[] handlers) =>
        new(_database, HostedWorker.ShortWaits, [.. handlers]);

    private async Task<long> GiveUpAsync()
    {
        await using var worker = await Program(new FillingHandler("fill", Streams.Changes)).StartAsync();
        await _database.WaitUntilAsync("select count(*) = 9 from public.target");
        await worker.StopAsync(TimeSpan.FromSeconds(5));
        return await _database.ScalarAsync<long>("select id from changelog.dead_letter");
    }

    private Task<int> CureAsync() =>
        _database.ExecuteAsync("""alter table public.target drop constraint "n is no -23" """);

    private async Task<string> HandledAsync() =>
        string.Join(' ', await _database.LinesAsync("select id from public.target order by nth"));
}
