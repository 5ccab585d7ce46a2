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
}
