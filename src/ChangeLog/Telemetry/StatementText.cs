using System.Text.RegularExpressions;

namespace ChangeLog.Telemetry;

/// <summary>A statement as it may leave the program: a question mark for each literal and comment.</summary>
internal static partial class StatementText
{
    public static string WithoutValues(string sql) =>
        Parts().Replace(sql, part => part.ValueSpan[0] == '"' ? part.Value : "?");

    // names in double quotes stay, and so does $1; what is not ended goes on to the end
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
