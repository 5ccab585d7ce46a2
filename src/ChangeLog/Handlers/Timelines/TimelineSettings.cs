using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Reads <c>ChangeLog:Timelines</c>.</summary>
internal static class TimelineSettings
{
    public const string Section = "ChangeLog:Timelines";

    /// <summary>The timelines by section key.</summary>
    public static IReadOnlyDictionary<string, TimelineOptions> Read(IConfiguration configuration) =>
        EffectiveSection.Section(configuration, Section).GetChildren().ToDictionary(section => section.Path, Read);

    private static TimelineOptions Read(IConfigurationSection section)
    {
        var options = new TimelineOptions();
        options.Root = Text(section, nameof(options.Root));
        options.Name = Text(section, nameof(options.Name));
        options.Table = Text(section, nameof(options.Table));
        options.RootColumn = Text(section, nameof(options.RootColumn));
        options.ActorColumn = Text(section, nameof(options.ActorColumn)) ?? options.ActorColumn;
        options.Service = Text(section, nameof(options.Service));
        options.StageColumn = Text(section, nameof(options.StageColumn));
        options.StageType = Text(section, nameof(options.StageType));
        options.Children = List(section, nameof(options.Children));
        options.Events = List(section, nameof(options.Events));
        options.ForeignKeys = bool.TryParse(section[nameof(options.ForeignKeys)], out var foreignKeys) && foreignKeys;
        return options;
    }

    private static string? Text(IConfigurationSection section, string name) =>
        string.IsNullOrWhiteSpace(section[name]) ? null : section[name]!.Trim();

    private static IReadOnlyList<string>? List(IConfigurationSection section, string name) =>
        TableList.Texts(section, name) is { Count: > 0 } texts ? texts : null;
}
