using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Postgres;

/// <summary>The setting or variable that a connection is configured by, and its text.</summary>
internal sealed record ConnectionSource(string Name, string Text)
{
    private const string UrlVariable = "DATABASE_URL";

    /// <summary>That of the database: our own setting before the variables of others.</summary>
    /// <exception cref="SettingsException">None is set.</exception>
    public static ConnectionSource Of(IConfiguration configuration) =>
        Of(configuration, ConnectionText.Name)
        ?? Given(UrlVariable, configuration[UrlVariable])
        ?? (LibpqVariables.NameDatabase(configuration)
            ? new ConnectionSource("the PG* variables", string.Empty)
            : throw new SettingsException([
                $"No database is configured: set the environment variable ConnectionStrings__{ConnectionText.Name}, "
                + "for example 'Host=localhost;Database=shop;Username=postgres;Password=...', or DATABASE_URL, or "
                + $"PGHOST and PGDATABASE, or ConnectionStrings:{ConnectionText.Name} in a file given with "
                + "--config."]));

    /// <summary>That of a connection with a setting of its own; null: not set.</summary>
    public static ConnectionSource? Of(IConfiguration configuration, string name) =>
        Given($"ConnectionStrings:{name}", configuration.GetConnectionString(name));

    private static ConnectionSource? Given(string name, string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : new ConnectionSource(name, text.Trim());
}
