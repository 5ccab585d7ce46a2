using System.Text.Json;

namespace ChangeLog.Postgres;

/// <summary>
/// jsonb is nested as deeply as its writer likes, the parser's own limit is 64: a row that can't be read stops
/// everything.
/// </summary>
internal static class AnyDepth
{
    public const int Levels = int.MaxValue;

    public static JsonDocumentOptions Parsing { get; } = new() { MaxDepth = Levels };
}
