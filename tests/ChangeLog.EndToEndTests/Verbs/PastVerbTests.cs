using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>show and diff: a row as it was, and what differs between two moments.</summary>
public sealed class PastVerbTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table orders (id integer primary key, status text, total numeric, password text);
            create table heap (n integer);
            """);
        await _database.ExecuteAsync(
            "insert into orders values (1, 'new', 10.00, 'raw'), (2, 'new', 5, null), (9, 'new', 1, null)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_row_is_shown_as_it_was_field_by_field()
    {
        var moment = await MomentAsync();
        await _database.ExecuteAsync("update orders set status = 'paid', password = 'other' where id = 1");

        (await OkAsync("show", "orders", "1", "--at", moment)).ShouldContain(
            "\n\n    id        1\n    status    new\n    total     10.00\n    password  [redacted]\n");
        (await OkAsync("show", "orders", "2", "--at", moment)).ShouldContain("    password  null\n");
        (await OkAsync("show", "orders", "1", "--at", "now")).ShouldContain("    status    paid\n");
        (await OkAsync("show", "orders", "1", "--at", "1d")).ShouldStartWith("public.orders 1 · not there at ");
        Json(await OkAsync("show", "orders", "1", "--at", moment, "--json")).GetProperty("row").GetRawText()
            .ShouldContain("\"total\": 10.00");
        Json(await OkAsync("show", "orders", "3", "--at", moment, "--json")).GetProperty("row").ValueKind
            .ShouldBe(JsonValueKind.Null);

        await _database.ExecuteAsync("drop table orders");
        (await OkAsync("show", "orders", "1", "--at", moment)).ShouldContain("    status    new\n");
    }

    [Fact]
    public async Task What_differs_in_the_end_is_shown_once_and_what_was_put_back_is_not()
    {
        var from = await MomentAsync();
        await _database.ExecuteAsync("update orders set status = 'paid', total = 8.50 where id = 1");
        await _database.ExecuteAsync(
            "update orders set total = 10.00 where id = 1; update orders set total = 6 where id = 2");
        await _database.ExecuteAsync("update orders set total = 5 where id = 2; delete from orders where id = 9");
        await _database.ExecuteAsync("insert into orders values (10, 'new', 3, null), (11, 'new', 3, null)");
        var to = await MomentAsync();
        await _database.ExecuteAsync("truncate orders");

        var text = await OkAsync("diff", "orders", "--from", from, "--to", to);
        text.ShouldStartWith("public.orders · 2 created, 1 changed, 1 deleted\n");
        text.ShouldEndWith(
            """

            1 · changed
                status  new → paid

            9 · deleted
                id      9
                status  new
                total   1

            10 · created
                id      10
                status  new
                total   3

            11 · created
                id      11
                status  new
                total   3

            """);
        (await OkAsync("diff", "orders", "--from", from, "--to", to, "--limit", "1")).ShouldEndWith(
            "\n1 · changed\n    status  new → paid\n\n3 more not shown (--limit)\n");
        (await OkAsync("diff", "orders", "1", "--from", from, "--to", to)).ShouldEndWith(
            "\n\n1 · changed\n    status  new → paid\n");
        (await OkAsync("diff", "orders", "2", "--from", from, "--to", to)).ShouldStartWith(
            "public.orders 2 · no difference\n");
        (await OkAsync("diff", "orders", "--from", to)).ShouldStartWith("public.orders · 4 deleted\n");

        var json = Json(await OkAsync("diff", "orders", "--from", from, "--to", to, "--json"));
        (json.GetProperty("created").GetInt32(), json.GetProperty("changed").GetInt32(),
            json.GetProperty("deleted").GetInt32()).ShouldBe((2, 1, 1));
        json.GetProperty("changes")[0].GetProperty("previous_data").GetRawText()
            .ShouldBe("{\n        \"status\": \"new\"\n      }");
    }

    [Fact]
    public async Task What_cannot_be_compared_is_refused()
    {
        async Task ShouldRefuseAsync(string sentence, params string[] arguments)
        {
            var result = await ChangeLogProgram.RunAsync(_database.ConnectionString, arguments);
            (result.ExitCode, result.Error.Trim()).ShouldBe((2, $"changelog: {sentence}"));
        }

        await ShouldRefuseAsync("--from is later than --to.", "diff", "orders", "--from", "now", "--to", "1h");
        await ShouldRefuseAsync(
            "--at soon: that is not a time, such as 1h, yesterday, 2026-11-30 or 2026-11-30T14:00Z.",
            "show", "orders", "1", "--at", "soon");
        await ShouldRefuseAsync(
            "public.heap has no key: which of its rows a change is of, the log cannot say. All its changes: changelog "
                + "changes --table public.heap",
            "diff", "heap", "--from", "1h");
        await _database.ExecuteAsync("drop table orders");
        await ShouldRefuseAsync(
            "public.orders no longer exists: name the record too.", "diff", "orders", "--from", "1h");
    }

    private Task<string> MomentAsync() =>
        _database.ScalarAsync<string>(
            "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");

    private async Task<string> OkAsync(params string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(_database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
