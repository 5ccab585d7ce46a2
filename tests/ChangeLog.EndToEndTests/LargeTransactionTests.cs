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
        Environment.GetEnvironmentVariable("CHANGELOG_LARGE_TRANSACTION_ROWS") ?? "50000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task It_is_handled_in_bounded_memory_and_in_transactions_of_a_page()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.item (id integer primary key, note text not null)");
        await using var worker = ChangeLogProgram.Start(database.ConnectionString, ["run"]);
        await database.WaitUntilAsync("select count(*) = 3 from changelog.cursor where stream = 'changes'");
        await database.ExecuteAsync(
            $"insert into public.item select g, repeat('x', 100) from generate_series(1, {Rows}) g");

        var peak = 0L;
        var seen = new HashSet<long>();
        await Eventually.TrueAsync(
            "all handlers have handled it all",
            async () =>
            {
                peak = Math.Max(peak, worker.PeakResidentBytes!.Value);
                seen.Add(await database.ScalarAsync<long>("select handled from changelog.cursor where handler = 'enrich'"));
                return await database.ScalarAsync<bool>($"select bool_and(handled = {Rows}) from changelog.cursor where stream = 'changes'");
            },
            TimeSpan.FromMinutes(10));

        seen.ShouldAllBe(handled => handled % PageSize == 0 || handled == Rows);
        seen.Count.ShouldBeGreaterThan(2, "it was never seen in the middle of it");
        peak.ShouldBeLessThan(MostMemory);
        (await database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(Rows);
    }
}
