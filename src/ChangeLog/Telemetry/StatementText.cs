using System.Text.RegularExpressions;

namespace ChangeLog.Telemetry;

/// <summary>A statement with its literals and comments replaced by question marks.</summary>
internal static partial class StatementText
{
    public static string WithoutValues(string sql) =>
        Parts().Replace(sql, part => part.ValueSpan[0] == '"' ? part.Value : "?");

    // quoted identifiers and $1 stay; an unterminated literal extends to the end
    [GeneratedRegex(
        """
        "(?:[^"]|"")*"
        | --[^\n]* | /\*.*?(?:\*/|\z)
        | (?<![\w$]) \$([A-Za-z_]\w*|)\$ .*? (?:\$\1\$|\z)
        | \b[eE]'(?:[^'\\]|''|\\.)*(?:'|\z)
        | '(?:[^']|'')*(?:'|\z)
        | (?<![\w$]) \d+ (?:\.\d+)? (?:[eE][+-]?\d+)?
        """,
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Parts();
}
