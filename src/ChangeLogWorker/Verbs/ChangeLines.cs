using System.Text.Json;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs;

/// <summary>
/// Writes a change for a person: when · who · what, then each field, in the order of the table's columns; fields that
/// are no longer columns follow by name.
/// </summary>
/// <param name="zone">The time zone to show.</param>
/// <param name="width">The width to which values are cut, never what names a thing: ids, people, columns.</param>
/// <param name="quiet">An update of no other columns is one line.</param>
internal sealed class ChangeLines(TimeZoneInfo zone, int width, IReadOnlySet<string>? quiet = null)
{
    private const string Indent = "    ";
    private const string Arrow = " → ";
    private const int LongestName = 28;
    private const int LeastRoom = 16;
    private const int MostFieldsOfRow = 16;

    public IEnumerable<IReadOnlyList<Span>> Of(LoggedChange change, bool withRecord, bool withOrigin = true)
    {
        if (withOrigin && QuietColumns(change) is { Count: > 0 } columns)
        {
            var when = TimeFormat.Exact(change.LoggedAt, zone);
            var who = Printable.Of(change.Origin.Who);
            yield return [
                new($"{when} · {who} · only {Printable.Of(string.Join(", ", columns))}", TextStyle.Dim), Mark(change)];
            yield break;
        }

        yield return withOrigin ? Headline(change, withRecord) : [What(change, withRecord), Mark(change)];
        if (withOrigin)
        {
            foreach (var line in OriginLines(change))
            {
                yield return [new(Indent), new(line, TextStyle.Dim)];
            }
        }

        foreach (var line in Fields(
            change.Op == "U" ? change.PreviousData : null,
            change.RecordData,
            change.TableColumns,
            isDelete: change.Op == "D"))
        {
            yield return line;
        }
    }

    private List<string> QuietColumns(LoggedChange change) =>
        quiet is not null && change is { Op: "U", Action: null or "update" }
        && Names(change.PreviousData, change.TableColumns) is var names && names.TrueForAll(quiet.Contains)
            ? names
            : [];

    /// <summary>The fields of what has become of a record.</summary>
    public IEnumerable<IReadOnlyList<Span>> Of(NetChange change, IReadOnlyList<string> columns) =>
        Fields(change.PreviousData, change.RecordData, columns, isDelete: change.Action == "delete");

    /// <summary>Each field of a row: its name, padded, and its value.</summary>
    public static IEnumerable<(string Name, string Value)> Of(JsonElement row, IReadOnlyList<string> columns)
    {
        var names = Names(row, columns);
        var name = NameWidth(names);
        return names.Select(field => (Name(field, name).Text, Printable.Of(Field(row, field))));
    }

    public IReadOnlyList<Span> Headline(LoggedChange change, bool withRecord)
    {
        var when = TimeFormat.Exact(change.LoggedAt, zone);
        return
        [
            new(when, TextStyle.Dim),
            new(" · "),
            new(Printable.Of(change.Origin.Who), TextStyle.Strong),
            new(" · "),
            What(change, withRecord),
            Mark(change),
        ];
    }

    // from where and in which transaction, for which request, and why; short parts share a line
    private IEnumerable<string> OriginLines(LoggedChange change)
    {
        var line = string.Empty;
        foreach (var part in change.Origin.From
            .Prepend(change.EventId is { } id ? $"transaction {EventIdPrefix.Short(id)}" : null)
            .OfType<string>()
            .Select(Printable.Of))
        {
            if (line.Length > 0 && TextWidth.Of($"{line} · {part}") > width - Indent.Length)
            {
                yield return line;
                line = string.Empty;
            }

            line += (line.Length > 0 ? " · " : string.Empty) + part;
        }

        if (line.Length > 0)
        {
            yield return line;
        }

        if (change.Origin.Reason is { Length: > 0 } reason)
        {
            yield return TextWidth.Shorten("because: " + Printable.Of(reason), width - Indent.Length);
        }
    }

