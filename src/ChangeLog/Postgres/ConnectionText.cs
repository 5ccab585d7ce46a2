using System.Text.RegularExpressions;
using ChangeLog.Settings;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Parses a configured connection string, and never quotes it, since it may hold a password.</summary>
internal static partial class ConnectionText
{
    public const string Name = "ChangeLog";
    public const string ListenName = "ChangeLogListen";
    public const string LinksName = "ChangeLogLinks";

    /// <exception cref="SettingsException">It is malformed.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string name, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new SettingsException([
                $"No database is configured: set the environment variable ConnectionStrings__{name}, for example "
                + "'Host=localhost;Database=shop;Username=postgres;Password=...', or ConnectionStrings:"
                + $"{name} in a file given with --config."]);
        }

        try
        {
            var builder = ConnectionUri.Is(text) ? FromUri(text) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host))
            {
                throw new FormatException("it has no Host");
            }

            // not quoted: what follows may be a password
            return Swallowing(builder) is { } keyword
                ? throw new FormatException(
                    $"the value of {keyword} contains another keyword: a semicolon is missing after it")
                : builder;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new SettingsException([
                $"ConnectionStrings:{name} is invalid: {Reason(error)}. Write it as "
                + "'Host=...;Port=5432;Database=...;Username=...;Password=...' or as a postgres:// URI."]);
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        foreach (var (keyword, value) in ConnectionUri.Read(text))
        {
            builder[keyword] = value;
        }

        return builder;
    }

    private static string? Swallowing(NpgsqlConnectionStringBuilder builder) =>
        new (string Keyword, string? Value)[]
            {
                ("Host", builder.Host), ("Database", builder.Database), ("Username", builder.Username),
            }
            .Where(pair => Keyword().IsMatch(pair.Value ?? string.Empty))
            .Select(pair => pair.Keyword)
            .FirstOrDefault();

    [GeneratedRegex(
        @"[\s,&|](pass(word|wd|file|phrase)?|pwd|psw|host|server|port|user( ?name| ?id)?|uid"
        + @"|data ?base|db(name)?|ssl ?\w+)\s*=",
        RegexOptions.IgnoreCase)]
    private static partial Regex Keyword();

    // Npgsql's own messages name the keyword; the general one of .NET gives only a position
    private static string Reason(Exception error) => error switch
    {
        FormatException => error.Message,
        ArgumentException { ParamName: { Length: > 0 } keyword } when keyword != "keyword" && keyword != "value" =>
            $"the keyword {keyword} is unknown or has an invalid value",
        ArgumentException { Message: var message } when message.StartsWith("Couldn't set", StringComparison.Ordinal) =>
            $"the keyword {message.Split(' ')[2]} has an invalid value",
        _ => "it is not a list of keyword=value pairs separated by semicolons",
    };
}
