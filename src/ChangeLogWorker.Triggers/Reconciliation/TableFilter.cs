using System.Text;
using ChangeLogWorker.Triggers.Installation;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Reads NON_LOGGED_TABLES: comma-separated <c>schema.table</c>, with <c>*</c> the only wildcard.</summary>
/// <remarks>
/// Case as in the catalog. A bare name means the schema public. A name that holds a dot, a comma, a space, a quote or
/// an asterisk of its own stands in double quotes, a quote in it doubled.
/// </remarks>
internal static class TableFilter
{
    public static IReadOnlyList<TablePattern> Parse(IEnumerable<string> settings) =>
        [.. settings.SelectMany(ParseList).DistinctBy(pattern => pattern.Text)];

    private static IEnumerable<TablePattern> ParseList(string setting) =>
        string.IsNullOrWhiteSpace(setting) ? [] : Split(setting, ',', setting).Select(ParseEntry);

    private static TablePattern ParseEntry(string entry)
    {
        var text = entry.Trim();
        if (text.Length == 0)
        {
            throw Malformed(text, "it is empty (a comma too many?)");
        }

        var names = Split(text, '.', text).Select(part => ToLike(part, text)).ToList();
        return names switch
        {
            [var table] => new TablePattern(text, "public", table),
            [var schema, var table] => new TablePattern(text, schema, table),
            _ => throw Malformed(text, "a table is schema.table; a name with a dot stands in double quotes"),
        };
    }

    private static List<string> Split(string text, char separator, string entry)
    {
        var parts = new List<string>();
        var start = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == separator && !quoted)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        if (quoted)
        {
            throw Malformed(entry, "a double quote is not closed");
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string ToLike(string part, string entry)
    {
        if (part.StartsWith('"'))
        {
            return Escape(Unquote(part, entry));
        }

        if (part.Length == 0)
        {
            throw Malformed(entry, "a name is empty");
        }

        if (part.Any(c => char.IsWhiteSpace(c) || c == '"'))
        {
            throw Malformed(entry, "a name with a space or a quote stands in double quotes (or a comma is missing)");
        }

        return Escape(part).Replace('*', '%');
    }

    private static string Unquote(string part, string entry)
    {
        var inner = part.Length > 1 && part.EndsWith('"') ? part[1..^1] : string.Empty;
        var name = inner.Replace("\"\"", "\0", StringComparison.Ordinal);
        if (name.Length == 0 || name.Contains('"', StringComparison.Ordinal))
        {
            throw Malformed(entry, "what stands in double quotes must be the whole name, and not empty");
        }

        return name.Replace('\0', '"');
    }

    private static string Escape(string name)
    {
        var like = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            _ = c is '\\' or '%' or '_' ? like.Append('\\').Append(c) : like.Append(c);
        }

        return like.ToString();
    }

    private static RefusedException Malformed(string entry, string why) =>
        new($"NON_LOGGED_TABLES: '{entry}' cannot be read: {why}. "
            + "Write schema.table, schema.* or table, separated by commas.", 2);
}
