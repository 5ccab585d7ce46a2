using System.CommandLine;
using System.Data;
using ChangeLog.History.Records;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Verbs.Blame;

/// <summary><c>blame</c>: who set each value of one row.</summary>
internal static class BlameCommand
{
    private static readonly Argument<string> Table = new("table")
    {
        Description = "The table: orders, or schema.orders; the current name, or a dropped table's",
    };

    private static readonly Argument<string> Record = new("record")
    {
        Description = "The row's id or key; a key of several columns as a JSON array: '[7, \"a\"]'",
    };

    public static Verb Create() =>
        new Verb(
            "blame",
            "Who set each value of one row: since when, by whom, in which transaction and why",
            "changelog blame orders 42",
            "changelog blame sales.order_line '[42, 1]'",
            "changelog blame orders 42 --json | jq '.columns[] | select(.name == \"status\")'")
        {
            Table, Record,
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
            cancellationToken);
        return ExitCode.Done;
    }

    /// <summary>Shows the blame of a record, also for other verbs.</summary>
    public static async Task ShowAsync(
        NpgsqlConnection connection,
        Output output,
        TimeZoneInfo zone,
        string name,
        string record,
        CancellationToken cancellationToken)
    {
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var table = await new TableFinder(connection).FindAsync(name, cancellationToken);
        var blame = await new BlameReader(connection).ReadAsync(table, record, cancellationToken);
        var hint = blame.Columns.Count == 0
            ? await RecordKey.HintAsync(connection, table, record, cancellationToken)
            : null;
        output.Write(
            BlameText.Json(table, record, blame), _ => new BlameText(output, zone).Write(table, record, blame, hint));
    }
}
