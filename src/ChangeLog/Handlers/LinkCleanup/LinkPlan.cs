using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.LinkCleanup;
using Npgsql;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What <c>links</c> would do: it sees the policies of the settings too, and leaves nothing behind.</summary>
/// <remarks>
/// The policies are applied, evaluated and rolled back before any table is scanned: scanning takes a session of another
/// login, which sees only what has been granted. Rows of a table whose grants are still missing are not counted.
/// </remarks>
internal static class LinkPlan
{
    public static async Task<LinksReport> RunAsync(
        NpgsqlConnection connection, CaptureSettings settings, LinkLogin login, CancellationToken cancellationToken)
    {
        var sweep = new LinkSweep(connection, login);
        IReadOnlyList<string> changes, granted, missing;
        IReadOnlyList<LinkTable> tables;
        string? warning;
        // disposed of, it is rolled back
        await using (await connection.BeginTransactionAsync(cancellationToken))
        {
            changes = await LinkStore.ApplyAsync(connection, settings.Links, cancellationToken);
            (granted, missing) = await LinkStore.GrantAsync(connection, cancellationToken);
            tables = await sweep.TablesAsync(cancellationToken);
            warning = await login.WarningAsync(connection, cancellationToken);
        }

        var reports = await sweep.RunAsync(tables, isPlan: true, () => Task.CompletedTask, cancellationToken);
        return new LinksReport(
            [.. changes, .. granted], [.. missing, .. warning is null ? [] : new[] { warning }], reports);
    }
}
