namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>A table's name, case as in the catalog.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name within the schema.</param>
public readonly record struct TableName(string Schema, string Name)
{
    /// <summary>
    /// Parses schema.table; an unqualified name means schema public. A name that contains a dot is double-quoted.
    /// </summary>
    public static TableName Parse(string text)
    {
        var (schema, name) = Split(text);
        return new TableName(schema ?? "public", name);
    }

    /// <summary>The name as given, with or without schema, without quotes.</summary>
    public static string Unquoted(string text)
    {
        var (schema, name) = Split(text);
        return schema is null ? name : $"{schema}.{name}";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Name}";

    private static (string? Schema, string Name) Split(string text)
    {
        var dot = Enumerable.Range(0, text.Length)
            .FirstOrDefault(i => text[i] == '.' && text.AsSpan(0, i).Count('"') % 2 == 0, -1);
        return dot < 0 ? (null, Unquote(text)) : (Unquote(text[..dot]), Unquote(text[(dot + 1)..]));
    }

    private static string Unquote(string part)
    {
        var name = part.Trim();
        return name.Length > 1 && name.StartsWith('"') && name.EndsWith('"')
            ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : name;
    }
}
