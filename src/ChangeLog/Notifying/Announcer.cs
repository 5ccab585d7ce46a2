using ChangeLog.Postgres;
using ChangeLog.Telemetry;
using Npgsql;

namespace ChangeLog.Notifying;

/// <summary>
/// Announces what its writers have not, so that other listeners on lib_event.created hear of everything.
/// </summary>
internal sealed class Announcer(DataSources dataSources, TimeProvider timeProvider)
{
    private const string Announce = /* language=sql */
        "select announced, is_done, queue_usage from changelog.announce($1)";

    private const string HasUnannounced = /* language=sql */
        "select changelog.has_unannounced()";

    private const int BatchSize = 2_000;

    // a notification reaches a listener within this of its commit, or counts as somebody else's
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _dataSource = dataSources.For(ConnectionRole.Doorbell);

    private volatile int _session;
    private long _lastAnnounced;

    /// <summary>Whether a notification from that session is this worker's own, hence no reason to look.</summary>
    public bool HasJustAnnounced(int session) =>
        session == _session && timeProvider.GetElapsedTime(Interlocked.Read(ref _lastAnnounced)) < Remembered;

    /// <summary>Announces a bounded number in its own transaction.</summary>
    public async Task<AnnouncingReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        _session = connection.ProcessID;
        Interlocked.Exchange(ref _lastAnnounced, timeProvider.GetTimestamp());
        // one autocommitted statement: a worker that hangs here holds nothing
        var report = await new NpgsqlCommand(Announce, connection).RowAsync(
            row => new AnnouncingReport(row.GetInt32(0), row.GetBoolean(1), row.GetDouble(2)),
            [BatchSize],
            cancellationToken);
        ChangeLogTelemetry.Announced(report.Announced);
        return report;
    }

    /// <summary>Announces everything, or as much as the server's queue has room for.</summary>
    public async Task<AnnouncingReport> RunThroughAsync(CancellationToken cancellationToken)
    {
        var report = new AnnouncingReport(0, IsDone: true, 0);
        if (await _dataSource.CreateCommand(HasUnannounced).ValueAsync<bool>([], cancellationToken))
        {
            do
            {
                report = await RunOnceAsync(cancellationToken);
            }
            while (!report.IsDone);
        }

        return report;
    }
}
