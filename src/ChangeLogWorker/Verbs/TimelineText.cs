using System.Text.Json;
using ChangeLog.History;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes a timeline for a person, one line per entry.</summary>
internal sealed class TimelineText(Output output, TimeZoneInfo zone)
{
    public void Write(RootTimeline timeline)
    {
        output.Line(
            new Span($"{Printable.Of(timeline.Root)} {Printable.Of(timeline.Id)}", TextStyle.Strong),
            $" · {(timeline.Total == 1 ? "1 entry" : $"{Format.Of(timeline.Total)} entries")}"
            + (timeline.Total > timeline.Entries.Count
                ? $", the newest {timeline.Entries.Count} (--limit)"
                : string.Empty));
        output.Line(new Span($"times are in {zone.Id}", TextStyle.Dim));
        if (timeline.IsBehind)
        {
            output.Line(new Span("the timeline's handler is behind: more entries will follow", TextStyle.Doubtful));
        }

        if (timeline.Entries.Count == 0)
        {
            return;
        }

        output.Line();
        var table = new TextTable("occurred", "event", "stage", "actor", "what");
        foreach (var entry in timeline.Entries)
        {
            table.Add(
                TimeFormat.Of(entry.OccurredAt, zone),
                Printable.Of(entry.EventType),
                Printable.Of(entry.Stage ?? Text(entry.Payload, "stage") ?? string.Empty),
                Printable.Of(entry.ActorUserId?.ToString() ?? Text(entry.Payload, "actor_id") ?? string.Empty),
                What(entry.Payload));
        }

        output.Table(table);
    }

    private static string What(JsonElement? payload)
    {
        if (Member(payload, "table") is null)
        {
            return Printable.Of(Member(payload, "payload") ?? payload);
        }

        var record = $"{Text(payload, "table")} {Text(payload, "record_id")}";
        return Member(payload, "previous_values") is { ValueKind: JsonValueKind.Object } before
            && Member(payload, "new_values") is { ValueKind: JsonValueKind.Object } after
                ? $"{Printable.Of(record)}: " + string.Join(", ", Spoken(before).Select(column =>
                    $"{Printable.Of(column.Name)} {Printable.Of(column.Value)} → "
                    + $"{Printable.Of(Member(after, column.Name))}"))
                : Printable.Of(record);
    }

    // redundant with the line's time; on its own it means that nothing else changed
    private static IEnumerable<JsonProperty> Spoken(JsonElement before)
    {
        var columns = before.EnumerateObject().ToList();
        return columns.Count == 1 ? columns : columns.Where(column => column.Name != "updated_at");
    }

    private static string? Text(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member)
            ? member
            : null;
}
