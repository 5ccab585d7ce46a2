using System.Text;
using System.Text.RegularExpressions;
using ChangeLogWorker.Triggers.Capture;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>A pattern of column names and JSON keys, in the forms in which the database matches it.</summary>
/// <remarks><c>*</c> is the only wildcard; case-insensitive.</remarks>
public readonly record struct ColumnPattern(string Text)
{
    /// <summary>Whether it names a single column.</summary>
    public bool IsExact => !Text.Contains('*', StringComparison.Ordinal);

    /// <summary>LIKE pattern of a lower-case column name.</summary>
    public string Like => LikePattern.Of(Text.ToLowerInvariant());

    /// <summary>
    /// Regular expression of a column or key, where an underscore may be a hyphen or missing: <c>apiKey</c>.
    /// </summary>
    public string KeyExpression => $"^{Expression}$";

    /// <summary>Regular expression that any JSON text with such a key matches: the longest literal part.</summary>
    public string KeyHint
    {
        get
        {
            var longest = new string([.. Text.Select(c => IsPlain(c) ? c : '*')])
                .Split('*', StringSplitOptions.RemoveEmptyEntries)
                .MaxBy(part => part.Length) ?? string.Empty;
            return longest.Trim('_').Length == 0 ? "." : longest.Replace("_", "[_-]?", StringComparison.Ordinal);
        }
    }

    /// <summary>Whether it matches a column.</summary>

    public bool Matches(string column) =>
        Regex.IsMatch(column, KeyExpression, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    // other characters may be regex operators, or be escaped in JSON
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private string Expression
    {
        get
        {
            var expression = new StringBuilder();
            foreach (var c in Text)
            {
                _ = c switch
                {
                    '*' => expression.Append(".*"),
                    '_' => expression.Append("[_-]?"),
                    _ when char.IsLetterOrDigit(c) => expression.Append(c),
                    _ => expression.Append('\\').Append(c),
                };
            }

            return expression.ToString();
        }
    }
}
