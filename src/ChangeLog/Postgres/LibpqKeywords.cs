using System.Globalization;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Translates libpq's keywords and their values to Npgsql's, whose own are taken too.</summary>
internal static class LibpqKeywords
{
    private const string Password = "password";

    private static readonly Dictionary<string, string> Translations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslnegotiation"] = "SSL Negotiation",
        ["gssencmode"] = "GSS Encryption Mode",
        ["krbsrvname"] = "Kerberos Service Name",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
        ["fallback_application_name"] = "Application Name",
        ["keepalives"] = "TCP Keepalive",
        ["keepalives_idle"] = "TCP Keepalive Time",
        ["keepalives_interval"] = "TCP Keepalive Interval",
    };

    /// <exception cref="FormatException">A keyword is unknown or has an invalid value.</exception>
    public static NpgsqlConnectionStringBuilder Builder(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var previous = string.Empty;
        var ports = string.Empty;
        foreach (var (keyword, value) in pairs)
        {
            if (!builder.ContainsKey(Translated(keyword)))
            {
                throw new FormatException(previous.EndsWith(Password, StringComparison.OrdinalIgnoreCase)
                    // it may be the rest of the password
                    ? "what follows the value of password is not a keyword: a value that has a space is written in "
                        + "single quotes"
                    : $"the keyword {keyword} is not supported");
            }

            if (keyword.Equals("port", StringComparison.OrdinalIgnoreCase))
            {
                ports = value;
            }
            else
            {
                Set(builder, keyword, value);
            }

            previous = keyword;
        }

        Set(builder, "port", ports);
        return builder;
    }

    /// <summary>Sets one; an empty value is none, as libpq has it.</summary>
    /// <exception cref="FormatException">The value is invalid.</exception>
    public static void Set(NpgsqlConnectionStringBuilder builder, string keyword, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        try
        {
            if (keyword == "port" && value.Contains(',', StringComparison.Ordinal))
            {
                builder.Host = WithPorts((builder.Host ?? string.Empty).Split(','), value.Split(','));
            }
            else
            {
                builder[Translated(keyword)] = Translated(keyword, value);
            }
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException
            or InvalidCastException or InvalidOperationException)
        {
            throw new FormatException($"the keyword {keyword} has an invalid value");
        }
    }

    /// <summary>What libpq does by itself.</summary>
    public static void Complete(NpgsqlConnectionStringBuilder builder, bool hasRootCertificate)
    {
        if (string.IsNullOrEmpty(builder.Host))
        {
            builder.Host = LocalServer.Host(builder.Port);
        }

        if (builder.RootCertificate == "system")
        {
            builder.RootCertificate = null;
            builder.SslMode = SslMode.VerifyFull;
        }
        else if ((builder.RootCertificate is { Length: > 0 } || hasRootCertificate)
            && builder.SslMode == SslMode.Require)
        {
            builder.SslMode = SslMode.VerifyCA;
        }
    }

    private static string Translated(string keyword) =>
        Translations.GetValueOrDefault(keyword) ?? keyword.Replace('_', ' ');

    private static string Translated(string keyword, string value) => (keyword.ToLowerInvariant(), value) switch
    {
        ("sslmode", _) => value.Replace("verify-", "Verify", StringComparison.Ordinal),
        ("keepalives", "0") or ("load_balance_hosts", "disable") => bool.FalseString,
        ("keepalives", "1") or ("load_balance_hosts", "random") => bool.TrueString,
        _ => value,
    };

    private static string WithPorts(string[] hosts, string[] ports) =>
        hosts.Length != ports.Length || !ports.All(port => ushort.TryParse(port, CultureInfo.InvariantCulture, out _))
            ? throw new FormatException()
            : string.Join(',', hosts.Zip(ports, (host, port) =>
                host.StartsWith('[') || !host.Contains(':', StringComparison.Ordinal)
                    ? $"{host}:{port}"
                    : $"[{host}]:{port}"));
}
