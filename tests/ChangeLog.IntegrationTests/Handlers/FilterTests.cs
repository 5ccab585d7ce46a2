using ChangeLog.Dispatching;
using ChangeLog.Handlers;
using ChangeLog.Handlers.SqlFiles;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>What a filter lets pass, and what a SQL handler is handed of it.</summary>
public sealed class FilterTests : IAsyncLifetime
{
    private const string KeepSeen =
        """
        create temporary table page on commit drop as
        select c.position, format('%s.%s %s', c.table_schema, c.table_name, c.op) as what
        from logs.page_changes(@changes, @logged_from, @logged_until) c
        union all
        select e.position, e.event_type
        from lib_event.page_events(@events) e;

        insert into public.seen (what)
        select p.what
        from page p
        order by p.position;
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (nth bigint generated always as identity primary key, what text not null);
            create schema shop;
            create table shop.orders (id integer primary key, n integer);
            create table shop.order_line (id integer primary key, n integer);
            create table shop.orderxline (id integer primary key, n integer);
            create table public.orders (id integer primary key, n integer)
            """);
        // what the install itself has said lies before
        await _database.ExecuteAsync("select changelog.register_handler('test', 'both', true)");
        await _database.ExecuteAsync(
            """
            insert into shop.orders values (1, 1);
            insert into shop.order_line values (1, 1);
            select lib_event.create('iam.user.created');
            select lib_event.create('iam_user');
            insert into shop.orderxline values (1, 1);
            insert into public.orders values (1, 1);
            update shop.orders set n = 2;
            delete from shop.orders;
            select lib_event.create('crm.iam.x');
            truncate shop.order_line
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(
        "", "", "",
        new[]
        {
            "shop.orders I", "shop.order_line I", "iam.user.created", "iam_user",
            "shop.orderxline I", "public.orders I",
            "shop.orders U", "shop.orders D", "crm.iam.x", "shop.order_line T",
        })]
    [InlineData("shop.order_line", "", "none", new[] { "shop.order_line I", "shop.order_line T" })]
    [InlineData("orders", "", "none", new[] { "public.orders I" })]
    [InlineData(
        "shop.order*, orders", "Insert", "none",
        new[] { "shop.orders I", "shop.order_line I", "shop.orderxline I", "public.orders I" })]
    [InlineData("*.orders", "Update,Delete", "none", new[] { "shop.orders U", "shop.orders D" })]
    [InlineData("", "Truncate", "crm.*", new[] { "crm.iam.x", "shop.order_line T" })]
    [InlineData("nothing.*", "", "iam.*", new[] { "iam.user.created" })]
    [InlineData("nothing.*", "", "*iam*", new[] { "iam.user.created", "iam_user", "crm.iam.x" })]
    [InlineData("nothing.*", "", "IAM.*", new string[0])]
    public async Task A_handler_is_handed_what_its_filter_lets_pass(
        string tables, string operations, string eventTypes, string[] seen)
    {
        var filter = new HandlerFilter
        {
            Tables = Split(tables),
            Operations = [.. Split(operations).Select(Enum.Parse<Operation>)],
            EventTypes = Split(eventTypes),
        };
        await using var worker = await StartAsync(
            new SqlHandler("test", Streams.Both, filter, false, KeepSeen), pageSize: 100);

        await worker.DrainAsync();

        (await SeenAsync()).ShouldBe(seen);
        (await _database.LinesAsync("select handled, behind from changelog.handler_status")).ShouldBe(["10|0"]);
    }

    [Fact]
    public async Task A_page_of_which_nothing_passes_costs_the_handler_no_call()
    {
        var filter = new HandlerFilter { Tables = ["orders"] };
        var handler = new CountingHandler(filter);
        await using var worker = await StartAsync(handler, pageSize: 1);

        var pages = 0;
        while (await worker.TryPageAsync() != PageOutcome.Idle)
        {
            pages++;
        }

        (handler.Counts, pages).ShouldSatisfyAllConditions(
            seen => seen.Item1.ShouldBe([1]),
            seen => seen.pages.ShouldBeGreaterThanOrEqualTo(7));
    }

    [Fact]
    public async Task A_handler_from_now_leaves_the_past_alone_and_later_goes_on_where_it_was()
    {
        var handler = new SqlHandler("later", Streams.Both, HandlerFilter.Everything, true, KeepSeen);
        await using (var worker = await StartAsync(handler, pageSize: 100))
        {
            await _database.ExecuteAsync("insert into public.orders values (2)");
            await worker.DrainAsync();
            await _database.ExecuteAsync("insert into shop.orders values (2)");
        }

        await using var later = await StartAsync(handler, pageSize: 100);
        await later.DrainAsync();

        (await SeenAsync()).ShouldBe(["public.orders I", "shop.orders I"]);
    }

    private async Task<Worker> StartAsync(IHandler handler, int pageSize)
    {
        var worker = new Worker(_database.DataSource, pageSize, 1000, handler);
        await worker.RegisterAsync();
        return worker;
    }

    private Task<IReadOnlyList<string>> SeenAsync() =>
        _database.LinesAsync("select what from public.seen order by nth");

    private static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class CountingHandler(HandlerFilter filter) : IHandler
    {
        public string Name => "count";

        public Streams Reads => Streams.Changes;

        public HandlerFilter Filter => filter;

        public List<int> Counts { get; } = [];

        public Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            Counts.Add(page.Count);
            return Task.CompletedTask;
        }
    }
}
