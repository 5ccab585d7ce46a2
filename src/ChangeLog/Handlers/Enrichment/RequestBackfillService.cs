using ChangeLog.Hosting;
using ChangeLog.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Handlers.Enrichment;

/// <summary>Adds request_ids to the details that an earlier version has derived without them.</summary>
internal sealed class RequestBackfillService(
    NpgsqlDataSource database, TimeProvider time, ILogger<RequestBackfillService> logger)
    : PeriodicService<RequestBackfillReport>(time, logger)
{
    // each in a transaction of its own, so that enrich and redactions wait for few of them
    private const int DetailsPerTransaction = 2_000;

    private const string Backfill = /* language=sql */
        "select logs.backfill_requests($1)";

    protected override string Job => "add request_ids to what an earlier version has enriched";

    protected override TimeSpan Interval => TimeSpan.FromDays(1);

    public override async Task<RequestBackfillReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        var all = 0L;
        int some;
        do
        {
            some = await database.CreateCommand(Backfill).ValueAsync<int>([DetailsPerTransaction], cancellationToken);
            all += some;
        }
        while (some > 0);
        return new RequestBackfillReport(all);
    }
}
