using System.Data;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Hosting;
using ChangeLog.Postgres;
using ChangeLog.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>
/// Compares all links with their targets now and then, and when the handler has left something to it.
/// </summary>
/// <remarks>One worker at a time, by a row that it renews: behind a transaction pooler no lock can say it.</remarks>
internal sealed class LinkSweepService(
    DataSources dataSources,
    IOptions<LinksOptions> options,
    IOptions<HandlersOptions> handlers,
    RuntimeSettings runtime,
    LinkLogin login,
    TimeProvider time,
    ILogger<LinkSweepService> logger)
    : PeriodicService<LinkSweepReport>(time, logger)
{
    private const string Take = /* language=sql */
        """
        update changelog.link_sweep s
        set taken_until = clock_timestamp() + interval '10 minutes',
            started_at = clock_timestamp()
        where coalesce(s.taken_until < clock_timestamp(), true)
        and (
            s.started_at is null
            or s.started_at < clock_timestamp() - $1
            or s.requested_at > s.started_at
            or s.finished_at < s.started_at
            or s.finished_at is null)
        """;

    private const string Renew = /* language=sql */
        "update changelog.link_sweep set taken_until = clock_timestamp() + interval '10 minutes'";

    private const string Release = /* language=sql */
        "update changelog.link_sweep set taken_until = null";

    private const string Finish = /* language=sql */
        "update changelog.link_sweep set taken_until = null, finished_at = clock_timestamp(), findings = $1";

    // how soon the handler's request is seen
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly LinksOptions _options = options.Value;

    private readonly LogOnce _said = new();

    protected override string Job => "look for dangling links";

    protected override TimeSpan Interval => _options.SweepInterval < Look ? _options.SweepInterval : Look;

    public override async Task<LinkSweepReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        // the flag stops all that clears links
        if (!_options.Enabled || !handlers.Value.BuiltIn || runtime.IsStopped(LinkCleanupHandler.HandlerName))
        {
            return new LinkSweepReport([]);
        }

        await using var connection = await dataSources.For(
            ConnectionRole.Reconcile).OpenConnectionAsync(cancellationToken);
        if (await ExecuteAsync(connection, Take, cancellationToken, _options.SweepInterval) == 0)
        {
            return new LinkSweepReport([]);
        }

        var isFinished = false;
        try
        {
            var warning = await login.WarningAsync(connection, cancellationToken);
            var sweep = new LinkSweep(connection, login);
            var tables = await sweep.RunAsync(
                await sweep.TablesAsync(cancellationToken),
                isPlan: false,
                () => ExecuteAsync(connection, Renew, cancellationToken),
                cancellationToken);
            await ExecuteAsync(
                connection, Finish, cancellationToken, tables.SelectMany(LinkFindings.Of).ToArray());
            isFinished = true;
            Say(tables, warning);
            return new LinkSweepReport(tables);
        }
        finally
        {
            // another worker goes on at once; after one that was killed, when its time is over
            if (!isFinished && connection.State is ConnectionState.Open)
            {
                await ExecuteAsync(connection, Release, CancellationToken.None);
            }
        }
    }

    private static Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params Parameter[] parameters) =>
        new NpgsqlCommand(sql, connection).ExecuteAsync(parameters, cancellationToken);

    // what was wrong at the sweep before is not repeated
    private void Say(IReadOnlyList<LinkTableReport> tables, string? warning)
    {
        if (warning is not null && _said.IsNew(warning))
        {
            logger.Warned(warning);
        }

        foreach (var table in tables)
        {
            if (table.Cleared > 0)
            {
                logger.LinksCleared(table.Cleared, table.Table, table.Policy!);
            }

            if (table.Reason is { } reason && _said.IsNew($"{table.Table} {reason}"))
            {
                logger.LinksLeft(table.Failed, table.Table, reason);
            }

            // the names are values of rows
            var unresolved = table.Unresolved.Values.Sum();
            if (unresolved > 0 && _said.IsNew($"{table.Table} {unresolved}"))
            {
                logger.LinksUnresolved(unresolved, table.Table);
            }
        }

        _said.EndRound();
    }
}
