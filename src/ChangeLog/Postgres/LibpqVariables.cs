using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>The variables of libpq, as defaults for what a connection string leaves out.</summary>
/// <remarks>
/// Only those that Npgsql does not read itself, and two that it does: whose messages name the user, and which of
/// several hosts is taken, has to be known here. Not PGAPPNAME: the names of connections are ours.
/// </remarks>
internal static class LibpqVariables
{
    private const string RootCertificate = "PGSSLROOTCERT";

    // the host before its ports
    private static readonly (string Variable, string Keyword, string Npgsql)[] All =
    [
        ("PGHOST", "host", "Host"),
        ("PGPORT", "port", "Port"),
        ("PGDATABASE", "dbname", "Database"),
        ("PGUSER", "user", "Username"),
        ("PGSSLMODE", "sslmode", "SSL Mode"),
        ("PGCHANNELBINDING", "channel_binding", "Channel Binding"),
        ("PGCONNECT_TIMEOUT", "connect_timeout", "Timeout"),
        ("PGTARGETSESSIONATTRS", "target_session_attrs", "Target Session Attributes"),
        ("PGLOADBALANCEHOSTS", "load_balance_hosts", "Load Balance Hosts"),
    ];

    /// <summary>Whether they say which database, without any connection string.</summary>
    public static bool NameDatabase(IConfiguration configuration) =>
        configuration["PGHOST"] is { Length: > 0 } || configuration["PGDATABASE"] is { Length: > 0 };

    public static bool NameRootCertificate(IConfiguration configuration) =>
        configuration[RootCertificate] is { Length: > 0 };

    /// <exception cref="SettingsException">One of them is invalid.</exception>
    public static void Fill(NpgsqlConnectionStringBuilder builder, IConfiguration configuration)
    {
        foreach (var (variable, keyword, _) in All.Where(one => !builder.ShouldSerialize(one.Npgsql)))
        {
            try
            {
                LibpqKeywords.Set(builder, keyword, configuration[variable] ?? string.Empty);
            }
            catch (FormatException)
            {
                throw new SettingsException([$"The environment variable {variable} has an invalid value."]);
            }
        }
    }
}
