using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

public sealed class PartitionTests
{
    private const string Refusal =
        """
        create function public.refuse() returns event_trigger language plpgsql
        as $$ begin raise insufficient_privilege; end $$;
        create event trigger refuse on ddl_command_start when tag in ('CREATE TABLE') execute function public.refuse();
        """;

    [Fact]
    public async Task An_install_makes_three_months_to_come_for_the_four_tables_with_bounds_in_utc()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync($"alter database {database.Name} set timezone = 'Pacific/Auckland'");
        var report = await database.DataSource.InstallAsync();
        report.Partitions.Count.ShouldBe(4 * 4);
        (await database.LinesAsync(
            """
            set timezone = 'UTC';
            select pg_get_expr(relpartbound, oid)
            from pg_class
            where oid = format('logs.change_%s', to_char(now() at time zone 'UTC', 'YYYY_MM'))::regclass
            """)).ShouldBe(await database.LinesAsync(
            """
            select format('FOR VALUES FROM (''%s 00:00:00+00'') TO (''%s 00:00:00+00'')',
                date_trunc('month', now() at time zone 'UTC')::date,
                (date_trunc('month', now() at time zone 'UTC') + interval '1 month')::date)
            """));
    }

    [Fact]
    public async Task An_install_makes_the_months_that_the_setting_says()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var report = await new SchemaInstaller(database.DataSource, TimeProvider.System, monthsAhead: 1)
            .InstallAsync(Installs.Defaults, TestContext.Current.CancellationToken);
        report.Partitions.Count.ShouldBe(4 * 2);
        SchemaInstaller.PrintSql(monthsAhead: 1).ShouldContain("from changelog.make_partitions(1);");
    }

    [Fact]
    public async Task More_months_are_made_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        (await database.LinesAsync("select made, reason from changelog.make_partitions(4)")).ShouldBe(
            ["t|∅", "t|∅", "t|∅", "t|∅"]);
        (await database.LinesAsync("select made from changelog.make_partitions(4)")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_ends_makes_what_is_missing_first_and_handles_all_where_it_may_not(bool mayMake)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id integer primary key)");
        await database.ExecuteAsync(
            $"""
            do $$ begin
                execute format('drop table logs.change_%s', to_char((now() at time zone 'UTC') + interval '1 month',
                    'YYYY_MM'));
            end $$;
            {(mayMake ? "" : Refusal)}
            insert into public.item values (1)
            """);
        var services = new ServiceCollection().AddLogging();
        services.AddChangeLog(new ConfigurationBuilder()
            .AddInMemoryCollection(
            [
                KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)database.ConnectionString),
                KeyValuePair.Create("ChangeLog:InstallOnStart", (string?)"false"),
            ])
            .Build());
        await using var worker = services.BuildServiceProvider();

        await worker.RunChangeLogOnceAsync(TestContext.Current.CancellationToken);

        (await database.LinesAsync("select count(*) from logs.change_details")).ShouldBe(["1"]);
        (await database.LinesAsync(
            "select count(*) from pg_class where relname like 'change_20%' and relkind = 'r' and relispartition"))
            .ShouldBe([mayMake ? "4" : "3"]);
    }

    [Fact]
    public async Task A_month_that_the_default_partition_holds_rows_of_is_reported_not_failed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            """
            insert into logs.change_details (position, logged_at, table_oid, action, installation)
            values (1, date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + interval '4 months 1 day', 1,
                'create', 1)
            """);
        (await database.LinesAsync(
            "select partition_name like 'change_details_20%', reason from changelog.make_partitions(4) where not made"))
            .ShouldBe(["t|logs.change_details_default already holds rows of this month"]);
        (await database.LinesAsync(
            "select count(*) from pg_class where relname like 'change_details_20%' and relkind = 'r'"))
            .ShouldBe(["4"]);
    }

    [Fact]
    public async Task Partitions_are_made_while_writers_write()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await using var writer = await database.OpenConnectionAsync();
        await writer.ExecuteAsync("begin");
        await writer.ExecuteAsync(
            "insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name) "
            + "values (1, '1', now(), 1, 'I', 's', 't')");
        (await database.LinesAsync("select made from changelog.make_partitions(5)")).Count.ShouldBe(8);
        await writer.ExecuteAsync("rollback");
    }

    [Fact]
    public async Task Every_partition_has_the_guards_against_truncate_of_its_root()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            """
            create function changelog.test_guard() returns trigger language plpgsql as $$
            begin
                raise exception 'guarded';
            end $$;
            create trigger test_guard before truncate on logs.change_links
            for each statement execute function changelog.test_guard();
            select changelog.make_partitions(4)
            """);
        (await database.ScalarAsync<long>("select count(*) from pg_trigger where tgname = 'test_guard'")).ShouldBe(7);
        (await database.LinesAsync(
            "select partition_name from changelog.make_partitions(4)")).ShouldBeEmpty();
    }
}
