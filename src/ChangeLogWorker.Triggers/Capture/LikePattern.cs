using System.Text;
using System.Text.RegularExpressions;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Makes LIKE patterns, escaped by a backslash, of texts in which <c>*</c> is the only wildcard.</summary>
public static partial class LikePattern
{
    /// <summary>The pattern of a text with wildcards.</summary>
    public static string Of(string text) => Escape(text).Replace('*', '%');

    internal static string Escape(string text)
    {
        var like = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c is '\\' or '%' or '_' ? like.Append('\\').Append(c) : like.Append(c);
        }

        return like.ToString();
    }

    /// <summary>The text that a pattern was made of, its wildcards a per cent sign.</summary>
    internal static string Unescape(string like) => Escaped().Replace(like, "$1");

    /// <summary>The text as a person wrote it, but for a per cent sign of its own.</summary>
    internal static string Shown(string like) => Unescape(like).Replace('%', '*');

    /// <summary>The pattern without what it escapes: each per cent sign left is a wildcard.</summary>
    internal static string WithoutEscaped(string like) => Escaped().Replace(like, string.Empty);

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex Escaped();
}
