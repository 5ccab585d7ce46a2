using ChangeLog.Hosting;
using ChangeLog.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Schema;

/// <summary>Says in the log that ChangeLog was uninstalled under this worker, and that it is installed again.</summary>
internal sealed class InstallWatch(DataSources dataSources, TimeProvider time, ILogger<InstallWatch> logger)
    : PeriodicService<InstallState>(time, logger)
{
    private const string IsUninstalled =
        /* language=sql */ "select uninstalled_at is not null from changelog.installation";

    private const string Uninstaller = /* language=sql */
        """
        select concat(payload ->> 'db_user', ' (' || (payload ->> 'os_user') || ')')
        from lib_event.event
        where event_type = 'changelog.schema.uninstalled'
        order by position desc
        limit 1
        """;

    private InstallState _last = InstallState.Installed;

    protected override string Job => "look whether ChangeLog is still installed";

    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    public override async Task<InstallState> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.For(ConnectionRole.Doorbell).OpenConnectionAsync(
            cancellationToken);
        var now = await ReadAsync(connection, cancellationToken);
        if (now != _last)
        {
            await SayAsync(now, connection, cancellationToken);
            _last = now;
        }

        return now;
    }

    private static async Task<InstallState> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.ValueAsync<bool>(IsUninstalled, [], cancellationToken)
                ? InstallState.Uninstalled
                : InstallState.Installed;
        }
        catch (PostgresException error) when (
            error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return InstallState.Dropped;
        }
    }

    private async Task SayAsync(InstallState now, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        switch (now)
        {
            case InstallState.Installed:
                logger.InstalledAgain(connection.Database);
                break;
            case InstallState.Uninstalled:
                var by = await connection.ColumnAsync<string>(Uninstaller, [], cancellationToken);
                logger.Uninstalled(connection.Database, by.FirstOrDefault() ?? "somebody");
                break;
            case InstallState.Dropped:
                logger.Dropped(connection.Database);
                break;
        }
    }
}
