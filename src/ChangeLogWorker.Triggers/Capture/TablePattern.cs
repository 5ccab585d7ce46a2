namespace ChangeLogWorker.Triggers.Capture;

/// <summary>A table pattern as LIKE patterns for the database.</summary>
/// <param name="Text">The entry as configured.</param>
/// <param name="SchemaLike">LIKE pattern of the schema, escaped by a backslash.</param>
/// <param name="TableLike">LIKE pattern of the table, escaped by a backslash.</param>
public sealed record TablePattern(string Text, string SchemaLike, string TableLike)
{
    /// <summary>
    /// Whether it includes something excluded by default: <c>!repack.*</c>. A name starting with <c>!</c> must be
    /// quoted.
    /// </summary>
    public bool IsNegated => Text.StartsWith('!');

    /// <summary>Whether it names a single table.</summary>

    public bool IsExact => !IsWild(SchemaLike) && !IsWild(TableLike);

    /// <summary>The entry with its schema; an unqualified name means public.</summary>
    public string Qualified => Text.Contains('.', StringComparison.Ordinal) ? Text : $"public.{Text}";

    /// <summary>The unquoted table name, if exact.</summary>
    public string Name => $"{LikePattern.Unescape(SchemaLike)}.{LikePattern.Unescape(TableLike)}";

    /// <summary>Number of literal characters: the more, the more specific.</summary>
    public int LiteralLength => Literal(SchemaLike) + Literal(TableLike);

    private static bool IsWild(string like) => LikePattern.WithoutEscaped(like).Contains('%', StringComparison.Ordinal);

    private static int Literal(string like) =>
        LikePattern.Unescape(like).Length - LikePattern.WithoutEscaped(like).Count(c => c == '%');
}
