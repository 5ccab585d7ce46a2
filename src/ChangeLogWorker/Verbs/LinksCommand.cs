using System.CommandLine;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Verbs;

/// <summary><c>links</c>: clears links whose target is gone, now.</summary>
internal static class LinksCommand
{
    private static readonly Option<bool> Dry = new("--dry-run")
    {
        Description = "Only show what would be done: each table, its policy, how many rows",
    };

    public static Verb Create() =>
        new Verb(
            "links",
            "Clear linked_table and linked_id where the record that they lead to is gone, by the policies of "
            + "ChangeLog:Links",
            "changelog links --dry-run                  what would be cleared, and names that match no table",
            "changelog links",
            "changelog links --json | jq '.tables[] | select(.failed > 0)'")
        {
            Dry,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var settings = context.Services.GetRequiredService<CaptureSettings>();
        var isPlan = context.Has(Dry);
        var restored = isPlan ? [] : await RestoreAsync(context, settings, cancellationToken);
        await context.RequireCurrentAsync(cancellationToken);
        await context.Services.GetRequiredService<TriggerReconciler>().RequireAsync(settings, cancellationToken);
        var login = context.Services.GetRequiredService<LinkLogin>();
        await using var connection = await context.Database.OpenConnectionAsync(cancellationToken);
        var report = isPlan
            ? await LinkPlan.RunAsync(connection, settings, login, cancellationToken)
            : await ClearAsync(connection, settings, login, cancellationToken);
        report = report with { Warnings = [.. restored, .. report.Warnings] };
        context.Output.Write(report, _ => new LinksText(context.Output, isPlan).Write(report));
        return isPlan || report.Tables.All(table => table.Reason is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<string>> RestoreAsync(
        VerbContext context, CaptureSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var installer = context.Services.GetRequiredService<SchemaInstaller>();
            if (await installer.RestoreAsync(settings, cancellationToken) is not { } report)
            {
                return [];
            }

            // dropping a capture function drops the triggers of the application's tables
            var tables = await context.Services.GetRequiredService<TriggerReconciler>().RunStoredAsync(
                cancellationToken);
            return
            [
                .. report.Warnings, .. tables.Warnings, .. tables.Failed.Select(
                    table => $"{table.Table}: {table.Reason}"),
            ];
        }
        catch (MissingRightsException)
        {
            // reported below where it matters
            return [];
        }
    }

    private static async Task<LinksReport> ClearAsync(
        NpgsqlConnection connection, CaptureSettings settings, LinkLogin login, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var changes = await LinkStore.ApplyAsync(connection, settings.Links, cancellationToken);
        var (granted, missing) = await LinkStore.GrantAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var sweep = new LinkSweep(connection, login);
        var tables = await sweep.RunAsync(
            await sweep.TablesAsync(cancellationToken), isPlan: false, () => Task.CompletedTask, cancellationToken);
        return new LinksReport(
            [.. changes, .. granted],
            [
                .. missing,
                .. await login.WarningAsync(connection, cancellationToken) is { } warning
                    ? [warning]
                    : Array.Empty<string>()],
            tables);
    }
}
