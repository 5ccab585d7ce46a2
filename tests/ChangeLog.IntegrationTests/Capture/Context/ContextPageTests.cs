using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture.Context;

/// <summary>docs/context.md: its SQL is run as it stands there, its C# is the code of these files.</summary>
public sealed partial class ContextPageTests : IAsyncLifetime
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            "create table orders (id integer primary key, status text); insert into orders values (1042, 'new')");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task In_sql()
    {
        await _database.ExecuteAsync(Blocks("SQL", "sql").Single());

        await AssertContextAsync("anna");
    }

    [Fact]
    public async Task With_npgsql()
    {
        using var activity = Trail();
        var (user, ip, agent, request, cancellationToken) = ("ben", "10.0.0.7", "Firefox/150", "r-1", Token);
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(Token);

        var context = JsonSerializer.Serialize(
            new
            {
                actor_id = user,
                ip_address = ip,
                user_agent = agent,
                request_id = request,
                traceparent = Activity.Current?.Id,
            });
        await using var command = new NpgsqlCommand("select changelog.set_context($1)", connection, transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = context, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);

        await Sql.ExecuteAsync(connection, "update orders set status = 'paid' where id = 1042");
        await transaction.CommitAsync(Token);
        await AssertContextAsync("ben");
    }

    [Fact]
    public async Task With_dapper()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var context = ContextOf("cleo");

        await connection.ExecuteAsync("select changelog.set_context(@context::jsonb)", new { context }, transaction);

        await Sql.ExecuteAsync(connection, "update orders set status = 'paid' where id = 1042");
        await transaction.CommitAsync(Token);
        await AssertContextAsync("cleo");
    }

    [Fact]
    public async Task With_entity_framework_core_even_of_a_single_statement()
    {
        await using var shop = new ShopContext(_database.ConnectionString, ContextOf("dora"));
        (await shop.Orders.FindAsync([1042], Token))!.Status = "paid";

        await shop.SaveChangesAsync(Token);

        await AssertContextAsync("dora");
    }

    [Fact]
    public async Task Behind_postgrest()
    {
        await _database.ExecuteAsync(Blocks("PostgREST, Supabase", "sql").Single());

        // as PostgREST does it, in one transaction
        await _database.ExecuteAsync(
            $$"""
            begin;
            select set_config('request.jwt.claims', '{"sub": "emil", "role": "web"}', true),
                set_config('request.headers', '{"x-forwarded-for": "10.0.0.7, 10.9.9.9", "user-agent": "Firefox/150",
                    "x-request-id": "r-1", "traceparent": "{{Trace}}"}', true);
            select public.note_request();
            update orders set status = 'paid' where id = 1042;
            commit
            """);

        await AssertContextAsync("emil");
        await _database.ExecuteAsync("select public.note_request()");
    }

    [Fact]
    public void What_is_not_run_is_marked_untested_and_the_c_sharp_is_that_of_these_files()
    {
        var files = Directory.EnumerateFiles(
            Path.Combine(Root(), "tests/ChangeLog.IntegrationTests/Capture/Context"), "*.cs")
            .SelectMany(File.ReadLines)
            .Select(line => line.Trim())
            .ToHashSet();

        Sections().Where(section => section.Title.EndsWith("(untested)", StringComparison.Ordinal))
            .Select(section => section.Title)
            .ShouldBe(["Rails (untested)", "Django (untested)", "Node (untested)"]);
        Sections().Where(section => Untested().IsMatch(section.Text))
            .ShouldAllBe(section => section.Title.EndsWith("(untested)", StringComparison.Ordinal));
        Sections().SelectMany(section => Blocks(section.Title, "csharp"))
            .SelectMany(block => block.Split('\n'))
            .Select(line => line.Trim())
            .Where(line => !files.Contains(line))
            .ShouldBeEmpty();
    }

    private static string ContextOf(string actor) => JsonSerializer.Serialize(new
    {
        actor_id = actor, ip_address = "10.0.0.7", user_agent = "Firefox/150", request_id = "r-1", traceparent = Trace,
    });

    private static Activity Trail() => new Activity("request").SetParentId(Trace).Start();

    // the caller's own span stands in the traceparent, in the trace it came from
    private async Task AssertContextAsync(string actor) =>
        (await _database.LinesAsync(
            """
            select c.actor_id, t.context ->> 'ip_address', t.context ->> 'user_agent', t.context ->> 'request_id',
                left(t.context ->> 'traceparent', 35)
            from logs.changes c
            join logs.transaction t on t.xid = c.xid
            where c.op = 'U'
            """)).ShouldBe([$"{actor}|10.0.0.7|Firefox/150|r-1|{Trace[..35]}"]);

    private static List<string> Blocks(string title, string language) =>
        [.. CodeBlock().Matches(Sections().Single(section => section.Title == title).Text)
            .Where(block => block.Groups[1].Value == language)
            .Select(block => block.Groups[2].Value)];

    private static IEnumerable<(string Title, string Text)> Sections() =>
        File.ReadAllText(Path.Combine(Root(), "docs/context.md"))
            .Split("\n## ")
            .Skip(1)
            .Select(section => (section.Split('\n')[0], section));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChangeLog.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^```(?!sql|csharp|\n|$)", RegexOptions.Multiline)]
    private static partial Regex Untested();
}
