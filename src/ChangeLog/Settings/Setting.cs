using ChangeLog.Handlers.SqlFiles;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Redaction;

namespace ChangeLog.Settings;

/// <summary>One setting that exists: its full name and the type of its value.</summary>
/// <param name="Name">As in appsettings.json, sections joined by colons.</param>
/// <param name="Type">The property's type.</param>
/// <param name="Default">The value without any configuration.</param>
internal sealed record Setting(string Name, Type Type, object? Default)
{
    public bool IsList => Type == typeof(IReadOnlyList<string>);

    /// <summary>Whether its elements are sections themselves.</summary>
    public bool IsListOfSections => Element is not null;

    /// <summary>Of a list of sections, what each of them says.</summary>
    public string? Element =>
        Type == typeof(IReadOnlyList<SqlHandlerOptions>) ? "of each handler its Name and its File"
        : Type == typeof(IReadOnlyList<RedactionRuleOptions>) ? "of each rule its Table and its Column"
        : Type == typeof(IReadOnlyList<TimelineOptions>) ? "of each timeline its Root"
        : null;
}
