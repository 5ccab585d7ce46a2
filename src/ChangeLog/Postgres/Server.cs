using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>The parts of a connection string that may be shown.</summary>
internal sealed record Server(string Address, string Database, string User)
{
    public static Server Of(IConfiguration? configuration)
    {
        try
        {
            return Of(
                ConnectionText.Parse(ConnectionText.Name, configuration?.GetConnectionString(ConnectionText.Name)));
        }
        catch (SettingsException)
        {
            return new Server("an unknown address", "?", "the user");
        }
    }

    private static Server Of(NpgsqlConnectionStringBuilder settings)
    {
        var user = settings.Username ?? Environment.UserName;
        return new Server(
            settings.Host!.Contains(',', StringComparison.Ordinal) ? settings.Host : $"{settings.Host}:{settings.Port}",
            settings.Database ?? user,
            user);
    }
}
