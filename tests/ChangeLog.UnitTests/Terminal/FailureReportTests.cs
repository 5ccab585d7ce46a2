using System.Security.Authentication;
using ChangeLogWorker;
using ChangeLogWorker.Terminal;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Terminal;

/// <summary>What a person is told when the server refuses something.</summary>
public sealed class FailureReportTests
{
    [Theory]
    [InlineData("3F000", "schema \"changelog\" does not exist", true)]
    [InlineData("42P01", "relation \"logs.change\" does not exist", true)]
    [InlineData("42883", "function lib_events.create(unknown) does not exist", true)]
    [InlineData("3F000", "schema \"nowhere\" does not exist", false)]
    [InlineData("42P01", "relation \"public.logs\" does not exist", false)]
    [InlineData("42P01", "relation \"shop.logs_of_changelog\" does not exist", false)]
    [InlineData("42883", "function public.changelog_of(integer) does not exist", false)]
    public void Only_what_is_ChangeLogs_is_to_be_installed(string state, string message, bool isOwn)
    {
        var failure = FailureReport.Of(
            new PostgresException(message, "ERROR", "ERROR", state), null, CancellationToken.None);

        failure.ExitCode.ShouldBe(1);
        failure.Sentences.Single().Contains("Run: changelog install", StringComparison.Ordinal).ShouldBe(isOwn);
        failure.Sentences.Single().ShouldContain(message);
    }

    [Theory]
    [InlineData("no pg_hba.conf entry for host \"10.0.0.7\", user \"anna\", no encryption", "allow it in pg_hba.conf")]
    [InlineData("role \"anna\" does not exist", "Correct user and password")]
    public void A_login_that_pg_hba_refuses_has_no_wrong_password(string message, string remedy) =>
        OnlySentence(new PostgresException(message, "FATAL", "FATAL", "28000"), exitCode: 2).ShouldContain(remedy);

    [Theory]
    [InlineData("The remote certificate was rejected by the provided RemoteCertificateValidationCallback.",
        "The certificate of PostgreSQL at an unknown address is not trusted, or is another host's.")]
    [InlineData("SSL Handshake failed with OpenSSL error - SSL_ERROR_SSL.",
        "agree on no SSL: SSL Handshake failed with OpenSSL error - SSL_ERROR_SSL. Correct the SSL mode")]
    public void A_failed_handshake_is_no_wrong_host(string message, string sentence) =>
        OnlySentence(
            new NpgsqlException("Exception while performing SSL handshake", new AuthenticationException(message)),
            exitCode: 2).ShouldContain(sentence);

    [Fact]
    public void A_missing_right_names_the_role_for_each_verb()
    {
        var sentence = OnlySentence(
            new PostgresException("permission denied for schema logs", "ERROR", "ERROR", "42501"), exitCode: 1);

        foreach (var verb in CommandTree.Root().Subcommands.Select(verb => verb.Name)
            .Except(["demo", "help", "completion"]))
        {
            sentence.ShouldContain(verb);
        }
    }

    private static string OnlySentence(Exception error, int exitCode)
    {
        var failure = FailureReport.Of(error, null, CancellationToken.None);
        failure.ExitCode.ShouldBe(exitCode);
        return failure.Sentences.ShouldHaveSingleItem();
    }
}
