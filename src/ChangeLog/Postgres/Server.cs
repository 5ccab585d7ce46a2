using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>The parts of a connection string that may be shown, and the setting or variable it is from.</summary>
internal sealed record Server(string Address, string Database, string User, string Source)
{
    public static Server Of(IConfiguration? configuration)
    {
        try
        {
            if (configuration is not null)
            {
                return Of(ConnectionText.Read(configuration), ConnectionSource.Of(configuration).Name);
            }
        }
        catch (SettingsException)
        {
            // reported where the connection is opened
        }

        return new Server("an unknown address", "?", "the user", $"ConnectionStrings:{ConnectionText.Name}");
    }

    private static Server Of(NpgsqlConnectionStringBuilder settings, string source)
    {
        var user = settings.Username ?? Environment.UserName;
        return new Server(
            settings.Host!.Contains(',', StringComparison.Ordinal) ? settings.Host : $"{settings.Host}:{settings.Port}",
            settings.Database ?? user,
            user,
            source);
    }
}
