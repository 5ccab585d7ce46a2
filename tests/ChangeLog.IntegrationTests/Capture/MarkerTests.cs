using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>A secret is planted wherever one may be, and looked for wherever it must not be.</summary>
public sealed class MarkerTests
{
    private const string Tables =
        /* language=sql */
        """
        create type odd as enum ('x');
        create function fail(odd) returns json language plpgsql as $$ begin raise exception 'no json of %', $1; end $$;
        create cast (odd as json) with function fail(odd);
        create table account (
            id int primary key, name text, password text, tax_id text, scan text, body jsonb, raw json, o odd,
                secret_json json);
        create table session (token text primary key, id_of int);
        create table visit (id int primary key, session text references session);
        create table sink (n int);
        create table remark (id int primary key, words text);
        """;

    // errors of the handlers: one that quotes a row, one that quotes a value
    private const string Broken =
        /* language=sql */
        """
        alter table logs.change_details add constraint "no session" check (table_oid <> 'session'::regclass) not valid
        """;

    private const string Handler =
        /* language=sql */
        "insert into sink select (c.record_data ->> 'password')::int from logs.page_changes(@changes, @logged_from, "
            + "@logged_until) c";

    // what is no secret may stand in the log, but leaves the database no more than one
    private const string PlainHandler =
        /* language=sql */
        """
        insert into sink
        select (c.record_data ->> 'words')::int
        from logs.page_changes(@changes, @logged_from, @logged_until) c
        where c.table_name = 'remark'
        """;

    [Fact]
    public async Task A_secret_is_nowhere_but_in_the_table_it_was_written_to()
    {
        await using var server = await PostgresServer.StartOwnAsync(("log_min_messages", "info"));
        await using var database = await TestDatabase.CreateAsync(server);
        await using var collector = new OtlpCollector();
        var marker = $"marker{Guid.NewGuid():N}";
        var plain = $"rowvalue{Guid.NewGuid():N}";
        var files = Directory.CreateTempSubdirectory();
        var (file, plainFile) =
            (Path.Combine(files.FullName, "failing.sql"), Path.Combine(files.FullName, "plain.sql"));
        await File.WriteAllTextAsync(file, Handler, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(plainFile, PlainHandler, TestContext.Current.CancellationToken);
        try
        {
            await database.ExecuteAsync(Tables);
            var reconciled = await RunAsync(database, collector, "reconcile");
            await PlantAsync(database, marker);
            await database.ExecuteAsync("insert into remark values (1, $1)", plain);
            await database.ExecuteAsync(Broken);
            var ran = await RunAsync(
                database,
                collector,
                "run --once",
                ("ChangeLog__SqlHandlers__0__Name", "failing"),
                ("ChangeLog__SqlHandlers__0__File", file),
                ("ChangeLog__SqlHandlers__1__Name", "plain"),
                ("ChangeLog__SqlHandlers__1__File", plainFile));
            var shown = await RunAsync(database, collector, "dead-letters list");
            var status = await RunAsync(database, collector, "status --all");

            (await database.LinesAsync("select handler, count(*) from changelog.dead_letter group by 1 order by 1"))
                .ShouldBe(["enrich|1", "failing|3", "plain|1"]);
            (await database.ScalarAsync<string>(
                "select account::text || platform::text from account, platform.global_settings platform"))
                .ShouldContain(marker);
            collector.Text("/v1/logs").ShouldContain("gave up the");
            collector.Text("/v1/traces").ShouldContain("22P02");
            foreach (var (place, text) in new[]
            {
                ("the worker's output", ran + shown + status),
                ("the traces", collector.Text("/v1/traces")),
                ("the metrics", collector.Text("/v1/metrics")),
                ("the logs sent", collector.Text("/v1/logs")),
            })
            {
                text.ShouldNotContain(plain, Case.Insensitive, place);
            }

            var directory = Path.GetDirectoryName(await database.ScalarAsync<string>("show data_directory"))!;
            foreach (var (place, text) in new[]
            {
                // the settings are the application's own: there, and there alone, the value is what it is
                ("the dump", await Psql.DumpAsync(
                    database,
                    "--schema=logs",
                    "--schema=lib_event",
                    "--schema=lib_events",
                    "--schema=changelog",
                    "--schema=platform",
                    "--exclude-table-data=platform.global_settings")),
                ("the server's log", await database.ScalarAsync<string>(
                    "select pg_read_file($1)", $"{directory}/server.log")),
                ("the worker's output", reconciled + ran + shown + status),
                ("the traces", collector.Text("/v1/traces")),
                ("the metrics", collector.Text("/v1/metrics")),
                ("the logs sent", collector.Text("/v1/logs")),
            })
            {
                text.Length.ShouldBeGreaterThan(100, place);
                text.ShouldNotContain(marker, Case.Insensitive, place);
            }
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    // by parameters, as an application does: its own statements are not ours to keep from the server's log
    private static async Task PlantAsync(TestDatabase database, string marker)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync(
            "select changelog.set_context(jsonb_build_object('actor_id', 'a', 'deep', "
                + "jsonb_build_array(jsonb_build_object('apiKey', $1))))",
            marker);
        await connection.ExecuteAsync(
            """
            insert into account
            select
                1, 'a', $1, $1, $1, jsonb_build_object('a', jsonb_build_array(jsonb_build_object('my_token', $1))),
                ('{"n": "\u0000", "password": "' || $1 || '"}')::json, 'x',
                ('{"n": "\u0000", "a": "' || $1 || '"}')::json
            """,
            marker);
        await connection.ExecuteAsync("commit");
        await connection.ExecuteAsync(
            "update account set password = password || '2', tax_id = tax_id || '2', scan = scan || '2'");
        await connection.ExecuteAsync("insert into session values ($1, 1)", marker);
        await connection.ExecuteAsync("insert into visit values (1, $1)", marker);
        await connection.ExecuteAsync(
            "insert into platform.global_settings (key, value, is_secret) values ('k', to_jsonb($1::text), true)",
            marker);
        await connection.ExecuteAsync(
            """
            select lib_event.create(
                'iam.user.created',
                jsonb_build_object('a', jsonb_build_array(jsonb_build_object('newPassword', $1))),
                headers => jsonb_build_object('X-Api-Key', $1))
            """,
            marker);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => connection.ExecuteAsync(
            "select lib_event.create(' ', jsonb_build_object('password', $1))", marker));
        await connection.ExecuteAsync(
            "select set_config('changelog.context', '{\"password\": \"' || $1, false)", marker);
        await connection.ExecuteAsync("update account set name = 'b'");
    }

    private static async Task<string> RunAsync(
        TestDatabase database, OtlpCollector collector, string arguments, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ChangeLog__Redaction__Rules__0__Table"] = "account",
            ["ChangeLog__Redaction__Rules__0__Column"] = "tax_id",
            ["ChangeLog__Redaction__Rules__0__Way"] = "Hash",
            ["ChangeLog__Redaction__Rules__1__Table"] = "account",
            ["ChangeLog__Redaction__Rules__1__Column"] = "scan",
            ["ChangeLog__Redaction__Rules__1__Way"] = "Omit",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["Logging__LogLevel__Default"] = "Debug",
            ["Logging__LogLevel__Npgsql"] = "Debug",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        await using var program = ChangeLogProgram.Start(database.ConnectionString, arguments.Split(' '), settings);
        var result = await program.WaitForExitAsync();
        return result.Output + result.Error;
    }
}
