namespace ChangeLogWorker.Triggers.Capture;

/// <summary>One pattern of tables as the LIKE patterns by which the database matches it.</summary>
/// <param name="Text">The entry as it was written.</param>
/// <param name="SchemaLike">LIKE pattern of the schema, escaped by a backslash.</param>
/// <param name="TableLike">LIKE pattern of the table, escaped by a backslash.</param>
public sealed record TablePattern(string Text, string SchemaLike, string TableLike)
{
    /// <summary>
    /// Whether it takes in what is excluded by default: <c>!repack.*</c>. A name of its own that begins so
    /// stands in quotes.
    /// </summary>
    public bool IsNegated => Text.StartsWith('!');

    /// <summary>Whether it names one table.</summary>
    public bool IsExact => !IsWild(SchemaLike) && !IsWild(TableLike);

    /// <summary>The entry with its schema: a bare name means public.</summary>
    public string Qualified => Text.Contains('.', StringComparison.Ordinal) ? Text : $"public.{Text}";

    /// <summary>The table that it names where it is exact, without quotes.</summary>
    public string Name => $"{LikePattern.Unescape(SchemaLike)}.{LikePattern.Unescape(TableLike)}";

    /// <summary>How much of a name it says itself: the more, the fewer tables it matches.</summary>
    public int LiteralLength => Literal(SchemaLike) + Literal(TableLike);

    private static bool IsWild(string like) => LikePattern.WithoutEscaped(like).Contains('%', StringComparison.Ordinal);

    private static int Literal(string like) =>
        LikePattern.Unescape(like).Length - LikePattern.WithoutEscaped(like).Count(c => c == '%');
}
