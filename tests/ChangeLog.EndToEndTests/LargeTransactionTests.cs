using System.Globalization;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>A transaction of very many rows. CHANGELOG_LARGE_TRANSACTION_ROWS makes it a million.</summary>
public sealed class LargeTransactionTests
{
    private const long MostMemory = 200 * 1024 * 1024;
    private const int PageSize = 2000;

    private static readonly int Rows = int.Parse(
        Environment.GetEnvironmentVariable("CHANGELOG_LARGE_TRANSACTION_ROWS") ?? "50000",
        CultureInfo.InvariantCulture);

    [Fact]
    public async Task It_is_handled_in_bounded_memory_and_in_transactions_of_a_page()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.page', 'public', 'page');
            create table public.item (id integer primary key, note text not null);
            create table public.page (xid xid8, size bigint);
            create function public.note_page() returns trigger language plpgsql as $$
            begin
                insert into public.page select pg_current_xact_id(), count(*) from added;
                return null;
            end $$;
            create trigger note_page after insert on logs.change_details
                referencing new table as added for each statement execute function public.note_page()
            """);
        await using var worker = ChangeLogProgram.Start(database.ConnectionString, ["run"]);
        await database.WaitUntilAsync("select count(*) = 3 from changelog.cursor where stream = 'changes'");
        await database.ExecuteAsync(
            $"insert into public.item select g, repeat('x', 100) from generate_series(1, {Rows}) g");

        var peak = 0L;
        await Eventually.TrueAsync(
            "all handlers have handled it all",
            async () =>
            {
                peak = Math.Max(peak, worker.PeakResidentBytes!.Value);
                return await database.ScalarAsync<bool>(
                    $"select bool_and(handled = {Rows}) from changelog.cursor where stream = 'changes'");
            },
            TimeSpan.FromMinutes(10));

        (await database.LinesAsync(
            "select count(*), count(distinct xid), max(size), sum(size) from public.page where size > 0"))
            .ShouldBe([$"{Rows / PageSize}|{Rows / PageSize}|{PageSize}|{Rows}"]);
        peak.ShouldBeLessThan(MostMemory);
        (await database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(Rows);
    }
}
