using System.Text.Json;
using ChangeLog.History;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes a change for a person: when · who · what, then each field.</summary>
/// <param name="zone">The time zone to show.</param>
/// <param name="width">The width available.</param>
/// <param name="columns">The table's columns in order; other fields follow by name.</param>
internal sealed class ChangeLines(TimeZoneInfo zone, int width, IReadOnlyList<string>? columns = null)
{
    private const string Indent = "    ";
    private const string Arrow = " → ";
    private const int LongestName = 28;
    private const int MostFieldsOfRow = 16;

    public IEnumerable<IReadOnlyList<Span>> Of(LoggedChange change, bool withRecord, bool withOrigin = true)
    {
        yield return withOrigin ? Headline(change, withRecord) : [What(change, withRecord), Mark(change)];
        if (withOrigin && change.Origin.Reason is { Length: > 0 } reason)
        {
            yield return [
                new(Indent),
                new(TextWidth.Shorten("because: " + Printable.Of(reason), width - Indent.Length), TextStyle.Dim)];
        }

        foreach (var line in Fields(
            change.Op == "U" ? change.PreviousData : null, change.RecordData, isDelete: change.Op == "D"))
        {
            yield return line;
        }
    }

    /// <summary>The fields of what has become of a record.</summary>
    public IEnumerable<IReadOnlyList<Span>> Of(NetChange change) =>
        Fields(change.PreviousData, change.RecordData, isDelete: change.Action == "delete");

    /// <summary>Each field of a row: its name, padded, and its value.</summary>
    public IEnumerable<(string Name, string Value)> Of(JsonElement row)
    {
        var names = Names(row);
        var name = NameWidth(names);
        return names.Select(field => (Name(field, name).Text, Printable.Of(Field(row, field))));
    }

    public IReadOnlyList<Span> Headline(LoggedChange change, bool withRecord)
    {
        var when = TimeFormat.Exact(change.LoggedAt, zone);
        var mark = Mark(change);
        var room = width - when.Length - mark.Text.Length - 6;
        var what = What(change, withRecord);
        var who = TextWidth.Shorten(Printable.Of(change.Origin.Who), Math.Max(12, room - TextWidth.Of(what.Text)));
        return
        [
            new(when, TextStyle.Dim),
            new(" · "),
            new(who, TextStyle.Strong),
            new(" · "),
            what with { Text = TextWidth.Shorten(what.Text, room - TextWidth.Of(who)) },
            mark,
        ];
    }

    private static Span Mark(LoggedChange change) =>
        new(change.Handled ? string.Empty : " · not yet handled", TextStyle.Doubtful);

    private static Span What(LoggedChange change, bool withRecord)
    {
        var record = change.RecordId is null ? string.Empty : $" {change.RecordId}";
        var subject = withRecord || change.Op == "T" ? Printable.Of($" {change.Table}{record}") : string.Empty;
        return new(Verb(change) + subject, change.Op is "D" or "T" ? TextStyle.Bad : TextStyle.Plain);
    }

    private static string Verb(LoggedChange change) => (change.Action, change.Op) switch
    {
        ("soft_delete", _) => "soft-deleted",
        ("restore", _) => "restored",
        (_, "I") => "created",
        (_, "U") => "changed",
        (_, "D") => "deleted",
        (_, "T") => "truncated",
        (_, "S") => "snapshot",
        var (_, op) => op,
    };

    private IEnumerable<IReadOnlyList<Span>> Fields(JsonElement? previous, JsonElement? row, bool isDelete) =>
        previous is not null ? Differences(previous, row) : Row(row, isDelete ? TextStyle.Before : TextStyle.After);

    private IEnumerable<IReadOnlyList<Span>> Differences(JsonElement? previous, JsonElement? row)
    {
        var names = Names(previous);
        if (names.Count == 0)
        {
            yield return [new(Indent), new("no value changed", TextStyle.Dim)];
        }

        var name = NameWidth(names);
        foreach (var field in names)
        {
            var room = width - Indent.Length - name - 2 - Arrow.Length;
            var (before, after) = ValuePair.Fit(
                Printable.Of(Field(previous, field)), Printable.Of(Field(row, field)), room);
            yield return [Name(field, name), new(before, TextStyle.Before), new(Arrow), new(after, TextStyle.After)];
        }
    }

    private IEnumerable<IReadOnlyList<Span>> Row(JsonElement? row, TextStyle style)
    {
        var names = Names(row).Where(field => Field(row, field)?.ValueKind != JsonValueKind.Null).ToList();
        var shown = names.Take(MostFieldsOfRow).ToList();
        var name = NameWidth(shown);
        foreach (var field in shown)
        {
            var value = TextWidth.Shorten(Printable.Of(Field(row, field)), width - Indent.Length - name - 2);
            yield return [Name(field, name), new(value, style)];
        }

        if (names.Count > shown.Count)
        {
            yield return [
                new(Indent), new($"and {names.Count - shown.Count} more fields (--json shows them)", TextStyle.Dim)];
        }
    }

    private List<string> Names(JsonElement? row) =>
        row is { ValueKind: JsonValueKind.Object } fields
            ? [.. fields.EnumerateObject().Select(
                field => field.Name).OrderBy(Rank).ThenBy(name => name, StringComparer.Ordinal)]
            : [];

    private int Rank(string field)
    {
        var rank = columns is null ? -1 : columns.ToList().IndexOf(field);
        return rank < 0 ? int.MaxValue : rank;
    }

    private static int NameWidth(IReadOnlyCollection<string> names) =>
        Math.Min(LongestName, names.Select(name => TextWidth.Of(Printable.Of(name))).DefaultIfEmpty(0).Max());

    private static Span Name(string field, int room)
    {
        var name = TextWidth.Shorten(Printable.Of(field), room);
        return new Span(Indent + name + new string(' ', room - TextWidth.Of(name) + 2), TextStyle.Dim);
    }

    private static JsonElement? Field(JsonElement? row, string name) =>
        row is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(name, out var value) ? value : null;
}
