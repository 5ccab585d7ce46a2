using System.CommandLine;
using System.Data;
using ChangeLog.History;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs.Past;

/// <summary><c>diff</c>: what differs in a table between two moments.</summary>
internal static class DiffCommand
{
    private const int DefaultLimit = 50;

    private static readonly Argument<string> Table = new("table")
    {
        Description = "The table: orders, or schema.orders",
    };

    private static readonly Argument<string?> Record = new("record")
    {
        Description = "Only this row, by its id or key",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> From = new("--from")
    {
        Description = $"The earlier moment: {MomentText.Forms}",
        HelpName = "time",
        Required = true,
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "The later moment, written as for --from",
        HelpName = "time",
        DefaultValueFactory = _ => "now",
    };

    private static readonly Option<int> Limit = Limits.Option(DefaultLimit, "How many rows to show, the first by key");

    public static Verb Create() =>
        new Verb(
            "diff",
            "What differs in a table, or in one row, between two moments: created, changed, deleted in the end",
            "changelog diff orders --from yesterday --to today",
            "changelog diff orders 42 --from 7d",
            "changelog diff prices --from 2026-11-30T14:00 --json | jq '.changes[].record_id'")
        {
            Table, Record, From, To, Limit,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var now = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var from = MomentText.Parse(From, context.Parsed.GetValue(From)!, now, context.Zone);
        var to = MomentText.Parse(To, context.Parsed.GetValue(To)!, now, context.Zone);
        if (from > to)
        {
            throw new RefusedException("--from is later than --to.", ExitCode.WrongUse);
        }

        await using var connection = await context.ConnectAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var table = await new TableFinder(connection).FindAsync(context.Parsed.GetValue(Table)!, cancellationToken);
        var record = context.Parsed.GetValue(Record);
        var reader = new PastReader(connection);
        var changes = record is not null
            ? await reader.DifferenceAsync(table, record, from, to, cancellationToken)
            : await reader.DifferencesAsync(
                Required(table), from, to, context.Parsed.GetValue(Limit), cancellationToken);
        context.Output.Write(
            DiffText.Json(table, record, from, to, changes),
            _ => new DiffText(context.Output, context.Zone).Write(table, record, from, to, changes));
        return ExitCode.Done;
    }

    // a dropped table's rows are found by their keys only
    private static KnownTable Required(KnownTable table) => table switch
    {
        { Lives: false } => throw new RefusedException(
            $"{table.Name} no longer exists: name the record too.", ExitCode.WrongUse),
        { Key.Length: 0 } => throw new RefusedException(
            $"{table.Name} has no key: which of its rows a change is of, the log cannot say. All its changes: "
                + $"changelog changes --table {table.Name}",
            ExitCode.WrongUse),
        _ => table,
    };
}
