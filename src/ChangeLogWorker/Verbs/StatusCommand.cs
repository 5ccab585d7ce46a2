using System.CommandLine;
using System.Data;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Postgres;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs;

/// <summary><c>status</c>: what is captured, the handlers' progress, and any problems.</summary>
internal static class StatusCommand
{
    private static readonly Option<bool> All = new("--all")
    {
        Description = "List the captured tables too, and by which function each is captured",
    };

    public static Verb Create() =>
        new Verb(
            "status",
            "What is captured and what is not, the handlers' progress, problems; exit code 3 if there are any",
            "changelog status",
            "changelog status --all",
            "changelog status --json | jq '.handlers[] | {handler, behind}'")
        {
            All,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.ConnectAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        // before any function of ours runs
        var altered = await SchemaInstaller.DifferencesAsync(connection, cancellationToken);
        if (altered.Any(difference => difference is { IsUnsafe: true, IsExtra: false }))
        {
            return Refuse(context, altered);
        }

        var all = context.Has(All);
        var reader = new StatusReader(connection, withFunctions: all || context.Output.Json);
        var status = (await reader.ReadAsync(cancellationToken)) with
        {
            Altered = altered,
            LinksNotInForce = await context.Services.GetRequiredService<LinkLogin>().WarningAsync(
                connection, cancellationToken),
        };
        var text = new StatusText(
            context.Output,
            context.Services.GetRequiredService<TimeProvider>(),
            context.Zone,
            Server.Of(context.Configuration).Address,
            all);
        context.Output.Write(status, text.Write);
        return status.Problems.Count == 0 ? ExitCode.Done : ExitCode.FoundWrong;
    }

    // everything else would use the altered functions
    private static int Refuse(VerbContext context, IReadOnlyList<Difference> altered)
    {
        var findings = altered.Select(difference => difference.Finding).ToList();
        context.Output.Write(new { Altered = altered, Problems = findings }, _ =>
        {
            foreach (var finding in findings)
            {
                context.Output.Hanging(Printable.Of(finding), new Span("wrong", TextStyle.Bad), "  ");
            }
        });
        return ExitCode.FoundWrong;
    }
}
