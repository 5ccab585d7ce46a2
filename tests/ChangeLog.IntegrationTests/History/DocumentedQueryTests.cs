using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>
/// The queries that docs/database.md offers for the questions that people have, as they stand there: none reads a table
/// of the log through.
/// </summary>
public sealed partial class DocumentedQueryTests : IAsyncLifetime
{
    private const int Changes = 50_000;

    private TestDatabase _database = null!;

    // rows in the month of each partition, and in the default partition
    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await GeneratedLog.FillAsync(
            _database.DataSource, Changes, before: TimeSpan.FromDays(40), after: TimeSpan.FromDays(140));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Each_question_has_a_query_that_looks_only_into_indexes()
    {
        var queries = await QueriesAsync();
        queries.Select(query => query.Question).ShouldBe(
        [
            "what happened in this table in the last hour",
            "all that one user did on a day",
            "all of one request",
            "one transaction",
            "all deletes of a table, the newest first",
            "the newest 20",
            "the newest 20, handled or not",
            "by id",
            "by id, handled or not",
            "the history of a record",
            "the history of a record whose key is a uuid",
        ]);
        (await _database.LinesAsync(
            """
            select p.relid, c.reltuples
            from pg_partition_tree('logs.change_details') p
            join pg_class c on c.oid = p.relid
            where p.isleaf
            and c.reltuples < 1000
            """)).ShouldBeEmpty();
        await using var connection = await _database.OpenConnectionAsync();
        foreach (var (question, query) in queries)
        {
            // as whoever copies the query has it explained, and where the planner may look for any other way
            await AssertAsync(connection, question, query);
            await connection.ExecuteAsync("set enable_seqscan = off");
            await AssertAsync(connection, question, query);
            await connection.ExecuteAsync("reset enable_seqscan");
        }
    }

    // the planner knows a limit, but plans each half of the view as if all of it were wanted
    [Fact]
    public async Task The_newest_are_found_without_sorting_what_is_not_shown()
    {
        var plan = await _database.LinesAsync(
            "explain (analyze, costs off, timing off, summary off) "
            + "select * from platform.audit_logs order by performed_at desc limit 20");

        Rows(plan).ShouldAllBe(rows => rows <= 50, string.Join('\n', plan));
    }

    private static async Task AssertAsync(NpgsqlConnection connection, string question, string query)
    {
        var plan = await connection.LinesAsync($"explain {query}");
        var text = string.Join('\n', [question, .. plan]);
        plan.Where(line => line.Contains("Seq Scan", StringComparison.Ordinal)).ShouldAllBe(
            line => line.Contains(" on installation ", StringComparison.Ordinal)
                || line.Contains(" on change_table ", StringComparison.Ordinal), text);
        plan.ShouldContain(line => line.Contains("Index ", StringComparison.Ordinal), text);
    }

    private static IEnumerable<int> Rows(IEnumerable<string> plan) =>
        plan.Select(line => ActualRows().Match(line))
            .Where(match => match.Success)
            .Select(match => int.Parse(match.Groups["rows"].ValueSpan, null));

    private static async Task<IReadOnlyList<(string Question, string Query)>> QueriesAsync()
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Above(AppContext.BaseDirectory), "docs/database.md"), TestContext.Current.CancellationToken);
        var section = page[page.IndexOf("## Questions", StringComparison.Ordinal)..];
        return
        [
            .. Block().Match(section).Groups["sql"].Value.Split("\n\n").Select(query => query.Split('\n', 2))
                .Select(parts => (parts[0].TrimStart('-', ' '), parts[1].TrimEnd().TrimEnd(';'))),
        ];
    }

    private static string Above(string directory) =>
        File.Exists(Path.Combine(directory, "ChangeLog.sln")) ? directory : Above(Path.GetDirectoryName(directory)!);

    [GeneratedRegex(@"^```sql\n(?<sql>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\(actual rows=(?<rows>\d+)")]
    private static partial Regex ActualRows();
}
