using System.Globalization;
using System.Text.Json;
using ChangeLog.History.Records;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs.History;

/// <summary>Writes the history of a record.</summary>
internal sealed class HistoryText(Output output, TimeZoneInfo zone, IReadOnlySet<string>? quiet = null)
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
        history.Unseen,
    };

    public void Write(
        KnownTable table,
        string record,
        IReadOnlyList<string> keys,
        HistoryFilter filter,
        RecordHistory history,
        string? hint)
    {
        if (history.Changes.Count == 0 && filter.IsNarrow)
        {
            output.Line($"No change of {Printable.Of(table.Name)} {Printable.Of(record)} that is logged matches.");
            return;
        }

        if (history.Changes.Count == 0)
        {
            WriteNothing(table, record, hint);
            return;
        }

        output.DataLine(
            new Span($"{Printable.Of(table.Name)} {Printable.Of(record)}", TextStyle.Strong), $" · {Summary(history)}");
        WriteCoverage(table);
        if (history.Older > 0)
        {
            output.Line(new Span($"{history.Older} older ones not shown (--limit)", TextStyle.Dim));
        }

        var lines = new ChangeLines(zone, output.ValueWidth, quiet);
        var unseen = history.Unseen.ToDictionary(one => one.Before);
        foreach (var change in history.Changes)
        {
            output.Line();
            if (unseen.TryGetValue(change.Position, out var before))
            {
                WriteUnseen(before, lines);
            }

            var isOther = change.Table != table.Name || !keys.Contains(change.RecordId);
            foreach (var line in lines.Of(change, withRecord: isOther))
            {
                output.DataLine(line);
            }
        }
    }

    /// <summary>Says that the log has nothing of a record, and why that may be.</summary>
    public void WriteNothing(KnownTable table, string record, string? hint)
    {
        output.Line(
            $"No change of {Printable.Of(table.Name)} {Printable.Of(record)} is logged. "
            + Sentence(CoverageText.Of(table, zone)));
        if (hint is not null)
        {
            output.Line(Printable.Of(hint));
        }
    }

    /// <summary>The line under a record's headline.</summary>
    public void WriteCoverage(KnownTable table) =>
        output.Line(new Span($"times are in {zone.Id}; {CoverageText.Of(table, zone)}", TextStyle.Dim));

    private void WriteUnseen(UnseenChange unseen, ChangeLines lines)
    {
        var times = string.Join(
            "; ",
            unseen.NotCaptured.Select(gap =>
                $"not captured {TimeFormat.Of(gap.From, zone)} to "
                + (gap.Until is { } until ? TimeFormat.Of(until, zone) : "now")
                + $", {Printable.Of(gap.Reason)}"));
        output.Hanging(
            $"{unseen.What} between these two ({(times.Length > 0 ? times : "no gap in its capture is known")})",
            new Span("unseen · ", TextStyle.Doubtful));
        foreach (var line in lines.Differences(
            unseen.Fields.Select(field => (field.Name, (JsonElement?)field.Left, (JsonElement?)field.Found))))
        {
            output.DataLine(line);
        }

        output.Line();
    }

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static string Summary(RecordHistory history) =>
        Count(history.Total, "change")
        + (history.NotHandled > 0
            ? $", {history.NotHandled.ToString(CultureInfo.InvariantCulture)} not yet handled"
            : string.Empty);

    private static string Count(long number, string noun) =>
        number.ToString(CultureInfo.InvariantCulture) + " " + noun + (number == 1 ? string.Empty : "s");
}
