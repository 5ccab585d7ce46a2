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
        var made = new List<string>();
        var notMade = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand(Make, connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = monthsAhead } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
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
