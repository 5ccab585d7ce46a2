using System.CommandLine;
using System.Data;
using ChangeLog.History.Records;
using ChangeLog.Keys;
using ChangeLog.Settings;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Verbs.Changes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Verbs.History;

/// <summary><c>history</c>: what happened to one row.</summary>
internal static class HistoryCommand
{
    private const int DefaultLimit = 50;

    private static readonly Argument<string> Table = new("table")
    {
        Description = "The table: orders, or schema.orders; the current name, or a dropped table's",
    };

    private static readonly Argument<string> Record = new("record")
    {
        Description = "The row's id or key; a key of several columns as a JSON array: '[7, \"a\"]'",
    };

    private static readonly Option<bool> Children = new("--children")
    {
        Description = "Also the changes of rows that refer to it",
    };

    private static readonly Option<int> Limit = Limits.Option(DefaultLimit, "How many changes to show, the newest");

    public static Verb Create() =>
        new Verb(
            "history",
            "What happened to one row: when, who, what, and each field before and after",
            "changelog history orders 42",
            "changelog history sales.order_line '[42, 1]' --limit 10",
            "changelog history orders 42 --column status --since 7d",
            "changelog history customers 7 --children   the orders of customer 7 too",
            "changelog history orders 42 --json | jq '.changes[].record_data.status'")
        {
            Table, Record, Children, FeedOptions.Actor, FeedOptions.Column, FeedOptions.Since, FeedOptions.Until,
            Limit,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.ConnectAsync(cancellationToken);
        await ShowAsync(
            connection,
            context.Output,
            context.Zone,
            context.Parsed.GetValue(Table)!,
            context.Parsed.GetValue(Record)!,
            Filter(context),
            context.Has(GlobalOptions.Full) ? null : QuietColumns.Of(context.Configuration),
            cancellationToken);
        return ExitCode.Done;
    }

    private static HistoryFilter Filter(VerbContext context)
    {
        var now = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return new HistoryFilter
        {
            Children = context.Has(Children),
            Actor = context.Parsed.GetValue(FeedOptions.Actor),
            Columns = context.Parsed.GetValue(FeedOptions.Column) ?? [],
            Since = FeedOptions.Time(context.Parsed, FeedOptions.Since, now, context.Zone),
            Until = FeedOptions.Time(context.Parsed, FeedOptions.Until, now, context.Zone),
            Limit = context.Parsed.GetValue(Limit),
        };
    }

    /// <summary>Shows the history of a record, also for other verbs.</summary>
    public static async Task ShowAsync(
        NpgsqlConnection connection,
        Output output,
        TimeZoneInfo zone,
        string name,
        string record,
        HistoryFilter filter,
        IReadOnlySet<string>? quiet,
        CancellationToken cancellationToken)
    {
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var table = await new TableFinder(connection).FindAsync(name, cancellationToken);
        var periods = await new KeyTrail(connection).ReadAsync(table, record, cancellationToken);
        var history = await new HistoryReader(connection).ReadAsync(table, periods, filter, cancellationToken);
        var hint = history.Changes.Count == 0
            ? await RecordKey.HintAsync(connection, table, record, cancellationToken)
            : null;
        output.Write(
            HistoryText.Json(table, record, history), _ =>
                new HistoryText(output, zone, quiet).Write(table, record, periods[0].Keys, filter, history, hint));
    }
}
