using ChangeLog.Handlers.SqlFiles;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Redaction;

namespace ChangeLog.Settings;

/// <summary>A known setting.</summary>
/// <param name="Name">As in appsettings.json, joined by colons.</param>
/// <param name="Type">The property's type.</param>
/// <param name="Default">The value without any configuration.</param>
internal sealed record Setting(string Name, Type Type, object? Default)
{
    public bool IsList => Type == typeof(IReadOnlyList<string>);

    public bool IsListOfSections => Element is not null;

    /// <summary>The type of a list's elements, if they are sections.</summary>
    public string? Element =>
        Type == typeof(IReadOnlyList<SqlHandlerOptions>) ? "of each handler its Name and its File"
        : Type == typeof(IReadOnlyList<RedactionRuleOptions>) ? "of each rule its Table and its Column"
        : Type == typeof(IReadOnlyList<TimelineOptions>) ? "of each timeline its Root"
        : null;
}
