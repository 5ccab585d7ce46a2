using System.CommandLine;
using System.Data;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Verbs.Changes;

/// <summary><c>changes</c>: the feed of all changes, filtered, as it was or live.</summary>
internal static class ChangesCommand
{
    private static readonly Option<bool> Follow = new("--follow", "-f")
    {
        Description = "Go on with what is committed, until Ctrl+C",
    };

    private static readonly Option<bool> Csv = new("--csv")
    {
        Description = "Write CSV, a line each change",
    };

    private static readonly Option<bool> NdJson = new("--ndjson")
    {
        Description = "Write JSON, a line each change",
    };

    public static Verb Create()
    {
        var verb = new Verb(
            "changes",
            "What happened: the newest changes of all tables, by transaction, filtered; or live",
            "changelog changes --table orders --since 1h",
            "changelog changes --table 'sales.*' --op delete --since yesterday --until today",
            "changelog changes --actor u17 --column status --where status=paid",
            "changelog changes --follow",
            "changelog changes --since 7d --limit 100000 --csv > week.csv");
        foreach (var option in FeedOptions.All.Concat([Follow, Csv, NdJson]))
        {
            verb.Add(option);
        }

        verb.Validators.Add(parsed =>
        {
            bool[] formats = [parsed.GetValue(Csv), parsed.GetValue(NdJson), parsed.GetValue(GlobalOptions.Json)];
            if (formats.Count(chosen => chosen) > 1)
            {
                parsed.AddError("--json, --ndjson and --csv exclude one another");
            }

            var ends = parsed.GetValue(GlobalOptions.Json) || parsed.GetValue(FeedOptions.Until) is not null;
            if (ends && parsed.GetValue(Follow))
            {
                parsed.AddError("--follow has no end: use --ndjson or --csv instead of --json, and no --until");
            }
        });
        return verb.Does(RunAsync);
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var time = context.Services.GetRequiredService<TimeProvider>();
        var filter = FeedOptions.Filter(context.Parsed, time.GetUtcNow(), context.Zone);
        await using var connection = await context.ConnectAsync(cancellationToken);
        var (feed, place) = await ReadAsync(connection, filter, context.Output, cancellationToken);
        if (context.Output.Json)
        {
            context.Output.Write(feed, _ => { });
            return ExitCode.Done;
        }

        var writer = Writer(context, filter);
        writer.Begin(feed);
        if (feed.More && (context.Has(Csv) || context.Has(NdJson)))
        {
            context.Output.Error($"These are the newest {filter.Limit} that match; --limit gives more.");
        }

        if (context.Has(Follow))
        {
            var follower = new FeedFollower(
                context.Database,
                time,
                why => context.Output.Error($"The connection was lost ({why}); trying again. Nothing is skipped."));
            await FollowAsync(follower, filter, place, writer, cancellationToken);
        }

        return ExitCode.Done;
    }

    // the snapshot that was read is the one to follow from
    private static async Task<(Feed Feed, FeedPlace Place)> ReadAsync(
        NpgsqlConnection connection, FeedFilter filter, Output output, CancellationToken cancellationToken)
    {
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        using var progress = output.Progress("no index answers this; looking through the log");
        var place = await FeedFollower.PlaceAsync(connection, cancellationToken);
        return (await new FeedReader(connection).ReadAsync(filter, progress, cancellationToken), place);
    }

    // to be stopped is how it ends
    private static async Task FollowAsync(
        FeedFollower follower,
        FeedFilter filter,
        FeedPlace place,
        IFeedWriter writer,
        CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var changes in follower.FollowAsync(filter, place, cancellationToken))
            {
                writer.Write(changes);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private static IFeedWriter Writer(VerbContext context, FeedFilter filter) =>
        context.Has(Csv) ? new FeedCsv(context.Output)
        : context.Has(NdJson) ? new FeedNdJson(context.Output)
        : new FeedText(context.Output, context.Zone, filter, context.Has(Follow));
}
