using System.Text.Json.Serialization;

namespace ChangeLog.Handlers.Timelines;

/// <summary>A timeline as in changelog.timeline: its settings, resolved against the catalog.</summary>
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
    /// <summary>The handler that fills it.</summary>
    public static string HandlerOf(string timeline) => $"timeline.{timeline}";
}
