using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>The feed as people and scripts read it.</summary>
public sealed class ChangesVerbTests
{
    private const string Work =
        """
        create table orders (id integer primary key, status text, note text);
        begin;
        select changelog.set_context('{"actor_id": "anna", "reason": "by phone", "request_id": "r-2"}');
        insert into orders values (1, 'new', 'say "hi", twice');
        insert into orders values (2, 'new', null);
        commit;
        update orders set status = 'paid' where id = 1;
        """;

    [Fact]
    public async Task A_transaction_stands_together_with_who_and_why_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Work);
        var id = await database.ScalarAsync<Guid>("select event__id from logs.transaction where actor_id = 'anna'");
        var from = await database.ScalarAsync<string>(
            """
            select concat_ws(' · ', application_name, 'from ' || host(client_addr), 'request r-2')
            from logs.transaction
            where actor_id = 'anna'
            """);

        var text = await Ok(database, "changes", "--table", "orders", "--since", "1h");

        text.ShouldStartWith("3 changes · times are in ");
        text.ShouldContain(
            $"""
             · anna (as postgres)
                transaction {id}
                {from}
                because: by phone
            created public.orders 1
                id      1
                status  new
                note    say "hi", twice
            created public.orders 2
                id      2
                status  new

            """);
        text.ShouldContain("changed public.orders 1\n    status  new → paid\n");
        (await Ok(database, "changes", "--op", "delete")).ShouldBe("No change that is logged matches.\n");
        (await Ok(database, "changes", "--limit", "1")).ShouldStartWith(
            "the newest change that matches (--limit) · times are in ");
    }

    [Fact]
    public async Task Scripts_get_json_a_line_each_or_csv()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Work);

        using var json = JsonDocument.Parse(await Ok(database, "changes", "--json"));
        json.RootElement.GetProperty("changes").GetArrayLength().ShouldBe(3);
        json.RootElement.GetProperty("more").GetBoolean().ShouldBeFalse();
        var lines = (await Ok(database, "changes", "--ndjson", "--column", "status")).Trim().Split('\n');
        JsonDocument.Parse(lines.Single()).RootElement.GetProperty("previous_data").GetProperty("status").GetString()
            .ShouldBe("new");
        var cut = await ChangeLogProgram.RunAsync(database.ConnectionString, "changes", "--ndjson", "--limit", "2");
        cut.Output.Trim().Split('\n').Length.ShouldBe(2);
        cut.Error.ShouldBe("changelog: These are the newest 2 that match; --limit gives more.\n");
        var csv = (await Ok(database, "changes", "--csv", "--record", "1", "--op", "create")).Trim().Split('\n');
        csv[0].ShouldStartWith("position,logged_at,event__id,");
        csv.Length.ShouldBe(2);
        csv[1].ShouldContain(",orders,1,I,create,anna,");
        csv[1].ShouldContain(
            """
            "{""id"": 1, ""note"": ""say \""hi\"", twice"", ""status"": ""new""}"
            """);
    }

    [Fact]
    public async Task What_is_committed_is_followed_without_a_worker_until_ctrl_c()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Work);
        await using var following = ChangeLogProgram.Start(
            database.ConnectionString, ["changes", "--follow", "--ndjson", "--where", "status=paid"]);
        await following.WaitForOutputAsync("\"status\":\"paid\"");

        await database.ExecuteAsync("update orders set status = 'paid' where id = 2");
        await following.WaitForOutputAsync("\"record_id\":\"2\"");
        await following.SignalAsync("INT");
        var result = await following.WaitForExitAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.Trim().Split('\n').Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("--since 1y", "--since 1y: that is not a time, such as 1h, yesterday, 2026-11-30 or")]
    [InlineData("--where paid", "--where paid: that is not of the form column=value.")]
    [InlineData("--transaction 17", "--transaction 17: that is not an event__id, a UUID.")]
    [InlineData("--op drop", "drop")]
    [InlineData("--csv --json", "--json, --ndjson and --csv exclude one another.")]
    [InlineData("--follow --json", "--follow has no end")]
    public async Task What_was_typed_wrong_is_said(string typed, string sentence)
    {
        var result = await ChangeLogProgram.RunAsync("Host=/nowhere", ["changes", .. typed.Split(' ')]);

        (result.ExitCode, result.Output).ShouldBe((2, string.Empty), result.Error);
        result.Error.ShouldContain(sentence);
    }

    private static async Task<string> Ok(TestDatabase database, params string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output.ReplaceLineEndings("\n");
    }
}
