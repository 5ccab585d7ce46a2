using System.Text.RegularExpressions;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Parses a configured connection string, and never quotes it, since it may hold a password.</summary>
internal static partial class ConnectionText
{
    public const string Name = "ChangeLog";
    public const string ListenName = "ChangeLogListen";
    public const string LinksName = "ChangeLogLinks";

    /// <summary>That of the database.</summary>
    /// <exception cref="SettingsException">There is none, or it is malformed.</exception>
    public static NpgsqlConnectionStringBuilder Read(IConfiguration configuration) =>
        Parse(ConnectionSource.Of(configuration), configuration);

    /// <summary>One beside it; null: not configured.</summary>
    /// <exception cref="SettingsException">It is malformed.</exception>
    public static NpgsqlConnectionStringBuilder? Read(IConfiguration configuration, string name) =>
        ConnectionSource.Of(configuration, name) is { } source ? Parse(source, configuration) : null;

    private static NpgsqlConnectionStringBuilder Parse(ConnectionSource source, IConfiguration configuration)
    {
        var (name, text) = source;
        try
        {
            var pairs = ConnectionUri.Is(text) ? ConnectionUri.Read(text)
                : KeywordValues.Is(text) ? KeywordValues.Read(text)
                : null;
            var builder = pairs is null ? new NpgsqlConnectionStringBuilder(text) : LibpqKeywords.Builder(pairs);
            LibpqVariables.Fill(builder, configuration);
            if (pairs is not null)
            {
                LibpqKeywords.Complete(builder, LibpqVariables.NameRootCertificate(configuration));
            }

            if (string.IsNullOrEmpty(builder.Host))
            {
                throw new FormatException("it has no Host");
            }

            // not quoted: what follows may be a password
            return Swallowing(builder) is { } keyword
                ? throw new FormatException(
                    $"the value of {keyword} contains another keyword: separate all of them with semicolons, or all "
                    + "with spaces and a value that has a space or semicolon in single quotes")
                : builder;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new SettingsException([
                $"{name} is invalid: {Reason(error, text)}. Write it as "
                + "'Host=...;Port=5432;Database=...;Username=...;Password=...', as "
                + "'host=... port=5432 dbname=... user=... password=...' or as a postgres:// URI."]);
        }
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
    private static string Reason(Exception error, string text) => error switch
    {
        FormatException => error.Message,
        ArgumentException { ParamName: { Length: > 0 } keyword } when keyword != "keyword" && keyword != "value" =>
            FollowsPassword(keyword, text)
                ? "what follows the value of Password is not a keyword: a value that has a semicolon is quoted"
                : $"the keyword {keyword} is unknown or has an invalid value",
        ArgumentException { Message: var message } when message.StartsWith("Couldn't set", StringComparison.Ordinal) =>
            $"the keyword {message.Split(' ')[2]} has an invalid value",
        _ => "it is not a list of keyword=value pairs separated by semicolons or spaces",
    };

    // then it may be the rest of the password
    private static bool FollowsPassword(string keyword, string text) =>
        Regex.IsMatch(
            text,
            $@"(^|[;\s])\s*((ssl ?)?password|pwd|psw)\s*=[^;]*;\s*{Regex.Escape(keyword)}\s*=",
            RegexOptions.IgnoreCase);
}
