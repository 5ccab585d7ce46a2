using System.Net;

namespace ChangeLogWorker.Connecting;

/// <summary>Turns <c>postgres://user:password@host:port/database?sslmode=require</c> into what Npgsql reads.</summary>
internal static class ConnectionUri
{
    public static bool Is(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Keyword and value pairs; an unknown parameter is passed on, for Npgsql to refuse by name.</summary>
    /// <exception cref="FormatException">It is no URI.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw new FormatException("it is no URI of the form postgres://user:password@host:port/database");
        }

        var login = uri.UserInfo.Split(':', 2);
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        return new (string Keyword, string Value)[]
            {
                ("Host", uri.Host),
                ("Port", uri.Port > 0 ? $"{uri.Port}" : string.Empty),
                ("Database", uri.AbsolutePath.TrimStart('/')),
                ("Username", login[0]),
                ("Password", login.Length > 1 ? login[1] : string.Empty),
            }
            .Concat(query.Select(Parameter))
            .Where(pair => pair.Value.Length > 0)
            .Select(pair => KeyValuePair.Create(pair.Keyword, WebUtility.UrlDecode(pair.Value.Replace("+", "%2B", StringComparison.Ordinal))));
    }

    private static (string Keyword, string Value) Parameter(string text)
    {
        var parts = text.Split('=', 2);
        var keyword = parts[0].ToLowerInvariant() switch
        {
            "sslmode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "connect_timeout" => "Timeout",
            "user" => "Username",
            "dbname" => "Database",
            _ => parts[0].Replace('_', ' '),
        };
        var value = parts.Length > 1 ? parts[1] : string.Empty;
        return (keyword, keyword == "SSL Mode" ? value.Replace("verify-", "Verify", StringComparison.Ordinal) : value);
    }
}
