using ChangeLog.Hosting;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Schema;

/// <summary>Creates the log's partitions ahead of time.</summary>
internal sealed class PartitionService(
    NpgsqlDataSource database, IOptions<PartitionsOptions> options, TimeProvider time, ILogger<PartitionService> logger)
    : PeriodicService<PartitionReport>(time, logger)
{
    private readonly PartitionsOptions _options = options.Value;

    protected override string Job => "create partitions ahead of time";

    protected override TimeSpan Interval => TimeSpan.FromDays(1);

    public override async Task<PartitionReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (made, notMade) = await LogPartitions.MakeAsync(connection, _options.MonthsAhead, cancellationToken);
        foreach (var (partition, reason) in notMade)
        {
            logger.PartitionNotMade(partition, reason);
        }

        if (made.Count > 0)
        {
            logger.PartitionsMade(made.Count, string.Join(", ", made));
        }

        return new PartitionReport(made, notMade);
    }
}
