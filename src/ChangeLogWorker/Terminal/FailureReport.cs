using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using ChangeLog.Dispatching;
using ChangeLog.Postgres;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLogWorker.Terminal;

/// <summary>The message and exit code shown instead of an exception.</summary>
internal sealed partial record FailureReport(IReadOnlyList<string> Sentences, int ExitCode)
{
    public static FailureReport Of(
        Exception error, IConfiguration? configuration, CancellationToken cancellationToken) =>
        error switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested =>
                new(["Stopped before it was finished."], Triggers.Postgres.ExitCode.Failed),
            SettingsException settings => new(settings.Problems, Triggers.Postgres.ExitCode.WrongUse),
            OptionsValidationException options => new([.. options.Failures], Triggers.Postgres.ExitCode.WrongUse),
            RefusedException refused => new([refused.Message], refused.ExitCode),
            HandlerDownException down => new([down.Message], Triggers.Postgres.ExitCode.Failed),
            PostgresException said => OfServer(said, Server.Of(configuration)),
            NpgsqlException unsaid => OfConnection(unsaid, Server.Of(configuration)),
            SocketException or TimeoutException => Unreachable(error.Message, Server.Of(configuration)),
            AggregateException { InnerException: { } inner } => Of(inner, configuration, cancellationToken),
            _ => new(
                [$"Unexpected: {error.Message} (Logging__LogLevel__Default=Debug shows more.)"],
                Triggers.Postgres.ExitCode.Failed),
        };

    private static FailureReport OfServer(PostgresException error, Server server) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidAuthorizationSpecification
            when error.MessageText.Contains("pg_hba.conf", StringComparison.Ordinal) => new(
            [$"PostgreSQL at {server.Address} does not let {server.User} in from here: {error.MessageText}. "
            + $"Let its administrator allow it in pg_hba.conf, or correct user, database and SSL in {server.Source}."],
            Triggers.Postgres.ExitCode.WrongUse),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new(
            [$"PostgreSQL at {server.Address} refused the login of {server.User}: {error.MessageText}. "
            + $"Correct user and password in {server.Source}."],
            Triggers.Postgres.ExitCode.WrongUse),
        PostgresErrorCodes.InvalidCatalogName => new(
            [$"PostgreSQL at {server.Address} has no database {server.Database}. "
            + $"Correct the database in {server.Source}, or create it."],
            Triggers.Postgres.ExitCode.WrongUse),
        PostgresErrorCodes.InsufficientPrivilege => new(
            [$"{server.User} lacks a right in database {server.Database}: {error.MessageText}. "
            + "Let a DBA grant it the role that this verb needs: changelog_reader for history, changes, transaction, "
            + "timeline, blame, show, diff and undo, which changes tables with the user's own rights; "
            + "changelog_worker for run, status, reconcile, rebuild, links and dead-letters; that of the "
            + "owner of ChangeLog's schemas for install, uninstall and redact; or, to that role, what it lacks on a "
            + "table of the application (docs/database.md)."],
            Triggers.Postgres.ExitCode.Failed),
        PostgresErrorCodes.ReadOnlySqlTransaction => new(
            [$"PostgreSQL at {server.Address} is read-only: {error.MessageText}. "
            + "It is a standby in recovery, or default_transaction_read_only is on: connect to the primary."],
            Triggers.Postgres.ExitCode.Failed),
        PostgresErrorCodes.CannotConnectNow => Unreachable(error.MessageText, server),
        PostgresErrorCodes.InvalidSchemaName
            or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction
            when OwnName().IsMatch(error.MessageText) => new(
            [$"Something of ChangeLog is missing in database {server.Database}: {error.MessageText}. "
            + "Run: changelog install"],
            Triggers.Postgres.ExitCode.Failed),
        _ => new(
            [$"PostgreSQL at {server.Address} says: {error.MessageText} ({error.SqlState})."],
            Triggers.Postgres.ExitCode.Failed),
    };

    private static FailureReport OfConnection(NpgsqlException error, Server server) => error.InnerException switch
    {
        PostgresException said => OfServer(said, server),
        AuthenticationException refused => new(
            [refused.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                ? $"The certificate of PostgreSQL at {server.Address} is not trusted, or is another host's. Give its "
                    + $"root certificate, or the host that it is for, in {server.Source}."
                : $"PostgreSQL at {server.Address} and this program agree on no SSL: {refused.Message.TrimEnd('.')}. "
                    + $"Correct the SSL mode in {server.Source}."],
            Triggers.Postgres.ExitCode.WrongUse),
        { } inner => Unreachable(inner.Message, server),
        _ when error.Message.StartsWith("SSL connection requested", StringComparison.Ordinal) => new(
            [$"PostgreSQL at {server.Address} offers no SSL, which {server.Source} requires. Turn it on at the server "
            + $"(ssl = on), or set SSL Mode=Prefer (sslmode=prefer) in {server.Source}."],
            Triggers.Postgres.ExitCode.WrongUse),
        _ when error.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => new(
            [
                $"PostgreSQL at {server.Address} requires a password for {server.User}, and there is none in "
                    + $"{server.Source}."],
            Triggers.Postgres.ExitCode.WrongUse),
        _ => Unreachable(error.Message, server),
    };

    private static FailureReport Unreachable(string reason, Server server) => new(
        [$"PostgreSQL at {server.Address} cannot be reached: {reason.TrimEnd('.')}. "
        + $"Start it, or correct host and port in {server.Source}."],
        Triggers.Postgres.ExitCode.Failed);

    // one of ChangeLog's schemas, alone or before the dot of a name; the server has no error field for it
    [GeneratedRegex(@"(?<![\w.])(logs|lib_events?|changelog|platform)(?!\w)")]
    private static partial Regex OwnName();
}
