using System.Text.Json.Serialization;

namespace ChangeLog.Handlers.Timelines;

/// <summary>A timeline as changelog.timeline has it: the settings, with what the catalog says of them.</summary>
internal sealed record Timeline(
    string Name,
    string RootSchema,
    string RootTable,
    string RootKey,
    string TableSchema,
    string TableName,
    string RootColumn,
    string ActorColumn,
    string? Service,
    string? StageColumn,
    string StageType,
    IReadOnlyList<string>? Children,
    IReadOnlyList<TimelineEvents> Events,
    [property: JsonPropertyName("foreign_keys")] bool HasForeignKeys)
{
    /// <summary>The name of the handler that fills it, under which its cursor is kept.</summary>
    public static string HandlerOf(string timeline) => $"timeline.{timeline}";
}
