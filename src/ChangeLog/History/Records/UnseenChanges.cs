using System.Text.Json;

namespace ChangeLog.History.Records;

/// <summary>Finds where two neighbouring changes of one record do not meet.</summary>
/// <param name="key">The key's columns: a changed key leaves one record and begins another.</param>
/// <param name="gaps">When the table was not captured.</param>
internal sealed class UnseenChanges(IReadOnlyCollection<string> key, IReadOnlyList<UncapturedTime> gaps)
{
    // what stands for a value does not tell whether it changed
    private static readonly string[] Redacted = ["[redacted]", "hmac-sha256:"];

    /// <summary>What went unseen between these changes of a record and truncations, oldest first.</summary>
    public IEnumerable<UnseenChange> Between(IEnumerable<LoggedChange> changes)
    {
        LoggedChange? last = null;
        foreach (var change in changes)
        {
            if (last is not null && Between(last, change) is { } unseen)
            {
                yield return unseen;
            }

            last = change;
        }
    }

    private UnseenChange? Between(LoggedChange last, LoggedChange next)
    {
        var meanwhile = gaps
            .Where(gap => gap.From <= next.LoggedAt && (gap.Until is not { } until || until >= last.LoggedAt))
            .ToList();
        UnseenChange Unseen(string what, IReadOnlyList<UnseenField> fields) =>
            new(last.Position, next.Position, what, fields, meanwhile);

        return (last.Op, next.Op) switch
        {
            // a truncated partition may not have held it
            ("T", _) or (_, "T" or "S") => null,
            ("D", "I") => null,
            ("D", _) => HasArrived(next) ? null : Unseen("created", []),

            // it may have left under another key, which is another record's history
            (_, "I") => meanwhile.Count > 0 ? Unseen("deleted", []) : null,
            _ when HasArrived(next) => null,
            _ => Differences(last, next) is { Count: > 0 } fields ? Unseen("changed", fields) : null,
        };
    }

    private bool HasArrived(LoggedChange change) =>
        change.PreviousData is { ValueKind: JsonValueKind.Object } before
        && before.EnumerateObject().Any(field => key.Contains(field.Name));

    private static List<UnseenField> Differences(LoggedChange last, LoggedChange next)
    {
        if (last.RecordData is not { ValueKind: JsonValueKind.Object } left
            || next.RecordData is not { ValueKind: JsonValueKind.Object } row)
        {
            return [];
        }

        // a column that only one of them has came or went with the table's definition
        return
        [
            .. from field in left.EnumerateObject()
               let found = Before(next.PreviousData, row, field.Name)
               where found is { } value
                   && !JsonElement.DeepEquals(field.Value, value)
                   && !IsRedacted(field.Value)
                   && !IsRedacted(value)
               select new UnseenField(field.Name, field.Value, found.Value),
        ];
    }

    private static JsonElement? Before(JsonElement? previous, JsonElement row, string name) =>
        previous is { ValueKind: JsonValueKind.Object } changed && changed.TryGetProperty(name, out var old) ? old
        : row.TryGetProperty(name, out var same) ? same
        : null;

    private static bool IsRedacted(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && Redacted.Any(mark => value.GetString()!.StartsWith(mark, StringComparison.Ordinal));
}
