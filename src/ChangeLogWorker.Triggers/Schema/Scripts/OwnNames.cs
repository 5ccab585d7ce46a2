using System.Text.RegularExpressions;

namespace ChangeLogWorker.Triggers.Schema.Scripts;

/// <summary>
/// The names of everything that scripts create, parsed from their text: before an install the database has nothing to
/// query.
/// </summary>
/// <remarks>A test compares them with an installed database.</remarks>
internal static partial class OwnNames
{
    /// <summary>Log partitions, which are created over time, as in changelog.is_own.</summary>
    public const string Partitions =
        "^logs[.](transaction|change|change_details|change_links)_(default|[0-9]{4}_[0-9]{2})$";

    /// <summary>The parent of a log partition, both quoted as in a grant; null for anything else.</summary>
    public static string? Parent(string relation) =>
        Partition().Match(relation) is { Success: true } match ? match.Groups["parent"].Value : null;

    /// <summary>Tables, views, sequences and named indexes, as <c>schema.name</c>.</summary>
    public static IEnumerable<string> Relations(SqlScript script) =>
        Relation().Matches(script.Text).Select(match => match.Groups["name"].Value)
            .Concat(Index().Matches(
                script.Text).Select(match => $"{match.Groups["schema"].Value}.{match.Groups["name"].Value}"))
            .Distinct();

    /// <summary>Functions, with any arguments, as <c>schema.name</c>.</summary>
    public static IEnumerable<string> Routines(SqlScript script) =>
        Routine().Matches(script.Text).Select(match => match.Groups["name"].Value).Distinct();

    /// <summary>
    /// Tables that are neither captured nor redacted: those of the installed version that changelog.is_internal
    /// excludes.
    /// </summary>
    public static IReadOnlyList<string> Internal { get; } =
        [.. EmbeddedScripts.All.SelectMany(
            Relations).Except(["platform.feature_flags", "platform.global_settings"]).Distinct()];

    /// <summary>As an array in SQL; our names need no escapes.</summary>
    public static string Array(IEnumerable<string> names) => $"'{{{string.Join(',', names)}}}'::text[]";

    [GeneratedRegex(@"^create (?:or replace )?(?:table|view|sequence) (?<name>\w+\.\w+)", RegexOptions.Multiline)]
    private static partial Regex Relation();

    [GeneratedRegex(
        "^(?<parent>table logs[.](transaction|change|change_details|change_links))_(default|[0-9]{4}_[0-9]{2})$")]
    private static partial Regex Partition();

    [GeneratedRegex(@"^create (?:unique )?index (?<name>\w+) on (?<schema>\w+)\.", RegexOptions.Multiline)]
    private static partial Regex Index();

    [GeneratedRegex(@"^create (?:or replace )?(?:function|procedure) (?<name>\w+\.\w+)", RegexOptions.Multiline)]
    private static partial Regex Routine();
}
