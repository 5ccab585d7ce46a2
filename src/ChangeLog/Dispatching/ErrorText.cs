using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>An error's message without row values, fit for the log and the database.</summary>
/// <remarks>
/// PostgreSQL quotes names in most messages but values in those of class 22 ('invalid input syntax for type integer:
/// "…"'), in the server's language; of these only the condition name is kept, as of errors from the input functions of
/// names (password::regclass). Details and contexts hold whole rows and are never kept. A handler's own messages are
/// kept except for anything in quotes, where .NET puts values too.
/// </remarks>
internal static partial class ErrorText
{
    private const int Longest = 1000;

    private static readonly FrozenDictionary<string, string> Conditions = typeof(PostgresErrorCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field is { IsLiteral: true } && field.FieldType == typeof(string))
        .GroupBy(field => (string)field.GetRawConstantValue()!)
        .ToFrozenDictionary(codes => codes.Key, codes => Words(codes.First().Name));

    public static string Of(Exception error) => Shorten(error switch
    {
        PostgresException { SqlState: ['2', '2', ..] } refused =>
            Conditions.GetValueOrDefault(refused.SqlState, "data exception"),
        PostgresException { SqlState: "42P01" or "42704" or "42883" or "42725" or "3F000" } refused when IsOfInput(
            refused.Routine) =>
            Conditions.GetValueOrDefault(refused.SqlState, "undefined name"),
        // RAISE, under whatever SQLSTATE
        PostgresException { Routine: "exec_stmt_raise" } or PostgresException { SqlState: ['P', '0', ..] } =>
            WithoutQuoted(((PostgresException)error).MessageText),
        PostgresException refused => refused.MessageText,
        NpgsqlException { InnerException: { } inner } lost => $"{lost.Message}: {inner.Message}",
        NpgsqlException said => said.Message,
        _ => $"{error.GetType().Name}: {WithoutQuoted(error.Message)}",
    });

    // names in a statement are resolved elsewhere, except schemas, roles, collations and text search configurations,
    // whose messages are kept
    private static bool IsOfInput(string? routine) =>
        routine is "RangeVarGetRelidExtended" or "parseTypeString" or ['r', 'e', 'g', .., 'i', 'n'];

    private static string WithoutQuoted(string message) => Quoted().Replace(message, "...");

    private static string Words(string name) => Capital().Replace(name, " $0").Trim().ToLowerInvariant();

    // drop what no database can store, and a surrogate half left by the cut
    private static string Shorten(string text) => Unstorable().Replace(
        text.Length <= Longest ? text : $"{text[..Longest]}...", string.Empty);

    // greedy: a value may contain quotes itself
    [GeneratedRegex("""(?<!\w)(?:'.*'|".*"|`.*`|“.*”|„.*[“”]|«.*»|».*«|‘.*’|‚.*[‘’])(?!\w)""", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]")]
    private static partial Regex Unstorable();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Capital();
}
