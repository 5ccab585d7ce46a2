using System.Text.Json;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>Who set each value of a row, as people and scripts read it.</summary>
public sealed partial class BlameVerbTests
{
    private const string Work =
        """
        create table orders (id integer primary key, status text, note text);
        create table order_line (order_id integer, line integer, sku text, primary key (order_id, line));
        begin;
        select changelog.set_context('{"actor_id": "anna", "reason": "by phone"}');
        insert into orders values (1, 'new', 'n');
        insert into order_line values (1, 1, 'a');
        commit;
        begin;
        select changelog.set_context('{"actor_id": "ben"}');
        update orders set status = 'paid', note = null;
        commit;
        """;

    [Fact]
    public async Task Each_column_stands_under_who_set_it_and_the_transaction_is_found_by_what_is_shown()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Work);

        var text = await Ok(database, "blame", "orders", "1");

        text.ShouldStartWith("public.orders 1 · 3 columns\ntimes are in ");
        Ids().Replace(Times().Replace(text, "TIME"), "ID").ShouldEndWith(
            """


            TIME · anna (as postgres) · created in ID
                because: by phone
                id      1
            TIME · ben (as postgres) · changed in ID
                status  paid
                note    null

            """);
        var shown = Ids().Matches(text).Select(id => id.Value).ToList();
        (await Ok(database, "transaction", shown[0])).ShouldContain("  actor          anna\n");
        (await Ok(database, "transaction", shown[1])).ShouldContain("  actor          ben\n");
        (await Ok(database, "blame", "order_line", "[1,1]")).ShouldContain("\n    sku       a\n");
        (await Ok(database, "blame", "order_line", "1")).ShouldContain("Its keys are JSON arrays of order_id, line:");
        (await Ok(database, "blame", "orders", "2")).ShouldContain(
            "No change of public.orders 2 is logged. The table has been captured since");
        await Ok(database, "run", "--once");
        (await Ok(database, "blame", "public.orders", "1")).ShouldBe(text);
        await database.ExecuteAsync("alter table orders rename to purchases");
        (await Ok(database, "blame", "orders", "1")).ShouldBe(
            text.Replace("public.orders", "public.purchases", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_row_says_so_and_scripts_get_json()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Work);
        await database.ExecuteAsync("delete from orders");

        (await Ok(database, "blame", "orders", "1")).ShouldStartWith(
            "public.orders 1 · deleted; these are its last values\n");
        using var json = JsonDocument.Parse(await Ok(database, "blame", "orders", "1", "--json"));
        var id = await database.ScalarAsync<Guid>("select event__id from logs.transaction where actor_id = 'ben'");
        var note = json.RootElement.GetProperty("columns")[2];
        note.GetProperty("name").GetString().ShouldBe("note");
        note.GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
        note.GetProperty("is_logged").GetBoolean().ShouldBeTrue();
        note.GetProperty("change").GetProperty("event__id").GetGuid().ShouldBe(id);
        note.GetProperty("change").GetProperty("actor_id").GetString().ShouldBe("ben");
        json.RootElement.GetProperty("end").GetProperty("change").GetProperty("action").GetString().ShouldBe("delete");
    }

    [Fact]
    public async Task An_id_is_found_by_its_beginning_unless_others_begin_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            select lib_event.create('shop.order.paid', event__id => '0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10');
            select lib_event.create('shop.order.sent', event__id => '0b6a6f0e-5f0d-4a38-9d36-3c1a4c9a1f10')
            """);

        (await Ok(database, "transaction", "0b6a6f0e-5f0d")).ShouldContain("shop.order.sent");
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "transaction", "0b6a6f0e")).ShouldBe(new(
            2, string.Empty, "changelog: 0b6a6f0e could be 0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10 or "
            + $"0b6a6f0e-5f0d-4a38-9d36-3c1a4c9a1f10. Write more of it.{Environment.NewLine}"));
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "transaction", "0b6a6f0f")).ShouldBe(new(
            1,
            string.Empty,
            $"changelog: No transaction and no event with the id 0b6a6f0f is logged here.{Environment.NewLine}"));
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2} [\d:.]{12}", RegexOptions.Multiline)]
    private static partial Regex Times();

    [GeneratedRegex("(?<= in )[0-9a-f]{8}-[0-9a-f]{4}")]
    private static partial Regex Ids();

    private static async Task<string> Ok(TestDatabase database, params string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output.ReplaceLineEndings("\n");
    }
}
