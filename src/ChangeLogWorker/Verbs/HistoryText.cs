using System.Globalization;
using ChangeLog.History;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes the history of a record.</summary>
internal sealed class HistoryText(Output output, TimeZoneInfo zone)
{
    public static object Json(KnownTable table, string record, RecordHistory history) => new
    {
        Table = table.Name,
        TableExists = table.Lives,
        table.CoveredSince,
        table.NotCoveredBecause,
        RecordId = record,
        history.Total,
        history.NotHandled,
        history.Changes,
    };

    public void Write(KnownTable table, string record, IReadOnlyList<string> keys, RecordHistory history, string? hint)
    {
        if (history.Changes.Count == 0)
        {
            output.Line(
                $"No change of {Printable.Of(table.Name)} {Printable.Of(record)} is logged. "
                    + $"{Sentence(Coverage(table))}");
            if (hint is not null)
            {
                output.Line(Printable.Of(hint));
            }

            return;
        }

        output.Line(
            new Span($"{Printable.Of(table.Name)} {Printable.Of(record)}", TextStyle.Strong), $" · {Summary(history)}");
        output.Line(new Span($"times are in {zone.Id}; {Coverage(table)}", TextStyle.Dim));
        if (history.Older > 0)
        {
            output.Line(new Span($"{history.Older} older ones not shown (--limit)", TextStyle.Dim));
        }

        var lines = new ChangeLines(zone, output.Width, table.Columns);
        foreach (var change in history.Changes)
        {
            output.Line();
            var isOther = change.Table != table.Name || !keys.Contains(change.RecordId);
            foreach (var line in lines.Of(change, withRecord: isOther))
            {
                output.Line(line);
            }
        }
    }

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static string Summary(RecordHistory history) =>
        Count(history.Total, "change")
        + (history.NotHandled > 0
            ? $", {history.NotHandled.ToString(CultureInfo.InvariantCulture)} not yet handled"
            : string.Empty);

    private static string Count(long number, string noun) =>
        number.ToString(CultureInfo.InvariantCulture) + " " + noun + (number == 1 ? string.Empty : "s");

    private string Coverage(KnownTable table) => table switch
    {
        { CoveredSince: { } since } => $"the table has been captured since {TimeFormat.Of(since, zone)}.",
        { NotCoveredBecause: { } reason } => $"the table is not captured: {reason.TrimEnd('.')}.",
        { Lives: false } => "the table no longer exists.",
        _ => "the table was never captured (changelog status says why).",
    };
}
