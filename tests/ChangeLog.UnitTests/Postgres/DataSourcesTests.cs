using ChangeLog.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

public sealed class DataSourcesTests
{
    [Theory]
    [InlineData("Host=h", "Install", 0)]
    [InlineData("Host=h", "Cli", 0)]
    [InlineData("Host=h", "Reconcile", 30)]
    [InlineData("Host=h", "Handlers", 15)]
    [InlineData("Host=h", "Doorbell", 5)]
    [InlineData("Host=h", "Listener", 5)]
    [InlineData("Host=h;Command Timeout=7", "Cli", 7)]
    [InlineData("Host=h;CommandTimeout=7", "Handlers", 7)]
    public void A_command_may_take_as_long_as_its_connection_is_for(string text, string role, int seconds)
    {
        Made(text, role).CommandTimeout.ShouldBe(seconds);
    }

    [Fact]
    public void The_LISTEN_connection_is_pinged()
    {
        Made("Host=h", "Listener").KeepAlive.ShouldBe(5);
        Made("Host=h;Keepalive=60", "Listener").KeepAlive.ShouldBe(60);
    }

    [Fact]
    public void What_the_connection_string_says_is_kept()
    {
        Made("Host=h;TCP Keepalive=false", "Install").TcpKeepAlive.ShouldBeFalse();
    }

    [Fact]
    public void What_a_session_begins_with_is_not_reset_when_it_goes_back_to_the_pool() =>
        Made("Host=h;No Reset On Close=false", "Cli").NoResetOnClose.ShouldBeTrue();

    [Theory]
    [InlineData("Host=a,b", "Handlers", "primary")]
    [InlineData("Host=a,b", "Cli", "prefer-primary")]
    [InlineData("Host=a,b;Target Session Attributes=any", "Handlers", "any")]
    [InlineData("Host=a", "Handlers", null)]
    public void Of_several_hosts_the_one_that_can_be_written_to_is_taken(
        string text, string role, string? attributes) =>
        Made(text, role).TargetSessionAttributes.ShouldBe(attributes);

    [Theory]
    [InlineData("Host=h", true)]
    [InlineData("Host=/var/run/postgresql", false)]
    [InlineData("Host=h,/var/run/postgresql", false)]
    public void A_keepalive_of_TCP_is_for_TCP(string text, bool isKeptAlive)
    {
        Made(text, "Handlers").TcpKeepAlive.ShouldBe(isKeptAlive);
    }

    private static NpgsqlConnectionStringBuilder Made(string text, string role)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:ChangeLog"] = text,
                ["ChangeLog:Handlers:PageTimeout"] = "00:00:10",
            })
            .Build();
        using var sources = new DataSources(configuration, NullLoggerFactory.Instance);
        return new NpgsqlConnectionStringBuilder(sources.For(Enum.Parse<ConnectionRole>(role)).ConnectionString);
    }
}
