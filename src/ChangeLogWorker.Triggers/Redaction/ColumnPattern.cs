using System.Text;
using System.Text.RegularExpressions;
using ChangeLogWorker.Triggers.Capture;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>
/// A pattern of column names, and of keys within JSON, in the forms in which the database matches it.
/// </summary>
/// <remarks><c>*</c> is the only wildcard; case does not matter.</remarks>
public readonly record struct ColumnPattern(string Text)
{
    /// <summary>Whether it names one column.</summary>
    public bool IsExact => !Text.Contains('*', StringComparison.Ordinal);

    /// <summary>LIKE pattern of a column's name in lower case.</summary>
    public string Like => LikePattern.Of(Text.ToLowerInvariant());

    /// <summary>
    /// Regular expression of a column or key; an underscore may be a hyphen or missing there: <c>apiKey</c>.
    /// </summary>
    public string KeyExpression => $"^{Expression}$";

    /// <summary>
    /// Regular expression that any JSON text with such a key matches: of what stands there as it is, the longest.
    /// </summary>
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

    /// <summary>Whether it names this column.</summary>
    public bool Matches(string column) =>
        Regex.IsMatch(column, KeyExpression, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    // what is no letter may be an operator of regular expressions, and JSON may write it in another way
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
