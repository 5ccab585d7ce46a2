using System.Data;
using ChangeLog.Handlers;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>Finds out whether a handler works at all when one entry fails: runs it on others and rolls back.</summary>
/// <remarks>At most six, one at a time, each in its own transaction under the cursor's lock.</remarks>
internal sealed class Probe(IHandler handler, TimeSpan pageTimeout, NpgsqlDataSource dataSource)
{
    private const int Wanted = 3;

    private const string SelectCandidates = /* language=sql */
        "select kind, position, logged_at from changelog.probe_candidates($1, $2, $3, $4, $5)";

    private const string CheckConstraints = /* language=sql */
        "set constraints all immediate";

    private EntryKey? _worked;

    public async Task<ProbeResult> RunAsync(EntryKey failed, CancellationToken cancellationToken)
    {
        var candidates = await CandidatesAsync(failed, cancellationToken);
        var result = ProbeResult.NothingElse;

        // the one that worked last time is the likeliest to work again, and each try may act outside the database
        foreach (var candidate in candidates.OrderByDescending(candidate => candidate == _worked))
        {
            switch (await TryAsync(candidate, cancellationToken))
            {
                case ProbeResult.Works:
                    _worked = candidate;
                    return ProbeResult.Works;
                case ProbeResult.Busy:
                    return ProbeResult.Busy;
                case ProbeResult.FailsToo:
                    result = ProbeResult.FailsToo;
                    break;
            }
        }

        return result;
    }

    private async Task<ProbeResult> TryAsync(EntryKey candidate, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (!await CursorStore.LockAsync(transaction, handler.Name, pageTimeout, wait: false, cancellationToken))
        {
            return ProbeResult.Busy;
        }

        try
        {
            if (!await FilteredHandler.HandAsync(handler, Page.Of(candidate, transaction), cancellationToken))
            {
                return ProbeResult.NothingElse;
            }

            await transaction.CreateCommand(CheckConstraints).ExecuteAsync([], cancellationToken);
            return ProbeResult.Works;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.FailsToo;
        }
    }

    private Task<List<EntryKey>> CandidatesAsync(EntryKey failed, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(SelectCandidates).RowsAsync(
            row => row.GetString(0) == "event"
                ? new EntryKey(IsEvent: true, row.GetInt64(1), LoggedAt: null)
                : new EntryKey(IsEvent: false, row.GetInt64(1), row.GetDateTime(2)),
            [handler.Name, .. failed.Parameters, Wanted],
            cancellationToken);
}
