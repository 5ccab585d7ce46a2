using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Parses table patterns: comma-separated <c>schema.table</c>, with <c>*</c> as the only wildcard.</summary>
/// <remarks>
/// Case as in the catalog. An unqualified name means schema public. A name that contains a dot, a comma, a space, a
/// quote or an asterisk is double-quoted, with quotes in it doubled.
/// </remarks>
public static class TableFilter
{
    /// <summary>Parses a setting, each of whose texts may hold several entries.</summary>
    /// <param name="settings">The texts.</param>
    /// <param name="name">The setting's name, for messages.</param>
    /// <exception cref="RefusedException">An entry is malformed.</exception>
    public static IReadOnlyList<TablePattern> Parse(IEnumerable<string> settings, string name = "NON_LOGGED_TABLES")
    {
        try
        {
            return [.. settings.SelectMany(ParseList).DistinctBy(pattern => pattern.Text)];
        }
        catch (FormatException malformed)
        {
            throw new RefusedException($"{name}: {malformed.Message}", 2);
        }
    }

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
            _ => throw Malformed(text, "a table is schema.table; a name with a dot must be double-quoted"),
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
            return LikePattern.Escape(Unquote(part, entry));
        }

        if (part.Length == 0)
        {
            throw Malformed(entry, "a name is empty");
        }

        if (part.Any(c => char.IsWhiteSpace(c) || c == '"'))
        {
            throw Malformed(entry, "a name with a space or a quote must be double-quoted (or a comma is missing)");
        }

        return LikePattern.Of(part);
    }

    private static string Unquote(string part, string entry)
    {
        var inner = part.Length > 1 && part.EndsWith('"') ? part[1..^1] : string.Empty;
        var name = inner.Replace("\"\"", "\0", StringComparison.Ordinal);
        if (name.Length == 0 || name.Contains('"', StringComparison.Ordinal))
        {
            throw Malformed(entry, "double quotes must enclose the whole name, which must not be empty");
        }

        return name.Replace('\0', '"');
    }

    private static FormatException Malformed(string entry, string why) =>
        new($"'{entry}' is malformed: {why}. Write schema.table, schema.* or table, separated by commas.");
}
