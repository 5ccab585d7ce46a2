using ChangeLog.Redaction;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Settings;

/// <summary>Reads a setting that is a JSON list or a comma-separated string: tables, patterns of event types.</summary>
internal static class TableList
{
    public const string EnvironmentVariable = "NON_LOGGED_TABLES";

    /// <summary>The tables that are not logged: the environment variable, else the setting, else null.</summary>
    public static IReadOnlyList<string>? NonLogged(IConfiguration configuration) =>
        configuration[EnvironmentVariable] is { } given
            ? Whole(given)
            : Read(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.NonLoggedTables)}", Whole);

    /// <summary>The schemas whose tables are logged, none: all; null: as it is stored in the database.</summary>
    public static IReadOnlyList<string>? Schemas(IConfiguration configuration) =>
        Read(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.Schemas)}", Split);

    /// <summary>The texts of any such setting; null: it is not given.</summary>
    public static IReadOnlyList<string>? Texts(IConfiguration configuration, string key) =>
        Read(configuration, key, Split);

    /// <summary>The same, where a JSON object will do as well: each of its entries as key=value.</summary>
    public static IReadOnlyList<string>? Pairs(IConfiguration configuration, string key) =>
        EffectiveSection.Section(configuration, key) is var section && section.GetChildren().Any()
            ? [.. section.GetChildren().Where(child => child.Value is not null).Select(Pair)]
            : List(section, Split);

    /// <summary>The default rules of redaction that do not hold; null: as it is stored.</summary>
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

    // who reads the patterns knows about commas in quotes
    private static string[] Whole(string text) => string.IsNullOrWhiteSpace(text) ? [] : [text];

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