    /// <summary>The word for an action, or for the op of a change that may have none yet.</summary>
    public static string Word(string action) => action switch
    {
        "soft_delete" => "soft-deleted",
        "restore" => "restored",
        "create" or "I" => "created",
        "update" or "U" => "changed",
        "delete" or "D" => "deleted",
        "truncate" or "T" => "truncated",
        "snapshot" or "S" => "snapshot",
        var other => other,
    };

    private static Span Mark(LoggedChange change) =>
        new(change.Handled ? string.Empty : " · not yet handled", TextStyle.Doubtful);

    private static Span What(LoggedChange change, bool withRecord)
    {
        var record = change.RecordId is null ? string.Empty : $" {change.RecordId}";
        var subject = withRecord || change.Op == "T" ? Printable.Of($" {change.Table}{record}") : string.Empty;
        var word = Word(change.Action is "soft_delete" or "restore" ? change.Action : change.Op);
        return new(word + subject, change.Op is "D" or "T" ? TextStyle.Bad : TextStyle.Plain);
    }

    /// <summary>Fields, before → after.</summary>
    public IEnumerable<IReadOnlyList<Span>> Differences(
        IEnumerable<(string Name, JsonElement? Before, JsonElement? After)> fields)
    {
        var all = fields
            .SelectMany(field => JsonDifferences.Of(field.Name, field.Before, field.After))
            .ToList();
        var nameWidth = NameWidth([.. all.Select(field => field.Name)]);
        foreach (var field in all)
        {
            var name = Name(field.Name, nameWidth);
            var (before, after) = ValuePair.Fit(
                Printable.Of(field.Before), Printable.Of(field.After), Room(name) - Arrow.Length);
            yield return [name, new(before, TextStyle.Before), new(Arrow), new(after, TextStyle.After)];
        }
    }

    private IEnumerable<IReadOnlyList<Span>> Fields(
        JsonElement? previous, JsonElement? row, IReadOnlyList<string> columns, bool isDelete)
    {
        if (previous is null)
        {
            return Row(row, columns, isDelete ? TextStyle.Before : TextStyle.After);
        }

        var names = Names(previous, columns);
        return names.Count == 0
            ? [[new(Indent), new("no value changed", TextStyle.Dim)]]
            : Differences(names.Select(name => (name, Field(previous, name), Field(row, name))));
    }

    private IEnumerable<IReadOnlyList<Span>> Row(JsonElement? row, IReadOnlyList<string> columns, TextStyle style)
    {
        var names = Names(row, columns)
            .Where(field => Field(row, field)?.ValueKind != JsonValueKind.Null)
            .ToList();
        var shown = names.Take(width < Output.Unlimited ? MostFieldsOfRow : names.Count).ToList();
        var nameWidth = NameWidth(shown);
        foreach (var field in shown)
        {
            var name = Name(field, nameWidth);
            yield return [name, new(TextWidth.Shorten(Printable.Of(Field(row, field)), Room(name)), style)];
        }

        if (names.Count > shown.Count)
        {
            yield return [
                new(Indent), new($"and {names.Count - shown.Count} more fields (--full shows them)", TextStyle.Dim)];
        }
    }

    private static List<string> Names(JsonElement? row, IReadOnlyList<string> columns)
    {
        if (row is not { ValueKind: JsonValueKind.Object } fields)
        {
            return [];
        }

        var places = columns.Index().ToDictionary(column => column.Item, column => column.Index);
        return
        [
            .. fields.EnumerateObject()
                .Select(field => field.Name)
                .OrderBy(name => places.GetValueOrDefault(name, int.MaxValue))
                .ThenBy(name => name, StringComparer.Ordinal),
        ];
    }

    private int Room(Span name) => Math.Max(LeastRoom, width - TextWidth.Of(name.Text));

    private static int NameWidth(IReadOnlyCollection<string> names) =>
        Math.Min(LongestName, names.Select(name => TextWidth.Of(Printable.Of(name))).DefaultIfEmpty(0).Max());

    private static Span Name(string field, int room)
    {
        var name = Printable.Of(field);
        return new Span(Indent + name + new string(' ', Math.Max(0, room - TextWidth.Of(name)) + 2), TextStyle.Dim);
    }

    private static JsonElement? Field(JsonElement? row, string name) =>
        row is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(name, out var value) ? value : null;
}
