using ChangeLog.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Reading;

/// <summary>Finds changes whose transaction has no row, for whatever reason.</summary>
internal sealed class SweepService(
    TransactionSweep sweep, IOptions<SweepOptions> options, TimeProvider time, ILogger<SweepService> logger)
    : PeriodicService<SweepReport>(time, logger)
{
    private readonly SweepOptions _options = options.Value;

    protected override string Job => "look for changes without a transaction row";

    protected override TimeSpan Interval => _options.Interval;

    public override async Task<SweepReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        var recovered = await sweep.RunThroughAsync(cancellationToken);
        if (recovered > 0)
        {
            logger.TransactionsRecovered(recovered);
        }

        return new SweepReport(recovered);
    }
}
