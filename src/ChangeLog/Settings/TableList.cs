using ChangeLog.Redaction;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Settings;

/// <summary>Reads a setting that is a JSON list or a comma-separated string: tables, patterns of event types.</summary>
internal static class TableList
{
    public const string EnvironmentVariable = "NON_LOGGED_TABLES";

    /// <summary>
    /// Tables that are not captured: the environment variable, otherwise the setting, otherwise null.
    /// </summary>
    public static IReadOnlyList<string>? NonLogged(IConfiguration configuration) =>
        configuration[EnvironmentVariable] is { } given
            ? Whole(given)
            : Read(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.NonLoggedTables)}", Whole);

    /// <summary>Schemas whose tables are captured, empty: all; null: as stored in the database.</summary>
    public static IReadOnlyList<string>? Schemas(IConfiguration configuration) =>
        Read(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.Schemas)}", Split);

    /// <summary>The items of any such setting; null: not set.</summary>
    public static IReadOnlyList<string>? Texts(IConfiguration configuration, string key) =>
        Read(configuration, key, Split);

    /// <summary>The same, or the entries of a JSON object as key=value.</summary>
    public static IReadOnlyList<string>? Pairs(IConfiguration configuration, string key) =>
        EffectiveSection.Section(configuration, key) is var section && section.GetChildren().Any()
            ? [.. section.GetChildren().Where(child => child.Value is not null).Select(Pair)]
            : List(section, Split);

    /// <summary>Default redaction rules that are switched off; null: as stored.</summary>
    public static IReadOnlyList<string>? SwitchedOffRules(IConfiguration configuration) =>
        Read(configuration, $"{RedactionOptions.Section}:{nameof(RedactionOptions.SwitchedOff)}", Split);

    private static string[]? Read(IConfiguration configuration, string key, Func<string, string[]> split) =>
        List(EffectiveSection.Section(configuration, key), split);

    private static string[]? List(IConfigurationSection section, Func<string, string[]> split) =>
        section.Value is { } text ? split(text)
        : section.GetChildren().Any() ? [.. section.GetChildren().Select(child => child.Value).OfType<string>()]
        : null;

    private static string Pair(IConfigurationSection entry) =>
        int.TryParse(entry.Key, out _) ? entry.Value! : $"{entry.Key}={entry.Value}";

    // the pattern parser handles commas in quotes
    private static string[] Whole(string text) => string.IsNullOrWhiteSpace(text) ? [] : [text];

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
