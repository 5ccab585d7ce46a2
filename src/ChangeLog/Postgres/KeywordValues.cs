using System.Text.RegularExpressions;

namespace ChangeLog.Postgres;

/// <summary>
/// Reads libpq's own form, <c>host=h dbname='my shop'</c>: separated by spaces, with backslash escapes.
/// </summary>
internal static partial class KeywordValues
{
    /// <summary>Whether a text is not Npgsql's form, whose pairs are separated by semicolons.</summary>
    public static bool Is(string text) => !QuotedValue().Replace(text, "=").Contains(';', StringComparison.Ordinal);

    /// <exception cref="FormatException">Not a list of pairs.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        var place = 0;
        while (place < text.Length)
        {
            var pair = Pair().Match(text, place);
            if (!pair.Success)
            {
                // not quoted: it may be the rest of a password
                throw new FormatException(pairs is [.., var last]
                    ? $"what follows the value of {last.Key} is not keyword=value: "
                        + "a value that has a space is written in single quotes"
                    : "it is not a list of keyword=value pairs separated by semicolons or spaces");
            }

            var value = pair.Groups["quoted"] is { Success: true } quoted ? quoted.Value : pair.Groups["bare"].Value;
            pairs.Add(KeyValuePair.Create(pair.Groups["keyword"].Value, Escaped().Replace(value, "$1")));
            place = pair.Index + pair.Length;
        }

        return pairs;
    }

    // in Npgsql's form, a semicolon follows the quote
    [GeneratedRegex(@"=\s*'([^'\\]|\\.)*'(?=\s|$)", RegexOptions.Singleline)]
    private static partial Regex QuotedValue();

    [GeneratedRegex(
        @"\G\s*(?<keyword>[^\s=']+)\s*=\s*('(?<quoted>([^'\\]|\\.)*)'|(?!')(?<bare>([^\s\\]|\\.)*))(\s+|$)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Pair();

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex Escaped();
}
