using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>
/// Makes the partitions of the log for months to come: at the install, and from then on by the worker.
/// </summary>
public static class LogPartitions
{
    private const string Make =
        /* language=sql */ "select partition_name, made, reason from changelog.make_partitions($1)";

    /// <returns>Those that were made, and of those that could not be, why.</returns>
    public static async Task<(IReadOnlyList<string> Made, IReadOnlyDictionary<string, string> NotMade)> MakeAsync(
        NpgsqlConnection connection, int monthsAhead, CancellationToken ct)
    {
        var made = new List<string>();
        var notMade = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand(Make, connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = monthsAhead } },
        };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (rows.GetBoolean(1))
            {
                made.Add(rows.GetString(0));
            }
            else
            {
                notMade[rows.GetString(0)] = rows.GetString(2);
            }
        }

        return (made, notMade);
    }
}
