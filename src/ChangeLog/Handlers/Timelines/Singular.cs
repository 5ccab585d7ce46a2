using System.Text.RegularExpressions;

namespace ChangeLog.Handlers.Timelines;

/// <summary>
/// Singular of a table's name. The same as changelog.singular, because settings are validated without a database;
/// TimelineTests compares the two.
/// </summary>
internal static partial class Singular
{
    public static string Of(string name) =>
        Unchanged().IsMatch(name) ? name
        : EndsInIes().IsMatch(name) ? name[..^3] + "y"
        : EndsInEs().IsMatch(name) ? name[..^2]
        : EndsInS().IsMatch(name) ? name[..^1]
        : name;

    [GeneratedRegex("(series|species|news|ss|us|is)$", RegexOptions.IgnoreCase)]
    private static partial Regex Unchanged();

    [GeneratedRegex("[^aeiou]ies$", RegexOptions.IgnoreCase)]
    private static partial Regex EndsInIes();

    [GeneratedRegex("(ss|sh|tch|x|zz|[^ao]us)es$", RegexOptions.IgnoreCase)]
    private static partial Regex EndsInEs();

    [GeneratedRegex("[a-z]s$", RegexOptions.IgnoreCase)]
    private static partial Regex EndsInS();
}
