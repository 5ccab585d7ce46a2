using System.Text;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Makes LIKE patterns, escaped by a backslash, of texts in which <c>*</c> is the only wildcard.</summary>
public static class LikePattern
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
}
