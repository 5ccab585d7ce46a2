using ChangeLog.Status;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes which trigger function captures each table, for a person.</summary>
internal sealed class CaptureText(Output output)
{
    private const int MostColumns = 3;

    private const string Explanation =
        "A general function takes the rows of any table, and safeguards make it slower. A table's own is written for "
        + "its columns, where none of them needs a safeguard; a pinned setting keeps a column's text the same "
        + "whatever the session sets (docs/decisions/functions-of-their-own.md).";

    public void Write(IReadOnlyList<TableStatus> tables)
    {
        var captured = tables.Where(table => table.Covered).ToList();
        if (captured.Count == 0)
        {
            return;
        }

        var own = captured.Count(table => table.Capture is { IsOwn: true });
        output.Line();
        output.Line(
            new Span("Trigger functions", TextStyle.Strong),
            $" · the table's own for {Format.Of(own, "table")}, a general one for {Format.Of(captured.Count - own)}");
        var rows = new TextTable("table", "function", "the table's own?");
        foreach (var table in captured)
        {
            rows.Add(Printable.Of(table.Table), Printable.Of(table.Capture?.Function ?? "-"), Own(table.Capture));
        }

        output.Table(rows);
        output.Line(new Span(Explanation, TextStyle.Dim));
    }

    private static string Own(CaptureFunction? capture) => capture switch
    {
        null => "no: the trigger is missing",
        { IsOwn: true, Pins.Count: 0 } => "yes; pins no setting",
        { IsOwn: true } => $"yes; pins {Pins(capture.Pins)}",
        { Reason: { } reason } => $"no: {reason}",
        _ => "no, until the next reconcile",
    };

    // one column may need several settings
    private static string Pins(IReadOnlyDictionary<string, IReadOnlyList<string>> pins) =>
        string.Join("; ", pins
            .GroupBy(pin => string.Join('\n', pin.Value))
            .Select(group => string.Join(", ", group.Select(pin => pin.Key)) + Columns(group.First().Value)));

    private static string Columns(IReadOnlyList<string> columns) => columns.Count switch
    {
        0 => string.Empty,
        <= MostColumns => $" for {string.Join(", ", columns)}",
        _ => $" for {string.Join(", ", columns.Take(MostColumns))} and {columns.Count - MostColumns} more",
    };
}
