using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChangeLogWorker.Verbs;

/// <summary>
/// What differs within two JSON values, each with its path: <c>contact.address.city</c>, <c>tags[2]</c>.
/// </summary>
internal static partial class JsonDifferences
{
    // deeper ones are shown as a whole
    private const int Deepest = 32;

    /// <summary>
    /// Objects are compared by key, arrays of one length by place; everything else is one difference. Null stands for a
    /// key that is not there.
    /// </summary>
    public static IEnumerable<(string Name, JsonElement? Before, JsonElement? After)> Of(
        string name, JsonElement? before, JsonElement? after) => Of(name, before, after, depth: 0);

    private static List<(string Name, JsonElement? Before, JsonElement? After)> Of(
        string name, JsonElement? before, JsonElement? after, int depth)
    {
        var parts = depth < Deepest && before is { } left && after is { } right ? Parts(left, right) : null;
        var inside = parts?
            .Where(part => !Same(part.Before, part.After))
            .SelectMany(part => Of(name + part.Step, part.Before, part.After, depth + 1))
            .ToList();
        // two texts of one json, or equal numbers written otherwise
        return inside is { Count: > 0 } ? inside : [(name, before, after)];
    }

    private static IEnumerable<(string Step, JsonElement? Before, JsonElement? After)>? Parts(
        JsonElement before, JsonElement after) => (before.ValueKind, after.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => Keys(before)
            .Union(Keys(after))
            .Select(key => (Step(key), Property(before, key), Property(after, key))),
        (JsonValueKind.Array, JsonValueKind.Array) when before.GetArrayLength() == after.GetArrayLength() => before
            .EnumerateArray()
            .Zip(after.EnumerateArray())
            .Select((pair, place) => ($"[{place}]", (JsonElement?)pair.First, (JsonElement?)pair.Second)),
        _ => null,
    };

    private static IEnumerable<string> Keys(JsonElement value) =>
        value.EnumerateObject().Select(property => property.Name);

    private static JsonElement? Property(JsonElement value, string key) =>
        value.TryGetProperty(key, out var found) ? found : null;

    private static string Step(string key) =>
        Plain().IsMatch(key) ? $".{key}" : $"[{JsonSerializer.Serialize(key)}]";

    private static bool Same(JsonElement? left, JsonElement? right) =>
        left is { } one && right is { } other && one.GetRawText() == other.GetRawText();

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{N}_-]*$")]
    private static partial Regex Plain();
}
