using System.CommandLine;
using System.Data;
using ChangeLog.History;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs.Past;

/// <summary><c>show</c>: one row as it was.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Table = new("table")
    {
        Description = "The table: orders, or schema.orders; the current name, or a dropped table's",
    };

    private static readonly Argument<string> Record = new("record")
    {
        Description = "The row's id or key; a key of several columns as a JSON array: '[7, \"a\"]'",
    };

    private static readonly Option<string> At = new("--at")
    {
        Description = $"When: {MomentText.Forms}",
        HelpName = "time",
        Required = true,
    };

    public static Verb Create() =>
        new Verb(
            "show",
            "One row as it was at a moment, field by field",
            "changelog show orders 42 --at yesterday",
            "changelog show sales.order_line '[42, 1]' --at 2026-11-30T14:00",
            "changelog show orders 42 --at 1h --json | jq .row.status")
        {
            Table, Record, At,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var record = context.Parsed.GetValue(Record)!;
        var now = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var moment = MomentText.Parse(At, context.Parsed.GetValue(At)!, now, context.Zone);
        await using var connection = await context.ConnectAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var table = await new TableFinder(connection).FindAsync(context.Parsed.GetValue(Table)!, cancellationToken);
        var row = await new PastReader(connection).RecordAsync(table, record, moment, cancellationToken);
        var hint = row is null ? await RecordKey.HintAsync(connection, table, record, cancellationToken) : null;
        context.Output.Write(
            ShowText.Json(table, record, moment, row),
            _ => new ShowText(context.Output, context.Zone).Write(table, record, moment, row, hint));
        return ExitCode.Done;
    }
}
