using System.Text.Json;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs.Past;

/// <summary>Writes a record as it was.</summary>
internal sealed class ShowText(Output output, TimeZoneInfo zone)
{
    public static object Json(KnownTable table, string record, DateTimeOffset moment, JsonElement? row) => new
    {
        Table = table.Name,
        TableExists = table.Lives,
        table.CoveredSince,
        table.NotCoveredBecause,
        RecordId = record,
        At = moment,
        Row = row,
    };

    public void Write(KnownTable table, string record, DateTimeOffset moment, JsonElement? row, string? hint)
    {
        output.Line(
            new Span($"{Printable.Of(table.Name)} {Printable.Of(record)}", TextStyle.Strong),
            $" · {(row is null ? "not there" : "as it was")} at {TimeFormat.Exact(moment, zone)}");
        output.Line(new Span($"times are in {zone.Id}; {CoverageText.Of(table, zone)}", TextStyle.Dim));
        if (hint is not null)
        {
            output.Line(Printable.Of(hint));
        }

        if (row is { } fields)
        {
            output.Line();
            foreach (var (name, value) in ChangeLines.Of(fields, table.Columns))
            {
                output.Hanging(value, new Span(name, TextStyle.Dim));
            }
        }
    }
}
