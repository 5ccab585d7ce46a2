using System.Text;
using System.Text.RegularExpressions;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Makes LIKE patterns, with backslash as the escape, from texts whose only wildcard is <c>*</c>.</summary>
public static partial class LikePattern
{
    /// <summary>The LIKE pattern of a text with wildcards.</summary>
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

    /// <summary>The text of a pattern, with per cent signs as wildcards.</summary>
    internal static string Unescape(string like) => Escaped().Replace(like, "$1");

    /// <summary>The text as configured, except for literal per cent signs.</summary>
    internal static string Shown(string like) => Unescape(like).Replace('%', '*');

    /// <summary>The pattern without escape sequences: each per cent sign left is a wildcard.</summary>
    internal static string WithoutEscaped(string like) => Escaped().Replace(like, string.Empty);

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex Escaped();
}
