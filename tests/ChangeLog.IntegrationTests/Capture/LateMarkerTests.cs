using System.Text.Json;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>What was logged raw for want of a rule is nowhere to be found after a redaction.</summary>
public sealed class LateMarkerTests
{
    private const string Person = "33333333-3333-4333-8333-333333333333";

    private static readonly string[] Kinds = ["changes", "events", "contexts"];

    private const string Tables =
        /* language=sql */
        """
        create table public.users (id uuid primary key, name text);
        create table public.plans (id int primary key, note text, owner uuid references public.users);
        create table public.account (name text primary key, note text, plan_id int references public.plans, body jsonb,
            raw json);
        create table public.visit (id int primary key, who text references public.account);
        """;

    [Fact]
    public async Task A_secret_that_was_recorded_is_nowhere_once_it_was_redacted()
    {
        await using var server = await PostgresServer.StartOwnAsync(("log_min_messages", "info"));
        await using var database = await TestDatabase.CreateAsync(server);
        await using var collector = new OtlpCollector();
        var marker = $"marker{Guid.NewGuid():N}";
        await database.ExecuteAsync(Tables);
        await PlantAsync(database, marker);
        var said = await RunAsync(database, collector, "run --once");
        (await DumpAsync(database)).Split(marker).Length.ShouldBeGreaterThan(40);

        string[] verbs =
        [
            "redact account note", "redact account name --way Hash", "redact plans note", "redact lib_event.event note",
            "redact logs.transaction note", $"redact users --record {Person}", $"redact --actor {marker}@x",
        ];
        foreach (var verb in verbs)
        {
            var planned = Counts(await RunAsync(database, collector, $"{verb} --dry-run --json"));
            var before = await DumpAsync(database);
            planned.ShouldBe(Counts(await RunAsync(database, collector, $"{verb} --dry-run --json")), verb);
            (await DumpAsync(database)).ShouldBe(before, verb);
            Counts(said += await RunAsync(database, collector, $"{verb} --yes --json")).ShouldBe(planned, verb);
            Counts(await RunAsync(database, collector, $"{verb} --yes --json")).ShouldBe("0", verb);
        }

        said += await RunAsync(database, collector, "rebuild plan") + await RunAsync(database, collector, "run --once");
        var directory = Path.GetDirectoryName(await database.ScalarAsync<string>("show data_directory"))!;
        foreach (var (place, text) in new[]
        {
            ("the dump", await DumpAsync(database)),
            ("the server's log", await database.ScalarAsync<string>(
                "select pg_read_file($1)", $"{directory}/server.log")),
            ("the program's output", said),
            ("the traces", collector.Text("/v1/traces")),
            ("the metrics", collector.Text("/v1/metrics")),
            ("the logs sent", collector.Text("/v1/logs")),
        })
        {
            text.Length.ShouldBeGreaterThan(100, place);
            foreach (var line in text.Split('\n'))
            {
                line.ShouldNotContain(marker, Case.Insensitive, place);
            }
        }

        (await database.LinesAsync(
            "select payload - array['db_user', 'os_user', 'version'] from lib_event.event "
                + "where event_type = 'changelog.redaction.performed' order by position"))
            .Count.ShouldBeGreaterThanOrEqualTo(verbs.Length);
    }

    private static async Task PlantAsync(TestDatabase database, string marker)
    {
        await using var connection = await database.OpenConnectionAsync();
        foreach (var actor in new[] { Person, $"{marker}@x" })
        {
            await connection.ExecuteAsync("begin");
            await connection.ExecuteAsync(
                """
                select changelog.set_context(jsonb_build_object(
                    'actor_id', $1, 'ip_address', '10.9.8.7', 'user_agent', $2, 'device_id', $2, 'deep',
                        jsonb_build_object('note', $2)))
                """,
                actor, marker);
            if (actor == Person)
            {
                await connection.ExecuteAsync("insert into users values ($1::uuid, $2)", Person, marker);
            }

            await connection.ExecuteAsync(
                "insert into plans values ((select count(*) from plans), $1, $2::uuid)", marker, Person);
            await connection.ExecuteAsync(
                """
                insert into account values (
                    $1 || (select count(*) from account), $1, (select max(id) from plans),
                        jsonb_build_object('a', jsonb_build_object('note', $1)),
                    ('{"n": "\u0000", "note": "' || $1 || '"}')::json)
                """,
                marker);
            await connection.ExecuteAsync(
                "insert into visit select count(*), $1 || (select count(*) - 1 from account) from visit", marker);
            await connection.ExecuteAsync(
                """
                select lib_event.create(
                    'iam.user.created', jsonb_build_object('plan', (select max(id) from plans), 'a',
                        jsonb_build_array(jsonb_build_object('note', $1))),
                    headers => jsonb_build_object('note', $1))
                """,
                marker);
            await connection.ExecuteAsync(
                """
                insert into platform.audit_logs (action, resource, record_id, previous_state, new_state)
                values ('export', 'public.users', $1, jsonb_build_object('name', $2), jsonb_build_object('name', $2))
                """,
                Person, marker);
            await connection.ExecuteAsync("commit");
        }

        await connection.ExecuteAsync("update plans set note = note || '2'");
        await connection.ExecuteAsync("update account set note = note || '2'");
        await connection.ExecuteAsync("insert into visit select 9, max(name) from account");
    }

    // but the application's own data
    private static async Task<string> DumpAsync(TestDatabase database)
    {
        var dump = await Psql.DumpAsync(
            database, "--schema=logs", "--schema=lib_event", "--schema=lib_events",
            "--schema=changelog", "--schema=platform",
            "--exclude-table-data=platform.global_settings");
        dump += await Psql.DumpAsync(database, "--table=public.plan_events");

        // a key that differs in each dump
        return string.Join('\n', dump.Split('\n').Where(line => !line.Contains("restrict ", StringComparison.Ordinal)));
    }

    private static string Counts(string output)
    {
        using var report = JsonDocument.Parse(output[output.LastIndexOf("{\n", StringComparison.Ordinal)..]);
        return string.Join(
            ' ',
            Kinds
                .Select(name => report.RootElement.TryGetProperty(name, out var rows)
                    && rows.ValueKind == JsonValueKind.Number ? rows.GetInt64() : 0)
                .Where(rows => rows > 0)
                .DefaultIfEmpty(0));
    }

    private static async Task<string> RunAsync(TestDatabase database, OtlpCollector collector, string arguments)
    {
        await using var program = ChangeLogProgram.Start(
            database.ConnectionString,
            arguments.Split(' '),
            new Dictionary<string, string?>
            {
                ["ChangeLog__Timelines__plan__Root"] = "public.plans",
                ["ChangeLog__Timelines__plan__Events__0"] = "iam.*=plan",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["Logging__LogLevel__Default"] = "Debug",
            });
        var result = await program.WaitForExitAsync();
        result.ExitCode.ShouldBe(0, arguments + result.Output + result.Error);
        return result.Output;
    }
}
