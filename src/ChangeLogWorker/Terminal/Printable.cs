using System.Text.Encodings.Web;
using System.Text.Json;
using ChangeLog.Postgres;
using ChangeLog.Telemetry;

namespace ChangeLogWorker.Terminal;

/// <summary>
/// Makes database text safe and clear on a screen: no control characters, nothing that steers a terminal.
/// </summary>
internal static class Printable
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = AnyDepth.Levels,
    };

    public static string Of(string text) => EscapedText.Of(text);

    /// <summary>A JSON value for people: text without quotes where that is unambiguous.</summary>
    public static string Of(JsonElement? value) => value switch
    {
        null => "(none)",
        { ValueKind: JsonValueKind.Null } => "null",
        { ValueKind: JsonValueKind.String } text => OfText(text.GetString()!),
        { ValueKind: JsonValueKind.Object or JsonValueKind.Array } nested =>
            Of(RawByte.InJson(JsonSerializer.Serialize(nested, Relaxed))),
        { } other => other.GetRawText(),
    };

    private static string OfText(string text) =>
        text.Length == 0 || text == "null" || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])
            ? $"'{Of(text)}'"
            : Of(text);
}
