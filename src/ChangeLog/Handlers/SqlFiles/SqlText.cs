using System.Text.RegularExpressions;

namespace ChangeLog.Handlers.SqlFiles;

/// <summary>What a SQL text says without a server: how its statements begin, and which parameters it uses.</summary>
/// <param name="Beginnings">The first two words of each statement.</param>
/// <param name="Parameters">Names after an @, outside comments and quotes.</param>
/// <param name="HasCommandOfPsql">Whether there is a backslash outside comments and quotes.</param>
internal sealed partial record SqlText(
    IReadOnlyList<string> Beginnings, IReadOnlyList<string> Parameters, bool HasCommandOfPsql)
{
    public static SqlText Read(string sql)
    {
        var statements = new List<List<string>> { new() };
        var parameters = new List<string>();
        var backslash = false;
        foreach (Match token in Token().Matches(sql))
        {
            switch (token)
            {
                case var _ when token.Groups["end"].Success:
                    statements.Add([]);
                    break;
                case var _ when token.Groups["parameter"] is { Success: true } parameter:
                    parameters.Add(parameter.Value);
                    break;
                case var _ when token.Groups["word"].Success && statements[^1].Count < 2:
                    statements[^1].Add(token.Value);
                    break;
                default:
                    backslash |= token.Value == "\\";
                    break;
            }
        }

        return new SqlText(
            [.. statements.Where(words => words.Count > 0).Select(words => string.Join(' ', words).ToLowerInvariant())],
            [.. parameters.Distinct(StringComparer.OrdinalIgnoreCase)],
            backslash);
    }

    [GeneratedRegex(
        """
        --[^\r\n]*
        | /\*(?>(?:(?!/\*|\*/).)+|(?<open>/\*)|(?<-open>\*/))*\*/   # comments nest
        | \b[eE]'(?:[^'\\]|\\.|'')*'
        | '(?:[^']|'')*'
        | "(?:[^"]|"")*"
        | (?<tag>\$(?:[^\W\d]\w*)?\$).*?\k<tag>
        | (?<end>;)
        | @(?<parameter>[^\W\d]\w*)
        | (?<word>\w+)
        | \\
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
