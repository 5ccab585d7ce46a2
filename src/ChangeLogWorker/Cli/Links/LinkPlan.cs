using ChangeLogWorker.Handlers.LinkCleanup;
using ChangeLogWorker.Triggers.Reconciliation;
using Npgsql;

namespace ChangeLogWorker.Cli.Links;

/// <summary>What <c>links</c> would do: it sees the policies of the settings too, and leaves nothing behind.</summary>
/// <remarks>
/// What it sees with, policies and rights, is put in force and rolled back, and a reconcile waits for it meanwhile: so it is
/// rolled back between two stretches again and again, and put in force anew.
/// </remarks>
internal sealed class LinkPlan(NpgsqlConnection connection, CaptureSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    private NpgsqlTransaction? _transaction;

    private long _began;

    public async Task<LinksReport> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await BeginAsync(cancellationToken);
            return report with
            {
                Tables = await new LinkSweep(connection).RunAsync(isPlan: true, () => GiveWayAsync(cancellationToken), cancellationToken),
            };
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task<LinksReport> BeginAsync(CancellationToken cancellationToken)
    {
        _transaction = await connection.BeginTransactionAsync(cancellationToken);
        _began = time.GetTimestamp();
        var changes = await LinkStore.ApplyAsync(connection, settings.Links, cancellationToken);
        var (granted, missing) = await LinkStore.GrantAsync(connection, cancellationToken);
        return new LinksReport([.. changes, .. granted], missing, []);
    }

    private async Task GiveWayAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_began) >= Longest)
        {
            await EndAsync();
            await BeginAsync(cancellationToken);
        }
    }

    // disposed of, it is rolled back
    private async Task EndAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
            _transaction = null;
        }
    }
}
