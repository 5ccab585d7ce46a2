using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChangeLog.History;

/// <summary>Who made a change and from where: what the application said, and what the server saw.</summary>
internal sealed record Origin(
    string? ActorId,
    string? DbUser,
    string? DbRole,
    string? ApplicationName,
    string? ClientAddr,
    JsonElement? Context)
{
    /// <summary>The actor if the application named one, otherwise the database user and the program.</summary>
    [JsonIgnore]
    public string Who =>
        ActorId
        ?? (DbUser is null ? "unknown" : $"database user {DbRole ?? DbUser}")
        + (string.IsNullOrEmpty(ApplicationName) ? string.Empty : $" ({ApplicationName})");

    [JsonIgnore]
    public string? Reason => Text("reason");

    [JsonIgnore]
    public string? RequestId => Text("request_id");

    private string? Text(string name) =>
        Context is { ValueKind: JsonValueKind.Object } context
        && context.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
