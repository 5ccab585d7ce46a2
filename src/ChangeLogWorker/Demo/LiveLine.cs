using System.Globalization;
using System.Text.Json;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Demo;

/// <summary>A change on one line: when · who · what, with old → new for what changed.</summary>
internal sealed class LiveLine(TimeZoneInfo zone, int width)
{
    private const int WhoWidth = 16;
    private const int LongestValue = 24;

    // shown in the line already
    private static readonly string[] Silent = ["created_at", "updated_at"];

    public IReadOnlyList<Span> Of(SeenChange change)
    {
        var when = TimeZoneInfo.ConvertTime(change.LoggedAt, zone).ToString(
            "HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var who = TextWidth.Shorten(Printable.Of(change.Who), WhoWidth);
        var what = $"{Verb(change.Op)} {change.Table} {change.RecordId}".TrimEnd();
        List<Span> line =
        [
            new(when, TextStyle.Dim),
            new(" · "),
            new(who + new string(' ', WhoWidth - TextWidth.Of(who)), TextStyle.Strong),
            new(" · "),
            new(Printable.Of(what), change.Op is 'D' or 'T' ? TextStyle.Bad : TextStyle.Plain),
        ];
        line.AddRange(change.Op == 'U' ? Differences(change) : Row(change));
        return Cut(line);
    }

    private static string Verb(char op) => op switch
    {
        'I' => "created",
        'U' => "changed",
        'D' => "deleted",
        'T' => "truncated",
        _ => "snapshot of",
    };

    private static IEnumerable<Span> Differences(SeenChange change)
    {
        foreach (var (name, before) in Spoken(change, change.Previous))
        {
            var after = change.Data.TryGetProperty(name, out var value) ? value : (JsonElement?)null;
            yield return new($"  {Printable.Of(name)}: ", TextStyle.Dim);
            yield return new(Value(before), TextStyle.Before);
            yield return new(" → ");
            yield return new(Value(after), TextStyle.After);
        }
    }

    private static IEnumerable<Span> Row(SeenChange change)
    {
        foreach (var (name, value) in Spoken(
            change, change.Data).Where(field => field.Value.ValueKind != JsonValueKind.Null))
        {
            yield return new($"  {Printable.Of(name)}: ", TextStyle.Dim);
            yield return new(Value(value), change.Op == 'D' ? TextStyle.Before : TextStyle.After);
        }
    }

    private static IEnumerable<(string Name, JsonElement Value)> Spoken(SeenChange change, JsonElement row) =>
        from column in change.Columns
        where !Silent.Contains(column)
        let value = row.TryGetProperty(column, out var found) ? found : (JsonElement?)null
        where value is not null
        select (column, value.Value);

    private static string Value(JsonElement? value) => TextWidth.Shorten(Printable.Of(value), LongestValue);

    private List<Span> Cut(List<Span> line)
    {
        var room = width;
        var cut = new List<Span>();
        foreach (var span in line)
        {
            var columns = TextWidth.Of(span.Text);
            if (columns > room)
            {
                cut.Add(span with { Text = TextWidth.Shorten(span.Text, room) });
                break;
            }

            cut.Add(span);
            room -= columns;
        }

        return cut;
    }
}
