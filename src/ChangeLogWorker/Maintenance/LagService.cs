using ChangeLogWorker.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLogWorker.Maintenance;

/// <summary>Measures each handler's lag while somebody collects it.</summary>
internal sealed class LagService(NpgsqlDataSource database, TimeProvider time, ILogger<LagService> logger)
    : PeriodicService<LagReport>(time, logger)
{
    private const string Lags = /* language=sql */ "select handler, lag from changelog.handler_lag";

    protected override string Task => "measure the handlers' lag";

    protected override TimeSpan Interval => TimeSpan.FromSeconds(15);

    public override async Task<LagReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        var lags = new Dictionary<string, TimeSpan>();
        if (!ChangeLogTelemetry.LagIsCollected)
        {
            return new LagReport(lags);
        }

        await using var command = database.CreateCommand(Lags);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            lags[rows.GetString(0)] = rows.GetTimeSpan(1);
            ChangeLogTelemetry.Lag(rows.GetString(0), rows.GetTimeSpan(1));
        }

        return new LagReport(lags);
    }
}
