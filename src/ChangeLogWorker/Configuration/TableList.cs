using Microsoft.Extensions.Configuration;

namespace ChangeLogWorker.Configuration;

/// <summary>Reads a setting that is a JSON list or a comma-separated string: tables, patterns of event types.</summary>
/// <remarks>
/// The last source that gives the setting gives all of it. .NET merges lists index by index, so that one name in the
/// environment would leave the others of a file in force.
/// </remarks>
internal static class TableList
{
    public const string EnvironmentVariable = "NON_LOGGED_TABLES";

    /// <summary>The tables that are not logged: the environment variable, else the setting, else null.</summary>
    public static IReadOnlyList<string>? NonLogged(IConfiguration configuration) =>
        configuration[EnvironmentVariable] is { } given
            ? Whole(given)
            : Read(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.NonLoggedTables)}", Whole);

    /// <summary>The schemas whose tables are logged; null: all.</summary>
    public static IReadOnlyList<string>? Schemas(IConfiguration configuration) =>
        Read(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.Schemas)}", Split);

    /// <summary>The texts of any such setting; null: it is not given.</summary>
    public static IReadOnlyList<string>? Texts(IConfiguration configuration, string key) => Read(configuration, key, Split);

    /// <summary>The same, where a JSON object will do as well: each of its entries as key=value.</summary>
    public static IReadOnlyList<string>? Pairs(IConfiguration configuration, string key) =>
        configuration.GetSection(key).GetChildren().Where(child => !int.TryParse(child.Key, out _)).ToList() is { Count: > 0 } pairs
            ? [.. pairs.Select(pair => $"{pair.Key}={pair.Value}")]
            : Texts(configuration, key);

    /// <summary>The default rules of redaction that do not hold; null: as it is stored.</summary>
    public static IReadOnlyList<string>? SwitchedOffRules(IConfiguration configuration) =>
        Read(configuration, $"{RedactionOptions.Section}:{nameof(RedactionOptions.SwitchedOff)}", Split);

    private static string[]? Read(IConfiguration configuration, string key, Func<string, string[]> split) =>
        configuration is IConfigurationRoot root
            ? root.Providers.Reverse().Select(provider => From(provider, key, split)).FirstOrDefault(list => list is not null)
            : FromSection(configuration.GetSection(key), split);

    private static string[]? From(IConfigurationProvider provider, string key, Func<string, string[]> split)
    {
        if (provider.TryGet(key, out var text) && text is not null)
        {
            return split(text);
        }

        var indexes = provider.GetChildKeys([], key).Distinct().ToList();
        return indexes.Count == 0
            ? null
            : [.. indexes.Select(index => provider.TryGet($"{key}:{index}", out var item) ? item : null).OfType<string>()];
    }

    private static string[]? FromSection(IConfigurationSection section, Func<string, string[]> split) =>
        section.Value is { } text ? split(text)
        : section.GetChildren().Any() ? [.. section.GetChildren().Select(child => child.Value).OfType<string>()]
        : null;

    // who reads the patterns knows about commas in quotes
    private static string[] Whole(string text) => string.IsNullOrWhiteSpace(text) ? [] : [text];

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
