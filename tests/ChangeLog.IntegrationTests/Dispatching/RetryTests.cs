using System.Globalization;
using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>What is bad becomes a dead letter, and nothing else is lost, doubled or late for long.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private const string Thousand = "insert into public.item (id, n) select g, g from generate_series(1, 1000) g";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(FillingHandler.Tables);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("hunter2", "22P02", "invalid text representation")]
    [InlineData("-23", "23514", "new row for relation \"target\" violates check constraint \"n is no -23\"")]
    public async Task One_bad_change_among_a_thousand_is_given_up_at_once_and_all_others_are_handled_once(
        string bad, string sqlState, string error)
    {
        await _database.ExecuteAsync(
            $"insert into public.item (id, n) select g, case g when 500 then '{bad}' else g::text end "
                + "from generate_series(1, 1000) g");
        await using var worker = await StartAsync(HostedWorker.Defaults);
        await WaitForAsync(999);
        await _database.ExecuteAsync("insert into public.item (id, n) values (1001, 1)");
        await WaitForAsync(1000);

        (await HandledIdsAsync()).ShouldBe(Enumerable.Range(1, 1001).Except([500]).Select(id => $"{id}"));
        var letter = (await worker.Letters.ListAsync("fill", resolvedToo: true, 10, CancellationToken.None))
            .ShouldHaveSingleItem();
        var change = (await _database.QueryAsync(
            "select position, logged_at from logs.change where record_id = '500'")).Single();
        (letter with { Id = 0, FirstFailedAt = default, LastFailedAt = default }).ShouldBe(new(
            0, "fill", "change", (long)change["position"]!, (DateTime)change["logged_at"]!,
            "public", "item", "I", "500",
            EventId: null, EventType: null, error, sqlState, sqlState, Attempts: 1, default, default,
            RetryRequestedAt: null, ResolvedAt: null, Resolution: null, ResolvedBy: null, Reason: null));
        letter.LastFailedAt.ShouldBeGreaterThanOrEqualTo(letter.FirstFailedAt.AddSeconds(-1));

        // not one wait
        worker.Said.ShouldAllBe(line => !line.Contains("retrying"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("40P01")]
    public async Task A_handler_that_works_again_just_when_that_is_proved_gives_nothing_up(string? meanwhile)
    {
        await _database.ExecuteAsync("insert into public.item (id, n) values (1, 1), (2, 2), (3, 3)");
        long? first = null;
        var isDown = true;
        await using var worker =
            await new HostedWorker(_database, HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)
        {
            Before = async (page, token) =>
            {
                first ??= page.First.Position;
                if (page.First.Position != first)
                {
                    // the proof
                    isDown = false;
                }
                else if (isDown)
                {
                    throw new InvalidOperationException("down");
                }
                else if (meanwhile is { } state)
                {
                    meanwhile = null;
                    await page.ExecuteAsync(
                        $"do $$ begin raise exception 'once' using errcode = '{state}'; end $$", token);
                }
            },
        }).StartAsync();

        await WaitForAsync(3);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_bad_change_behind_a_stretch_of_another_window_is_given_up_too()
    {
        await using (var bad = await _database.OpenConnectionAsync())
        await using (var transaction = await bad.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await bad.ExecuteAsync("insert into public.item (id, n) values (1, 1), (2, 2)");
            // its row is missing, so this change stands between the others and is none of their window's
            await _database.ExecuteAsync(
                """
                begin;
                select
                    set_config('changelog.transaction', 'recorded', true),
                    setval('changelog.marked', pg_current_xact_id()::text::bigint);
                insert into public.item (id, n) values (3, 3);
                commit
                """);
            await bad.ExecuteAsync("insert into public.item (id, n) values (4, 'hunter2')");
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        await using var worker = await StartAsync([KeyValuePair.Create("ChangeLog:Handlers:PageSize", (string?)"2")]);
        await WaitForAsync(2);

        await _database.WaitUntilAsync("select count(*) = 1 from changelog.dead_letter");
        // once before that stretch was passed, once behind it
        (await LettersAsync()).ShouldBe(["4|22P02|2|invalid text representation"]);
    }

    [Fact]
    public async Task A_constraint_that_fails_at_commit_is_a_data_error_too()
    {
        await _database.ExecuteAsync(
            """
            alter table public.target add unique (n) deferrable initially deferred;
            insert into public.target (handler, position, n) values ('before', 0, 500)
            """);
        await _database.ExecuteAsync(Thousand);
        await using var worker = await StartAsync(HostedWorker.Defaults);
        await WaitForAsync(999);

        (await LettersAsync()).ShouldBe(
            ["500|23505|1|duplicate key value violates unique constraint \"target_n_key\""]);
        worker.Said.ShouldAllBe(line => !line.Contains("retrying"));
    }

    [Fact]
    public async Task What_a_handler_raises_is_given_up_within_30_seconds_with_default_settings()
    {
        await _database.ExecuteAsync(Thousand);
        await _database.ExecuteAsync("insert into public.rule values (1, 'P0001')");
        await using var worker = await StartAsync(HostedWorker.Defaults);
        await WaitForAsync(999);

        (await LettersAsync()).ShouldBe(["1|P0001|5|refused ..."]);
    }

    [Fact]
    public async Task An_exception_of_a_handler_in_CSharp_is_given_up_within_30_seconds_with_default_settings()
    {
        await _database.ExecuteAsync(
            "insert into public.item (id, n) select g, case g when 1000 then 'hunter2' else g::text end "
                + "from generate_series(1, 1000) g");
        await using var worker = await StartAsync(HostedWorker.Defaults, new FillingHandler("fill", Streams.Changes)
        {
            Before = async (page, token) =>
            {
                await foreach (var change in page.ReadChangesAsync(token))
                {
                    int.Parse(change.RecordData!["n"]!.GetValue<string>(), CultureInfo.InvariantCulture);
                }
            },
        });
        await WaitForAsync(999);
        await _database.WaitUntilAsync("select exists (select from changelog.dead_letter)");

        // the last of the log: that it is bad, and not the handler, is known from the other parts of its page
        (await LettersAsync()).ShouldBe(
            ["1000|∅|5|FormatException: The input string ... was not in a correct format."]);
    }

    [Fact]
    public async Task Several_bad_ones_first_last_and_side_by_side_are_all_given_up()
    {
        int[] bad = [1, 2, 3, 400, 401, 777, 1000];
        await _database.ExecuteAsync(
            "insert into public.item (id, n) select g, case when g = any ($1) then '-23' else g::text end "
                + "from generate_series(1, 1000) g",
            bad);
        await using var worker = await StartAsync(HostedWorker.Defaults);
        await WaitForAsync(1000 - bad.Length);
        await _database.WaitUntilAsync($"select count(*) = {bad.Length} from changelog.dead_letter");

        (await _database.LinesAsync("select record_id from changelog.dead_letter order by position"))
            .ShouldBe(bad.Select(id => $"{id}"));
        (await HandledIdsAsync()).ShouldBe(Enumerable.Range(1, 1000).Except(bad).Select(id => $"{id}"));
    }

    [Theory]
    [InlineData("-23", "23514")]
    [InlineData("7", "P0001")]
    public async Task A_bulk_update_that_is_bad_throughout_is_given_up_and_what_comes_after_it_is_handled(
        string n, string sqlState)
    {
        await _database.ExecuteAsync("insert into public.rule values (7, 'P0001')");
        await _database.ExecuteAsync("insert into public.item (id, n) select g, $1 from generate_series(1, 200) g", n);
        await _database.ExecuteAsync("insert into public.item (id, n) select g, 1 from generate_series(201, 400) g");
        await using var worker = await StartAsync(HostedWorker.ShortWaits);
        await WaitForAsync(200);

        (await _database.LinesAsync(
            "select sqlstate, count(*), count(distinct position) from changelog.dead_letter group by 1"))
            .ShouldBe([$"{sqlState}|200|200"]);
        (await HandledIdsAsync()).ShouldBe(Enumerable.Range(201, 200).Select(id => $"{id}"));
    }

    [Theory]
    [InlineData("alter table public.target rename to away", "alter table public.away rename to target", "42P01")]
    [InlineData("insert into public.rule values (0, '53100')", "delete from public.rule", "53100")]
    [InlineData("insert into public.rule values (0, 'P0001')", "delete from public.rule", "P0001")]
    public async Task A_handler_that_is_down_gives_up_nothing_says_why_and_goes_on_by_itself(
        string down, string up, string sqlState)
    {
        await _database.ExecuteAsync(down);
        await _database.ExecuteAsync(Thousand);
        await using var worker = await StartAsync(HostedWorker.ShortWaits);
        await _database.WaitUntilAsync(
            "select exists (select from changelog.handler_failure where handler = 'fill' "
                + "and paused_since is not null)");
        (await _database.LinesAsync(
            "select handler, kind, error_type, failing_since <= paused_since from changelog.handler_failure "
                + "where handler = 'fill'"))
            .ShouldBe([$"fill|change|{sqlState}|t"]);
        await _database.ExecuteAsync("insert into public.item (id, n) values (1001, 1)");
        await Eventually.TrueAsync(
            "it is tried again", () => Task.FromResult(worker.Said.Count(line => line.Contains("keeps failing")) > 2));

        await _database.ExecuteAsync(up);
        await WaitForAsync(1001);

        (await HandledIdsAsync()).ShouldBe(Enumerable.Range(1, 1001).Select(id => $"{id}"));
        (await LettersAsync()).ShouldBeEmpty();
        await _database.WaitUntilAsync("select not exists (select from changelog.handler_failure)");
    }

    [Fact]
    public async Task A_permission_revoked_pauses_the_handler_until_it_is_granted_again()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"grant changelog_capture to {role.Name}; grant usage on schema logs, lib_event, changelog to {role.Name};"
            + $"grant all on all tables in schema logs, lib_event, changelog to {role.Name};"
            + $"grant execute on all functions in schema logs, lib_event, changelog to {role.Name};"
            + $"grant usage, select on all sequences in schema lib_event, changelog to {role.Name};"
            + $"grant select on public.rule to {role.Name}");
        await _database.ExecuteAsync(Thousand);
        await using var worker = await new HostedWorker(
            _database.ConnectionStringFor(to => (to.Username, to.Password) = (role.Name, role.Password)),
            HostedWorker.ShortWaits,
            new FillingHandler("fill", Streams.Changes)).StartAsync();
        await _database.WaitUntilAsync(
            "select exists (select from changelog.handler_failure where handler = 'fill' and paused_since is not null "
                + "and error = 'permission denied for table target')");

        await _database.ExecuteAsync($"grant insert on public.target to {role.Name}");
        await WaitForAsync(1000);

        (await LettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_column_that_no_change_can_fill_costs_at_most_ten_dead_letters_and_a_retry_brings_them_back()
    {
        await _database.ExecuteAsync("alter table public.target add column fresh integer not null");
        await _database.ExecuteAsync(Thousand);
        await using var worker = await StartAsync(HostedWorker.ShortWaits);
        await _database.WaitUntilAsync(
            "select exists (select from changelog.handler_failure where handler = 'fill' and paused_since is not null "
                + "and error_type = '23502')");
        (await LettersAsync()).Count.ShouldBe(10);

        await _database.ExecuteAsync("alter table public.target alter column fresh drop not null");
        await WaitForAsync(990);
        foreach (var letter in await worker.Letters.ListAsync("fill", resolvedToo: false, 100, CancellationToken.None))
        {
            (await worker.Retry.RunAsync(letter.Id, CancellationToken.None)).IsDone.ShouldBeTrue();
        }

        (await HandledIdsAsync()).Order().ShouldBe(Enumerable.Range(1, 1000).Select(id => $"{id}").Order());
    }

    [Fact]
    public async Task Transient_errors_are_never_attempts()
    {
        var left = 20;
        await _database.ExecuteAsync("insert into public.item (id, n) values (1, 1)");
        await using var worker = await StartAsync(HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)
        {
            Before = (page, token) => Interlocked.Decrement(ref left) >= 0
                ? page.ExecuteAsync("do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$", token)
                : Task.CompletedTask,
        });
        await WaitForAsync(1);

        (await LettersAsync()).ShouldBeEmpty();
        left.ShouldBeLessThan(0);
    }

    [Fact]
    public async Task What_lasts_is_said_once_another_reason_is_news_and_the_end_is_said()
    {
        var turns = 0;
        await _database.ExecuteAsync("insert into public.item (id, n) values (1, 1)");
        await using var worker = await StartAsync(HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)
        {
            Before = (page, token) => Interlocked.Increment(ref turns) switch
            {
                <= 10 => page.ExecuteAsync(
                    "do $$ begin raise exception 'going down' using errcode = '57P01'; end $$", token),
                <= 20 =>
                    page.ExecuteAsync("do $$ begin raise exception 'coming up' using errcode = '57P03'; end $$", token),
                _ => Task.CompletedTask,
            },
        });
        await WaitForAsync(1);
        await Eventually.TrueAsync(
            "the end is said", () => Task.FromResult(worker.Said.Contains("Handler fill works again")));

        worker.Said
            .Where(line => line.StartsWith("Handler fill failed (", StringComparison.Ordinal))
            .Select(line => line.Split(';')[0])
            .ShouldBe(["Handler fill failed (going down)", "Handler fill failed (coming up)"]);
        worker.Said.Count(line => line.StartsWith("Handler fill keeps failing (", StringComparison.Ordinal))
            .ShouldBe(18);
    }

    [Fact]
    public async Task A_page_that_takes_too_long_is_taken_apart_and_nothing_is_given_up()
    {
        await _database.ExecuteAsync(Thousand);
        await using var worker = await StartAsync(HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)
        {
            Before = (page, token) => page.ExecuteAsync(
                $"set local statement_timeout = '100ms'; select pg_sleep(case when {page.Count} > 300 then 10 else 0 "
                    + "end)", token),
        });
        await WaitForAsync(1000);

        (await LettersAsync()).ShouldBeEmpty();
        (await HandledIdsAsync()).ShouldBe(Enumerable.Range(1, 1000).Select(id => $"{id}"));
    }

    [Fact]
    public async Task A_handler_that_catches_an_error_of_the_database_and_goes_on_is_found_out()
    {
        await _database.ExecuteAsync("insert into public.item (id, n) select g, g from generate_series(1, 10) g");
        await using var worker = await StartAsync(HostedWorker.ShortWaits, new CatchingHandler());
        await WaitForAsync(9);
        await _database.WaitUntilAsync("select exists (select from changelog.dead_letter)");

        (await LettersAsync()).ShouldBe(
            ["5|25P02|5|current transaction is aborted, commands ignored until end of transaction block"]);
    }

    [Fact]
    public async Task The_only_change_there_is_is_not_given_up_until_another_shows_that_the_handler_works()
    {
        await _database.ExecuteAsync(
            "insert into public.rule values (7, 'P0001'); insert into public.item (id, n) values (1, 7)");
        await using var worker = await StartAsync(HostedWorker.ShortWaits);
        await _database.WaitUntilAsync(
            "select exists (select from changelog.handler_failure where handler = 'fill' "
                + "and paused_since is not null)");
        (await LettersAsync()).ShouldBeEmpty();

        await _database.ExecuteAsync("insert into public.item (id, n) values (2, 8)");
        await WaitForAsync(1);

        (await HandledIdsAsync()).ShouldBe(["2"]);
        (await _database.LinesAsync("select record_id from changelog.dead_letter")).ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("insert into public.rule values (0, 'P0001')", 0)]
    [InlineData("alter table public.target add column fresh integer not null", 10)]
    public async Task What_a_filter_keeps_from_a_handler_is_no_proof_that_it_works(string down, int letters)
    {
        await _database.ExecuteAsync("create table public.other (id integer primary key)");
        await _database.ExecuteAsync(down);
        await _database.ExecuteAsync(
            """
            do $$ begin
                for g in 1 .. 30 loop
                    insert into public.other (id) values (g);
                    insert into public.item (id, n) values (g, 1);
                end loop;
                insert into public.other (id) select generate_series(31, 60);
            end $$
            """);
        await using var worker = await StartAsync(HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)
        {
            Filter = new HandlerFilter { Tables = ["public.item"] },
        });
        await Eventually.TrueAsync(
            "it is tried again", () => Task.FromResult(worker.Said.Count(line => line.Contains("keeps failing")) > 2));

        (await LettersAsync()).Count.ShouldBe(letters);
    }

    [Theory]
    [InlineData(Streams.Events, 99)]
    [InlineData(Streams.Both, 198)]
    public async Task Events_are_given_up_like_changes(Streams reads, int handled)
    {
        await _database.ExecuteAsync(
            """
            do $$ begin
                for g in 1 .. 100 loop
                    insert into public.item (id, n) values (g, case g when 30 then 'hunter2' else g::text end);
                    perform lib_event.create('test.item.seen',
                        jsonb_build_object('id', g, 'n', case g when 70 then 'hunter2' else g::text end));
                end loop;
            end $$
            """);
        await using var worker = await StartAsync(HostedWorker.Defaults, new FillingHandler("fill", reads));
        await WaitForAsync(handled);

        var id = await _database.ScalarAsync<Guid>(
            "select event__id from lib_event.event where payload ->> 'id' = '70'");
        (await _database.LinesAsync(
            "select kind, table_name, record_id, event_type, event__id, sqlstate from changelog.dead_letter "
                + "order by position"))
            .ShouldBe(new[] { "change|item|30|∅|∅|22P02", $"event|∅|∅|test.item.seen|{id}|22P02" }.Skip(
                reads == Streams.Both ? 0 : 1));
        (await HandledIdsAsync()).Count.ShouldBe(handled);
    }

    [Fact]
    public async Task Several_workers_give_up_each_bad_change_once_and_handle_the_others_once()
    {
        await _database.ExecuteAsync(
            "insert into public.item (id, n) select g, case when g % 100 = 0 then '-23' when g % 150 = 1 then '7' else "
                + "'1' end from generate_series(1, 3000) g");
        await _database.ExecuteAsync("insert into public.rule values (7, 'P0001')");
        await using var one = await StartAsync(HostedWorker.ShortWaits);
        await using var two = await StartAsync(HostedWorker.ShortWaits);
        await using var three = await StartAsync(HostedWorker.ShortWaits);
        await WaitForAsync(2950);
        await _database.WaitUntilAsync("select count(*) = 50 from changelog.dead_letter");

        (await _database.LinesAsync(
            "select sqlstate, count(*), count(distinct position) from changelog.dead_letter group by 1 order by 1"))
            .ShouldBe(["23514|30|30", "P0001|20|20"]);
        (await HandledIdsAsync()).ShouldBe(
            Enumerable.Range(1, 3000).Where(id => id % 100 != 0 && id % 150 != 1).Select(id => $"{id}"));
    }

    private async Task<HostedWorker> StartAsync(
        IEnumerable<KeyValuePair<string, string?>> settings, IHandler? handler = null) =>
        await new HostedWorker(
            _database, settings, handler ?? new FillingHandler("fill", Streams.Changes)).StartAsync();

    private Task WaitForAsync(int handled) =>
        _database.WaitUntilAsync("select count(*) = $1 from public.target where handler = 'fill'", (long)handled);

    private Task<IReadOnlyList<string>> HandledIdsAsync() =>
        _database.LinesAsync("select id from public.target where handler = 'fill' order by nth");

    private Task<IReadOnlyList<string>> LettersAsync() =>
        _database.LinesAsync(
            "select record_id, sqlstate, attempts, error from changelog.dead_letter order by position");
}
