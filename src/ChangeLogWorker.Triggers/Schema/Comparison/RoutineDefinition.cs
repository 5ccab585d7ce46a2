using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ChangeLogWorker.Triggers.Schema.Scripts;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>A function as this program's script creates it, to compare with the catalog.</summary>
/// <remarks>
/// Compared with the program, not with a record of the install: whoever can alter a function could alter that too.
/// </remarks>
/// <param name="Script">Creates it.</param>
/// <param name="Name">Schema and name.</param>
/// <param name="Statement">Its create statement.</param>
/// <param name="Text">Digest of its source.</param>
/// <param name="Traits">Security, volatility, settings, as <see cref="InstalledObject"/> has them.</param>
internal sealed partial record RoutineDefinition(
    SqlScript Script, string Name, string Statement, string Text, IReadOnlyList<string> Traits)
{
    public static IReadOnlyList<RoutineDefinition> All { get; } =
        [.. EmbeddedScripts.All.Where(script => !script.IsMigration).SelectMany(Read)];

    /// <summary>
    /// Whether ChangeLog's owner owns it, or the role that captures (Grants/01_changelog_capture.sql).
    /// </summary>
    public bool IsOfCapture =>
        Name.StartsWith("logs.capture_", StringComparison.Ordinal)
        || Name.StartsWith("logs.record_transaction", StringComparison.Ordinal);


    private static IEnumerable<RoutineDefinition> Read(SqlScript script) =>
        Function().Matches(script.Text).Select(match => new RoutineDefinition(
            script,
            match.Groups["name"].Value,
            match.Value.Replace("create function", "create or replace function", StringComparison.Ordinal),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups["body"].Value))),
            [.. TraitsOf(match.Groups["head"].Value).Order(StringComparer.Ordinal)]));

    private static IEnumerable<string> TraitsOf(string head)
    {
        yield return Trait().IsMatch(head) ? "security definer" : "security invoker";
        yield return Volatility().Match(head) is { Success: true } volatility ? volatility.Groups[1].Value : "volatile";
        yield return "language " + Language().Match(head).Groups[1].Value;
        if (Strict().IsMatch(head))
        {
            yield return "strict";
        }

        if (Parallel().IsMatch(head))
        {
            yield return "parallel safe";
        }

        foreach (Match setting in Setting().Matches(head))
        {
            var value = setting.Groups[2].Value.Replace("'", string.Empty, StringComparison.Ordinal);
            yield return $"set {setting.Groups[1].Value} = {value}";
        }
    }

    [GeneratedRegex(
        @"^create (?:or replace )?function (?<name>\w+\.\w+)\((?<head>.*?)\nas \$function\$(?<body>.*?)\$function\$;",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex(@"^ *security definer\b", RegexOptions.Multiline)]
    private static partial Regex Trait();

    [GeneratedRegex(@"^ *(stable|immutable|volatile)\b", RegexOptions.Multiline)]
    private static partial Regex Volatility();

    [GeneratedRegex(@"^ *language (\w+)", RegexOptions.Multiline)]
    private static partial Regex Language();

    [GeneratedRegex(@"^ *strict\b", RegexOptions.Multiline)]
    private static partial Regex Strict();

    [GeneratedRegex(@"^ *parallel safe\b", RegexOptions.Multiline)]
    private static partial Regex Parallel();

    [GeneratedRegex(@"^ *set (\w+) = (.*?)(?: --.*)?$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
