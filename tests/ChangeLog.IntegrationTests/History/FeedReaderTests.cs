using System.Data;
using ChangeLog.History;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>Each filter of the feed, wherever the handlers are.</summary>
public sealed class FeedReaderTests : IAsyncLifetime
{
    private const string Uuid = "11111111-2222-4333-8444-555555555555";

    private static readonly string[] Everything =
    [
        "create orders 1", "create orders 2", $"create customers {Uuid}", "update orders 1", "soft_delete orders 2",
        "restore orders 2", "delete orders 1", "create stock.items [1, \"a\"]", "truncate stock.items -",
    ];

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create schema stock;
            create table public.orders (id integer primary key, status text, total numeric, deleted_at timestamptz);
            create table public.customers (id uuid primary key, name text);
            create table stock.items (shelf integer, sku text, primary key (shelf, sku))
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Each_filter_finds_what_matches_wherever_the_handlers_are()
    {
        await WriteAsync(0, 4);
        await AssertFiltersAsync(4);
        await _database.DeriveAsync();
        await AssertFiltersAsync(4);
        await WriteAsync(4, 5);
        await AssertFiltersAsync(9);
        await _database.DeriveAsync();
        await AssertFiltersAsync(9);
    }

    [Fact]
    public async Task Times_and_transactions_bound_what_is_found()
    {
        await WriteAsync(0, 9);
        await _database.DeriveAsync();
        var starts = (await ReadAsync(new() { Limit = 100 })).Changes.ToList();
        var middle = starts[3];

        (await LinesAsync(new() { Transaction = middle.EventId, Limit = 9 })).ShouldBe([Everything[3]]);
        (await LinesAsync(new() { Transaction = Guid.NewGuid(), Limit = 9 })).ShouldBeEmpty();
        (await LinesAsync(new() { Transaction = middle.EventId, Until = middle.LoggedAt, Limit = 9 })).ShouldBeEmpty();
        (await LinesAsync(new() { Since = middle.LoggedAt, Limit = 9 })).ShouldBe(Everything[3..]);
        (await LinesAsync(new() { Until = middle.LoggedAt, Limit = 9 })).ShouldBe(Everything[..3]);
        (await LinesAsync(new() { Since = middle.LoggedAt, Until = starts[5].LoggedAt, Limit = 9 })).ShouldBe(
            Everything[3..5]);
    }

    [Fact]
    public async Task The_newest_are_shown_and_that_there_are_older_ones()
    {
        await WriteAsync(0, 9);
        await _database.DeriveAsync();

        var some = await ReadAsync(new() { Limit = 2 });
        some.More.ShouldBeTrue();
        some.Changes.Select(Line).ShouldBe(Everything[7..]);
        (await ReadAsync(new() { Limit = 9 })).More.ShouldBeFalse();
    }

