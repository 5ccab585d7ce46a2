using System.CommandLine;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs;

/// <summary><c>rebuild</c>: derives a timeline again from the whole log.</summary>
internal static class RebuildCommand
{
    // how often to report progress
    private const double Step = 0.1;

    private static readonly Argument<string> Timeline = new("timeline")
    {
        Description = "The timeline's name, as status shows it",
    };

    public static Verb Create() =>
        new Verb(
            "rebuild",
            "Derive a timeline again from the log: missing entries are written with the same ids, the rest stays as it "
            + "is",
            "changelog rebuild course_designer_plan",
            "changelog rebuild course_designer_plan --json | jq .written")
        {
            Timeline,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await context.RequireCurrentAsync(cancellationToken);
        var next = Step;
        var report = await context.Services.GetRequiredService<TimelineRebuild>().RunAsync(
            context.Parsed.GetValue(Timeline)!,
            progress =>
            {
                if (!context.Output.Json && progress.Share < 1 && progress.Share >= next)
                {
                    next = progress.Share + Step;
                    context.Output.Line($"{Format.OfShare(progress.Share)} · {Found(progress)}");
                }
            },
            cancellationToken);
        context.Output.Write(report, done => context.Output.Line(
            new Span($"Timeline {Printable.Of(done.Timeline)}", TextStyle.Strong),
            $" · {Found(done)}"
            + (done.Skipped > 0 ? $", {Format.Of(done.Skipped)} skipped because their root is gone" : string.Empty)));
        return ExitCode.Done;
    }

    private static string Found(RebuildReport report) =>
        $"{(report.Entries == 1 ? "1 entry" : $"{Format.Of(report.Entries)} entries")} in the log, "
        + $"{Format.Of(report.Written)} were missing";
}
