namespace ChangeLogWorker.Configuration;

/// <summary>One setting that exists: its full name and the type of its value.</summary>
/// <param name="Name">As in appsettings.json, sections joined by colons.</param>
/// <param name="Type">The property's type.</param>
/// <param name="Default">The value without any configuration.</param>
internal sealed record Setting(string Name, Type Type, object? Default)
{
    public bool IsList => Type == typeof(IReadOnlyList<string>);

    /// <summary>Whether its elements are sections themselves.</summary>
    public bool IsListOfSections =>
        Type == typeof(IReadOnlyList<SqlHandlerOptions>) || Type == typeof(IReadOnlyList<TimelineOptions>);
}
