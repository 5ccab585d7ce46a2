using ChangeLogWorker.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLogWorker.Maintenance;

/// <summary>Finds changes whose transaction row an application's forged marker kept from being written.</summary>
internal sealed class SweepService(
    NpgsqlDataSource database, IOptions<SweepOptions> options, TimeProvider time, ILogger<SweepService> logger)
    : PeriodicService<SweepReport>(time, logger)
{
    private const string Sweep = /* language=sql */ "select changelog.sweep_transactions()";

    private readonly SweepOptions _options = options.Value;

    protected override string Task => "look for changes without a transaction";

    protected override TimeSpan Interval => _options.Interval;

    public override async Task<SweepReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sweep);
        var recovered = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (recovered > 0)
        {
            logger.TransactionsRecovered(recovered);
        }

        return new SweepReport(recovered);
    }
}
