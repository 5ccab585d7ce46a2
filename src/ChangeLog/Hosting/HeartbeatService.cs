using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Hosting;

/// <summary>
/// Reports every few seconds that this worker is running, for <c>status</c> and for whoever would drop its tables.
/// </summary>
internal sealed class HeartbeatService(DataSources dataSources, TimeProvider time, ILogger<HeartbeatService> logger)
    : PeriodicService<HeartbeatReport>(time, logger)
{
    private const string NoteWorker = /* language=sql */ "select changelog.note_worker($1, $2, $3, $4)";

    private const string Forget = /* language=sql */ "select changelog.forget_worker($1)";

    private readonly NpgsqlDataSource _dataSource = dataSources.For(ConnectionRole.Doorbell);

    private readonly Guid _worker = Guid.NewGuid();

    protected override string Job => "report that this worker is running";

    // a third of the timeout in changelog.running_worker
    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    public override async Task<HeartbeatReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        await _dataSource.CreateCommand(NoteWorker).ExecuteAsync(
            [_worker, Environment.MachineName, Environment.ProcessId, Installer.Version], cancellationToken);
        return new HeartbeatReport(_worker);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await _dataSource.CreateCommand(Forget).ExecuteAsync([_worker], cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // the server is gone; the heartbeat expires
            logger.HeartbeatNotWithdrawn(e.Message);
        }
    }
}
