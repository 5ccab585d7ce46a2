using System.Data;
using System.Diagnostics;
using System.Globalization;
using ChangeLog.History;
using ChangeLog.TestSupport;
using Npgsql;

namespace ChangeLog.Benchmarks;

/// <summary>
/// How fast a large log of thirty days answers what people ask, through the feed's reader and through the views.
/// </summary>
/// <remarks>
/// CHANGELOG_BENCH_ROWS bounds the log. Each question has other values every time, and each statement is planned again,
/// like one that a person sends; the session is not new.
/// </remarks>
internal static class QuestionsBenchmark
{
    private const int Changes = 5_000_000;
    private const int Repetitions = 50;
    private const int Days = 30;
    private const int Actors = 200;

    // of a time before this month too, which an install makes none for
    private const string MakePastPartitions =
        """
        do $$
        declare
            parent text;
            month timestamp := date_trunc('month', now() at time zone 'UTC') - interval '1 month';
        begin
            foreach parent in array '{transaction,change,change_details,change_links}'::text[] loop
                execute format(
                    'create table logs.%1$s_%2$s (like logs.%1$s including all); '
                    'alter table logs.%1$s attach partition logs.%1$s_%2$s for values from (%3$L) to (%4$L)',
                    parent, to_char(month, 'YYYY_MM'), month || '+00', month + interval '1 month' || '+00');
            end loop;
        end
        $$
        """;

    private const string Samples =
        """
        select d.logged_at, t.event__id, logs.change_id(d.position, d.installation) as id, d.record_id
        from logs.change_details d
        join logs.change c on c.position = d.position and c.logged_at = d.logged_at
        join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where c.table_name = 'orders'
        order by hashint8(d.position)
        limit $1
        """;

