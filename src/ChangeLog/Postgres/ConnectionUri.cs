using System.Net;

namespace ChangeLog.Postgres;

/// <summary>
/// Converts <c>postgres://user:password@host:port,host/database?sslmode=require</c> to Npgsql keywords.
/// </summary>
internal static class ConnectionUri
{
    private const string Form = "postgres://user:password@host:port/database";

    public static bool Is(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Keyword and value pairs; unknown parameters are passed on, for Npgsql to refuse by name.</summary>
    /// <exception cref="FormatException">Not a URI.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Read(string text)
    {
        var all = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = all.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? all : all[..end];
        var (path, query) = Split(end < 0 ? string.Empty : all[end..], '?');
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries);
        if (path.Contains('@') || all.Contains('#') || parameters.Any(one => one.Contains('@') && !one.Contains('=')))
        {
            throw new FormatException(
                $"it is not a URI of the form {Form}: in a user or password, / is written as %2F, ? as %3F, # as %23 "
                    + "and "
                + "@ as %40");
        }

        // the last one: part of a password with an @ must not be taken for a host
        var at = authority.LastIndexOf('@');
        var (user, password) = Split(at < 0 ? string.Empty : authority[..at], ':');
        var (host, port) = Hosts(authority[(at + 1)..]);
        return new (string Keyword, string Value)[]
            {
                ("Host", host),
                ("Port", port),
                ("Database", path.TrimStart('/')),
                ("Username", user),
                ("Password", password),
            }
            .Concat(parameters.Select(Parameter))
            .Where(pair => pair.Value.Length > 0)
            .Select(pair => KeyValuePair.Create(pair.Keyword, Decoded(pair.Value)));
    }

    // one host with a port keyword, or several, each with its own port
    private static (string Host, string Port) Hosts(string text)
    {
        var hosts = text.Split(',');
        if (hosts.Any(host => !IsHost(host)))
        {
            throw new FormatException($"it is not a URI of the form {Form}");
        }

        if (hosts.Length > 1)
        {
            return (text, string.Empty);
        }

        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf(']') ? (text[..colon], text[(colon + 1)..]) : (text, string.Empty);
    }

    private static bool IsHost(string text)
    {
        var address = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : 0;
        var (_, port) = address < 0 ? (text, "?") : Split(text[address..], ':');
        return port.Length == 0 || ushort.TryParse(port, out _);
    }

    private static (string Before, string After) Split(string text, char separator)
    {
        var place = text.IndexOf(separator, StringComparison.Ordinal);
        return place < 0 ? (text, string.Empty) : (text[..place], text[(place + 1)..]);
    }

    // libpq does not decode plus signs
    private static string Decoded(string value) =>
        WebUtility.UrlDecode(value.Replace("+", "%2B", StringComparison.Ordinal));

    private static (string Keyword, string Value) Parameter(string text)
    {
        var (name, value) = Split(text, '=');
        var keyword = name.ToLowerInvariant() switch
        {
            "sslmode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "connect_timeout" => "Timeout",
            "target_session_attrs" => "Target Session Attributes",
            "load_balance_hosts" => "Load Balance Hosts",
            "user" => "Username",
            "dbname" => "Database",
            _ => name.Replace('_', ' '),
        };
        return (keyword, keyword == "SSL Mode" ? value.Replace("verify-", "Verify", StringComparison.Ordinal) : value);
    }
}
