using System.Globalization;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using Npgsql;

namespace ChangeLog.IntegrationTests.TestSupport;

/// <summary>What a statement reads.</summary>
internal static partial class QueryPlans
{
    /// <summary>How many buffers a statement reads that has run before.</summary>
    public static async Task<long> BuffersAsync(this NpgsqlConnection connection, string sql)
    {
        // what an analyze made stale is planned anew first, of which the catalogs' part differs between versions
        await connection.LinesAsync(sql);
        var plan = string.Join(
            '\n', await connection.LinesAsync($"explain (analyze, buffers, timing off, summary off) {sql}"));
        return Buffers().Match(
            plan).Groups["n"].Captures.Sum(count => long.Parse(count.Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"Buffers: shared(?: hit=(?<n>\d+))?(?: read=(?<n>\d+))?")]
    private static partial Regex Buffers();
}
