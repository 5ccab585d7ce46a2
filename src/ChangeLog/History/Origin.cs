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
    /// <summary>The actor if the application named one, and the database user, or that one and the program.</summary>
    [JsonIgnore]
    public string Who => (ActorId, DbRole ?? DbUser, ApplicationName) switch
    {
        ({ } actor, { } user, _) => $"{actor} (as {user})",
        ({ } actor, null, _) => actor,
        (null, null, _) => "unknown",
        (null, { } user, { Length: > 0 } program) => $"database user {user} ({program})",
        (null, { } user, _) => $"database user {user}",
    };

    /// <summary>What else is known of where it came from, in parts: program, address, request.</summary>
    [JsonIgnore]
    public IEnumerable<string> From
    {
        get
        {
            // otherwise Who says it
            if (ActorId is not null && ApplicationName is { Length: > 0 } program)
            {
                yield return program;
            }

            if (ClientAddr is { } address)
            {
                yield return $"from {address}";
            }

            if (RequestId is { Length: > 0 } request)
            {
                yield return $"request {request}";
            }
        }
    }

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