    [Fact]
    public async Task A_walk_goes_through_the_whole_log_once()
    {
        await WriteAsync(0, 1);
        await _database.ExecuteAsync("insert into public.orders select g, 'x' from generate_series(10, 4009) g");
        await _database.DeriveAsync();
        List<double> shares = [];

        var found = await ReadAsync(
            new() { Application = "tests", Values = [new("status", "new")], Limit = 5 }, new Collecting(shares));

        found.Changes.Select(Line).ShouldBe(Everything[..1]);
        shares.Count.ShouldBeGreaterThan(1);
        shares.ShouldBe(shares.Order());
        shares[^1].ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_renamed_or_dropped_table_is_found_with_all_that_it_was()
    {
        await WriteAsync(0, 2);
        await _database.DeriveAsync();
        await _database.ExecuteAsync("alter table public.orders rename to purchases");
        await _database.ExecuteAsync("update public.purchases set status = 'sent' where id = 1");

        string[] all = ["create orders 1", "create orders 2", "update purchases 1"];
        (await LinesAsync(new() { Tables = ["purchases"], Limit = 9 })).ShouldBe(all);
        (await LinesAsync(new() { Tables = ["purch*"], Limit = 9 })).ShouldBe(all);
        await _database.ExecuteAsync("alter table public.purchases drop column total");
        (await ReadAsync(new() { Tables = ["purchases"], Limit = 9 })).Changes.ShouldAllBe(
            change => string.Join(' ', change.TableColumns) == "id status deleted_at");
        await _database.ExecuteAsync("drop table public.purchases");
        (await LinesAsync(new() { Tables = ["purchases"], Limit = 9 })).ShouldBe(all);
        (await Should.ThrowAsync<RefusedException>(() => LinesAsync(new() { Tables = ["nothing*"], Limit = 9 })))
            .Message.ShouldBe(
                "No table that is or was captured matches nothing*. changelog status --all lists what there is.");
    }

    [Fact]
    public async Task What_enrich_has_given_up_on_is_found_too()
    {
        await WriteAsync(0, 2);
        await _database.DeriveAsync();
        await _database.ExecuteAsync(
            """
            select changelog.write_dead_letter('enrich', 'change', c.position, c.logged_at, 'no', 'P0001', 'P0001', 1,
                now())
            from logs.change c
            where c.record_id = '2';
            delete from logs.change_details d using logs.change c where c.position = d.position and c.record_id = '2'
            """);

        (await LinesAsync(new() { Limit = 9 })).ShouldBe(Everything[..2]);
        (await LinesAsync(new() { Actor = "ben", Limit = 9 })).ShouldBe([Everything[1]]);
    }

    [Fact]
    public async Task Another_clusters_oid_does_not_make_a_table_match()
    {
        await WriteAsync(0, 3);
        await _database.ExecuteAsync(
            """
            insert into changelog.coverage (table_oid, table_schema, table_name, captured, valid_from, valid_until)
            select 'public.customers'::regclass, 'public', 'other_cluster', true, now() - interval '2 days', now()
            """);

        (await LinesAsync(new() { Tables = ["other*"], Limit = 9 })).ShouldBeEmpty();
        (await LinesAsync(new() { Tables = ["cust*"], Limit = 9 })).ShouldBe([Everything[2]]);
    }

    // each in a transaction of its own, from one of the statements on
    private async Task WriteAsync(int from, int count)
    {
        string[] statements =
        [
            "insert into public.orders values (1, 'new', 10)",
            "insert into public.orders values (2, 'open', 20)",
            $"insert into public.customers values ('{Uuid}', 'Zoë')",
            "update public.orders set status = 'paid' where id = 1",
            "update public.orders set deleted_at = now() where id = 2",
            "update public.orders set deleted_at = null where id = 2",
            "delete from public.orders where id = 1",
            "insert into stock.items values (1, 'a')",
            "truncate stock.items",
        ];
        for (var i = from; i < from + count; i++)
        {
            var context = $$"""{"actor_id": "{{(i % 2 == 0 ? "anna" : "ben")}}", "request_id": "r-{{i / 2}}"}""";
            await _database.ExecuteAsync(
                $"begin; select changelog.set_context('{context}'); {statements[i]}; commit");
        }
    }

    private async Task AssertFiltersAsync(int written)
    {
        foreach (var (filter, expected) in new (FeedFilter, int[])[]
        {
            (new() { Limit = 99 }, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
            (new() { Tables = ["orders"], Limit = 99 }, [0, 1, 3, 4, 5, 6]),
            (new() { Tables = ["public.*"], Limit = 99 }, [0, 1, 2, 3, 4, 5, 6]),
            (new() { Tables = ["customers,stock.*"], Limit = 99 }, [2, 7, 8]),
            (new() { Tables = ["orders"], Record = "1", Limit = 99 }, [0, 3, 6]),
            (new() { Tables = ["orders,customers"], Record = "1", Limit = 99 }, [0, 3, 6]),
            (new() { Tables = ["stock.items"], Record = "[1,\"a\"]", Limit = 99 }, [7]),
            (new() { Record = Uuid.ToUpperInvariant(), Limit = 99 }, [2]),
            (new() { Record = "2", Limit = 99 }, [1, 4, 5]),
            (new() { Actor = "ben", Limit = 99 }, [1, 3, 5, 7]),
            (new() { Actor = "ben", Tables = ["orders"], Actions = ["update", "restore"], Limit = 99 }, [3, 5]),
            (new() { User = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Username, Limit = 99 },
                [0, 1, 2, 3, 4, 5, 6, 7, 8]),
            (new() { User = "nobody", Limit = 99 }, []),
            (new() { Application = "tests", Actions = ["create"], Limit = 99 }, [0, 1, 2, 7]),
            (new() { Application = "psql", Limit = 99 }, []),
            (new() { Request = "r-1", Limit = 99 }, [2, 3]),
            (new() { Actions = ["delete", "truncate"], Limit = 99 }, [6, 8]),
            (new() { Actions = ["soft_delete"], Limit = 99 }, [4]),
            (new() { Columns = ["deleted_at", "name"], Limit = 99 }, [4, 5]),
            (new() { Values = [new("status", "new")], Limit = 99 }, [0, 3]),
            (new() { Values = [new("status", "paid")], Limit = 99 }, [3, 6]),
            (new() { Values = [new("status", "paid"), new("total", "10")], Columns = ["status"], Limit = 99 }, [3]),
        })
        {
            (await LinesAsync(filter)).ShouldBe(
                expected.Where(i => i < written).Select(i => Everything[i]), $"{filter}");
        }
    }

    private static string Line(LoggedChange change)
    {
        var table = change.TableSchema == "public" ? change.TableName : change.Table;
        return $"{change.Action} {table} {change.RecordId ?? "-"}";
    }

    private async Task<IEnumerable<string>> LinesAsync(FeedFilter filter) =>
        (await ReadAsync(filter)).Changes.Select(Line);

    private async Task<Feed> ReadAsync(FeedFilter filter, IProgress<double>? progress = null)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        return await new FeedReader(connection).ReadAsync(filter, progress, Token);
    }

    private sealed class Collecting(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
