using ChangeLogWorker.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLogWorker.Maintenance;

/// <summary>Keeps the partitions of the log ready for months to come.</summary>
internal sealed class PartitionService(
    NpgsqlDataSource database, IOptions<PartitionsOptions> options, TimeProvider time, ILogger<PartitionService> logger)
    : PeriodicService<PartitionReport>(time, logger)
{
    private const string MakePartitions = /* language=sql */
        "select partition_name, made, reason from changelog.make_partitions($1)";

    private readonly PartitionsOptions _options = options.Value;

    protected override string Job => "make the partitions of the months to come";

    protected override TimeSpan Interval => TimeSpan.FromDays(1);

    public override async Task<PartitionReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        var made = new List<string>();
        var notMade = new Dictionary<string, string>();
        await using var command = database.CreateCommand(MakePartitions);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _options.MonthsAhead });
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
                logger.PartitionNotMade(rows.GetString(0), rows.GetString(2));
            }
        }

        if (made.Count > 0)
        {
            logger.PartitionsMade(made.Count, string.Join(", ", made));
        }

        return new PartitionReport(made, notMade);
    }
}
