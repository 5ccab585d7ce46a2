using System.Net;

namespace ChangeLog.Postgres;

/// <summary>
/// Reads <c>postgres://user:password@host:port,host/database?sslmode=require</c>.
/// </summary>
internal static class ConnectionUri
{
    private const string Form = "postgres://user:password@host:port/database";

    public static bool Is(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Pairs of libpq's keywords and values; parameters are passed on, known or not.</summary>
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
                ("user", user),
                ("password", password),
                ("host", host),
                ("port", port),
                ("dbname", path.TrimStart('/')),
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

    private static (string Keyword, string Value) Parameter(string text) => Split(text, '=');
}
