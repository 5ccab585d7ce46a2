using ChangeLogWorker.Connecting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Connecting;

public sealed class DataSourcesTests
{
    [Theory]
    [InlineData("Host=h", "Install", 0)]
    [InlineData("Host=h", "Cli", 0)]
    [InlineData("Host=h", "Reconcile", 30)]
    [InlineData("Host=h", "Handlers", 15)]
    [InlineData("Host=h;Command Timeout=7", "Cli", 7)]
    [InlineData("Host=h;CommandTimeout=7", "Handlers", 7)]
    public void A_command_may_take_as_long_as_its_connection_is_for(string text, string role, int seconds)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:ChangeLog"] = text,
                ["ChangeLog:Handlers:PageTimeout"] = "00:00:10",
            })
            .Build();
        using var sources = new DataSources(configuration, NullLoggerFactory.Instance);

        var made = sources.For(Enum.Parse<ConnectionRole>(role)).ConnectionString;

        new NpgsqlConnectionStringBuilder(made).CommandTimeout.ShouldBe(seconds);
    }
}
