using System.CommandLine;
using System.Data;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Verbs;

/// <summary><c>timeline</c>: what happened to an aggregate.</summary>
internal static class TimelineCommand
{
    private const int DefaultLimit = 100;

    private static readonly Argument<string> Root = new("root")
    {
        Description = "The root's table: plans, or schema.plans; or the timeline's name",
    };

    private static readonly Argument<string> Id = new("id")
    {
        Description = "The root's key",
    };

    private static readonly Option<int> Limit = Limits.Option(DefaultLimit, "How many entries to show, the newest");

    public static Verb Create() =>
        new Verb(
            "timeline",
            "What happened to an aggregate: its root, its children and its events, as configured in "
                + "ChangeLog:Timelines",
            "changelog timeline course_designer_plans 7e6c3f1c-98a1-4a34-9d36-3c1a4c9a1f10",
            "changelog timeline plans 7 --limit 10 --json | jq '.entries[].event_type'")
        {
            Root, Id, Limit,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.ConnectAsync(cancellationToken);
        await ShowAsync(
            connection,
            context.Output,
            context.Zone,
            context.Parsed.GetValue(Root)!,
            context.Parsed.GetValue(Id)!,
            context.Parsed.GetValue(Limit),
            cancellationToken);
        return ExitCode.Done;
    }

    /// <summary>Shows the timeline of a root, also for other verbs.</summary>
    public static async Task ShowAsync(
        NpgsqlConnection connection,
        Output output,
        TimeZoneInfo zone,
        string root,
        string id,
        int limit,
        CancellationToken cancellationToken)
    {
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var timeline = await new TimelineReader(connection).ReadAsync(root, id, limit, cancellationToken);
        output.Write(timeline, new TimelineText(output, zone).Write);
    }
}
