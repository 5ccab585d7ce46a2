using System.Data;
using ChangeLog.History.Undo;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Verbs.Changes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Verbs.Undo;

/// <summary><c>undo</c>: takes back what was changed, after showing what that would do.</summary>
internal static class UndoCommand
{
    public static Verb Create()
    {
        var verb = new Verb(
            "undo",
            "Take changes back: shows what each row would become; with --apply does it",
            "changelog undo --transaction 0198f2d6-7a3e-7c41-9a80-5a2b1c3d4e5f",
            "changelog undo --table orders --record 2 --to yesterday",
            "changelog undo --actor u17 --since 1h --sql > undo.sql",
            "changelog undo --table orders --since 1h --keep theirs --apply",
            "changelog undo --request r-7 --apply --confirm shop   in a script");
        foreach (var option in UndoOptions.All)
        {
            verb.Add(option);
        }

        verb.Validators.Add(parsed =>
        {
            if (parsed.GetValue(UndoOptions.Sql)
                && (parsed.GetValue(GlobalOptions.Json) || parsed.GetValue(UndoOptions.Apply)))
            {
                parsed.AddError("--sql excludes --json and --apply");
            }

            if (parsed.GetValue(UndoOptions.To) is not null && parsed.GetValue(FeedOptions.Since) is not null)
            {
                parsed.AddError("--to and --since exclude one another");
            }
        });
        return verb.Does(RunAsync);
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var now = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var filter = UndoOptions.Filter(context.Parsed, now, context.Zone);
        await using var connection = await context.ConnectAsync(cancellationToken);
        UndoPlan plan;
        await using (await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken))
        {
            using var progress = context.Output.Progress("no index answers this; looking through the log");
            plan = await new UndoPlanner(connection).PlanAsync(
                filter,
                UndoOptions.Reason(context.Parsed),
                context.Parsed.GetValue(UndoOptions.Keep),
                progress,
                cancellationToken);
        }

        if (context.Has(UndoOptions.Sql))
        {
            RequireResolved(plan);
            context.Output.Raw(UndoScript.Text(plan));
            return ExitCode.Done;
        }

        return context.Has(UndoOptions.Apply)
            ? await ApplyAsync(context, connection, plan, cancellationToken)
            : Write(context, new UndoReport(plan, Applied: false, null));
    }

    private static async Task<int> ApplyAsync(
        VerbContext context, NpgsqlConnection connection, UndoPlan plan, CancellationToken cancellationToken)
    {
        if (!context.Output.Json)
        {
            new UndoText(context.Output, context.Zone).WritePlan(plan);
        }

        RequireResolved(plan);
        if (plan.MissingRights.Count > 0)
        {
            throw new RefusedException(
                $"The login lacks rights: {string.Join(", ", plan.MissingRights)}. Nothing was changed.",
                ExitCode.Failed);
        }

        if (!plan.Writes.Any())
        {
            return Write(context, new UndoReport(plan, Applied: false, null), withPlan: false);
        }

        await Confirmation.RequireAsync(context, () => Task.FromResult<string?>(Loss(plan)), cancellationToken);
        var transaction = await new UndoTransaction(connection).ApplyAsync(plan, cancellationToken);
        return Write(context, new UndoReport(plan, Applied: true, transaction), withPlan: false);
    }

    private static int Write(VerbContext context, UndoReport report, bool withPlan = true)
    {
        context.Output.Write(report, _ =>
        {
            var text = new UndoText(context.Output, context.Zone);
            if (withPlan)
            {
                text.WritePlan(report.Plan);
                text.WriteNext(report.Plan);
            }
            else
            {
                text.WriteDone(report);
            }
        });
        return ExitCode.Done;
    }

    private static string Loss(UndoPlan plan)
    {
        var tables = plan.Writes.GroupBy(step => step.Table).Select(
            table => $"{Format.Of(table.Count(), "row")} of {table.Key}");
        return $"This changes {string.Join(", ", tables)}.";
    }

    private static void RequireResolved(UndoPlan plan)
    {
        var unresolved = plan.Unresolved.ToList();
        if (unresolved.Count == 0)
        {
            return;
        }

        var kind = unresolved.Max(conflict => conflict.Kind);
        var first = plan.Steps.First(step => step.Conflicts.Any(conflict => conflict.Kind == kind));
        var problem = first.Conflicts.First(conflict => conflict.Kind == kind).Problem;
        throw new RefusedException(
            $"{Format.Of(unresolved.Count, "conflict")}; {first.Table} {first.RecordId}: {problem}. " + kind switch
            {
                UndoConflictKind.ChangedSince =>
                    "Say --keep theirs to leave what others changed, or --keep ours to overwrite it.",
                UndoConflictKind.Constraint => "Say --keep theirs to leave such rows as they are, or undo more.",
                _ => "Leave it out of what is undone.",
            } + " Nothing was changed.",
            ExitCode.WrongUse);
    }
}
