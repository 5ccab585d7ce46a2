using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Handlers;
using ChangeLog.IntegrationTests.TestSupport;
using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Options;
using Npgsql;
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
    public async Task A_retry_whose_connection_is_lost_is_no_attempt_whatever_the_handler_makes_of_it()
    {
        var id = await GiveUpAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes)
        {
            Before = async (page, token) =>
            {
                try
                {
                    await page.ExecuteAsync("select pg_terminate_backend(pg_backend_pid())", token);
                }
                catch (NpgsqlException)
                {
                    throw new InvalidOperationException("it cannot go on");
                }
            },
        });

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.FailedAgain);

        (await _database.LinesAsync("select attempts, resolution from changelog.dead_letter")).ShouldBe(["1|∅"]);
    }

    [Fact]
    public async Task A_retry_that_loses_its_connection_while_it_waits_for_the_handler_is_no_attempt()
    {
        var id = await GiveUpAsync();
        await CureAsync();
        await using var worker = Program(new FillingHandler("fill", Streams.Changes));
        await using var busy = await _database.OpenConnectionAsync();
        await busy.ExecuteAsync("begin; select from changelog.cursor for update");

        var retrying = worker.Retry.RunAsync(id, CancellationToken.None);
        await _database.WaitUntilAsync(
            "select count(pg_terminate_backend(pid)) = 1 from pg_stat_activity "
                + "where datname = current_database() and wait_event_type = 'Lock'");

        (await retrying).Outcome.ShouldBe(RetryOutcome.FailedAgain);
        (await _database.LinesAsync("select attempts, resolution from changelog.dead_letter")).ShouldBe(["1|∅"]);
        await busy.ExecuteAsync("commit");
        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.Retried);
    }

    [Fact]
    public async Task A_retry_waits_half_a_minute_for_a_lock_and_no_longer()
    {
        var id = await GiveUpAsync();
        await CureAsync();
        var patience = string.Empty;
        await using var worker = Program(new FillingHandler("fill", Streams.Changes)
        {
            Before = async (page, _) => patience = await page.Connection.ScalarAsync<string>("show lock_timeout"),
        });

        (await worker.Retry.RunAsync(id, CancellationToken.None)).Outcome.ShouldBe(RetryOutcome.Retried);

        patience.ShouldBe("30s");
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
    public async Task Whoever_asks_a_worker_whose_filter_no_longer_lets_it_pass_does_not_wait_for_it()
    {
        var id = await GiveUpAsync();
        await using var worker = await Program(new FillingHandler("fill", Streams.Changes)
        {
            Filter = new HandlerFilter { Tables = ["public.other"] },
        }).StartAsync();
        await using var other = Program();

        (await other.Requests.RunAsync([id], CancellationToken.None)).Select(report => report.Outcome)
            .ShouldBe([RetryOutcome.FailedAgain]);

        (await _database.LinesAsync("select attempts, retry_requested_at, resolved_at from changelog.dead_letter"))
            .ShouldBe(["1|∅|∅"]);
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
    public async Task What_is_discarded_while_a_worker_is_asked_for_it_is_not_said_to_have_failed()
    {
        var id = await GiveUpAsync();
        await using var other = Program();
        var asking = other.Requests.RunAsync([id], CancellationToken.None);
        await _database.WaitUntilAsync("select retry_requested_at is not null from changelog.dead_letter");

        await other.Letters.DiscardAsync([id], "test data", "{}", CancellationToken.None);

        (await asking).Select(report => report.Outcome).ShouldBe([RetryOutcome.Discarded]);
    }

    [Fact]
    public async Task Each_one_that_a_worker_has_tried_gives_it_more_time_for_the_next()
    {
        await _database.ExecuteAsync(
            """
            select changelog.write_dead_letter('fill', 'change', c.position, c.logged_at, 'no', '23514', '23514', 1,
                now())
            from logs.change c
            where c.record_id in ('5', '6')
            """);
        var ids = await _database.ScalarAsync<long[]>("select array_agg(id order by id) from changelog.dead_letter");
        var options = Options.Create(new HandlersOptions { PollInterval = TimeSpan.Zero });
        var letters = new DeadLetterStore(_database.DataSource);
        var clock = new WatchedClock();
        var requests = new RetryRequests(
            new DeadLetterRetry([], letters, options, _database.DataSource), letters, options, clock);

        // longer than it waits for one
        var asking = requests.RunAsync(ids, CancellationToken.None);
        foreach (var id in ids)
        {
            await clock.WaitedForAsync();
            clock.Advance(TimeSpan.FromSeconds(4));
            await clock.WaitedForAsync();
            await _database.ExecuteAsync(
                "update changelog.dead_letter set retry_requested_at = null where id = $1", id);
            clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        (await asking).Select(report => report.Outcome).ShouldBe([RetryOutcome.FailedAgain, RetryOutcome.FailedAgain]);
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
