using ChangeLog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ShopHandlers;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>The program and the settings of docs/adding-a-handler.md, run as their reader would.</summary>
public sealed class ShopHandlersTests : IAsyncLifetime
{
    private const string Derived = "shop.order_status,shop.feed,shop.sales_by_day,shop.best_day";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateEmptyAsync();
        await _database.ExecuteAsync(
            await File.ReadAllTextAsync(Sample("shop.sql"), TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_host_program_with_handlers_of_its_own_installs_works_and_stops()
    {
        await using (var program = StartProgram())
        {
            await _database.WaitUntilAsync("select to_regclass('changelog.cursor') is not null");
            await _database.WaitUntilAsync("select count(*) = 7 from changelog.cursor");
            await WorkAsync();
            await _database.WaitUntilAsync("select count(*) = 2 from shop.order_status");
            await _database.WaitUntilAsync("select count(*) = 2 from shop.feed");
            await program.WaitForOutputAsync("To zoe@example.com: Welcome to the shop");
            await program.SignalAsync("TERM");
            var result = await program.WaitForExitAsync();
            result.ExitCode.ShouldBe(0);
            result.Output.ShouldNotContain("Npgsql", Case.Sensitive, "a host logs what is information by default");
        }

        await AssertDerivedAsync();
        (await _database.LinesAsync("select handler, stream from changelog.cursor order by handler")).ShouldBe(
            [
                "activity|events", "enrich|changes", "index|changes", "link_cleanup|changes", "shop.feed|both",
                "shop.order_status|changes", "shop.welcome_mail|events",
            ]);
    }

    [Fact]
    public async Task A_handler_is_tested_without_a_host()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:ChangeLog"] = _database.ConnectionString,
                ["ChangeLog:NonLoggedTables"] = Derived,
            })
            .Build();
        (await ChangeLogProgram.RunAsync(_database.ConnectionString, "install")).ExitCode.ShouldBe(0);
        await WorkAsync();

        var services = new ServiceCollection();
        services.AddChangeLog(configuration).AddHandler<OrderStatusHandler>();
        await using var provider = services.BuildServiceProvider();
        await provider.RunChangeLogOnceAsync(TestContext.Current.CancellationToken);

        await AssertStatusAsync();
        await provider.RunChangeLogOnceAsync(TestContext.Current.CancellationToken);
        await AssertStatusAsync();
    }

    [Fact]
    public async Task A_sql_file_is_a_handler()
    {
        (await ChangeLogProgram.RunAsync(
            _database.ConnectionString, "install", "--config", Sample("shop.json"))).ExitCode.ShouldBe(0);
        await WorkAsync();
        await _database.ExecuteAsync("insert into shop.orders values (8, 1, 'new', 30)");
        for (var times = 0; times < 2; times++)
        {
            var run = await ChangeLogProgram.RunAsync(
                _database.ConnectionString, "run", "--once", "--config", Sample("shop.json"));
            run.ExitCode.ShouldBe(0, run.Error);

            (await _database.LinesAsync("select sum(orders), sum(total) from shop.sales_by_day")).ShouldBe(["2|40.50"]);
            (await _database.LinesAsync(
                """
                select b.day = (c.logged_at at time zone 'UTC')::date
                from shop.best_day b
                join logs.change c on c.table_name = 'orders' and c.record_id = '8'
                """)).ShouldBe(["t"]);
        }
    }

    private static string Sample(string file)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChangeLog.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "samples", "ShopHandlers", file);
    }

    private RunningProgram StartProgram() => RunningProgram.Start(
        Path.Combine(AppContext.BaseDirectory, "ShopHandlers"),
        [],
        new Dictionary<string, string?>
        {
            ["ConnectionStrings__ChangeLog"] = _database.ConnectionString,
            ["NON_LOGGED_TABLES"] = Derived,
        });

    private Task<int> WorkAsync() => _database.ExecuteAsync(
        """
        begin;
        select changelog.set_context('{"actor_id": "anna"}');
        insert into shop.customers (name) values ('Zoë');
        select lib_event.create('shop.customer.signed_up', '{"email": "zoe@example.com"}', partition_key => '1');
        insert into shop.orders values (7, 1, 'new', 10.50);
        commit;
        update shop.orders set total = 11;
        update shop.orders set status = 'paid', total = 10.50;
        """);

    private async Task AssertDerivedAsync()
    {
        await AssertStatusAsync();
        (await _database.LinesAsync("select line from shop.feed order by nth"))
            .ShouldBe(["customer 1: Insert", "customer 1: shop.customer.signed_up"]);
    }

    private async Task AssertStatusAsync() =>
        (await _database.LinesAsync(
            "select order_id, status_before, status, actor_id from shop.order_status order by since"))
            .ShouldBe(["7|∅|new|anna", "7|new|paid|∅"]);
}
