using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Creates the log's partitions ahead of time: at the install, and later by the worker.</summary>
public static class LogPartitions
{
    private const string Make =
        /* language=sql */ "select partition_name, made, reason from changelog.make_partitions($1)";

    /// <returns>Those created, and why others could not be.</returns>
    public static async Task<(IReadOnlyList<string> Made, IReadOnlyDictionary<string, string> NotMade)> MakeAsync(
        NpgsqlConnection connection, int monthsAhead, CancellationToken cancellationToken)
    {
        var partitions = await connection.RowsAsync(
            Make,
            row => (Name: row.GetString(0), IsMade: row.GetBoolean(1), Reason: row.TextOrNull(2)),
            [Query.Of(monthsAhead)],
            cancellationToken);
        return (
            [.. partitions.Where(one => one.IsMade).Select(one => one.Name)],
            partitions.Where(one => !one.IsMade).ToDictionary(one => one.Name, one => one.Reason!));
    }
}
