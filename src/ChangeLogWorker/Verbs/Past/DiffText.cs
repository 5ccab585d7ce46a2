using System.Globalization;
using ChangeLog.History;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs.Past;

/// <summary>Writes what differs between two moments.</summary>
internal sealed class DiffText(Output output, TimeZoneInfo zone)
{
    public static object Json(
        KnownTable table, string? record, DateTimeOffset from, DateTimeOffset to, NetChanges changes) => new
    {
        Table = table.Name,
        TableExists = table.Lives,
        table.CoveredSince,
        table.NotCoveredBecause,
        RecordId = record,
        From = from,
        To = to,
        changes.Created,
        changes.Changed,
        changes.Deleted,
        changes.Changes,
    };

    public void Write(KnownTable table, string? record, DateTimeOffset from, DateTimeOffset to, NetChanges changes)
    {
        var subject = record is null ? table.Name : $"{table.Name} {record}";
        output.Line(new Span(Printable.Of(subject), TextStyle.Strong), $" · {Summary(changes)}");
        output.Line(
            new Span($"from {TimeFormat.Exact(from, zone)} to {TimeFormat.Exact(to, zone)}", TextStyle.Dim));
        output.Line(new Span($"times are in {zone.Id}; {CoverageText.Of(table, zone)}", TextStyle.Dim));
        var lines = new ChangeLines(zone, output.ValueWidth);
        foreach (var change in changes.Changes)
        {
            output.Line();
            output.Line(Headline(change));
            foreach (var line in lines.Of(change, table.Columns))
            {
                output.DataLine(line);
            }
        }

        if (changes.Total > changes.Changes.Count)
        {
            output.Line();
            output.Line(new Span($"{changes.Total - changes.Changes.Count} more not shown (--limit)", TextStyle.Dim));
        }
    }

    private static Span[] Headline(NetChange change)
    {
        var record = new Span($"{Printable.Of(change.RecordId)} · ", TextStyle.Strong);
        return change.Action switch
        {
            "create" => [record, "created"],
            "delete" => [record, new("deleted", TextStyle.Bad)],
            _ => [record, "changed"],
        };
    }

    private static string Summary(NetChanges changes)
    {
        (long Count, string Word)[] parts =
            [(changes.Created, "created"), (changes.Changed, "changed"), (changes.Deleted, "deleted")];
        return changes.Total == 0
            ? "no difference"
            : string.Join(
                ", ",
                parts.Where(part => part.Count > 0)
                    .Select(part => $"{part.Count.ToString(CultureInfo.InvariantCulture)} {part.Word}"));
    }
}
