using ChangeLog.Coverage;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Hosting;
using ChangeLog.Postgres;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Schema;

/// <summary>
/// Prepares the database before anything works on it: it is reachable, usable, and ChangeLog is installed.
/// </summary>
/// <remarks>A failure here ends the program with a message; connections lost later are retried.</remarks>
internal sealed class InstallService(
    DataSources dataSources,
    SchemaInstaller installer,
    CaptureSettings settings,
    StartCheck check,
    TimelineRights timelineRights,
    StartupRetry patience,
    IOptions<ChangeLogOptions> options,
    ILogger<InstallService> logger) : IHostedService
{
    private const string MayWork = /* language=sql */
        """
        select has_table_privilege('changelog.cursor', 'insert')
            and has_table_privilege('changelog.cursor', 'update')
            and has_sequence_privilege('changelog.awake_until', 'update')
            and has_table_privilege('logs.change', 'select')
            and has_function_privilege('logs.derive_details(bigint[], timestamptz, timestamptz)', 'execute')
            and has_function_privilege('logs.derive_links(bigint[], timestamptz, timestamptz)', 'execute')
        """;

    private const int Failed = 1;

    private readonly ChangeLogOptions _options = options.Value;

    private bool _isDone;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_isDone)
        {
            await patience.RunAsync(PrepareAsync, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var database = await ConnectAsync(cancellationToken);
        var isAsked = _options.InstallOnStart && await InstallAsync(database, cancellationToken);
        if (!isAsked)
        {
            // what follows runs functions of ours
            await installer.RequireUnalteredAsync(cancellationToken);
            await RequireInstalledAsync(database, cancellationToken);
        }

        await installer.RequireCurrentAsync(cancellationToken);
        await installer.RequireCaptureAsync(cancellationToken);
        await RequireRightsAsync(database, cancellationToken);
        if (!isAsked)
        {
            await using var connection = await dataSources.For(ConnectionRole.Install).OpenConnectionAsync(
                cancellationToken);
            await AskAsync(connection, cancellationToken);
        }

        _isDone = true;
        logger.Working(Installer.Version, database, dataSources.Address);
    }

    private async Task<string> ConnectAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.For(ConnectionRole.Install).OpenConnectionAsync(
            cancellationToken);
        patience.Reached();
        await SchemaInstaller.CheckServerAsync(connection, cancellationToken);
        return connection.Database;
    }

    private async Task RequireRightsAsync(string database, CancellationToken cancellationToken)
    {
        var command = dataSources.For(ConnectionRole.Handlers).CreateCommand(MayWork);
        if (!await command.ValueAsync<bool>([], cancellationToken))
        {
            throw new RefusedException(
                $"This role lacks a worker's rights in database {database}. "
                + "Let whoever installed ChangeLog run: grant changelog_worker to it (docs/database.md).",
                Failed);
        }
    }

    private async Task RequireInstalledAsync(string database, CancellationToken cancellationToken)
    {
        if (!await installer.IsInstalledAsync(cancellationToken))
        {
            throw new RefusedException(
                $"ChangeLog is not installed in database {database}, and ChangeLog:InstallOnStart is false. "
                + "Run: changelog install",
                Failed);
        }
    }

    private async Task AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await timelineRights.RequireAsync(
            connection, await check.RunAsync(connection, cancellationToken), cancellationToken);

    /// <returns>False: the role may not, and what is installed is used.</returns>
    private async Task<bool> InstallAsync(string database, CancellationToken cancellationToken)
    {
        try
        {
            var report = await installer.InstallAsync(settings, AskAsync, cancellationToken);
            foreach (var warning in report.Warnings)
            {
                logger.Warned(warning);
            }

            new ReconcileLog(logger).Write(report.Reconcile);
            if (report.Changed)
            {
                logger.Installed(report.Scripts.Count, report.Reconcile.Actions.Count);
            }

            return true;
        }
        catch (MissingRightsException refused)
        {
            if (!await installer.IsInstalledAsync(cancellationToken))
            {
                throw new RefusedException(
                    $"ChangeLog is not installed in database {database}. {refused.Message} "
                    + "Then run: changelog install",
                    refused.ExitCode);
            }

            logger.InstallNotAllowed(refused.Message);
            return false;
        }
    }
}
