using System.ComponentModel;
using System.Globalization;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Settings;

/// <summary>Reports unknown names and unparsable values in section ChangeLog before anything binds it.</summary>
/// <remarks>Otherwise a misspelt setting would silently be ignored.</remarks>
internal static class SettingsCheck
{
    public static IReadOnlyList<string> Problems(IConfiguration configuration) =>
    [
        .. configuration
            .GetSection(ChangeLogOptions.Section)
            .AsEnumerable()
            .Where(pair => !string.IsNullOrEmpty(pair.Value) || IsLeafWithoutSetting(configuration, pair.Key))
            .Select(pair => Problem(pair.Key, pair.Value))
            .OfType<string>()
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsLeafWithoutSetting(IConfiguration configuration, string key) =>
        Find(key) is null
        && !IsSection(key)
        && !configuration.GetSection(key).GetChildren().Any();

    private static IEnumerable<Setting> Known => KnownSettings.All.Concat(KnownSettings.OfElements);

    private static IEnumerable<string> Lists =>
        KnownSettings.All.Where(setting => setting.IsListOfSections).Select(setting => setting.Name);

    private static bool IsSection(string key) =>
        Known.Any(setting => setting.Name.StartsWith(General(key) + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>The problem with one setting; null if none, and for keys of other sections.</summary>
    public static string? Problem(string key, string? value) => Find(key) switch
    {
        null => IsOurs(key) ? Unknown(key) : null,
        { Element: { } element } when !string.IsNullOrEmpty(value) => $"{key} is '{value}', but is a list: {element}.",
        { } setting when setting.IsList || setting.IsListOfSections || value is null || Parses(setting.Type, value) =>
            null,
        { } setting => $"{(General(key) == key ? setting.Name : key)} is '{value}', which is not {Noun(setting.Type)}.",
    };

    private static bool IsOurs(string key) =>
        key.StartsWith(ChangeLogOptions.Section + ":", StringComparison.OrdinalIgnoreCase);

    private static Setting? Find(string key) =>
        Known.FirstOrDefault(setting =>
            General(key).Equals(setting.Name, StringComparison.OrdinalIgnoreCase)
            || (setting.IsList && General(key).StartsWith(setting.Name + ":", StringComparison.OrdinalIgnoreCase)));

    // the key with the placeholder instead of an element's index
    private static string General(string key)
    {
        var list = Lists.FirstOrDefault(name => key.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return list is not null && key[(list.Length + 1)..].Split(':') is [_, .. var rest]
            ? string.Join(':', [key[..list.Length], KnownSettings.AnyElement, .. rest])
            : key;
    }

    private static string Unknown(string key) =>
        IsSection(key) ? $"{key} is a section and has no value itself." :
        $"{key} is not a setting (in the environment: {key.Replace(":", "__", StringComparison.Ordinal)}); "
        + (NearestName.Of(General(key), Known.Select(setting => setting.Name)) is { } nearest
            ? $"the nearest is {nearest}."
            : "docs/configuration.md lists them.");

    private static bool Parses(Type type, string value)
    {
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, value);
            return true;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private static string Noun(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) == typeof(bool) ? "true or false"
        : type == typeof(int) ? "an integer"
        : type == typeof(TimeSpan) ? "a time span such as 00:00:30"
        : Nullable.GetUnderlyingType(
            type) is { IsEnum: true } choice ? $"one of {string.Join(", ", Enum.GetNames(choice))}"
        : "a text";
}
