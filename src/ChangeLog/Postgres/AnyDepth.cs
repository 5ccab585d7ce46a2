using System.Text.Json;

namespace ChangeLog.Postgres;

/// <summary>
/// Parses jsonb of any depth; the parser's default limit of 64 would make a row unreadable and block its handler.
/// </summary>
internal static class AnyDepth
{
    public const int Levels = int.MaxValue;

    public static JsonDocumentOptions Parsing { get; } = new() { MaxDepth = Levels };
}
