using System.Data;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Derives a timeline again from the whole log: writes missing entries, keeps existing ones.</summary>
/// <remarks>One page per transaction, holding the handler's cursor, so that a worker proceeds in between.</remarks>
internal sealed class TimelineRebuild(DataSources dataSources, TimeProvider time, IOptions<HandlersOptions> options)
{
    private const string SelectEnd = /* language=sql */
        "select last_value from lib_event.position";

    /* language=sql */
    private const string RebuildPage = "select at, entries, written, skipped from changelog.rebuild_timeline($1, $2, "
        + "$3, $4)";

    private readonly NpgsqlDataSource _dataSource = dataSources.For(ConnectionRole.Cli);
    private readonly HandlersOptions _options = options.Value;

    /// <exception cref="RefusedException">There is no such timeline.</exception>
    public async Task<RebuildReport> RunAsync(
        string timeline, Action<RebuildReport> progress, CancellationToken cancellationToken)
    {
        var store = new TimelineStore(_dataSource, time);
        var names = await store.NamesAsync(cancellationToken);
        if (!names.Contains(timeline))
        {
            throw new RefusedException(
                $"There is no timeline {timeline}"
                + (names.Count > 0
                    ? $": {NearestName.OrAll(timeline, names)}."
                    : ". A worker creates those in ChangeLog:Timelines when it starts: changelog run"),
                exitCode: 2);
        }

        await store.MakeTableAsync(timeline, cancellationToken);
        // without a cursor nothing would keep out the first worker
        await new CursorStore(_dataSource).RegisterAsync(
            Timeline.HandlerOf(timeline), Streams.Both, fromNow: false, cancellationToken);
        var end = await _dataSource.CreateCommand(SelectEnd).ValueAsync<long>([], cancellationToken);
        var report = new RebuildReport(timeline, 0, 0, 0, 0);
        for (long? at = 0; at is { } after;)
        {
            (at, report) = await RunPageAsync(report, after, end, cancellationToken);
            progress(report);
        }

        return report;
    }

    private async Task<(long? At, RebuildReport Report)> RunPageAsync(
        RebuildReport before, long after, long end, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.ReadCommitted, cancellationToken);
        var handler = Timeline.HandlerOf(before.Timeline);
        if (!await CursorStore.LockAsync(transaction, handler, _options.PageTimeout, wait: true, cancellationToken))
        {
            throw new RefusedException(
                $"The cursor of {handler} was deleted meanwhile. Run again: changelog rebuild "
                + $"{before.Timeline}", exitCode: 1);
        }

        var page = await transaction.CreateCommand(RebuildPage).RowAsync(
            row => Add(row, before, end), [before.Timeline, after, end, _options.PageSize], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return page;
    }

    private static (long? At, RebuildReport Report) Add(NpgsqlDataReader row, RebuildReport before, long end)
    {
        var at = row.GetFieldValue<long?>(0);
        return (at, before with
        {
            Share = at is { } reached && end > 0 ? reached / (double)end : 1,
            Entries = before.Entries + row.GetInt64(1),
            Written = before.Written + row.GetInt64(2),
            Skipped = before.Skipped + row.GetInt64(3),
        });
    }
}
