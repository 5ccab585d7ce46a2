using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChangeLog.History.Undo.Tables;

/// <summary>A value as the log has it.</summary>
internal static partial class LoggedValue
{
    private const string Marker = "changelog:";

    /// <summary>Whether the value itself is not in the log: redacted, at least in part, or too large.</summary>
    public static bool IsLost(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Redacted().IsMatch(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Any(IsLost),
        JsonValueKind.Object => value.EnumerateObject().Any(
            field => field.NameEquals(Marker + "length") || IsLost(field.Value)),
        _ => false,
    };

    /// <summary>The text of a value that jsonb cannot hold; null: it is another one.</summary>
    public static string? KeptText(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(Marker + "text", out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    public static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Whether two values are written alike: 1.0 is not 1.00.</summary>
    public static bool AreSame(JsonElement? one, JsonElement? other) => one?.GetRawText() == other?.GetRawText();

    // as logs.is_redacted
    [GeneratedRegex("^(hmac-sha256:[0-9a-f]{64}|[[]redacted])$")]
    private static partial Regex Redacted();
}
