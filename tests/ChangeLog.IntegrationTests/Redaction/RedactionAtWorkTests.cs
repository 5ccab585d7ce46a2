using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>changelog redact while workers run, twice at once, and interrupted.</summary>
public sealed class RedactionAtWorkTests : IAsyncLifetime
{
    private const int People = 1500;

    /* language=sql */
    private const string Tables =
        """
        create table public.teams (id integer primary key, name text);
        create table public.people (email text primary key, team_id integer references public.teams, note text);
        create table public.letters (id integer primary key, receiver text references public.people);
        insert into public.teams select n, 'team' from generate_series(1, 10) n;
        """;

    // one transaction each, for many windows and pages; sent alone, for statements in one batch share a transaction
    /* language=sql */
    private const string Rows =
        """
        do $$
        begin
            for n in 1 .. 1500 loop
                insert into public.people values ('raw' || n, n % 10 + 1, 'a');
                insert into public.letters values (n, 'raw' || n);
                perform lib_event.create('iam.person.met', jsonb_build_object('email', 'raw' || n, 'team', n % 10 + 1));
                commit;
            end loop;
        end
        $$;
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(Tables);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Nothing_raw_is_derived_by_workers_that_run_meanwhile_and_nothing_is_lost_or_doubled()
    {
        await _database.ExecuteAsync(Rows);
        await using var one = Worker();
        await using var other = Worker();
        await one.StartAsync(everything: true);
        await other.StartAsync(everything: true);
        await _database.WaitUntilAsync("select count(*) > 100 from logs.change_details");

        // at once, in other orders, while pages are handled
        var redactions = await Task.WhenAll(
            _database.RedactAsync("people", "email", RedactionMethod.Hash, stretch: 400),
            _database.RedactAsync("people", "email", RedactionMethod.Hash, stretch: 300),
            _database.RedactKeyAsync(RedactedPlace.Events, "email"));

        (redactions[0].Changes + redactions[1].Changes).ShouldBe(2 * People);
        redactions[2].Events.ShouldBe(People);
        await _database.WaitUntilAsync(
            $"""
            select (select count(*) from logs.change_details) = {(2 * People) + 10}
            and (select count(*) from public.team_events) = {(3 * People) + 10}
            and (select count(*) from platform.user_audit_logs) = {People}
            and (select count(*) from logs.change_links) = {2 * People}
            """);
        await one.StopAsync(TimeSpan.FromSeconds(10));
        await other.StopAsync(TimeSpan.FromSeconds(10));
        (await RawAsync()).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select
                (select count(*) from logs.change_links l
                    join public.people p on l.linked_id = logs.redaction_hash(p.email)),
                (select count(distinct d.record_id) from logs.change_details d
                    join public.people p on d.record_id = logs.redaction_hash(p.email)),
                (select count(*) from changelog.dead_letter)
            """)).ShouldBe([$"{People}|{People}|0"]);
        (await _database.ScalarAsync<long>(
            "select sum((payload ->> 'changes')::bigint)::bigint from lib_event.event "
                + "where event_type = 'changelog.redaction.performed'"))
            .ShouldBe(2 * People);
    }

    [Fact]
    public async Task One_that_is_interrupted_has_left_events_of_what_it_did_and_does_the_rest_when_it_is_run_again()
    {
        await _database.ExecuteAsync(Rows);
        // so that it cannot come to its end before it is interrupted
        await using var holder = await _database.OpenConnectionAsync();
        await holder.ExecuteAsync("begin; select from logs.change order by position desc limit 1 for update");
        using var interrupted = new CancellationTokenSource();
        var first = _database.RedactAsync(
            "people", "email", RedactionMethod.Hash, stretch: 100, interrupted: interrupted);
        await _database.WaitUntilAsync(
            "select count(*) > 2 from lib_event.event where event_type = 'changelog.redaction.performed'");
        await interrupted.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await holder.ExecuteAsync("rollback");
        var done = await PerformedAsync();
        done.ShouldBeInRange(1, (2 * People) - 1);

        var planned = await _database.RedactAsync("people", "email", RedactionMethod.Hash, isPlan: true);
        var rest = await _database.RedactAsync("people", "email", RedactionMethod.Hash);

        (planned.Changes, rest.Changes).ShouldBe(((2 * People) - done, (2 * People) - done));
        (await PerformedAsync()).ShouldBe(2 * People);
        (await _database.LinesAsync("select c from logs.change c where c::text like '%raw%' limit 1")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handler_that_is_new_waits_too()
    {
        await _database.ExecuteAsync("insert into public.people values ('raw1')");
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin; select changelog.start_redaction()");
        await using var another = await _database.OpenConnectionAsync();
        await another.ExecuteAsync("set lock_timeout = '200ms'");

        foreach (var sql in new[]
        {
            "insert into changelog.cursor (handler, stream) values ('new', 'changes')",
            "select from changelog.cursor for update skip locked",
        })
        {
            (await Should.ThrowAsync<PostgresException>(() => another.ExecuteAsync(sql))).SqlState
                .ShouldBe(PostgresErrorCodes.LockNotAvailable, sql);
        }
    }

    private HostedWorker Worker() => new(
        _database,
        [
            .. HostedWorker.ShortWaits,
            KeyValuePair.Create("ChangeLog:Handlers:PageSize", (string?)"60"),
            KeyValuePair.Create("ChangeLog:Timelines:team:Root", (string?)"public.teams"),
            KeyValuePair.Create("ChangeLog:Timelines:team:Events:0", (string?)"iam.*=team"),
        ]);

    private Task<long> PerformedAsync() => _database.ScalarAsync<long>(
        "select sum((payload ->> 'changes')::bigint)::bigint from lib_event.event where event_type = "
            + "'changelog.redaction.performed'");

    private Task<IReadOnlyList<string>> RawAsync() => _database.LinesAsync(
        $"""
        select t.place, count(*)
        from (
            {LateRedaction.Recorded}
            union all select 'timeline', e::text from public.team_events e
            union all select 'key', k::text from changelog.timeline_key k
        ) t (place, content)
        where t.content like '%raw%'
        group by 1
        """);
}
