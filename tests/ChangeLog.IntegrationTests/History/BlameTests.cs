using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>logs.blame: since when, by whom and why each value of a record is what it is.</summary>
public sealed class BlameTests : IAsyncLifetime
{
    // a change is told by its reason, which is that of no other
    private const string Blame = /* language=sql */
        """
        select
            b.column_name, b.value, b.action, b.reason,
            (select t.context ->> 'reason' from logs.transaction t where t.logged_at = b.before)
        from logs.blame($1, $2) b
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.orders (
                status text, id integer primary key, total numeric(9, 2), body jsonb, note text, kind text default 'k')
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Each_value_names_the_last_change_that_set_it_wherever_the_handler_is()
    {
        string[] expected =
        [
            """status|"paid"|update|again|∅""",
            "id|1|create|made|∅",
            "total|2.00|update|priced|∅",
            """body|{"a": [1]}|update|priced|∅""",
            "note|null|update|emptied|∅",
            """kind|"k"|create|made|∅""",
        ];
        await DoAsync("made", "insert into public.orders values ('new', 1, 1.5, '{}', 'n')");
        await DoAsync("sent", "update public.orders set status = 'sent'");
        await _database.DeriveAsync();
        await DoAsync("priced", "update public.orders set total = 2, body = '{\"a\": [1]}'");
        await DoAsync("emptied", "update public.orders set note = null, status = 'open'");
        await DoAsync("again", "update public.orders set status = 'paid'; insert into public.orders values ('x', 2)");

        (await BlameAsync("orders", "1")).ShouldBe(expected);
        await _database.DeriveAsync();
        (await BlameAsync("orders", "1")).ShouldBe(expected);
        await _database.ExecuteAsync(
            """
            select changelog.write_dead_letter('enrich', 'change', d.position, d.logged_at, 'no', 'P0001', 'P0001', 1,
                now())
            from logs.change_details d
            where d.changed_columns is not null;
            delete from logs.change_details where changed_columns is not null
            """);
        (await BlameAsync("orders", "1")).ShouldBe(expected);
    }

    [Fact]
    public async Task What_a_former_key_had_stays_with_who_set_it_and_the_former_key_says_what_became_of_it()
    {
        await DoAsync("made", "insert into public.orders (id, status, note) values (1, 'new', 'n')");
        await DoAsync("sent", "update public.orders set status = 'sent'");
        await DoAsync("moved", "update public.orders set id = 2, note = 'm'");
        await DoAsync("back", "update public.orders set id = 3 where id = 2");
        await DoAsync("total", "update public.orders set total = 3");
        string[] last =
        [
            """status|"sent"|update|sent|∅""",
            "id|3|update|back|∅",
            "total|3.00|update|total|∅",
            "body|null|create|made|∅",
            """note|"m"|update|moved|∅""",
            """kind|"k"|create|made|∅""",
        ];

        foreach (var handle in new[] { () => Task.CompletedTask, () => _database.DeriveAsync() })
        {
            await handle();
            (await BlameAsync("orders", "3")).ShouldBe(last);
            (await BlameAsync("orders", "2")).ShouldBe(
            [
                """∅|"3"|update|back|∅""", last[0], "id|2|update|moved|∅", "total|null|create|made|∅", .. last[3..],
            ]);
            (await BlameAsync("orders", "1"))[..3].ShouldBe(
                ["""∅|"2"|update|moved|∅""", last[0], "id|1|create|made|∅"]);
        }

        // another record that takes the key has nothing of it
        await DoAsync("taken", "insert into public.orders (id, status) values (1, 'new')");
        (await BlameAsync("orders", "1"))[..2].ShouldBe(["""status|"new"|create|taken|∅""", "id|1|create|taken|∅"]);
        (await BlameAsync("orders", "3")).ShouldBe(last);
    }

    [Fact]
    public async Task A_deleted_record_says_so_and_one_made_again_has_nothing_of_the_first()
    {
        await DoAsync("made", "insert into public.orders (id, status) values (1, 'new'), (2, 'new')");
        await DoAsync("sent", "update public.orders set status = 'sent'");
        await DoAsync("gone", "delete from public.orders where id = 1");
        string[] gone =
            ["∅|∅|delete|gone|∅", """status|"sent"|update|sent|∅""", "id|1|create|made|∅", "total|null|create|made|∅"];

        (await BlameAsync("orders", "1"))[..4].ShouldBe(gone);
        await _database.DeriveAsync();
        (await BlameAsync("orders", "1"))[..4].ShouldBe(gone);
        (await BlameAsync("orders", "2"))[0].ShouldBe(gone[1]);

        await DoAsync("again", "insert into public.orders (id, status) values (1, 'sent')");
        (await BlameAsync("orders", "1"))[..2].ShouldBe(["""status|"sent"|create|again|∅""", "id|1|create|again|∅"]);

        // made again while it was not captured
        await DoAsync("gone again", "delete from public.orders where id = 1");
        await UncapturedAsync("insert into public.orders (id, status) values (1, 'sent')");
        await DoAsync("noted", "update public.orders set note = 'n' where id = 1");
        (await BlameAsync("orders", "1")).ShouldBe(
        [
            """status|"sent"|∅|∅|noted""",
            "id|1|∅|∅|noted",
            "total|null|∅|∅|noted",
            "body|null|∅|∅|noted",
            """note|"n"|update|noted|∅""",
            """kind|"k"|∅|∅|noted""",
        ]);
    }

    [Fact]
    public async Task A_truncate_ends_a_record_and_that_of_a_partition_only_what_was_in_it()
    {
        await _database.ExecuteAsync(
            """
            create table public.days (id integer primary key, note text) partition by range (id);
            create table public.days_1 partition of public.days for values from (0) to (10);
            create table public.days_2 partition of public.days for values from (10) to (20);
            """);
        await DoAsync(
            "made", "insert into public.days values (1, 'a'), (11, 'b'); insert into public.orders values ('a', 1)");
        await DoAsync("emptied", "truncate public.days_1, public.orders");
        await DoAsync("later", "truncate public.orders");

        foreach (var handle in new[] { () => Task.CompletedTask, () => _database.DeriveAsync() })
        {
            await handle();
            (await BlameAsync("orders", "1"))[0].ShouldBe("∅|∅|truncate|emptied|∅");
            (await BlameAsync("days", "1")).ShouldBe(
                ["∅|∅|truncate|emptied|∅", "id|1|create|made|∅", """note|"a"|create|made|∅"""]);
            (await BlameAsync("days_2", "11")).ShouldBe(["id|11|create|made|∅", """note|"b"|create|made|∅"""]);
        }
    }

    [Fact]
    public async Task What_was_set_before_the_first_change_that_is_logged_is_not_known_nor_what_a_gap_hides()
    {
        await UncapturedAsync("insert into public.orders values ('new', 1, 1, '{}', 'n'), ('new', 2, 1, '{}', 'n')");
        (await BlameAsync("orders", "1")).ShouldBeEmpty();
        await DoAsync("sent", "update public.orders set status = 'sent' where id = 1");
        await DoAsync("gone", "delete from public.orders where id = 2");
        (await BlameAsync("orders", "2"))[..3].ShouldBe(
            ["∅|∅|delete|gone|∅", """status|"new"|∅|∅|gone""", "id|2|∅|∅|gone"]);

        // the total changes twice unseen, the note too, the status becomes what it was
        await UncapturedAsync("update public.orders set total = 2, note = 'x', status = 'sent'");
        await DoAsync("typed", "update public.orders set body = '[]'");
        await UncapturedAsync("update public.orders set total = 3");
        await DoAsync("kept", "update public.orders set kind = 'q'");
        await DoAsync("paid", "update public.orders set kind = 'z'");
        string[] expected =
        [
            """status|"sent"|update|sent|∅""",
            "id|1|∅|∅|sent",
            "total|3.00|∅|∅|kept",
            "body|[]|update|typed|∅",
            """note|"x"|∅|∅|typed""",
            """kind|"z"|update|paid|∅""",
        ];

        (await BlameAsync("orders", "1")).ShouldBe(expected);
        await _database.DeriveAsync();
        (await BlameAsync("orders", "1")).ShouldBe(expected);
        await UncapturedAsync("delete from public.orders");
        (await BlameAsync("orders", "1")).ShouldBe(["∅|∅|∅|∅|∅", .. expected]);
    }

    [Fact]
    public async Task A_snapshot_says_what_a_value_is_and_not_since_when()
    {
        await UncapturedAsync("insert into public.orders (id, status) values (1, 'new')");
        await DoAsync(
            "snapshot",
            """
            insert into public.orders (id) values (9);
            insert into logs.change
            select
                nextval('lib_event.position'), c.xid, c.logged_at, c.table_oid, 'S', c.table_schema, c.table_name, '1',
                (select to_jsonb(o) from public.orders o where o.id = 1)
            from logs.change c
            """);
        await DoAsync("sent", "update public.orders set status = 'sent' where id = 1");

        await _database.DeriveAsync();

        (await BlameAsync("orders", "1"))[..3].ShouldBe(
            ["""status|"sent"|update|sent|∅""", "id|1|∅|∅|snapshot", "total|null|∅|∅|snapshot"]);
    }

    [Fact]
    public async Task Columns_stand_as_in_the_table_and_dropped_ones_behind_them_by_name()
    {
        await DoAsync("made", "insert into public.orders values ('new', 1, 1, '{}', 'n')");
        await _database.ExecuteAsync(
            """
            alter table public.orders drop column status, add column "Odd name" integer default 7;
            alter table public.orders rename column note to remark
            """);

        (await BlameAsync("orders", "1")).ShouldBe(
        [
            "id|1|create|made|∅", "total|1.00|create|made|∅", "body|{}|create|made|∅", "remark|∅|∅|∅|∅",
            """kind|"k"|create|made|∅""", "Odd name|∅|∅|∅|∅",
            """note|"n"|create|made|∅""", """status|"new"|create|made|∅""",
        ]);
        await DoAsync("priced", "update public.orders set total = 2");
        (await BlameAsync("orders", "1")).ShouldBe(
        [
            "id|1|create|made|∅", "total|2.00|update|priced|∅", "body|{}|create|made|∅", """remark|"n"|∅|∅|priced""",
            """kind|"k"|create|made|∅""", "Odd name|7|∅|∅|priced",
        ]);
        await _database.ExecuteAsync("drop table public.orders");
        (await BlameAsync("orders", "1")).ShouldBe(
        [
            "Odd name|7|∅|∅|priced", "body|{}|create|made|∅", "id|1|create|made|∅", """kind|"k"|create|made|∅""",
            """remark|"n"|∅|∅|priced""", "total|2.00|update|priced|∅",
        ]);
    }

    [Fact]
    public async Task A_table_goes_by_each_name_it_had_and_a_record_by_each_way_to_write_its_key()
    {
        await _database.ExecuteAsync(
            """
            create schema sales;
            create table sales."Order lines" (id uuid, nr integer, primary key (id, nr));
            """);
        await DoAsync("made", "insert into public.orders (id) values (7)");
        await DoAsync("line", "insert into sales.\"Order lines\" values ('aaaaaaaa-0000-0000-0000-000000000000', 1)");
        await _database.DeriveAsync();
        await _database.ExecuteAsync("alter table public.orders rename to purchases");

        foreach (var (table, record, column) in new[]
        {
            ("purchases", "7", "id|7|create|made|∅"), ("public.purchases", "007", "id|7|create|made|∅"),
            ("orders", "7", "id|7|create|made|∅"), ("public.orders", "7", "id|7|create|made|∅"),
            ("sales.\"Order lines\"", "[\"AAAAAAAA-0000-0000-0000-000000000000\",1]", "nr|1|create|line|∅"),
        })
        {
            (await BlameAsync(table, record)).ShouldContain(column, $"{table} {record}");
        }

        (await _database.ScalarAsync<long>("select count(*) from logs.blame('purchases'::regclass, '7')")).ShouldBe(6);
        (await BlameAsync("purchases", "8")).ShouldBeEmpty();

        // a name that several had means the last of them
        await _database.ExecuteAsync("create table public.orders (id integer primary key)");
        await DoAsync("second", "insert into public.orders values (7)");
        await _database.ExecuteAsync("alter table public.orders rename to requests");
        (await BlameAsync("orders", "7")).ShouldBe(["id|7|create|second|∅"]);
        (await Should.ThrowAsync<PostgresException>(() => BlameAsync("order", "1"))).MessageText.ShouldBe(
            "there is no table order, and the log has none of that name");
    }

    [Fact]
    public async Task What_is_redacted_stays_so_and_shows_who_changed_it()
    {
        await _database.ExecuteAsync("create table public.accounts (id int primary key, password text, body jsonb)");
        await DoAsync("made", """insert into public.accounts values (1, 'one', '{"token": "raw", "n": 1}')""");
        await DoAsync("reset", "update public.accounts set password = 'two'");

        (await BlameAsync("accounts", "1")).ShouldBe(
        [
            "id|1|create|made|∅", """password|"[redacted]"|update|reset|∅""",
            """body|{"n": 1, "token": "[redacted]"}|create|made|∅""",
        ]);

        // the key that the log has is in no table, and the record there all the same
        await _database.ExecuteAsync("create table public.keys (token text primary key, n integer)");
        await DoAsync("first", "insert into public.keys values ('one', 1)");
        var key = await _database.ScalarAsync<string>("select record_id from logs.change where table_name = 'keys'");
        key.ShouldNotBe("one");
        (await BlameAsync("keys", key)).ShouldBe(["""token|"[redacted]"|create|first|∅""", "n|1|create|first|∅"]);
    }

    [Fact]
    public async Task Whatever_happens_to_a_record_each_value_names_the_change_that_set_it()
    {
        var random = new Random(7);
        var rows = new Dictionary<int, Dictionary<string, string>>();
        for (var turn = 0; turn < 200; turn++)
        {
            var reason = $"r{turn}";
            var id = random.Next(5);
            var column = new[] { "status", "total", "note" }[random.Next(3)];
            if (!rows.TryGetValue(id, out var row))
            {
                rows[id] = new() { ["id"] = reason, ["status"] = reason, ["total"] = reason, ["note"] = reason };
                await DoAsync(reason, $"insert into public.orders (id) values ({id})");
            }
            else if (random.Next(6) == 0)
            {
                rows.Remove(id);
                await DoAsync(reason, $"delete from public.orders where id = {id}");
            }
            else if (random.Next(4) == 0 && Enumerable.Range(0, 5).FirstOrDefault(
                key => !rows.ContainsKey(key), id) is var free && free != id)
            {
                rows.Remove(id);
                rows[free] = row;
                (row["id"], row[column]) = (reason, reason);
                await DoAsync(
                    reason, $"update public.orders set id = {free}, {column} = '{turn}' where id = {id}");
            }
            else
            {
                row[column] = reason;
                await DoAsync(reason, $"update public.orders set {column} = '{turn}' where id = {id}");
            }

            if (turn is 60 or 130)
            {
                await _database.DeriveAsync();
            }

            (await _database.LinesAsync(
                """
                select o.id, b.column_name, b.reason
                from public.orders o
                cross join logs.blame('orders', o.id::text) b
                where b.column_name in ('id', 'status', 'total', 'note')
                """)).ShouldBe(
                rows.SelectMany(known => known.Value.Select(value => $"{known.Key}|{value.Key}|{value.Value}")),
                ignoreOrder: true);
        }

        (await _database.ScalarAsync<long>("select count(*) from logs.change where previous_data ? 'id'"))
            .ShouldBeGreaterThan(10);
    }

    private async Task DoAsync(string reason, string sql) =>
        await _database.ExecuteAsync(
            $$"""begin; select changelog.set_context('{"reason": "{{reason}}"}'); {{sql}}; commit""");

    private async Task UncapturedAsync(string sql)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync($"begin; set local session_replication_role = replica; {sql}; commit");
    }

    private async Task<string[]> BlameAsync(string table, string record) =>
        [.. await _database.LinesAsync(Blame, table, record)];
}