    // the session's, which others on the machine disturb less than the clock
    private const string Used =
        /* language=sql */ "select split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e6";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static async Task RunAsync()
    {
        var rows = int.TryParse(
            Environment.GetEnvironmentVariable("CHANGELOG_BENCH_ROWS"), out var bound) ? bound : Changes;
        await using var database = await BenchDatabase.StartAsync();
        var started = Stopwatch.GetTimestamp();
        await database.ExecuteAsync(MakePastPartitions);
        await GeneratedLog.FillAsync(database.DataSource, rows, before: TimeSpan.FromDays(Days), after: TimeSpan.Zero);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows} changes, generated and derived in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));

        await using var connection = await database.DataSource.OpenConnectionAsync();
        var samples = (await connection.QueryAsync(Samples, Repetitions)).Select(row => new Sample(
            (DateTime)row["logged_at"]!, (Guid)row["event__id"]!, (Guid)row["id"]!, (string)row["record_id"]!))
            .ToList();
        Console.WriteLine();
        Console.WriteLine("| question | answered by | rows | median ms | p95 ms | processor time ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var measured in Feed(rows).Concat(Views()))
        {
            await MeasureAsync(connection, measured, samples);
        }
    }

    private static IEnumerable<Measured> Feed(int rows)
    {
        foreach (var limit in new[] { 50, 5_000 })
        {
            yield return OfFeed("an hour of one table", limit, (sample, _) => new()
            {
                Tables = ["orders"], Since = sample.LoggedAt - Hour, Until = sample.LoggedAt, Limit = limit,
            });
            yield return OfFeed("a day of one actor", limit, (sample, i) => new()
            {
                Actor = $"user-{i * 7 % Actors}", Since = sample.LoggedAt.Date, Until = sample.LoggedAt.Date.AddDays(1),
                Limit = limit,
            });
        }

        yield return OfFeed("one request", 50, (_, i) => new() { Request = $"r-{i * 97 % (rows / 20)}", Limit = 50 });
        yield return OfFeed(
            "one transaction", 50, (sample, _) => new() { Transaction = sample.EventId, Limit = 50 });
        yield return OfFeed("the newest 20 of everything", 20, (_, _) => new() { Limit = 20 });
    }

    private static IEnumerable<Measured> Views()
    {
        const string audit = "platform.audit_logs";
        yield return OfQuery(
            "an hour of one table",
            audit,
            """
            select * from platform.audit_logs
            where resource = 'public.orders' and performed_at >= $1 - interval '1 hour' and performed_at < $1
            order by performed_at desc
            """,
            sample => sample.LoggedAt);
        yield return OfQuery(
            "a day of one actor",
            audit,
            """
            select * from platform.audit_logs
            where actor_id = 'user-17' and performed_at >= $1 - interval '1 day' and performed_at < $1
            order by performed_at
            """,
            sample => sample.LoggedAt);
        yield return OfQuery(
            "one request",
            audit,
            "select * from platform.audit_logs where request_id = $1 order by performed_at, id",
            sample => $"r-{sample.LoggedAt.Ticks % 10_000}");
        yield return OfQuery(
            "one transaction",
            audit,
            "select * from platform.audit_logs where event__id = $1 order by id",
            sample => sample.EventId);
        yield return OfQuery(
            "the history of a record",
            audit,
            """
            select * from platform.audit_logs
            where resource = 'public.orders' and record_id = $1
            order by performed_at, id
            """,
            sample => sample.RecordId);
        yield return OfQuery(
            "the newest 20", audit, "select * from platform.audit_logs order by performed_at desc limit $1", _ => 20);
        yield return OfQuery(
            "the newest 20", "logs.changes", "select * from logs.changes order by position desc limit $1", _ => 20);
        yield return OfQuery(
            "by id", audit, "select * from platform.audit_logs where id = $1", sample => sample.Id);
        yield return OfQuery(
            "by id", "logs.change_by_id", "select * from logs.change_by_id($1)", sample => sample.Id);
        yield return OfQuery(
            "the newest 100 deletes of a table",
            "logs.change_details",
            """
            select c.*
            from logs.change_details d
            cross join lateral (
                select * from logs.changes c where c.position = d.position and c.logged_at = d.logged_at offset 0) c
            where d.table_oid = 'public.orders'::regclass and d.action = 'delete'
            order by d.position desc
            limit $1
            """,
            _ => 100);
    }

    private static Measured OfFeed(string question, int limit, Func<Sample, int, FeedFilter> filter) =>
        new(question, $"the feed's reader, limit {limit}", async (connection, sample, i) =>
        {
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
            return (await new FeedReader(connection).ReadAsync(filter(sample, i), null, CancellationToken.None))
                .Changes.Count;
        });

    private static Measured OfQuery(string question, string view, string query, Func<Sample, object> value) =>
        new(question, view, async (connection, sample, _) =>
            (await connection.QueryAsync(query, value(sample))).Count);

    private static async Task MeasureAsync(
        NpgsqlConnection connection, Measured measured, IReadOnlyList<Sample> samples)
    {
        // the first fills the session's caches
        await measured.Ask(connection, samples[0], 0);
        List<double> times = [];
        List<double> used = [];
        List<int> found = [];
        for (var i = 0; i < samples.Count; i++)
        {
            var usedBefore = await connection.ScalarAsync<double>(Used);
            var started = Stopwatch.GetTimestamp();
            found.Add(await measured.Ask(connection, samples[i], i));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            used.Add(await connection.ScalarAsync<double>(Used) - usedBefore);
        }

        times.Sort();
        used.Sort();
        found.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {measured.Question} | {measured.Answer} | {found[found.Count / 2]} | {times[times.Count / 2]:0.0} | "
            + $"{times[times.Count * 95 / 100]:0.0} | {used[used.Count / 2]:0.0} |"));
    }

    private sealed record Sample(DateTime LoggedAt, Guid EventId, Guid Id, string RecordId);

    private sealed record Measured(
        string Question, string Answer, Func<NpgsqlConnection, Sample, int, Task<int>> Ask);
}
